//! Generates instances of a JSON Schema, and compares two of them.

use serde_json::{Map, Value, json};

/// How an instance fills a schema.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fill {
    /// Only the required properties.
    Required,
    /// All properties; of alternatives and enums, the one with this index.
    Everything { variant: usize },
    /// All properties, null wherever it is allowed.
    Nulls,
    /// Like `Everything`, but with undocumented strings: [`UNKNOWN`] in each enum, and odd dates.
    Odd { variant: usize },
}

/// A value that is not in any enum.
pub(crate) const UNKNOWN: &str = "NOT_INVENTED_YET";

/// The property name in an instance of a map.
pub(crate) const KEY: &str = "some-Key";

/// The prefix of secret strings.
pub(crate) const HIDDEN: &str = "hunter2";

/// Values that occur occasionally in dates. None of them is an RFC 3339 date-time.
pub(crate) const ODD_DATES: [&str; 20] = [
    "2024-02-30",
    "0000-00-00",
    "2024-1-5",
    "",
    " ",
    "N/A",
    "20240105",
    "01/05/2024",
    "+12024-01-05",
    "-0001-01-05",
    "2024-01-05T08:30:00",
    "2024-01-05 08:30:00Z",
    "2024-01-05t08:30:00z",
    "2016-12-31T23:59:60Z",
    "2024-01-05T24:00:00Z",
    "2024-01-05T08:30Z",
    "2024-01-05T08:30:00.000000000000001+00:00",
    "2024-01-05T08:30:00-00:00",
    "2024-01-05T08:30:00+25:61",
    "2024-W01-5",
];

impl Fill {
    /// The fills that a test uses: the largest union of the document has 15 alternatives.
    pub(crate) fn all() -> impl Iterator<Item = Fill> {
        let everything = (0..15).map(|variant| Fill::Everything { variant });
        [Fill::Required, Fill::Nulls].into_iter().chain(everything)
    }

    fn variant(self) -> usize {
        match self {
            Fill::Everything { variant } | Fill::Odd { variant } => variant,
            Fill::Required | Fill::Nulls => 0,
        }
    }
}

/// Generates an instance of a schema. Panics on an unsupported schema, so that nothing is skipped silently.
pub(crate) fn instance(schema: &Value, fill: Fill) -> Value {
    let nth = fill.variant();
    if let Some(alternatives) = schema.get("anyOf").and_then(Value::as_array) {
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
    // The document often permits null by type but not by enum; JSON Schema requires both.
    let takes_null = types.contains(&"null") && values.is_none_or(|values| values.contains(&Value::Null));
    if matches!(fill, Fill::Nulls) && takes_null {
        return Value::Null;
    }
    if matches!(fill, Fill::Odd { .. }) {
        if is_enum(schema) {
            return Value::from(UNKNOWN);
        }
        if is_date(schema) {
            return Value::from(ODD_DATES[nth % ODD_DATES.len()]);
        }
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
        Some(&"boolean") => Value::Bool(nth.is_multiple_of(2)),
        Some(other) => panic!("no instance of `{other}`"),
        None if types == ["null"] => Value::Null,
        None => json!({ "anything": [1, "two", null] }),
    }
}

/// Whether a schema is an enum of strings.
pub(crate) fn is_enum(schema: &Value) -> bool {
    schema["enum"].as_array().is_some_and(|values| values.iter().any(Value::is_string))
}

/// Whether a schema is a date or a date-time.
pub(crate) fn is_date(schema: &Value) -> bool {
    matches!(schema["format"].as_str(), Some("date" | "date-time")) || schema["pattern"] == DATE
}

/// The pattern that the document uses for a date.
const DATE: &str = r"^\d{4}-\d{2}-\d{2}$";

/// Whether values of a schema must not be logged.
pub(crate) fn is_secret(schema: &Value) -> bool {
    schema.get("x-rust-secret").is_some()
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
        out.insert(KEY.to_owned(), member);
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
            (None, Some(DATE)) => "2026-02-12",
            (None, Some(r"(?:[01]\d|2[0123]):(?:[012345]\d):(?:[012345]\d)")) => "08:30:00",
            (None, Some(r"(?:[01]\d|2[0123]):(?:[012345]\d)")) => "08:30",
            (None, Some(r"^\+?\d{1,50}$" | r"^\d{10}$" | r"^[2-9]\d{9}$")) => "2025550123",
            (None, Some(r"^\d{4}-(?:0[1-9]|1[0-2])$")) => "2026-02",
            (None, Some(r"^([1-9]\d?|0\.(0[1-9]|[1-9]\d?)|[1-9]\d?\.\d{1,2})$")) => "12.5",
            (None, Some(r"^[-+]\d{2}:\d{2}$")) => "-07:00",
            (None, Some(r"^\w+$")) => "acme_1",
            (None, None) if is_secret(schema) => HIDDEN,
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

/// The first loss from `was` to `is`, if there is one. Numbers compare by value. `response` is the schema of a
/// response: an optional property that is null may be omitted there, but not in a request.
pub(crate) fn loss(was: &Value, is: &Value, response: Option<&Value>) -> Option<String> {
    difference(was, is, &response.map(alternatives).unwrap_or_default(), String::new())
}

fn difference(was: &Value, is: &Value, schemas: &[&Value], path: String) -> Option<String> {
    let same = match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            let keys: std::collections::BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            return keys.into_iter().find_map(|key| {
                let path = format!("{path}.{key}");
                match (was.get(key), is.get(key)) {
                    (Some(was), Some(is)) => difference(was, is, &members(schemas, key), path),
                    (Some(Value::Null), None)
                        if schemas.iter().any(|schema| may_be_left_out(schema, key)) =>
                    {
                        None
                    }
                    _ => Some(path),
                }
            });
        }
        (Value::Array(was), Value::Array(is)) if was.len() == is.len() => {
            let items: Vec<&Value> =
                schemas.iter().filter_map(|schema| schema.get("items")).flat_map(alternatives).collect();
            return (0..was.len())
                .find_map(|at| difference(&was[at], &is[at], &items, format!("{path}[{at}]")));
        }
        (Value::Number(one), Value::Number(other)) => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one == other,
            _ => one.as_f64() == other.as_f64(),
        },
        (was, is) => was == is,
    };
    (!same).then_some(path)
}

/// The schemas that a value may match.
fn alternatives(schema: &Value) -> Vec<&Value> {
    match schema.get("anyOf").and_then(Value::as_array) {
        Some(all) => all.iter().flat_map(alternatives).collect(),
        None => vec![schema],
    }
}

fn members<'a>(schemas: &[&'a Value], key: &str) -> Vec<&'a Value> {
    let of = |schema: &&'a Value| schema["properties"].get(key).or(schema.get("additionalProperties"));
    schemas.iter().filter_map(of).flat_map(alternatives).collect()
}

fn may_be_left_out(schema: &Value, key: &str) -> bool {
    let required = schema["required"].as_array().is_some_and(|required| required.contains(&json!(key)));
    schema["properties"]
        .get(key)
        .is_some_and(|member| !required && alternatives(member).into_iter().any(takes_null))
}

/// Whether a schema without alternatives accepts null; an empty schema accepts every value.
pub(crate) fn takes_null(schema: &Value) -> bool {
    match &schema["type"] {
        Value::String(one) => one == "null",
        Value::Array(all) => all.contains(&json!("null")),
        _ => true,
    }
}
