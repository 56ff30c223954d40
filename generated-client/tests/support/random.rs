//! Generates random instances, valid and invalid, which are equal for equal seeds.

use serde_json::{Map, Value, json};

use super::instance::{Fill, instance};

/// A small random number generator (xorshift), so that a seed determines all values.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap() % end.max(1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// Generates an instance in which each optional property may be absent. One value in `faults` is invalid; none if
    /// that is 0.
    pub(crate) fn instance(&mut self, schema: &Value, faults: usize) -> Value {
        if faults > 0 && self.one_in(faults) {
            return self.odd_value(schema);
        }
        if let Some(all) = schema.get("anyOf").and_then(Value::as_array) {
            let chosen = self.below(all.len());
            return self.instance(&all[chosen], faults);
        }
        let nullable = schema["type"].as_array().is_some_and(|types| types.contains(&json!("null")));
        if nullable && schema.get("enum").is_none() && self.one_in(4) {
            return Value::Null;
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return values[self.below(values.len())].clone();
        }
        if let Some(members) = schema.get("properties").and_then(Value::as_object) {
            let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            let mut out = Map::new();
            for (name, property) in members {
                if required.contains(&json!(name)) || self.one_in(3) {
                    out.insert(name.clone(), self.instance(property, faults));
                }
            }
            return Value::Object(out);
        }
        if let Some(items) = schema.get("items") {
            let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
            let most = schema.get("maxItems").and_then(Value::as_u64).unwrap_or(3).min(3);
            let count = least + u64::try_from(self.below(3)).unwrap().min(most.saturating_sub(least));
            return (0..count).map(|_| self.instance(items, faults)).collect();
        }
        let variant = self.below(15);
        instance(schema, Fill::Everything { variant })
    }

    /// A value that the schema may accept or reject: near its bounds, or of another type.
    fn odd_value(&mut self, schema: &Value) -> Value {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let mut odd = vec![
            json!("no such value"),
            json!(""),
            json!("x".repeat(1200)),
            json!(-1),
            json!(0),
            json!(0.5),
            json!(1e9),
            json!(true),
            json!([]),
            json!({}),
            json!("2026-02-30"),
            json!("2026-02-12T08:30:00"),
            json!("2026-02-12"),
            json!("25:61:00"),
            json!("not an address"),
            Value::Null,
        ];
        for key in ["minimum", "maximum", "exclusiveMinimum"] {
            odd.extend(
                bound(key)
                    .into_iter()
                    .flat_map(|limit| [json!(limit - 1.0), json!(limit), json!(limit + 1.0)]),
            );
        }
        if let Some(most) = schema.get("maxLength").and_then(Value::as_u64).filter(|most| *most < 5000) {
            let most = usize::try_from(most).unwrap();
            // The length is in characters, not bytes.
            odd.extend([json!("ü".repeat(most)), json!("ü".repeat(most + 1))]);
        }
        if let (Some(items), Some(most)) =
            (schema.get("items"), schema.get("maxItems").and_then(Value::as_u64))
        {
            let item = instance(items, Fill::Required);
            odd.push((0..=most).map(|_| item.clone()).collect());
        }
        // Mostly of the right type: a value of another type does not reach `validate()`.
        if !self.one_in(5) {
            let types = schema["type"].as_str().map_or_else(|| schema["type"].to_string(), str::to_owned);
            let kind = |value: &Value| match value {
                Value::String(_) => "string",
                Value::Number(number) if number.is_f64() => "number",
                Value::Number(_) => {
                    if types.contains("integer") {
                        "integer"
                    } else {
                        "number"
                    }
                }
                Value::Bool(_) => "boolean",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
                Value::Null => "null",
            };
            let fitting: Vec<Value> =
                odd.iter().filter(|value| types.contains(kind(value))).cloned().collect();
            if !fitting.is_empty() {
                odd = fitting;
            }
        }
        odd.swap_remove(self.below(odd.len()))
    }
}
