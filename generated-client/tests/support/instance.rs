//! Instances made of a JSON Schema, and when two of them say the same.

use serde_json::{Map, Value, json};

/// How much of a schema an instance fills.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fill {
    /// Required members only.
    Required,
    /// All members; of alternatives and enums, the one of that number.
    Everything { variant: usize },
    /// All members, null wherever that is allowed.
    Nulls,
}

impl Fill {
    /// The fills that a test goes through: the largest union of the description has 15 alternatives.
    pub(crate) fn all() -> impl Iterator<Item = Fill> {
        let everything = (0..15).map(|variant| Fill::Everything { variant });
        [Fill::Required, Fill::Nulls].into_iter().chain(everything)
    }
}

/// An instance of a schema. What this does not know how to make is a failure of the test, not a gap in it.
pub(crate) fn instance(schema: &Value, fill: Fill) -> Value {
    let nth = if let Fill::Everything { variant } = fill { variant } else { 0 };
    if let Some(alternatives) = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
        if matches!(fill, Fill::Nulls) && alternatives.iter().any(|one| one["type"] == "null") {
            return Value::Null;
        }
        return instance(&alternatives[nth % alternatives.len()], fill);
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let values = schema.get("enum").and_then(Value::as_array);
    // The description often allows null by type and not by enum; JSON Schema wants both.
    let takes_null = types.contains(&"null") && values.is_none_or(|values| values.contains(&Value::Null));
    if matches!(fill, Fill::Nulls) && takes_null {
        return Value::Null;
    }
    if let Some(values) = values {
        return values[nth % values.len()].clone();
    }
    match types.iter().find(|one| **one != "null") {
        Some(&"object") => object(schema, fill),
        Some(&"array") => array(schema, fill),
        Some(&"string") => text(schema),
        Some(&"integer") => number(schema, 3.0),
        Some(&"number") => number(schema, 2.5),
        Some(&"boolean") => Value::Bool(nth % 2 == 0),
        Some(other) => panic!("no instance of `{other}`"),
        None if types == ["null"] => Value::Null,
        None => json!({ "anything": [1, "two", null] }),
    }
}

fn object(schema: &Value, fill: Fill) -> Value {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut out = Map::new();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if !matches!(fill, Fill::Required) || required.contains(&Value::from(name.as_str())) {
            out.insert(name.clone(), instance(property, fill));
        }
    }
    if !matches!(fill, Fill::Required) && schema.get("properties").is_none() {
        let member = match schema.get("additionalProperties") {
            Some(of @ Value::Object(_)) => instance(of, fill),
            _ => json!([true, { "deep": null }]),
        };
        out.insert("some-Key".to_owned(), member);
    }
    Value::Object(out)
}

fn array(schema: &Value, fill: Fill) -> Value {
    let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
    let most = schema.get("maxItems").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let wanted = if matches!(fill, Fill::Required) { least } else { least.max(2).min(most) };
    (0..wanted).map(|_| instance(&schema["items"], fill)).collect()
}

fn text(schema: &Value) -> Value {
    let text =
        match (schema.get("format").and_then(Value::as_str), schema.get("pattern").and_then(Value::as_str)) {
            (Some("date-time"), None) => "2026-02-12T08:30:00Z",
            (Some("date"), None) => "2026-02-12",
            (Some("email"), None) => "ada@example.com",
            (Some("uri"), None) => "https://example.com/a?b=c",
            (None, Some(r"^\d{4}-\d{2}-\d{2}$")) => "2026-02-12",
            (None, Some(r"(?:[01]\d|2[0123]):(?:[012345]\d):(?:[012345]\d)")) => "08:30:00",
            (None, Some(r"(?:[01]\d|2[0123]):(?:[012345]\d)")) => "08:30",
            (None, Some(r"^\+?\d{1,50}$" | r"^\d{10}$" | r"^[2-9]\d{9}$")) => "2025550123",
            (None, Some(r"^\d{4}-(?:0[1-9]|1[0-2])$")) => "2026-02",
            (None, Some(r"^([1-9]\d?|0\.(0[1-9]|[1-9]\d?)|[1-9]\d?\.\d{1,2})$")) => "12.5",
            (None, Some(r"^[-+]\d{2}:\d{2}$")) => "-07:00",
            (None, Some(r"^\w+$")) => "acme_1",
            (None, None) => "Ätext \"of\" 5 €",
            other => panic!("no text for {other:?}"),
        };
    let least = usize::try_from(schema.get("minLength").and_then(Value::as_u64).unwrap_or(0)).unwrap();
    let most = schema
        .get("maxLength")
        .and_then(Value::as_u64)
        .map_or(usize::MAX, |most| usize::try_from(most).unwrap());
    let mut text = text.to_owned();
    while text.chars().count() < least {
        text.push('x');
    }
    Value::String(text.chars().take(most).collect())
}

fn number(schema: &Value, usual: f64) -> Value {
    let bound = |key| schema.get(key).and_then(Value::as_f64);
    let mut value = usual;
    if let Some(least) = bound("minimum") {
        value = value.max(least);
    }
    if let Some(below) = bound("exclusiveMinimum") {
        value = value.max(below + 1.0);
    }
    if let Some(most) = bound("maximum") {
        value = value.min(most);
    }
    #[allow(clippy::cast_possible_truncation)]
    if value.fract() == 0.0 { Value::from(value as i64) } else { Value::from(value) }
}

/// Whether two values say the same: numbers by value; where `schema` allows a member of an answer to be null or left out,
/// null and absence are one.
pub(crate) fn is_lossless(was: &Value, is: &Value, schema: Option<&Value>) -> bool {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            let keys: std::collections::BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            keys.into_iter().all(|key| match (was.get(key), is.get(key)) {
                (Some(was), Some(is)) => is_lossless(was, is, schema),
                (Some(Value::Null), None) => schema.is_some(),
                _ => false,
            })
        }
        (Value::Array(was), Value::Array(is)) => {
            was.len() == is.len() && was.iter().zip(is).all(|(was, is)| is_lossless(was, is, schema))
        }
        (Value::Number(was), Value::Number(is)) => was.as_f64() == is.as_f64(),
        (was, is) => was == is,
    }
}
