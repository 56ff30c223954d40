//! `const` becomes an `enum` of one value.

use serde_json::Value;

use super::Schema;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

pub(super) fn rule(schema: &mut Schema, at: &At<'_>, diagnostics: &mut Diagnostics) {
    let Some(value) = schema.shift_remove("const") else { return };
    match schema.get("enum").and_then(Value::as_array) {
        Some(values) if !values.contains(&value) => {
            diagnostics.error(
                &at.key("const"),
                "`const` is none of the values of `enum`",
                "remove one of the two",
            );
        }
        _ => {
            // The value determines the type.
            if let Some(name) = type_of(&value).filter(|_| !schema.contains_key("type")) {
                schema.insert("type".into(), name.into());
            }
            schema.insert("enum".into(), Value::Array(vec![value]));
        }
    }
}

fn type_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) => Some(if number.is_f64() { "number" } else { "integer" }),
        Value::String(_) => Some("string"),
        _ => None,
    }
}
