//! Values of `enum` that `type` excludes. YAML reads `yes: 1` and `code: 007` as numbers where a string is meant.

use serde_json::Value;

use super::Schema;
use super::types::is_a;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

pub(super) fn rule(schema: &mut Schema, at: &At<'_>, diagnostics: &mut Diagnostics) {
    let Some(name) = schema.get("type").and_then(Value::as_str).map(str::to_owned) else { return };
    let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) else { return };
    let at = at.key("enum");
    let mut kept: Vec<Value> = Vec::new();
    for value in std::mem::take(values) {
        if value.is_null() || is_a(&value, &name) {
            kept.push(value);
        } else if name == "string" && (value.is_number() || value.is_boolean()) {
            let what = format!("the value `{value}` is not a string, and is read as one");
            diagnostics.warning(&at, what, "write it in quotes");
            let text = Value::String(value.to_string());
            if !kept.contains(&text) {
                kept.push(text);
            }
        } else {
            let what = format!("the value `{value}` is left out, because the type is `{name}`");
            diagnostics.warning(&at, what, "correct `type` or the values by an overlay");
        }
    }
    if kept.is_empty() {
        schema.shift_remove("enum");
    } else {
        *values = kept;
    }
}
