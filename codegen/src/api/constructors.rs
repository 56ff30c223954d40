//! `x-constructors`: keeps the constructors of published types when a later document requires fewer fields.
//!
//! It runs after `refine`, because the Rust types of fields decide the form of a constructor without an entry.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::model::{Api, Constructor, Field, PinnedConstructor, TypeId, TypeKind};
use crate::api::names::Names;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

/// The key of the table in the document.
pub const TABLE: &str = "x-constructors";

/// The words for the two forms in the table.
const FORMS: [(&str, Constructor); 2] =
    [("positional", Constructor::Positional), ("named", Constructor::Named)];

/// The key of the fields whose argument may be null.
const NULLABLE: &str = "nullable";

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
    let names: Vec<&str> = required.iter().map(|(_, field)| field.wire_name.as_str()).collect();
    let constructor = api.constructor(id);
    let form = FORMS.iter().find(|(_, form)| *form == constructor).map_or("positional", |(word, _)| word);
    let may_be_null = |field: &&&Field| field.of.nullable;
    let fields = required.iter().map(|(_, field)| field);
    let nullable: Vec<&str> = fields.filter(may_be_null).map(|field| field.wire_name.as_str()).collect();
    match nullable.as_slice() {
        [] => json!({ form: names }),
        _ => json!({ form: names, NULLABLE: nullable }),
    }
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
        let Some(entry) = Entry::read(entry) else {
            let help = "for example `leads::CreateLead: {named: [integration_id, property_id]}`";
            diagnostics.error(&at, "an entry is `{positional: [field]}` or `{named: [field]}`", help);
            continue;
        };
        let Some(id) = types.get(path) else {
            let help = "`cargo xtask pin-constructors` removes it";
            diagnostics.warning(&at, "no type of requests has this path", help);
            continue;
        };
        for (what, way_out) in pin_type(api, *id, &entry, received.contains(id)) {
            diagnostics.warning(&at, what, format!("{way_out}, or {ACCEPT}"));
        }
    }
}

/// Pins the constructor of a type; returns why it differs from its entry, each time with a way out.
fn pin_type(api: &mut Api, id: TypeId, entry: &Entry<'_>, is_received: bool) -> Vec<(String, &'static str)> {
    let mut differences = Vec::new();
    let mut pinned = PinnedConstructor { form: entry.form, fields: Vec::new() };
    let Some(TypeKind::Struct(it)) = api.types.get_mut(id.0 as usize).map(|ty| &mut ty.kind) else {
        return differences;
    };
    for wire_name in &entry.fields {
        let found = it.fields.iter_mut().enumerate().find(|(_, field)| field.wire_name == *wire_name);
        let Some((index, field)) = found else {
            let what =
                format!("the type has no property `{wire_name}` any more, so its constructor lacks it");
            differences.push((what, "add the property by an overlay, if the server accepts it"));
            continue;
        };
        if is_received && !field.required {
            let what = format!(
                "`{wire_name}` is not required any more, and responses have the type, too, so its constructor lacks it"
            );
            differences.push((what, "require the property by an overlay, if responses always have it"));
            continue;
        }
        let is_nullable = entry.nullable.contains(wire_name);
        if is_received && field.of.nullable && !is_nullable {
            let what = format!(
                "`{wire_name}` may be null now, and responses have the type, too, so the constructor takes an `Option`"
            );
            differences.push((what, "forbid null by an overlay, if responses never have it"));
        } else {
            field.of.nullable &= is_nullable;
        }
        field.required = true;
        pinned.fields.push(index);
    }
    for field in it.fields.iter().filter(|field| field.required) {
        if !entry.fields.contains(&field.wire_name.as_str()) {
            let what = format!(
                "`{}` is required and not in this entry; the constructor takes it, because a request without it is \
                 invalid",
                field.wire_name
            );
            differences.push((
                what,
                "make the property optional by an overlay, if the server accepts requests without it",
            ));
        }
    }
    api.pinned.insert(id, pinned);
    differences
}

/// An entry of the table.
struct Entry<'v> {
    form: Constructor,
    /// The wire names of the fields.
    fields: Vec<&'v str>,
    /// Those of them that may be null.
    nullable: Vec<&'v str>,
}

impl<'v> Entry<'v> {
    fn read(entry: &'v Value) -> Option<Self> {
        let entry = entry.as_object()?;
        let strings = |value: &'v Value| value.as_array()?.iter().map(Value::as_str).collect();
        let (form, fields) = FORMS.iter().find_map(|(word, form)| Some((*form, entry.get(*word)?)))?;
        let nullable = entry.get(NULLABLE);
        let has_no_other_key = entry.len() == 1 + usize::from(nullable.is_some());
        let nullable = nullable.map_or_else(|| Some(Vec::new()), strings)?;
        has_no_other_key.then_some(Entry { form, fields: strings(fields)?, nullable })
    }
}
