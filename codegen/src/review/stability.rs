//! Finds Rust items that have another name in another version of a document although they are the same in HTTP and JSON.
//!
//! Two items are the same if they are at the same [location](crate::api::location) of the same operation. A type, or an
//! alternative of a union, must also have the same fingerprint: everything that the document says of it and of its parts
//! at any depth, except prose, titles and the names of components. A field, value, alternative or setter is renamed if its
//! own identifier differs; a type with another name is reported once, as a type. Arguments of methods have no name for
//! callers.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::api::location::Location;
use crate::api::model::{Api, Constraints, Origin, Owner, TypeId, TypeKind, TypeRef};
use crate::api::names::Names;
use crate::client::item_index::{ItemKind, RustItem, items};

/// The depth to which two types are compared.
const MAX_DEPTH: usize = 24;

/// The owners that are followed from an inline type, so that a cycle ends too.
const MAX_OWNERS: usize = 1_000;

/// The result of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Stability {
    /// The number of items that are the same in both versions.
    pub compared: usize,
    /// Those of them that have another name, in the order of the old names.
    pub renames: Vec<Rename>,
}

/// An item that has another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// Its path in the old version.
    pub old: String,
    /// Its path in the new version.
    pub new: String,
    /// All its locations, each with its operation.
    pub sites: Vec<(Arc<str>, Location)>,
    /// Set if upstream moved an inline schema to a component, which has a name.
    pub named: Option<NamedUpstream>,
}

/// A component that replaces an inline schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedUpstream {
    /// The component that the item is, or is part of.
    pub component: String,
    /// The overlay action that keeps the old name; None if the item is only part of the component.
    pub action: Option<String>,
}

/// A version of an API, ready for comparison.
pub struct Version<'a> {
    api: &'a Api,
    items: Vec<RustItem>,
    fingerprints: Vec<u64>,
}

/// What identifies an item in every version.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Identity<'a> {
    operation: &'a str,
    location: &'a Location,
    kind: &'a ItemKind,
    /// Of a type or an alternative; 0 for other items.
    fingerprint: u64,
}

impl<'a> Version<'a> {
    /// Indexes the items of an API.
    pub fn new(api: &'a Api, names: &Names) -> Self {
        Version { api, items: items(api, names), fingerprints: fingerprints(api) }
    }

    /// Compares the names with those of a newer version.
    pub fn stability(&self, newer: &Version<'_>) -> Stability {
        let (old_items, new_items) = (self.by_identity(), newer.by_identity());
        let mut out = Stability::default();
        let mut renames: BTreeMap<(&str, &str), Rename> = BTreeMap::new();
        for (identity, old) in &old_items {
            let Some(new) = new_items.get(identity) else { continue };
            out.compared += 1;
            let removed = old.iter().filter(|old| !new.iter().any(|new| reaches(old, new)));
            let added = new.iter().filter(|new| !old.iter().any(|old| reaches(old, new)));
            for (old, new) in removed.zip(added) {
                let rename = renames.entry((&old.path, &new.path)).or_insert_with(|| Rename {
                    old: old.path.clone(),
                    new: new.path.clone(),
                    sites: Vec::new(),
                    named: self.named_upstream(old, newer, new),
                });
                rename.sites.push((Arc::clone(&new.operation), new.location.clone()));
            }
        }
        out.renames = renames.into_values().collect();
        out
    }

    fn by_identity(&self) -> BTreeMap<Identity<'_>, Vec<&RustItem>> {
        let mut out: BTreeMap<Identity<'_>, Vec<&RustItem>> = BTreeMap::new();
        for item in self.items.iter().filter(|item| item.kind != ItemKind::Argument) {
            let fingerprint = match (&item.kind, item.type_ref) {
                (ItemKind::Type | ItemKind::Variant, Some(of)) => fingerprint(&self.fingerprints, of.ty),
                _ => 0,
            };
            let (operation, location, kind) = (&*item.operation, &item.location, &item.kind);
            out.entry(Identity { operation, location, kind, fingerprint }).or_default().push(item);
        }
        out
    }

    /// The component that a type of the newer version is or is part of, if it was part of none.
    fn named_upstream(&self, old: &RustItem, newer: &Version<'_>, new: &RustItem) -> Option<NamedUpstream> {
        let (old_type, new_type) = (old.type_ref?.ty, new.type_ref?.ty);
        if old.kind != ItemKind::Type || component(self.api, old_type).is_some() {
            return None;
        }
        let (id, name) = component(newer.api, new_type)?;
        let action = (id == new_type).then(|| {
            let (_, old_name) = old.path.rsplit_once("::").unwrap_or_default();
            let target = format!("$.components.schemas[''{}'']", name.replace('\'', "\\''"));
            format!("- {{target: '{target}', update: {{x-rust-name: {old_name}}}}}")
        });
        Some(NamedUpstream { component: name.to_owned(), action })
    }
}

/// Whether the old path still leads to the new item. A group re-exports the models that it uses, so an item that moves from
/// a group to `models` keeps its old path.
fn reaches(old: &RustItem, new: &RustItem) -> bool {
    let (old_module, old_name) = old.path.rsplit_once("::").unwrap_or_default();
    let (new_module, new_name) = new.path.rsplit_once("::").unwrap_or_default();
    match old.kind {
        ItemKind::Method | ItemKind::Request => old.path == new.path,
        ItemKind::Type => {
            let reexported = new_module == "models" && old_module != "webhook_payloads";
            old_name == new_name && (old_module == new_module || reexported)
        }
        _ => old_name == new_name,
    }
}

/// The component that a type is, or that its nearest named owner is.
fn component(api: &Api, id: TypeId) -> Option<(TypeId, &str)> {
    let mut current = id;
    for _ in 0..MAX_OWNERS {
        match &api.get(current).origin {
            Origin::Component(name) => return Some((current, name)),
            Origin::Inline(Owner::Type(owner), _) => current = *owner,
            Origin::Shared(_) | Origin::Inline(..) => return None,
        }
    }
    None
}

/// The fingerprints of all types: equal for types of which the document says the same.
///
/// A fingerprint first covers the type itself; each round adds that of its parts. So a cycle ends, and a round visits each
/// type once.
fn fingerprints(api: &Api) -> Vec<u64> {
    let own: Vec<(u64, Vec<TypeRef>)> = api
        .ids()
        .map(|id| {
            let (description, parts) = describe(api, id);
            (hash(&description), parts)
        })
        .collect();
    let mut fingerprints: Vec<u64> = own.iter().map(|(own, _)| *own).collect();
    for _ in 0..MAX_DEPTH {
        let part = |of: &TypeRef| (fingerprint(&fingerprints, of.ty), of.nullable);
        fingerprints =
            own.iter().map(|(own, parts)| hash(&(own, parts.iter().map(part).collect::<Vec<_>>()))).collect();
    }
    fingerprints
}

fn fingerprint(fingerprints: &[u64], id: TypeId) -> u64 {
    fingerprints.get(id.0 as usize).copied().unwrap_or_default()
}

fn hash(it: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    it.hash(&mut hasher);
    hasher.finish()
}

/// What the document says of a type itself, and its parts.
fn describe(api: &Api, id: TypeId) -> (String, Vec<TypeRef>) {
    let ty = api.get(id);
    let (mut text, parts) = match &ty.kind {
        TypeKind::List(of) => ("list".to_owned(), vec![*of]),
        TypeKind::Map(of) => ("map".to_owned(), vec![*of]),
        TypeKind::Struct(it) => {
            let mut text = format!("struct {} {}", it.closed, it.extra.is_some());
            for field in &it.fields {
                let info = &field.info;
                // Writing to a string cannot fail.
                let _ = write!(
                    text,
                    "\n{:?} {} {} {:?}",
                    field.wire_name, field.required, info.deprecated, info.default
                );
            }
            (text, it.fields.iter().map(|field| field.of).chain(it.extra).collect())
        }
        TypeKind::Union(variants) => {
            ("union".to_owned(), variants.iter().map(|variant| variant.of).collect())
        }
        simple => (format!("{simple:?}"), Vec::new()),
    };
    if ty.constraints != Constraints::default() {
        let _ = write!(text, "\n{:?}", ty.constraints);
    }
    (text, parts)
}
