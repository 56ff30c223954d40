//! `x-constructors`: keeps the constructors of published types when a later document requires fewer fields.
//!
//! It runs after `refine`, because the Rust types of fields decide the form of a constructor without an entry.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::model::{Api, Constructor, PinnedConstructor, TypeId, TypeKind};
use crate::api::names::Names;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

/// The key of the table in the document.
pub const TABLE: &str = "x-constructors";

/// The words for the two forms in the table.
const FORMS: [(&str, Constructor); 2] =
    [("positional", Constructor::Positional), ("named", Constructor::Named)];

/// The help for an entry that no longer holds: the command that accepts the change.
const ACCEPT: &str = "run `cargo xtask pin-constructors`, which breaks callers of the constructor";

/// Returns the types that the table can name, with the paths by which it names them: the structs of requests.
pub fn constructed(api: &Api, names: &Names) -> BTreeMap<String, TypeId> {
    let is_struct = |id: &TypeId| matches!(api.get(*id).kind, TypeKind::Struct(_));
    let structs = api.sent().into_iter().filter(|id| is_struct(id) && names.types.contains_key(id));
    structs.map(|id| (names.type_path(id), id)).collect()
}

/// Returns an entry of the table: the constructor that a type has.
pub fn entry(api: &Api, id: TypeId) -> Value {
    let required = api.required_fields(id);
    let fields: Vec<&str> = required.iter().map(|(_, field)| field.wire_name.as_str()).collect();
    let constructor = api.constructor(id);
    let form = FORMS.iter().find(|(_, form)| *form == constructor).map_or("positional", |(word, _)| word);
    serde_json::json!({ form: fields })
}

/// Reads the table, and pins the constructors of the types that it names: their fields stay required.
pub(crate) fn pin(table: Option<&Value>, api: &mut Api, names: &Names, diagnostics: &mut Diagnostics) {
    let Some(table) = table else { return };
    let at = At::ROOT.key(TABLE);
    if !table.is_object() {
        diagnostics.error(&at, "this table is an object: the path of a type to its constructor", "");
    }
    let types = constructed(api, names);
    let received = api.received();
    for (path, entry) in table.as_object().into_iter().flatten() {
        let at = at.key(path);
        let Some((form, fields)) = read(entry) else {
            let help = "for example `leads::CreateLead: {named: [integration_id, property_id]}`";
            diagnostics.error(&at, "an entry is `{positional: [field]}` or `{named: [field]}`", help);
            continue;
        };
        let Some(id) = types.get(path) else {
            let help = "`cargo xtask pin-constructors` removes it";
            diagnostics.warning(&at, "no type of requests has this path", help);
            continue;
        };
        for (what, way_out) in pin_type(api, *id, form, &fields, received.contains(id)) {
            diagnostics.warning(&at, what, format!("{way_out}, or {ACCEPT}"));
        }
    }
}

/// Pins the constructor of a type; returns why it differs from its entry, each time with a way out.
fn pin_type(
    api: &mut Api,
    id: TypeId,
    form: Constructor,
    wire_names: &[&str],
    is_received: bool,
) -> Vec<(String, &'static str)> {
    let mut problems = Vec::new();
    let mut pinned = PinnedConstructor { form, fields: Vec::new() };
    let Some(TypeKind::Struct(it)) = api.types.get_mut(id.0 as usize).map(|ty| &mut ty.kind) else {
        return problems;
    };
    for wire_name in wire_names {
        let found = it.fields.iter_mut().enumerate().find(|(_, field)| field.wire_name == *wire_name);
        let Some((index, field)) = found else {
            let what =
                format!("the type has no property `{wire_name}` any more, so its constructor lacks it");
            problems.push((what, "add the property by an overlay, if the server accepts it"));
            continue;
        };
        if is_received && !field.required {
            let what = format!(
                "`{wire_name}` is not required any more, and responses have the type, too, so its constructor lacks it"
            );
            problems.push((what, "require the property by an overlay, if responses always have it"));
            continue;
        }
        field.required = true;
        pinned.fields.push(index);
    }
    for field in it.fields.iter().filter(|field| field.required) {
        if !wire_names.contains(&field.wire_name.as_str()) {
            let what = format!(
                "`{}` is required and not in this entry; the constructor takes it, because a request without it is \
                 invalid",
                field.wire_name
            );
            problems.push((
                what,
                "make the property optional by an overlay, if the server accepts requests without it",
            ));
        }
    }
    api.pinned.insert(id, pinned);
    problems
}

/// Reads the form of a constructor and the wire names of its fields.
fn read(entry: &Value) -> Option<(Constructor, Vec<&str>)> {
    let entry = entry.as_object().filter(|entry| entry.len() == 1)?;
    let (form, fields) =
        FORMS.iter().find_map(|(word, form)| Some((*form, entry.get(*word)?.as_array()?)))?;
    Some((form, fields.iter().map(Value::as_str).collect::<Option<_>>()?))
}
