//! Numeric `exclusiveMinimum` and `exclusiveMaximum` become an inclusive bound and a boolean, as in OpenAPI 3.0.

use serde_json::Value;

use super::Schema;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

pub(super) fn rule(schema: &mut Schema, _at: &At<'_>, _diagnostics: &mut Diagnostics) {
    exclusive(schema, "exclusiveMinimum", "minimum", |exclusive, inclusive| exclusive >= inclusive);
    exclusive(schema, "exclusiveMaximum", "maximum", |exclusive, inclusive| exclusive <= inclusive);
}

/// Keeps the stricter bound if the schema has both.
fn exclusive(schema: &mut Schema, flag: &str, bound: &str, stricter: fn(f64, f64) -> bool) {
    let Some(exclusive) = schema.get(flag).filter(|value| value.is_number()).cloned() else { return };
    let inclusive = schema.get(bound).and_then(Value::as_f64);
    let holds =
        inclusive.is_none_or(|inclusive| exclusive.as_f64().is_some_and(|it| stricter(it, inclusive)));
    if holds {
        schema.insert(bound.to_owned(), exclusive);
        schema.insert(flag.to_owned(), Value::Bool(true));
    } else {
        schema.shift_remove(flag);
    }
}
