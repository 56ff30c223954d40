//! Parses a webhook body in any of its forms to an event.

use serde::de::DeserializeOwned;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::WebhookError;
use super::payload::{DataChange, JobFailure, SyncComplete, WriteOperationFailure};
use crate::runtime::json;
use crate::runtime::value::open_enum;

/// A webhook event.
///
/// Propexo documents bodies in three forms: flat, in an envelope (`{"trigger", "data"}`), and an older one with `meta`.
/// All are parsed; an event is serialized in the envelope. A body without a known trigger, or without the properties that the
/// event requires, is [`Event::Unknown`] with its JSON.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A record was created.
    DataNew(DataChange),
    /// A record changed.
    DataUpdate(DataChange),
    /// Reading from the vendor failed after retries.
    JobFailure(JobFailure),
    /// A sync ended.
    SyncComplete(SyncComplete),
    /// The first sync of an integration ended.
    FirstSyncComplete(SyncComplete),
    /// A write failed, completely or in part.
    WriteOperationFailure(WriteOperationFailure),
    /// Any other event.
    Unknown(UnknownEvent),
}

/// An event that this version cannot parse.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// The name of the event, if it has one.
    pub trigger: Option<Trigger>,
    /// The whole body.
    pub json: Value,
}

/// The name of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Trigger {
    /// `DATA_NEW`
    DataNew,
    /// `DATA_UPDATE`
    DataUpdate,
    /// `FIRST_SYNC_COMPLETE`
    FirstSyncComplete,
    /// `JOB_FAILURE`
    JobFailure,
    /// `SYNC_COMPLETE`
    SyncComplete,
    /// `WRITE_OPERATION_FAILURE`
    WriteOperationFailure,
    /// A name that this version does not know.
    Unknown(String),
}

open_enum::open_enum!(Trigger, {
    "DATA_NEW" => DataNew,
    "DATA_UPDATE" => DataUpdate,
    "FIRST_SYNC_COMPLETE" => FirstSyncComplete,
    "JOB_FAILURE" => JobFailure,
    "SYNC_COMPLETE" => SyncComplete,
    "WRITE_OPERATION_FAILURE" => WriteOperationFailure,
});

impl Event {
    /// Parses a body whose signature was checked; [`receive`](super::receive) does both.
    ///
    /// # Errors
    ///
    /// [`WebhookError::Payload`] if the body is not a JSON object. Any object is an event, known or not.
    pub fn parse(body: &[u8]) -> Result<Self, WebhookError> {
        let json: Map<String, Value> = json::read_owned(body).map_err(|_| WebhookError::Payload)?;
        let properties = properties(&json);
        let trigger = trigger(&json, &properties);
        let payload = Value::Object(properties);
        let event = match &trigger {
            Some(Trigger::DataNew) => read(payload).map(Self::DataNew),
            Some(Trigger::DataUpdate) => read(payload).map(Self::DataUpdate),
            Some(Trigger::JobFailure) => read(payload).map(Self::JobFailure),
            Some(Trigger::SyncComplete) => read(payload).map(Self::SyncComplete),
            Some(Trigger::FirstSyncComplete) => read(payload).map(Self::FirstSyncComplete),
            Some(Trigger::WriteOperationFailure) => read(payload).map(Self::WriteOperationFailure),
            Some(Trigger::Unknown(_)) | None => None,
        };
        Ok(event.unwrap_or(Self::Unknown(UnknownEvent { trigger, json: Value::Object(json) })))
    }

    /// Returns the name of the event, if it has one.
    #[must_use]
    pub fn trigger(&self) -> Option<&Trigger> {
        Some(match self {
            Self::DataNew(_) => &Trigger::DataNew,
            Self::DataUpdate(_) => &Trigger::DataUpdate,
            Self::JobFailure(_) => &Trigger::JobFailure,
            Self::SyncComplete(_) => &Trigger::SyncComplete,
            Self::FirstSyncComplete(_) => &Trigger::FirstSyncComplete,
            Self::WriteOperationFailure(_) => &Trigger::WriteOperationFailure,
            Self::Unknown(event) => return event.trigger.as_ref(),
        })
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn enveloped<S: Serializer>(
            serializer: S,
            trigger: Option<&Trigger>,
            data: &impl Serialize,
        ) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("trigger", &trigger)?;
            map.serialize_entry("data", data)?;
            map.end()
        }
        match self {
            Self::DataNew(data) | Self::DataUpdate(data) => enveloped(serializer, self.trigger(), data),
            Self::JobFailure(data) => enveloped(serializer, self.trigger(), data),
            Self::SyncComplete(data) | Self::FirstSyncComplete(data) => {
                enveloped(serializer, self.trigger(), data)
            }
            Self::WriteOperationFailure(data) => enveloped(serializer, self.trigger(), data),
            Self::Unknown(event) => event.json.serialize(serializer),
        }
    }
}

fn read<T: DeserializeOwned>(payload: Value) -> Option<T> {
    serde_json::from_value(payload).ok()
}

/// Returns the properties of the event, with `meta`, which may be outside of the envelope. The older form names the integration
/// and the kind of the record only in `meta`.
fn properties(json: &Map<String, Value>) -> Map<String, Value> {
    let data = json.get("data").and_then(Value::as_object).filter(|_| !json.contains_key("event"));
    let mut properties = data.unwrap_or(json).clone();
    if let Some(Value::Object(meta)) = json.get("meta") {
        for name in ["integration_id", "object"] {
            if let Some(value) = meta.get(name) {
                properties.entry(name).or_insert_with(|| value.clone());
            }
        }
        properties.entry("meta").or_insert_with(|| Value::Object(meta.clone()));
    }
    properties
}

/// Returns the name of the event; the older form has none, but only an update has a `diff`.
fn trigger(json: &Map<String, Value>, properties: &Map<String, Value>) -> Option<Trigger> {
    let candidates = [json.get("trigger"), json.get("event"), properties.get("event")];
    let named = candidates.into_iter().flatten().find_map(Value::as_str).map(Trigger::from);
    named.or_else(|| {
        (properties.contains_key("diff") && properties.contains_key("record_id"))
            .then_some(Trigger::DataUpdate)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runtime::webhook::RecordKind;
    use crate::{JobReference, WriteState};

    fn parse(json: &Value) -> Event {
        Event::parse(json.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn parses_flat_and_enveloped_bodies_alike() {
        let body = json!({
            "event": "WRITE_OPERATION_FAILURE", "integration_id": "i", "vendor": "ENTRATA", "root_job_id": "j",
            "write_status": "PARTIAL_SUCCESS", "errors": ["e"], "new": 1,
        });
        let flat = parse(&body);
        assert_eq!(flat, parse(&json!({ "trigger": "WRITE_OPERATION_FAILURE", "data": body })));
        let Event::WriteOperationFailure(failure) = flat else { panic!("{flat:?}") };
        assert_eq!((failure.job_id(), failure.errors.len()), ("j", 1));
        assert_eq!(failure.write_status, Some(WriteState::PartialSuccess));
        assert_eq!(failure.other["new"], 1);
    }

    #[test]
    fn parses_data_change_in_each_form() {
        let diff = json!({ "new": { "rent": 2 }, "previous": { "rent": 1 } });
        for body in [
            json!({ "event": "DATA_UPDATE", "integration_id": "i", "object": "units", "record_id": "r", "diff": diff,
                    "context": { "property_id": "p" } }),
            json!({ "trigger": "DATA_UPDATE", "data": { "integration_id": "i", "object": "units", "record_id": "r",
                    "diff": diff, "context": { "property_id": "p" } } }),
            json!({ "meta": { "object": "units", "integration_id": "i" }, "record_id": "r", "diff": diff,
                    "context": { "property_id": "p" } }),
        ] {
            let Event::DataUpdate(change) = parse(&body) else { panic!("{body}") };
            assert_eq!(change.integration_id.as_deref(), Some("i"));
            assert_eq!(
                (change.object.clone(), change.record_id.as_deref()),
                (Some(RecordKind::Units), Some("r"))
            );
            assert_eq!(change.property_id(), Some("p"));
            assert_eq!(change.diff.unwrap().previous["rent"], 1);
        }
    }

    #[test]
    fn parses_end_of_sync() {
        let body = json!({
            "event": "SYNC_COMPLETE", "integration_id": "i", "vendor": "YARDI", "is_backsync": false,
            "successful_job_count": 7.0, "failed_job_count": 0, "is_sync_finished": true, "job_schedule_id": null,
            "models_synced": ["leases"],
        });
        let Event::SyncComplete(sync) = parse(&json!({ "trigger": "SYNC_COMPLETE", "data": body })) else {
            panic!()
        };
        assert_eq!(
            (sync.successful_job_count, sync.job_schedule_id, sync.is_sync_finished),
            (Some(7.0), None, Some(true))
        );
        assert_eq!(sync.models_synced, ["leases"]);
        let first = json!({ "event": "FIRST_SYNC_COMPLETE", "integration_id": "i", "models_synced": null });
        assert!(matches!(parse(&first), Event::FirstSyncComplete(_)));
    }

    #[test]
    fn keeps_meta_beside_the_data() {
        let meta = json!({ "integration_id": "i", "object": "leases", "new": 1 });
        let body = json!({ "trigger": "DATA_UPDATE", "data": { "record_id": "r" }, "meta": meta });
        let Event::DataUpdate(change) = parse(&body) else { panic!() };
        assert_eq!((change.integration_id.as_deref(), change.object), (Some("i"), Some(RecordKind::Leases)));
        assert_eq!(serde_json::to_value(&change.meta).unwrap(), meta);
        assert!(change.other.is_empty());
    }

    #[test]
    fn parses_new_record_and_failed_job() {
        let body = json!({
            "context": { "property_id": "p" }, "event": "DATA_NEW", "integration_id": "i", "job_id": "j",
            "root_job_id": "k", "job_type": "t", "meta": { "integration_id": "i", "object": "robots" },
            "object": "robots", "record_id": "r", "vendor": "YARDI", "payload": { "rent": 1 },
        });
        let Event::DataNew(new) = parse(&body) else { panic!() };
        assert_eq!((new.payload["rent"].as_i64(), new.property_id()), (Some(1), Some("p")));
        assert_eq!(new.object, Some(RecordKind::Unknown("robots".to_owned())));
        assert_eq!(
            [&new.job_id, &new.root_job_id, &new.job_type].map(Option::as_deref),
            ["j", "k", "t"].map(Some)
        );
        let data = json!({
            "job_id": "j", "root_job_id": "k", "integration_id": "i", "job_type": "t", "vendor": "YARDI",
            "event": "JOB_FAILURE",
        });
        let flat = parse(&data);
        assert_eq!(flat, parse(&json!({ "trigger": "JOB_FAILURE", "data": data })));
        let Event::JobFailure(failure) = flat else { panic!() };
        assert_eq!(
            [failure.job_id, failure.root_job_id, failure.job_type],
            ["j", "k", "t"].map(|text| Some(text.to_owned()))
        );
    }

    #[test]
    fn odd_optional_property_is_kept_and_does_not_hide_the_event() {
        let odd = json!([{}]);
        for trigger in ["DATA_NEW", "DATA_UPDATE", "JOB_FAILURE", "SYNC_COMPLETE", "FIRST_SYNC_COMPLETE"] {
            for name in [
                "integration_id",
                "vendor",
                "object",
                "record_id",
                "job_id",
                "root_job_id",
                "job_type",
                "payload",
                "diff",
                "is_backsync",
                "successful_job_count",
                "models_synced",
                "meta",
            ] {
                let event = parse(&json!({ "event": trigger, name: odd }));
                assert!(!matches!(event, Event::Unknown(_)), "{trigger} {name}");
                assert_eq!(serde_json::to_value(&event).unwrap()["data"][name], odd, "{trigger} {name}");
            }
        }
        let failure = json!({ "event": "WRITE_OPERATION_FAILURE", "root_job_id": "k", "errors": "none" });
        let Event::WriteOperationFailure(failure) = parse(&failure) else { panic!() };
        assert_eq!(failure.other["errors"], "none");
    }

    #[test]
    fn event_survives_a_round_trip() {
        for body in [
            json!({ "event": "DATA_UPDATE", "record_id": "r", "meta": { "object": "units" }, "diff": { "new": {} } }),
            json!({ "trigger": "SYNC_COMPLETE", "data": { "models_synced": ["a"], "failed_job_count": 1.5 } }),
            json!({ "event": "WRITE_OPERATION_FAILURE", "root_job_id": "k", "write_status": "FAILURE" }),
            json!({ "event": "JOB_FAILURE", "job_id": null, "x": [1] }),
            json!({ "trigger": "PET_ADOPTED", "data": { "pet": 1 } }),
        ] {
            let event = parse(&body);
            assert_eq!(parse(&serde_json::to_value(&event).unwrap()), event);
        }
    }

    #[test]
    fn keeps_json_of_unknown_event() {
        for body in [
            json!({ "trigger": "PET_ADOPTED", "data": { "pet": 1 } }),
            json!({ "event": "PET_ADOPTED", "data": 7 }),
            json!({}),
            json!({ "trigger": "WRITE_OPERATION_FAILURE", "data": { "root_job_id": 7 } }),
            json!({ "trigger": 7, "data": [] }),
        ] {
            let Event::Unknown(event) = parse(&body) else { panic!("{body}") };
            assert_eq!(event.json, body);
        }
        let event = parse(&json!({ "event": "PET_ADOPTED" }));
        assert_eq!(event.trigger().map(Trigger::as_str), Some("PET_ADOPTED"));
    }

    #[test]
    fn rejects_body_other_than_object() {
        for body in ["", "[]", "7", "<html>", "{\"event\":"] {
            assert_eq!(Event::parse(body.as_bytes()), Err(WebhookError::Payload));
        }
    }
}
