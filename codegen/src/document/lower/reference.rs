//! `$ref` with siblings becomes an `allOf` of both; OpenAPI 3.0 ignores the siblings of a `$ref`.

use serde_json::{Map, Value};

use super::Schema;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

pub(super) fn rule(schema: &mut Schema, _at: &At<'_>, _problems: &mut Diagnostics) {
    if schema.len() < 2 {
        return;
    }
    let Some(reference) = schema.shift_remove("$ref") else { return };
    let reference = Value::Object(Map::from_iter([("$ref".to_owned(), reference)]));
    match schema.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(all_of) => all_of.insert(0, reference),
        None => {
            schema.insert("allOf".into(), Value::Array(vec![reference]));
        }
    }
}
