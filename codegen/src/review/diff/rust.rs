//! The effects of changes on the Rust client, and on code that uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::{Change, Site, in_parallel};
use crate::api::location::Location;
use crate::api::model::{Api, Field, Presence, TypeId};
use crate::api::names::Names;
use crate::client::item_index::{ItemKind, RustItem, items};
use crate::client::surface;
use crate::document::path_template::normalized_path;
use crate::pipeline::Reading;

/// The version bump that a new release of the client needs, by Cargo's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Behaviour, documentation or constraints changed.
    Patch,
    /// Items were added.
    Minor,
    /// Code that compiled may not compile any more.
    Major,
}

impl Bump {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }
}

/// A Rust item with the effect of a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustChange {
    /// Its path from the crate's root: `leads::CreateLead::notes`.
    pub item: String,
    /// The effect.
    pub effect: Effect,
    /// Whether code that uses it still compiles. Structs and enums are `#[non_exhaustive]`, so additions break nothing.
    pub compiles: bool,
}

/// An effect on a Rust item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is new.
    Added,
    /// It is removed.
    Removed,
    /// It has this path now.
    Renamed(String),
    /// It has another signature, as the surface writes it.
    Changed {
        /// Before.
        old: String,
        /// Now.
        new: String,
    },
    /// It is the same; only its JSON or HTTP differs.
    Unchanged,
}

/// The two clients; `None` if one of the documents has no client.
pub(super) fn clients(old: &Reading<'_>, new: &Reading<'_>) -> Option<Clients> {
    let (Ok(old), Ok(new)) = (&old.client, &new.client) else { return None };
    let (old, new) = in_parallel(|| Client::new(old), || Client::new(new));
    Some(Clients { old_operations: moved_operations(&old, &new), old, new })
}

/// The Rust items of a document, by path and by location.
struct Client {
    /// Paths with signatures, as the surface writes them.
    signatures: BTreeMap<String, String>,
    /// By operation and location.
    items: BTreeMap<String, BTreeMap<Location, Vec<RustItem>>>,
    /// The paths of requests, which are added and removed together with their methods.
    requests: BTreeSet<String>,
}

impl Client {
    fn new((api, names): &(Api, Names)) -> Self {
        let mut client =
            Client { signatures: BTreeMap::new(), items: BTreeMap::new(), requests: BTreeSet::new() };
        let sent = api.sent();
        for function in surface::functions(api, names) {
            client.signatures.insert(function.path, function.signature);
        }
        for item in items(api, names) {
            if item.kind == ItemKind::Request {
                client.requests.insert(item.path.clone());
            }
            if let Some(signature) = surface::signature(api, names, &item) {
                client.signatures.entry(item.path.clone()).or_insert(signature);
            }
            if let (ItemKind::Type, Some(of)) = (&item.kind, item.type_ref)
                && sent.contains(&of.ty)
                && let Some(arguments) = constructor(api, names, of.ty)
            {
                client.signatures.entry(format!("{}::new", item.path)).or_insert(arguments);
            }
            let operation = client.items.entry(item.operation.to_string()).or_default();
            operation.entry(item.location.clone()).or_default().push(item);
        }
        client
    }

    fn at(&self, operation: &str, location: &Location) -> &[RustItem] {
        self.items.get(operation).and_then(|it| it.get(location)).map_or(&[], Vec::as_slice)
    }

    /// The types at a location and below it.
    fn types_below<'c>(
        &'c self,
        operation: &str,
        location: &'c Location,
    ) -> impl Iterator<Item = &'c RustItem> {
        let start = (Bound::Included(location), Bound::Unbounded);
        let from_there = self.items.get(operation).into_iter().flat_map(move |it| it.range(start));
        from_there
            .take_while(move |(other, _)| other.starts_with(location))
            .flat_map(|(_, items)| items)
            .filter(|item| item.kind == ItemKind::Type)
    }
}

/// The arguments of `new`, if it has any.
fn constructor(api: &Api, names: &Names, id: TypeId) -> Option<String> {
    let argument = |field: &Field| {
        let ty = surface::plain(api, names, field.of.ty);
        let nullable = field.presence() == Presence::RequiredNullable;
        format!("{}: {ty}{}", field.wire_name, if nullable { " | null" } else { "" })
    };
    let arguments: Vec<String> = api.fields(id).iter().filter(|field| field.required).map(argument).collect();
    (!arguments.is_empty()).then(|| format!("({})", arguments.join(", ")))
}

/// Both clients.
pub(super) struct Clients {
    old: Client,
    new: Client,
    /// The old names of operations whose path changed a little, by their new names.
    old_operations: BTreeMap<String, String>,
}

/// Operations whose path differs only in its trailing slash and the names of its parameters: the new name to the old.
fn moved_operations(old: &Client, new: &Client) -> BTreeMap<String, String> {
    let removed = old.items.keys().filter(|name| !new.items.contains_key(*name));
    let by_path: BTreeMap<String, &String> = removed.map(|name| (normalized_path(name), name)).collect();
    let added = new.items.keys().filter(|name| !old.items.contains_key(*name));
    let moved =
        added.filter_map(|name| Some((name.clone(), (*by_path.get(&normalized_path(name))?).clone())));
    moved.collect()
}

impl Clients {
    /// Fills in the Rust items of each change. Returns the version bump, and the items that change without a change in JSON
    /// or HTTP.
    pub(super) fn attribute(&self, changes: &mut [Change]) -> (Bump, Vec<RustChange>) {
        for change in changes.iter_mut() {
            let all: BTreeSet<RustChange> =
                change.sites.iter().flat_map(|site| self.at(change, site)).collect();
            change.rust = all.into_iter().collect();
        }
        let all = self.all();
        let attributed: BTreeSet<&str> =
            changes.iter().flat_map(|change| &change.rust).map(|it| it.item.as_str()).collect();
        let others = all.iter().filter(|it| !self.is_explained(it, &attributed)).cloned().collect();
        let bump = if all.iter().any(|it| !it.compiles) {
            Bump::Major
        } else if !all.is_empty() {
            Bump::Minor
        } else if changes.is_empty() {
            Bump::None
        } else {
            Bump::Patch
        };
        (bump, others)
    }

    /// The name of an operation in the old document.
    fn old_operation<'n>(&'n self, operation: &'n str) -> &'n str {
        self.old_operations.get(operation).map_or(operation, String::as_str)
    }

    /// The effects of a change on the items at one of its sites.
    fn at(&self, change: &Change, site: &Site) -> Vec<RustChange> {
        let (operation, location) = (site.operation.as_str(), &site.location);
        let old_operation = self.old_operation(operation);
        let concerns = |item: &&RustItem| match &item.kind {
            ItemKind::Value(value) => change.old == value.as_str() || change.new == value.as_str(),
            ItemKind::Request => false,
            _ => true,
        };
        let (all_before, all_after) =
            (self.old.at(old_operation, location), self.new.at(operation, location));
        let before: Vec<&RustItem> = all_before.iter().filter(concerns).collect();
        let after: Vec<&RustItem> = all_after.iter().filter(concerns).collect();
        let mut out = Vec::new();
        for item in &before {
            let replacement = after.iter().find(|it| it.kind == item.kind).map(|it| it.path.as_str());
            out.extend(self.effect(&item.path, replacement));
        }
        let added: Vec<&RustItem> =
            after.into_iter().filter(|item| !before.iter().any(|other| other.kind == item.kind)).collect();
        out.extend(added.iter().filter_map(|item| self.effect(&item.path, None)));
        // Its types are added and removed with an item, and `new` takes the required fields.
        let old_types = self.old.types_below(old_operation, location);
        let new_types = self.new.types_below(operation, location);
        out.extend(old_types.chain(new_types).filter_map(|item| self.effect(&item.path, None)));
        let owners: BTreeSet<&str> = all_before
            .iter()
            .chain(all_after)
            .filter_map(|item| Some(item.path.rsplit_once("::")?.0))
            .collect();
        for owner in owners {
            out.extend(self.effect(owner, None));
            out.extend(self.effect(&format!("{owner}::new"), None));
        }
        let operation_items = self.new.at(operation, &Location::default()).iter();
        let methods = operation_items.filter(|item| item.kind == ItemKind::Method);
        out.extend(methods.filter_map(|item| self.effect(&item.path, None)));
        if out.is_empty() {
            let members = before.iter().chain(&added).filter(|item| item.kind != ItemKind::Type);
            out.extend(members.map(|item| RustChange {
                item: item.path.clone(),
                effect: Effect::Unchanged,
                compiles: true,
            }));
        }
        out
    }

    /// The effect on an item, if it changes; `replacement` is the new item at its location.
    fn effect(&self, item: &str, replacement: Option<&str>) -> Option<RustChange> {
        let (effect, compiles) = match (self.old.signatures.get(item), self.new.signatures.get(item)) {
            (Some(_), None) => match replacement.filter(|replacement| *replacement != item) {
                Some(replacement) => (Effect::Renamed(replacement.to_owned()), false),
                None => (Effect::Removed, false),
            },
            (None, Some(_)) => (Effect::Added, true),
            (Some(old), Some(new)) if old != new => {
                (Effect::Changed { old: old.clone(), new: new.clone() }, false)
            }
            _ => return None,
        };
        Some(RustChange { item: item.to_owned(), effect, compiles })
    }

    /// The effects on all items.
    fn all(&self) -> Vec<RustChange> {
        let renamed = self.renamed();
        let paths: BTreeSet<&String> = self.old.signatures.keys().chain(self.new.signatures.keys()).collect();
        let effects =
            paths.into_iter().filter_map(|path| self.effect(path, renamed.get(path).map(String::as_str)));
        let replacements: BTreeSet<&String> = renamed.values().collect();
        effects.filter(|it| it.effect != Effect::Added || !replacements.contains(&it.item)).collect()
    }

    /// Removed items, with the new items at their locations.
    fn renamed(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for (operation, locations) in &self.new.items {
            let old_operation = self.old_operation(operation);
            for (location, after) in locations {
                let before = self.old.at(old_operation, location).iter();
                for item in before.filter(|it| !self.new.signatures.contains_key(&it.path)) {
                    if let Some(replacement) = after.iter().find(|it| it.kind == item.kind) {
                        out.entry(item.path.clone()).or_insert_with(|| replacement.path.clone());
                    }
                }
            }
        }
        out
    }

    /// Whether an effect belongs to a change, or to the type or operation that has the item.
    fn is_explained(&self, it: &RustChange, attributed: &BTreeSet<&str>) -> bool {
        let owner = it.item.rsplit_once("::").map_or("", |(owner, _)| owner);
        let has = |client: &Client| client.signatures.contains_key(owner) || client.requests.contains(owner);
        attributed.contains(it.item.as_str()) || has(&self.old) != has(&self.new)
    }
}
