//! Entries of the write log, and the comparison of their parameters.

use serde_json::Value;
use serde_json::value::RawValue;

use super::WriteState;
use crate::DateTime;
use crate::runtime::json::{self, job_id};
use crate::runtime::receipt::WriteJob;

/// An entry of Propexo's write log; see [`WriteJobs::find_recent`](super::WriteJobs::find_recent).
///
/// Only the job has to match the API document; an absent string is empty, or `None`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WriteLogEntry {
    /// The job, to wait for.
    pub job: WriteJob,
    /// When the server created the entry.
    pub created_at: DateTime,
    /// The result of the write.
    pub status: WriteState,
    /// The error message.
    pub error: Option<String>,
    /// The integration of the write.
    pub integration_id: Option<String>,
    /// Propexo's description of what was written.
    pub name: Option<String>,
    /// The parameters of the write as logged; null if they cannot be decoded.
    pub parameters: Value,
}

impl WriteLogEntry {
    /// Decodes an entry; returns nothing if it does not name a job.
    pub(super) fn read(log: &RawValue) -> Option<Self> {
        let job = WriteJob::new(job_id::in_json(log)?);
        let text = |name| json::property(log, name).map(json::text);
        Some(Self {
            job,
            created_at: text("created_at").unwrap_or_default().into(),
            status: text("status").unwrap_or_default().into(),
            error: text("error"),
            integration_id: text("integration_id"),
            name: text("name"),
            parameters: json::property(log, "parameters")
                .and_then(|parameters| serde_json::from_str(parameters.get()).ok())
                .unwrap_or_default(),
        })
    }
}

/// Returns whether parameters may be those of a body: they contain each of its properties at any depth, or are not an
/// object.
pub(super) fn contains(parameters: &Value, body: &Value) -> bool {
    let wanted = body.as_object().into_iter().flatten();
    !parameters.is_object() || wanted.into_iter().all(|(name, value)| holds(parameters, name, value))
}

/// Returns whether a value, or one nested in it, has a property.
fn holds(value: &Value, name: &str, wanted: &Value) -> bool {
    match value {
        Value::Object(properties) => {
            equal(properties.get(name).unwrap_or(&Value::Null), wanted)
                || properties.values().any(|value| holds(value, name, wanted))
        }
        Value::Array(items) => items.iter().any(|item| holds(item, name, wanted)),
        _ => false,
    }
}

/// Returns whether a logged value equals the value sent. It may have additional properties; null equals absent.
fn equal(logged: &Value, sent: &Value) -> bool {
    match (logged, sent) {
        (Value::Object(logged), Value::Object(sent)) => {
            sent.iter().all(|(name, sent)| equal(logged.get(name).unwrap_or(&Value::Null), sent))
        }
        (Value::Array(logged), Value::Array(sent)) => {
            logged.len() == sent.len() && logged.iter().zip(sent).all(|(logged, sent)| equal(logged, sent))
        }
        (Value::Number(logged), Value::Number(sent)) => logged == sent || logged.as_f64() == sent.as_f64(),
        _ => logged == sent,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_each_property_at_any_depth() {
        let body =
            json!({ "integration_id": "i", "rent": 1250, "pets": ["CAT"], "address": { "city": "Reno" } });
        for parameters in [
            json!({ "integration_id": "i", "rent": 1250.0, "pets": ["CAT"], "address": { "city": "Reno", "zip": null } }),
            json!({ "integration_id": "i", "body": [{ "rent": 1250, "pets": ["CAT"], "address": { "city": "Reno" } }] }),
        ] {
            assert!(contains(&parameters, &body), "{parameters}");
        }
        for (name, other) in [
            ("integration_id", json!("I")),
            ("rent", json!("1250")),
            ("rent", json!(1250.5)),
            ("pets", json!(["CAT", "CAT"])),
            ("address", json!({ "city": "Reno " })),
            ("address", json!("Reno")),
        ] {
            let mut parameters = body.clone();
            parameters[name] = other;
            assert!(!contains(&parameters, &body), "{parameters}");
        }
    }

    #[test]
    fn treats_null_as_absent() {
        assert!(contains(&json!({}), &json!({ "notes": null })));
        assert!(contains(&json!({ "notes": null }), &json!({})));
        assert!(!contains(&json!({ "notes": "n" }), &json!({ "notes": null })));
        assert!(!contains(&json!({ "notes": null }), &json!({ "notes": "n" })));
    }

    #[test]
    fn matches_any_body_for_parameters_other_than_object() {
        for parameters in [json!(null), json!("{}"), json!([])] {
            assert!(contains(&parameters, &json!({ "notes": "n" })));
        }
        assert!(contains(&json!({ "any": 1 }), &json!(null)));
    }
}
