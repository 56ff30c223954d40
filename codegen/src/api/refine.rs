//! Gives fields and parameters the types of `x-ids` and `x-formats`.
//!
//! It runs after all names exist, because the tables select by them, and because no name depends on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::model::{
    Api, Field, RefinedKind, Refinement, Repr, StringFormat, Type, TypeId, TypeKind, TypeRef,
};
use crate::api::names::{Names, owners};
use crate::diagnostics::pointer::Pointer;
use crate::diagnostics::{Diagnostics, Origin, Severity};

/// Arrays in arrays are followed so far.
const MAX_DEPTH: usize = 8;

/// Fields or parameters that look like an id, a date, a time or an amount, and have no such type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untyped {
    /// Their name on the wire, or the entry of `x-untyped` that selects them.
    pub selector: String,
    /// Their owners: types, and operations of parameters.
    pub owners: BTreeSet<String>,
    /// The reason.
    pub reason: String,
    /// Whether an entry of `x-untyped` gives the reason.
    pub is_chosen: bool,
}

/// Refines the types of an API; returns the fields and parameters that have none although their names look like it.
pub fn refine(api: &mut Api, names: &Names, diagnostics: &mut Diagnostics) -> Vec<Untyped> {
    if api.refinements.is_empty() {
        return Vec::new();
    }
    check_names(api, names, diagnostics);
    let mut refiner = Refiner { names, used: BTreeSet::new(), untyped: BTreeMap::new() };
    refiner.fields(api);
    refiner.parameters(api);
    let Refiner { used, untyped, .. } = refiner;
    let mut report = |pointer: &Pointer, what: String, help: &str| {
        diagnostics.push(Severity::Warning, Origin::Canonical(pointer.clone()), what, help);
    };
    for (selector, Refinement { to, at, .. }) in &api.refinements {
        if !used.contains(selector) {
            let what = match to {
                RefinedKind::Kind(TypeKind::Cents) => "no field with a number matches this entry",
                _ => "no field or parameter with a plain string matches this entry",
            };
            report(at, what.to_owned(), "correct its selector, or remove it");
        }
    }
    for (index, kind) in api.id_kinds.iter().enumerate() {
        let is_kind = |it: &Refinement| it.to == RefinedKind::Kind(TypeKind::String(StringFormat::Id(index)));
        if !api.refinements.values().any(is_kind) {
            report(&kind.at, format!("no entry of `fields` has the kind `{}`", kind.name), "remove it");
        }
    }
    untyped
        .into_iter()
        .map(|((selector, reason, is_chosen), owners)| Untyped { selector, owners, reason, is_chosen })
        .collect()
}

/// Reports ids whose Rust name is that of another type.
fn check_names(api: &Api, names: &Names, diagnostics: &mut Diagnostics) {
    let types = names.types.values().map(|(_, name)| name);
    let taken: BTreeSet<&String> = types.chain(names.groups.iter().map(|group| &group.handle)).collect();
    for kind in api.id_kinds.iter().filter(|kind| taken.contains(&kind.alias())) {
        let what = format!("`{}` is the name of another type", kind.alias());
        let origin = Origin::Canonical(kind.at.clone());
        diagnostics.push(Severity::Error, origin, what, "choose another name for this kind of id");
    }
}

struct Refiner<'n> {
    names: &'n Names,
    /// The entries that apply somewhere.
    used: BTreeSet<String>,
    /// By selector, reason, and whether the reason is chosen.
    untyped: BTreeMap<(String, String, bool), BTreeSet<String>>,
}

impl Refiner<'_> {
    fn fields(&mut self, api: &mut Api) {
        for id in api.reachable() {
            let Repr::Struct(it) = api.repr(id) else { continue };
            let owner = self.names.types.get(&id).map_or("", |(_, name)| name.as_str());
            let owners: Vec<String> =
                owners::of_type(api, self.names, id).into_iter().map(str::to_owned).collect();
            let mut fields: Vec<Field> = it.fields.clone();
            for field in &mut fields {
                field.of = self.refined(api, &owners, &field.wire_name, owner, field.of);
            }
            if let Some(Type { kind: TypeKind::Struct(it), .. }) = api.types.get_mut(id.0 as usize) {
                it.fields = fields;
            }
        }
    }

    fn parameters(&mut self, api: &mut Api) {
        for index in 0..api.operations.len() {
            let owner = self.names.operations.get(index).map_or("", |names| names.stem.as_str());
            let owners: Vec<String> =
                owners::of_operation(api, self.names, index).into_iter().map(str::to_owned).collect();
            let mut params = api.operations.get(index).map_or_else(Vec::new, |it| it.params.clone());
            for param in &mut params {
                let refined = self.refined(api, &owners, &param.wire_name, owner, param.of);
                // A parameter is written with `Display`, which amounts of money have for people.
                if api.get(refined.ty).kind != TypeKind::Cents {
                    param.of = refined;
                }
            }
            if let Some(operation) = api.operations.get_mut(index) {
                operation.params = params;
            }
        }
    }

    /// Returns the type of a field or parameter by the first entry that selects it.
    fn refined(&mut self, api: &mut Api, owners: &[String], name: &str, owner: &str, of: TypeRef) -> TypeRef {
        let owners = owners.iter().map(String::as_str).collect();
        let found = owners::keys(owners, name).find_map(|key| api.refinements.get_key_value(&key));
        let found = found.map(|(key, refinement)| (key.clone(), refinement.to.clone()));
        let is_chosen = matches!(found, Some((_, RefinedKind::Same(_))));
        let is_listed = is_chosen || looks_refinable(api, name, of, 0);
        let (selector, reason) = match found {
            Some((key, RefinedKind::Kind(kind))) => {
                if let Some(refined) = with_kind(api, of, &kind, &key, 0) {
                    self.used.insert(key);
                    return refined;
                }
                (name.to_owned(), format!("its schema is not that of `{key}`"))
            }
            Some((key, RefinedKind::Same(reason))) => {
                self.used.insert(key.clone());
                (key, reason)
            }
            None => (name.to_owned(), "no entry of `x-ids`, `x-formats` or `x-untyped`".to_owned()),
        };
        if is_listed {
            self.untyped.entry((selector, reason, is_chosen)).or_default().insert(owner.to_owned());
        }
        of
    }
}

/// Returns the type with another kind, or the array with such elements; `None` if it is of another JSON type or already
/// more precise.
fn with_kind(api: &mut Api, of: TypeRef, kind: &TypeKind, selector: &str, depth: usize) -> Option<TypeRef> {
    let mut ty = api.get(of.ty).clone();
    ty.kind = match &ty.kind {
        TypeKind::List(item) if depth < MAX_DEPTH => {
            TypeKind::List(with_kind(api, *item, kind, selector, depth + 1)?)
        }
        TypeKind::String(StringFormat::Plain) if *kind != TypeKind::Cents => kind.clone(),
        TypeKind::Integer | TypeKind::Unsigned | TypeKind::Number if *kind == TypeKind::Cents => {
            if ty.kind != TypeKind::Number {
                ty.constraints.multiple_of.get_or_insert_with(|| 1.into());
            }
            kind.clone()
        }
        _ => return None,
    };
    let id = TypeId(u32::try_from(api.types.len()).ok()?);
    api.types.push(ty);
    api.refined.insert(id, selector.to_owned());
    Some(TypeRef { ty: id, ..of })
}

/// Whether a plain string or number has the name of an id, a date, a time or an amount.
fn looks_refinable(api: &Api, name: &str, of: TypeRef, depth: usize) -> bool {
    let words = crate::api::names::words(name);
    let is = |all: &[&str]| words.split(' ').any(|word| all.contains(&word));
    let ends = |all: &[&str]| words.split(' ').next_back().is_some_and(|word| all.contains(&word));
    match api.repr(of.ty) {
        Repr::List(item) if depth < MAX_DEPTH => looks_refinable(api, name, item, depth + 1),
        Repr::String => {
            is(&["id", "ids", "date", "dates", "datetime", "timestamp"]) || ends(&["at", "time", "times"])
        }
        Repr::Integer | Repr::Unsigned | Repr::Number => ends(&["cents"]),
        _ => false,
    }
}
