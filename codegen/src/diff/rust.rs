//! What the changes do to the Rust client, and to code that uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::{Change, Site, beside};
use crate::ir::{Api, Presence, TypeId};
use crate::names::Names;
use crate::pipeline::Reading;
use crate::places::{Item, Place, places};
use crate::surface;

/// What a new release of the client has to be called, by Cargo's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Behaviour, documentation or limits.
    Patch,
    /// There is more than there was.
    Minor,
    /// Code that compiled may no longer.
    Major,
}

impl Bump {
    /// As it is written in reports.
    pub fn name(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }
}

/// What happens to a Rust item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustChange {
    /// Its path from the crate's root: `leads::CreateLead::notes`.
    pub item: String,
    /// What happens to it.
    pub effect: Effect,
    /// Whether code that uses it still compiles. Structs and enums are `#[non_exhaustive]`, so what is new breaks nothing.
    pub compiles: bool,
}

/// What may happen to a Rust item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has that path now.
    Renamed(String),
    /// Its signature, as the surface writes it, was the one and is the other.
    Changed {
        /// Before.
        old: String,
        /// Now.
        new: String,
    },
    /// It is what it was; only what travels differs.
    Unchanged,
}

/// The two clients; `None` where one of the documents cannot become one.
pub(super) fn clients(old: &Reading<'_>, new: &Reading<'_>) -> Option<Both> {
    let (Ok(old), Ok(new)) = (&old.client, &new.client) else { return None };
    let (old, new) = beside(|| Client::of(old), || Client::of(new));
    Some(Both { old_names: earlier_names(&old, &new), old, new })
}

/// The Rust items of a document, by path and by place.
struct Client {
    /// With their signatures, as the surface writes them.
    items: BTreeMap<String, String>,
    places: BTreeMap<String, BTreeMap<String, Vec<Place>>>,
    /// What methods return, which comes and goes with them.
    requests: BTreeSet<String>,
}

impl Client {
    fn of((api, names): &(Api, Names)) -> Self {
        let mut client =
            Client { items: BTreeMap::new(), places: BTreeMap::new(), requests: BTreeSet::new() };
        let sent = api.sent();
        for operation in surface::functions(api, names) {
            client.items.insert(operation.path, operation.signature);
        }
        for place in places(api, names) {
            if place.item == Item::Request {
                client.requests.insert(place.rust.clone());
            }
            if let Some(signature) = surface::signature(api, names, &place) {
                client.items.entry(place.rust.clone()).or_insert(signature);
            }
            if let (Item::Type, Some(of)) = (&place.item, place.of)
                && sent.contains(&of.ty)
                && let Some(arguments) = constructor(api, names, of.ty)
            {
                client.items.entry(format!("{}::new", place.rust)).or_insert(arguments);
            }
            let operation = client.places.entry(place.operation.to_string()).or_default();
            operation.entry(place.location.to_string()).or_default().push(place);
        }
        client
    }

    fn at(&self, operation: &str, location: &str) -> &[Place] {
        self.places.get(operation).and_then(|it| it.get(location)).map_or(&[], Vec::as_slice)
    }

    /// The types that lie at a location or below it.
    fn types_below<'c>(&'c self, operation: &str, location: &str) -> impl Iterator<Item = &'c Place> {
        let from = (Bound::Included(location), Bound::Unbounded);
        let all = self.places.get(operation).into_iter().flat_map(move |it| it.range::<str, _>(from));
        let location = location.to_owned();
        let whole = location.is_empty();
        // In the order of their names, what begins with this one is all in one place.
        all.map_while(move |(own, all)| Some((own.strip_prefix(location.as_str())?, all)))
            .filter(move |(rest, _)| whole || rest.is_empty() || rest.starts_with(['.', '[', '{', '<']))
            .flat_map(|(_, all)| all)
            .filter(|it| it.item == Item::Type)
    }
}

/// The arguments of `new`, where it takes any.
fn constructor(api: &Api, names: &Names, id: TypeId) -> Option<String> {
    let required = api.fields(id).iter().filter(|field| field.required);
    let argument = |field: &crate::ir::Field| {
        let ty = surface::plain(api, names, field.of.ty);
        let nullable = field.presence() == Presence::RequiredNullable;
        format!("{}: {ty}{}", field.wire_name, if nullable { " | null" } else { "" })
    };
    let arguments: Vec<String> = required.map(argument).collect();
    (!arguments.is_empty()).then(|| format!("({})", arguments.join(", ")))
}

/// Both clients, and what operations that moved were called.
pub(super) struct Both {
    old: Client,
    new: Client,
    old_names: BTreeMap<String, String>,
}

/// Operations whose path differs in no more than its last slash and the names of its arguments: the new name to the old.
fn earlier_names(old: &Client, new: &Client) -> BTreeMap<String, String> {
    let bare = |name: &str| {
        let segment =
            |segment: &str| if segment.contains('{') { "{}".to_owned() } else { segment.to_owned() };
        name.trim_end_matches('/').split('/').map(segment).collect::<Vec<_>>().join("/")
    };
    let gone = old.places.keys().filter(|name| !new.places.contains_key(*name));
    let by_bare: BTreeMap<String, &String> = gone.map(|name| (bare(name), name)).collect();
    let come = new.places.keys().filter(|name| !old.places.contains_key(*name));
    come.filter_map(|name| by_bare.get(&bare(name)).map(|old| (name.clone(), (*old).clone()))).collect()
}

impl Both {
    /// Fills in the Rust items of each change; the version bump, and the items that change for no reason on the wire.
    pub(super) fn view(&self, changes: &mut [Change]) -> (Option<Bump>, Vec<RustChange>) {
        for change in changes.iter_mut() {
            let all: BTreeSet<RustChange> =
                change.sites.iter().flat_map(|site| self.at(change, site)).collect();
            change.rust = all.into_iter().collect();
        }
        let all = self.all();
        let told: BTreeSet<&str> =
            changes.iter().flat_map(|change| &change.rust).map(|it| it.item.as_str()).collect();
        let untold = all.iter().filter(|it| !self.is_told(it, &told)).cloned().collect();
        let bump = if all.iter().any(|it| !it.compiles) {
            Bump::Major
        } else if !all.is_empty() {
            Bump::Minor
        } else if changes.is_empty() {
            Bump::None
        } else {
            Bump::Patch
        };
        (Some(bump), untold)
    }

    /// What happens to the items at one place of a change.
    fn at(&self, change: &Change, site: &Site) -> Vec<RustChange> {
        let earlier = self.old_names.get(&site.operation).unwrap_or(&site.operation);
        let (before, after) =
            (self.old.at(earlier, &site.location), self.new.at(&site.operation, &site.location));
        let mut out = Vec::new();
        let told = |place: &&Place| match &place.item {
            Item::Value(value) => change.old == value.as_str() || change.new == value.as_str(),
            Item::Request => false,
            _ => true,
        };
        for place in before.iter().filter(told) {
            let twin = after.iter().find(|it| it.item == place.item).map(|it| it.rust.as_str());
            out.push(self.effect(&place.rust, twin));
        }
        for place in after.iter().filter(told).filter(|it| !before.iter().any(|other| other.item == it.item))
        {
            out.push(self.effect(&place.rust, None));
        }
        // What comes or goes takes its types along, and what has to be there is asked for by `new`.
        out.extend(self.old.types_below(earlier, &site.location).map(|it| self.effect(&it.rust, None)));
        out.extend(
            self.new.types_below(&site.operation, &site.location).map(|it| self.effect(&it.rust, None)),
        );
        let owners: Vec<&str> =
            before.iter().chain(after).filter_map(|it| it.rust.rsplit_once("::").map(|it| it.0)).collect();
        for owner in owners {
            out.push(self.effect(owner, None));
            out.push(self.effect(&format!("{owner}::new"), None));
        }
        let method = self.new.at(&site.operation, "").iter().filter(|it| it.item == Item::Method);
        out.extend(method.map(|it| self.effect(&it.rust, None)));
        let any = out.iter().any(|it| it.effect != Effect::Unchanged);
        let kept: BTreeSet<&str> = before
            .iter()
            .chain(after)
            .filter(told)
            .filter(|it| !matches!(it.item, Item::Type | Item::Request))
            .map(|it| it.rust.as_str())
            .collect();
        out.retain(|it| it.effect != Effect::Unchanged || (!any && kept.contains(it.item.as_str())));
        out
    }

    /// What happens to an item; `twin` is what stands where it stood.
    fn effect(&self, item: &str, twin: Option<&str>) -> RustChange {
        let told = |effect, compiles| RustChange { item: item.to_owned(), effect, compiles };
        match (self.old.items.get(item), self.new.items.get(item)) {
            (Some(_), None) => match twin.filter(|twin| *twin != item) {
                Some(twin) => told(Effect::Renamed(twin.to_owned()), false),
                None => told(Effect::Removed, false),
            },
            (None, Some(_)) => told(Effect::Added, true),
            (Some(old), Some(new)) if old != new => {
                told(Effect::Changed { old: old.clone(), new: new.clone() }, false)
            }
            _ => told(Effect::Unchanged, true),
        }
    }

    /// Everything that happens to any item.
    fn all(&self) -> Vec<RustChange> {
        let renamed = self.renamed();
        let names: BTreeSet<&String> = self.old.items.keys().chain(self.new.items.keys()).collect();
        let effects = names.into_iter().map(|item| self.effect(item, renamed.get(item).map(String::as_str)));
        let arrived: BTreeSet<&String> = renamed.values().collect();
        effects
            .filter(|it| it.effect != Effect::Unchanged)
            .filter(|it| it.effect != Effect::Added || !arrived.contains(&it.item))
            .collect()
    }

    /// Items that are gone to what stands at their place now.
    fn renamed(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for (operation, locations) in &self.new.places {
            let earlier = self.old_names.get(operation).unwrap_or(operation);
            for (location, after) in locations {
                for place in
                    self.old.at(earlier, location).iter().filter(|it| !self.new.items.contains_key(&it.rust))
                {
                    if let Some(twin) = after.iter().find(|it| it.item == place.item) {
                        out.entry(place.rust.clone()).or_insert_with(|| twin.rust.clone());
                    }
                }
            }
        }
        out
    }

    /// Told by a change, or with the type or operation that it belongs to.
    fn is_told(&self, it: &RustChange, told: &BTreeSet<&str>) -> bool {
        let owner = it.item.rsplit_once("::").map_or("", |(owner, _)| owner);
        let has = |client: &Client| client.items.contains_key(owner) || client.requests.contains(owner);
        told.contains(it.item.as_str()) || has(&self.old) != has(&self.new)
    }
}
