//! Shortens counterexamples for people: a response may have a hundred properties besides the one that matters, and a string
//! that is too long by one character may have thousands.

use codegen::api::location::{Location, Segment};
use codegen::diff::Change;
use serde_json::{Map, Value, json};

/// The characters of a string that are kept.
const MAX_STRING: usize = 60;

/// A counterexample with more bytes keeps only what leads to its location.
const MAX_LENGTH: usize = 140;

/// The properties that are kept of an object that the location does not lead through.
const MAX_PROPERTIES: usize = 3;

/// The counterexample of a change, in a line.
pub(crate) fn of(change: &Change) -> Option<String> {
    Some(line(change.counterexample.as_ref()?, &change.sites.first()?.location))
}

fn line(counterexample: &Value, location: &Location) -> String {
    let short = with_short_strings(counterexample);
    let text = short.to_string();
    if text.len() <= MAX_LENGTH {
        return text;
    }
    let focused = |(name, value): (&String, &Value)| {
        let value = if name == "value" { focus(value, location.below_root()) } else { value.clone() };
        (name.clone(), value)
    };
    let out: Map<String, Value> = short.as_object().into_iter().flatten().map(focused).collect();
    Value::Object(out).to_string()
}

fn with_short_strings(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.char_indices().nth(MAX_STRING) {
            None => text.as_str().into(),
            Some((end, _)) => {
                let start = text.get(..end).unwrap_or_default();
                format!("{start}… ({} characters)", text.chars().count()).into()
            }
        },
        Value::Array(items) => items.iter().map(with_short_strings).collect(),
        Value::Object(object) => {
            object.iter().map(|(name, value)| (name.clone(), with_short_strings(value))).collect()
        }
        other => other.clone(),
    }
}

/// The value with the parts that lead to a location, and the number of the others.
fn focus(value: &Value, location: &[Segment]) -> Value {
    match (value, location) {
        // A value does not have the labels of variants.
        (_, [Segment::Variant(_), below @ ..]) => focus(value, below),
        (Value::Array(items), _) => {
            let below = if let [Segment::Items, below @ ..] = location { below } else { &[] };
            let mut out: Vec<Value> = items.iter().take(1).map(|item| focus(item, below)).collect();
            if items.len() > 1 {
                out.push(json!(format!("… {} more", items.len() - 1)));
            }
            out.into()
        }
        (Value::Object(object), _) => {
            let found = match location {
                [Segment::Property(name), below @ ..] => Some((object.get_key_value(&**name), below)),
                [Segment::AdditionalProperties, below @ ..] => Some((object.iter().next(), below)),
                _ => None,
            };
            let mut out: Map<String, Value> = match found {
                Some((Some((name, value)), below)) => {
                    [(name.clone(), focus(value, below))].into_iter().collect()
                }
                _ => {
                    let first = object.iter().take(MAX_PROPERTIES);
                    first.map(|(name, value)| (name.clone(), focus(value, &[]))).collect()
                }
            };
            if object.len() > out.len() {
                out.insert("…".to_owned(), json!(format!("{} more", object.len() - out.len())));
            }
            Value::Object(out)
        }
        (other, _) => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An object that does not fit into a line.
    fn wide() -> Value {
        (0..40).map(|index| (format!("member_{index}"), json!("x"))).collect::<Map<_, _>>().into()
    }

    #[test]
    fn keeps_short_counterexample() {
        let counterexample = json!({ "direction": "request", "value": { "a": 1, "b": [2, 3] } });
        assert_eq!(line(&counterexample, &Location::request().property("a")), counterexample.to_string());
    }

    #[test]
    fn cuts_long_string() {
        let counterexample = json!({ "direction": "request", "value": "a".repeat(100_000) });
        let text = line(&counterexample, &Location::request());
        assert!(text.ends_with("aaa… (100000 characters)\"}") && text.len() < 150, "{text}");
    }

    #[test]
    fn keeps_what_leads_to_the_location() {
        let mut record = wide();
        record["a.b"] = json!([{ "c": null, "d": 1 }]);
        let counterexample =
            json!({ "direction": "response", "value": { "meta": wide(), "results": [record, wide()] } });
        let variant = Segment::Variant("object".into());
        let records = Location::response("200").property("results").child(Segment::Items);
        let location = records.property("a.b").child(Segment::Items).child(variant).property("c");
        assert_eq!(
            line(&counterexample, &location),
            r#"{"direction":"response","value":{"results":[{"a.b":[{"c":null,"…":"1 more"}],"…":"40 more"},"… 1 more"],"…":"1 more"}}"#
        );
    }

    #[test]
    fn keeps_some_properties_of_object_without_the_location() {
        let counterexample = json!({ "direction": "response", "value": wide() });
        assert_eq!(
            line(&counterexample, &Location::response("200").property("gone")),
            r#"{"direction":"response","value":{"member_0":"x","member_1":"x","member_2":"x","…":"37 more"}}"#
        );
    }
}
