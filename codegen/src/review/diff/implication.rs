//! Which constraints follow from others.

use serde_json::Value;

use super::view::Alternative;

/// Whether every value of one type of an alternative satisfies a constraint. `false` if that is not known.
pub(super) fn is_implied(key: &str, constraint: &Value, given: &Alternative<'_>, kind: &str) -> bool {
    let own = |key: &str| given.constraint(key).and_then(|it| it.as_f64());
    let Some(bound) = constraint.as_f64() else {
        return key == "uniqueItems" && own("maxItems").is_some_and(|max| max <= 1.0)
            || given.constraint(key).is_some_and(|own| own == *constraint && !has_reference(constraint));
    };
    let at_least = |key: &str| own(key).is_some_and(|own| own >= bound);
    let at_most = |key: &str| own(key).is_some_and(|own| own <= bound);
    match key {
        "minimum" => at_least("minimum") || at_least("exclusiveMinimum"),
        "exclusiveMinimum" => own("minimum").is_some_and(|own| own > bound) || at_least(key),
        "maximum" => at_most("maximum") || at_most("exclusiveMaximum"),
        "exclusiveMaximum" => own("maximum").is_some_and(|own| own < bound) || at_most(key),
        #[expect(clippy::cast_precision_loss)] // The count of names in memory.
        "minProperties" => at_least(key) || given.required().len() as f64 >= bound,
        "minLength" | "minItems" => at_least(key),
        "maxLength" | "maxItems" | "maxProperties" => at_most(key),
        "multipleOf" => {
            (kind == "integer" && (1.0 / bound).fract() == 0.0)
                || own(key).is_some_and(|own| (own / bound).fract() == 0.0)
        }
        _ => given.constraint(key).is_some_and(|own| own == *constraint),
    }
}

/// Whether a schema has a reference, so that an equal schema of another document may differ.
fn has_reference(schema: &Value) -> bool {
    match schema {
        Value::Object(keywords) => keywords.contains_key("$ref") || keywords.values().any(has_reference),
        Value::Array(items) => items.iter().any(has_reference),
        _ => false,
    }
}
