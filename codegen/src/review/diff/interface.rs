//! What of a document is part of the interface of the API.

use serde_json::Value;

/// The one vendor extension that is part of the interface.
pub(super) const AVAILABILITY: &str = "x-fern-availability";

/// A value of OpenAPI without descriptions.
pub(super) fn without_prose(value: &Value) -> Value {
    match value {
        Value::Object(keywords) => {
            let kept = keywords.iter().filter(|(key, value)| *key != "description" || !value.is_string());
            Value::Object(kept.map(|(key, value)| (key.clone(), without_prose(value))).collect())
        }
        Value::Array(items) => items.iter().map(without_prose).collect(),
        other => other.clone(),
    }
}
