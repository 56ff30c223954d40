//! `x-never-null`: the only properties of responses that are never null, whatever the document says of others.
//!
//! It runs after names exist, because the table selects by them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::api::model::{Api, Field, Repr, TypeId, TypeKind};
use crate::api::names::{Names, owners};
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

/// The key of the table in the document.
pub(crate) const TABLE: &str = "x-never-null";

/// Reads the table, and makes the properties that it does not select nullable, in types that only responses have. An array
/// or a map stays what it is, and is empty if the response has null.
pub(crate) fn apply(table: Option<&Value>, api: &mut Api, names: &Names, diagnostics: &mut Diagnostics) {
    let Some(table) = table else { return };
    let at = At::ROOT.key(TABLE);
    if !table.is_object() {
        diagnostics.error(&at, "this table is an object: the selector of a property to the reason", "");
    }
    let table = table.as_object().into_iter().flatten();
    for (selector, _) in table.clone().filter(|(_, reason)| !reason.is_string()) {
        diagnostics.error(&at.key(selector), "an entry of this table is a string", "write the reason");
    }
    let selectors: BTreeSet<&str> = table.map(|(selector, _)| selector.as_str()).collect();
    let mut used = BTreeSet::new();
    for (id, fields) in nullable(api, names, &selectors, &mut used) {
        if let Some(TypeKind::Struct(it)) = api.types.get_mut(id.0 as usize).map(|ty| &mut ty.kind) {
            it.fields = fields;
        }
    }
    for selector in selectors {
        if !used.contains(selector) {
            let what = "no property that responses always have matches this entry";
            diagnostics.warning(&at.key(selector), what, "correct its selector, or remove it");
        }
    }
}

/// Returns the fields of all types that only responses have.
fn nullable(
    api: &Api,
    names: &Names,
    selectors: &BTreeSet<&str>,
    used: &mut BTreeSet<String>,
) -> BTreeMap<TypeId, Vec<Field>> {
    let (sent, alternatives) = (api.sent(), alternatives(api));
    let is_subject = |id: &TypeId| !sent.contains(id) && !alternatives.contains(id);
    let mut changed = BTreeMap::new();
    for id in api.received().into_iter().filter(is_subject) {
        let mut fields = api.fields(id).to_vec();
        for field in fields.iter_mut().filter(|field| field.required && !field.of.nullable) {
            let owners = owners::of_type(api, names, id);
            let selector =
                owners::keys(owners, &field.wire_name).find(|key| selectors.contains(key.as_str()));
            match (selector, api.repr(field.of.ty)) {
                (Some(selector), _) => {
                    used.insert(selector);
                }
                (None, Repr::List(_) | Repr::Map(_) | Repr::Object) => field.empty_if_null = true,
                (None, _) => field.of.nullable = true,
            }
        }
        changed.insert(id, fields);
    }
    changed
}

/// Returns the alternatives of unions: their required properties tell them apart, and a value that fits none of them is
/// kept as it is.
fn alternatives(api: &Api) -> BTreeSet<TypeId> {
    let unions = api.ids().filter_map(|id| match api.repr(id) {
        Repr::Union(variants) => Some(variants),
        _ => None,
    });
    unions.flatten().map(|variant| variant.of.ty).collect()
}
