//! Witnesses for people: an answer may have a hundred members beside the one that matters, and a file that is one byte
//! too long is forty megabytes.

use serde_json::{Map, Value, json};

/// A longer text inside of a witness is cut.
const TEXT: usize = 60;

/// A longer witness loses what lies beside the place that it is about.
const LONG: usize = 140;

/// Members that are kept of an object in which nothing matters more than the rest.
const MEMBERS: usize = 3;

/// The witness of a finding at a location, in a line.
pub(crate) fn line(witness: &Value, location: &str) -> String {
    let short = shortened(witness);
    let text = short.to_string();
    if text.len() <= LONG {
        return text;
    }
    // What comes before the body: `request`, `response.200`, `query.limit`.
    let place = match location.strip_prefix("response.") {
        Some(rest) => rest.find(['.', '[', '{', '<']).and_then(|at| rest.get(at..)).unwrap_or_default(),
        None => location.strip_prefix("request").unwrap_or_default(),
    };
    let told = |(name, value): (&String, &Value)| {
        let value = if name == "value" { focused(value, place) } else { value.clone() };
        (name.clone(), value)
    };
    let members: Map<String, Value> = short.as_object().into_iter().flatten().map(told).collect();
    Value::Object(members).to_string()
}

/// The value with its long texts cut.
fn shortened(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.char_indices().nth(TEXT) {
            None => text.as_str().into(),
            Some((end, _)) => {
                let start = text.get(..end).unwrap_or_default();
                format!("{start}… ({} characters)", text.chars().count()).into()
            }
        },
        Value::Array(items) => items.iter().map(shortened).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), shortened(value))).collect()
        }
        other => other.clone(),
    }
}

/// The value with what is on the way to a place, and of the rest how much it is.
fn focused(value: &Value, place: &str) -> Value {
    // Labels of variants lead nowhere in a value.
    if let Some((_, rest)) = place.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        return focused(value, rest);
    }
    match value {
        Value::Array(items) => {
            let rest = place.strip_prefix("[]").unwrap_or_default();
            let mut out: Vec<Value> = items.iter().take(1).map(|item| focused(item, rest)).collect();
            if items.len() > 1 {
                out.push(json!(format!("… {} more", items.len() - 1)));
            }
            out.into()
        }
        Value::Object(members) => {
            let rest_of = |name: &str| -> Option<&str> {
                if let Some(rest) = place.strip_prefix("{}") {
                    return Some(rest);
                }
                let rest = place.strip_prefix('.')?.strip_prefix(name)?;
                (rest.is_empty() || rest.starts_with(['.', '[', '{', '<'])).then_some(rest)
            };
            let found = members.iter().find_map(|(name, value)| Some((name, value, rest_of(name)?)));
            let mut out: Map<String, Value> = match found {
                Some((name, value, rest)) => [(name.clone(), focused(value, rest))].into_iter().collect(),
                None => members
                    .iter()
                    .take(MEMBERS)
                    .map(|(name, value)| (name.clone(), focused(value, "")))
                    .collect(),
            };
            if members.len() > out.len() {
                out.insert("…".to_owned(), json!(format!("{} more", members.len() - out.len())));
            }
            Value::Object(out)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than fits into a line.
    fn wide() -> Value {
        (0..40).map(|index| (format!("member_{index}"), json!("x"))).collect::<Map<_, _>>().into()
    }

    #[test]
    fn a_short_witness_is_left_alone() {
        let witness = json!({ "direction": "request", "value": { "a": 1, "b": [2, 3] } });
        assert_eq!(line(&witness, "request.a"), witness.to_string());
    }

    #[test]
    fn a_long_text_is_cut() {
        let witness = json!({ "direction": "request", "value": "a".repeat(100_000) });
        let text = line(&witness, "request");
        assert!(text.ends_with("aaa… (100000 characters)\"}") && text.len() < 150, "{text}");
    }

    #[test]
    fn of_a_long_witness_the_way_to_the_place_is_left() {
        let mut record = wide();
        record["a.b"] = json!([{ "c": null, "d": 1 }]);
        let witness =
            json!({ "direction": "response", "value": { "meta": wide(), "results": [record, wide()] } });
        assert_eq!(
            line(&witness, "response.200.results[].a.b[]<object>.c"),
            r#"{"direction":"response","value":{"results":[{"a.b":[{"c":null,"…":"1 more"}],"…":"40 more"},"… 1 more"],"…":"1 more"}}"#
        );
    }

    #[test]
    fn of_an_object_that_lacks_the_place_some_members_are_left() {
        let witness = json!({ "direction": "response", "value": wide() });
        assert_eq!(
            line(&witness, "response.200.gone"),
            r#"{"direction":"response","value":{"member_0":"x","member_1":"x","member_2":"x","…":"37 more"}}"#
        );
    }
}
