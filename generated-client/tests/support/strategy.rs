//! Instances for `proptest`: all values of a schema that a client must not lose, and undocumented ones that servers
//! send.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use serde_json::{Map, Value, json};

use super::instance::{ODD_DATES, is_date, takes_null};

const USUAL_DATES: [&str; 3] = ["2026-02-12", "2026-02-12T08:30:00.000Z", "2026-02-12T08:30:00-07:00"];

/// Instances of a schema. Strings are arbitrary: only `validate()` applies constraints, and an enum may grow.
pub(crate) fn instances(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(alternatives) = schema["anyOf"].as_array() {
        return Union::new(alternatives.iter().map(instances)).boxed();
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => return anything(),
    };
    let one = match types.iter().find(|one| **one != "null") {
        Some(&"object") => object(schema),
        Some(&"array") => vec(instances(&schema["items"]), 0..3).prop_map(Value::from).boxed(),
        Some(&"string") => string(schema),
        Some(&"integer") => integers(),
        Some(&"number") => numbers(),
        Some(&"boolean") => any::<bool>().prop_map(Value::from).boxed(),
        Some(other) => panic!("no instances of `{other}`"),
        None => return Just(Value::Null).boxed(),
    };
    if takes_null(schema) { prop_oneof![1 => Just(Value::Null), 3 => one].boxed() } else { one }
}

fn object(schema: &Value) -> BoxedStrategy<Value> {
    let Some(properties) = schema["properties"].as_object() else {
        let member =
            schema.get("additionalProperties").filter(|of| of.is_object()).map_or_else(anything, instances);
        return btree_map(texts(), member, 0..3).prop_map(|members| members.into_iter().collect()).boxed();
    };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let members: Vec<BoxedStrategy<Option<(String, Value)>>> = properties
        .iter()
        .map(|(name, property)| {
            let name = name.clone();
            let is_required = required.contains(&json!(name));
            let types = property["type"].to_string();
            let is_amount =
                name.ends_with("_in_cents") && (types.contains("number") || types.contains("integer"));
            let value = if is_amount { amounts(property) } else { instances(property) };
            let value = value.prop_map(move |value| (name.clone(), value));
            // A receipt needs an id.
            let value = value.prop_filter("empty job id", |(name, value)| name != "job_id" || value != "");
            if is_required { value.prop_map(Some).boxed() } else { proptest::option::of(value).boxed() }
        })
        .collect();
    members.prop_map(|members| Value::Object(members.into_iter().flatten().collect::<Map<_, _>>())).boxed()
}

fn string(schema: &Value) -> BoxedStrategy<Value> {
    let usual = match schema["enum"].as_array() {
        Some(values) => select(values.clone()).boxed(),
        None if is_date(schema) => {
            prop_oneof![select(&USUAL_DATES[..]), select(&ODD_DATES[..])].prop_map(Value::from).boxed()
        }
        None => return texts().prop_map(Value::from).boxed(),
    };
    prop_oneof![3 => usual, 1 => texts().prop_map(Value::from)].boxed()
}

/// Short, so that many are tried, and often with special characters.
fn texts() -> BoxedStrategy<String> {
    let signs = prop_oneof![
        select(&['a', 'B', '_', '"', '\\', '\n', '\0', ' ', '/', 'é', '\u{202e}', '😀'][..]),
        any::<char>()
    ];
    vec(signs, 0..6).prop_map(String::from_iter).boxed()
}

/// JSON has one number type, so an integer may be written with a decimal point.
fn integers() -> BoxedStrategy<Value> {
    prop_oneof![
        (-1_000..1_000_000_i64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1_000..1_000_000_i32).prop_map(|whole| Value::from(f64::from(whole))),
    ]
    .boxed()
}

/// Instances of a number of cents. Other numbers with more digits are too long for money.
fn amounts(schema: &Value) -> BoxedStrategy<Value> {
    let cents =
        prop_oneof![integers(), (-100_000..100_000_i32).prop_map(|it| Value::from(f64::from(it) / 1000.0))];
    if takes_null(schema) { prop_oneof![1 => Just(Value::Null), 3 => cents].boxed() } else { cents.boxed() }
}

fn numbers() -> BoxedStrategy<Value> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    prop_oneof![
        (-100_000..100_000_i32).prop_map(|cents| Value::from(f64::from(cents) / 100.0)),
        (-100_000..100_000_i32).prop_map(Value::from),
        (POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO).prop_map(Value::from),
    ]
    .boxed()
}

fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        integers(),
        numbers(),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map(texts(), inner, 0..3).prop_map(|members| members.into_iter().collect()),
        ]
    })
    .boxed()
}
