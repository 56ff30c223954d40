//! Which Rust items have another name in another version of a document, although nothing about them has changed on the
//! wire.
//!
//! Two items are the same where they stand at the same [place](crate::places). A type, or an alternative of a union,
//! is compared only where its shape is the same too: all that the document says of it and of its parts, however deep,
//! save prose, titles and the names of components. Everything else is known by its place alone. A member, value,
//! alternative or setter is renamed where its own identifier is another one; that its type has another name is told
//! once, of the type. Arguments of methods have no name to their callers.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::ir::{Api, Limits, Origin, Owner, Shape, TypeId, Use};
use crate::names::Names;
use crate::places::{Item, Place, places};

/// How deep two types are compared.
const ROUNDS: usize = 24;

/// What was compared, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Stability {
    /// Items that are the same in both versions.
    pub compared: usize,
    /// Those of them that have another name, in the order of the old ones.
    pub renames: Vec<Rename>,
}

/// An item that has another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// Its path in the old version.
    pub old: String,
    /// Its path in the new version.
    pub new: String,
    /// Every place where it shows: operation and location.
    pub sites: Vec<(Arc<str>, Arc<str>)>,
    /// Where upstream itself has named what stood inline before.
    pub named: Option<NamedUpstream>,
}

/// A component where an inline schema was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedUpstream {
    /// The component that the item is, or is in.
    pub component: String,
    /// The overlay action that keeps the old name; none where the item goes with the component that it is in.
    pub action: Option<String>,
}

/// A version of an API, ready to be compared.
pub struct Version<'a> {
    api: &'a Api,
    places: Vec<Place>,
    shapes: Vec<u64>,
}

/// By what an item is known in every version: operation, location, kind and shape.
type Identity<'a> = (&'a str, &'a str, &'a Item, u64);

impl<'a> Version<'a> {
    /// Finds places and shapes.
    pub fn new(api: &'a Api, names: &Names) -> Self {
        Version { api, places: places(api, names), shapes: shapes(api) }
    }

    /// Compares the names with those of a newer version.
    pub fn stability(&self, newer: &Version<'_>) -> Stability {
        let (before, after) = (self.by_identity(), newer.by_identity());
        let mut out = Stability::default();
        let mut renames: BTreeMap<(&str, &str), Rename> = BTreeMap::new();
        for (identity, were) in &before {
            let Some(are) = after.get(identity) else { continue };
            out.compared += 1;
            let gone = were.iter().filter(|old| !are.iter().any(|new| reaches(old, new)));
            let come = are.iter().filter(|new| !were.iter().any(|old| reaches(old, new)));
            for (was, is) in gone.zip(come) {
                let rename = renames.entry((&was.rust, &is.rust)).or_insert_with(|| Rename {
                    old: was.rust.clone(),
                    new: is.rust.clone(),
                    sites: Vec::new(),
                    named: named_upstream((self.api, was), (newer.api, is)),
                });
                rename.sites.push((Arc::clone(&is.operation), Arc::clone(&is.location)));
            }
        }
        out.renames = renames.into_values().collect();
        out
    }

    fn by_identity(&self) -> BTreeMap<Identity<'_>, Vec<&Place>> {
        let mut out: BTreeMap<Identity<'_>, Vec<&Place>> = BTreeMap::new();
        for place in self.places.iter().filter(|place| place.item != Item::Argument) {
            let shape = match (&place.item, place.of) {
                (Item::Type | Item::Variant, Some(of)) => shape(&self.shapes, of.ty),
                _ => 0,
            };
            out.entry((&place.operation, &place.location, &place.item, shape)).or_default().push(place);
        }
        out
    }
}

/// Whether the old name still leads to the item. A group gives out the models that it uses, so what moves from a group
/// to `models` can be reached as before.
fn reaches(old: &Place, new: &Place) -> bool {
    let (old_path, old_name) = old.rust.rsplit_once("::").unwrap_or_default();
    let (new_path, new_name) = new.rust.rsplit_once("::").unwrap_or_default();
    match old.item {
        Item::Method | Item::Request => old.rust == new.rust,
        Item::Type => {
            let given_out = new_path == "models" && old_path != "webhook_payloads";
            old_name == new_name && (old_path == new_path || given_out)
        }
        _ => old_name == new_name,
    }
}

/// The component that an item is or is in, where it was in none.
fn named_upstream(old: (&Api, &Place), new: (&Api, &Place)) -> Option<NamedUpstream> {
    let (was, is) = (old.1.of?.ty, new.1.of?.ty);
    if old.1.item != Item::Type || component(old.0, was).is_some() {
        return None;
    }
    let (id, name) = component(new.0, is)?;
    let action = (id == is).then(|| {
        let (_, kept) = old.1.rust.rsplit_once("::").unwrap_or_default();
        let target = format!("$.components.schemas[''{}'']", name.replace('\'', "\\''"));
        format!("- {{target: '{target}', update: {{x-rust-name: {kept}}}}}")
    });
    Some(NamedUpstream { component: name.to_owned(), action })
}

/// The nearest component upwards.
fn component(api: &Api, id: TypeId) -> Option<(TypeId, &str)> {
    let mut at = id;
    // Longer than any chain of owners, so that a circle ends too.
    for _ in 0..1_000 {
        match &api.get(at).origin {
            Origin::Component(name) => return Some((at, name)),
            Origin::Inline(Owner::Type(up), _) => at = *up,
            Origin::Shared(_) | Origin::Inline(..) => return None,
        }
    }
    None
}

/// A number for each type that is the same for types which the document says the same of.
///
/// A type is first known by itself, then again and again by itself and its parts. So a circle ends, and no part is
/// looked at more than once in a round.
fn shapes(api: &Api) -> Vec<u64> {
    let own = api.ids().map(|id| {
        let (text, parts) = own_shape(api, id);
        (hash(&text), parts)
    });
    let own: Vec<(u64, Vec<Use>)> = own.collect();
    let mut shapes: Vec<u64> = own.iter().map(|(own, _)| *own).collect();
    for _ in 0..ROUNDS {
        let part = |of: &Use| (shape(&shapes, of.ty), of.nullable);
        shapes =
            own.iter().map(|(own, parts)| hash(&(own, parts.iter().map(part).collect::<Vec<_>>()))).collect();
    }
    shapes
}

fn shape(shapes: &[u64], id: TypeId) -> u64 {
    shapes.get(id.0 as usize).copied().unwrap_or_default()
}

fn hash(it: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    it.hash(&mut hasher);
    hasher.finish()
}

/// What the document says of a type itself, and its parts.
fn own_shape(api: &Api, id: TypeId) -> (String, Vec<Use>) {
    let ty = api.get(id);
    let (mut text, parts) = match &ty.shape {
        Shape::List(of) => ("list".to_owned(), vec![*of]),
        Shape::Map(of) => ("map".to_owned(), vec![*of]),
        Shape::Struct(it) => {
            let mut text = format!("struct {} {}", it.closed, it.extra.is_some());
            for field in &it.fields {
                let info = &field.info;
                // Writing to a text cannot fail.
                let _ = write!(
                    text,
                    "\n{:?} {} {} {:?}",
                    field.wire_name, field.required, info.deprecated, info.default
                );
            }
            (text, it.fields.iter().map(|field| field.of).chain(it.extra).collect())
        }
        Shape::Union(variants) => ("union".to_owned(), variants.iter().map(|variant| variant.of).collect()),
        simple => (format!("{simple:?}"), Vec::new()),
    };
    if ty.limits != Limits::default() {
        let _ = write!(text, "\n{:?}", ty.limits);
    }
    (text, parts)
}
