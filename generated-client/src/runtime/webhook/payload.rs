//! The payloads of events. Propexo's documentation of them is inconsistent, so only properties that an event cannot do
//! without are required, and an optional property of another type than documented is kept in `other`.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::record_kind::RecordKind;
use crate::{JobReference, Object, WriteState};

/// Removes and returns a property, if it has the type; null has the type of every optional property.
fn take<T: DeserializeOwned>(from: &mut Object, name: &str) -> Option<T> {
    let value = serde_json::from_value(from.get(name)?.clone()).ok()?;
    from.remove(name);
    Some(value)
}

/// Removes and returns an optional property; its default if it is absent or of another type.
fn optional<T: DeserializeOwned + Default>(from: &mut Object, name: &str) -> T {
    take(from, name).unwrap_or_default()
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A record that was created or changed.
///
/// A new record may have little more than its id, and be completed by later changes; related records are records of
/// their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DataChange {
    /// The integration of the record.
    #[serde(skip_serializing_if = "is_default")]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(skip_serializing_if = "is_default")]
    pub vendor: Option<String>,
    /// The kind of the record.
    #[serde(skip_serializing_if = "is_default")]
    pub object: Option<RecordKind>,
    /// Propexo's id of the record.
    #[serde(skip_serializing_if = "is_default")]
    pub record_id: Option<String>,
    /// The id of the job that found the record.
    #[serde(skip_serializing_if = "is_default")]
    pub job_id: Option<String>,
    /// The id of the job that started that job.
    #[serde(skip_serializing_if = "is_default")]
    pub root_job_id: Option<String>,
    /// The type of the job.
    #[serde(skip_serializing_if = "is_default")]
    pub job_type: Option<String>,
    /// The columns of the record, for a new one.
    #[serde(skip_serializing_if = "is_default")]
    pub payload: Object,
    /// The changed columns, for a change.
    #[serde(skip_serializing_if = "is_default")]
    pub diff: Option<Diff>,
    /// Properties of the event outside of its data.
    #[serde(skip_serializing_if = "is_default")]
    pub meta: Object,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

impl<'de> Deserialize<'de> for DataChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut other = Object::deserialize(deserializer)?;
        Ok(Self {
            integration_id: optional(&mut other, "integration_id"),
            vendor: optional(&mut other, "vendor"),
            object: optional(&mut other, "object"),
            record_id: optional(&mut other, "record_id"),
            job_id: optional(&mut other, "job_id"),
            root_job_id: optional(&mut other, "root_job_id"),
            job_type: optional(&mut other, "job_type"),
            payload: optional(&mut other, "payload"),
            diff: optional(&mut other, "diff"),
            meta: optional(&mut other, "meta"),
            other,
        })
    }
}

impl DataChange {
    /// Returns Propexo's id of the property that the record belongs to, if the event contains it.
    #[must_use]
    pub fn property_id(&self) -> Option<&str> {
        self.other.get("context")?.get("property_id").and_then(Value::as_str)
    }
}

/// The columns of a record that changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// Their new values.
    #[serde(skip_serializing_if = "is_default")]
    pub new: Object,
    /// Their previous values.
    #[serde(skip_serializing_if = "is_default")]
    pub previous: Object,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

impl<'de> Deserialize<'de> for Diff {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut other = Object::deserialize(deserializer)?;
        Ok(Self { new: optional(&mut other, "new"), previous: optional(&mut other, "previous"), other })
    }
}

/// A sync ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SyncComplete {
    /// The integration that was synced.
    #[serde(skip_serializing_if = "is_default")]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(skip_serializing_if = "is_default")]
    pub vendor: Option<String>,
    /// Whether older data was fetched, not only new data.
    #[serde(skip_serializing_if = "is_default")]
    pub is_backsync: Option<bool>,
    /// The number of jobs that succeeded.
    #[serde(skip_serializing_if = "is_default")]
    pub successful_job_count: Option<f64>,
    /// The number of jobs that failed.
    #[serde(skip_serializing_if = "is_default")]
    pub failed_job_count: Option<f64>,
    /// Whether the whole sync is finished.
    #[serde(skip_serializing_if = "is_default")]
    pub is_sync_finished: Option<bool>,
    /// The schedule that started the sync; absent if a person started it.
    #[serde(skip_serializing_if = "is_default")]
    pub job_schedule_id: Option<String>,
    /// The kinds of records that were synced.
    #[serde(skip_serializing_if = "is_default")]
    pub models_synced: Vec<String>,
    /// Properties of the event outside of its data.
    #[serde(skip_serializing_if = "is_default")]
    pub meta: Object,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

impl<'de> Deserialize<'de> for SyncComplete {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut other = Object::deserialize(deserializer)?;
        Ok(Self {
            integration_id: optional(&mut other, "integration_id"),
            vendor: optional(&mut other, "vendor"),
            is_backsync: optional(&mut other, "is_backsync"),
            successful_job_count: optional(&mut other, "successful_job_count"),
            failed_job_count: optional(&mut other, "failed_job_count"),
            is_sync_finished: optional(&mut other, "is_sync_finished"),
            job_schedule_id: optional(&mut other, "job_schedule_id"),
            models_synced: optional(&mut other, "models_synced"),
            meta: optional(&mut other, "meta"),
            other,
        })
    }
}

/// A write that failed, completely or in part.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WriteOperationFailure {
    /// The id of the write job.
    pub root_job_id: String,
    /// The integration of the write.
    #[serde(skip_serializing_if = "is_default")]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(skip_serializing_if = "is_default")]
    pub vendor: Option<String>,
    /// The state of the write: failed, or done in part.
    #[serde(skip_serializing_if = "is_default")]
    pub write_status: Option<WriteState>,
    /// The error messages of Propexo or of the vendor's system.
    #[serde(skip_serializing_if = "is_default")]
    pub errors: Vec<String>,
    /// Properties of the event outside of its data.
    #[serde(skip_serializing_if = "is_default")]
    pub meta: Object,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

impl<'de> Deserialize<'de> for WriteOperationFailure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut other = Object::deserialize(deserializer)?;
        Ok(Self {
            root_job_id: take(&mut other, "root_job_id")
                .ok_or_else(|| D::Error::missing_field("root_job_id"))?,
            integration_id: optional(&mut other, "integration_id"),
            vendor: optional(&mut other, "vendor"),
            write_status: optional(&mut other, "write_status"),
            errors: optional(&mut other, "errors"),
            meta: optional(&mut other, "meta"),
            other,
        })
    }
}

impl JobReference for WriteOperationFailure {
    fn job_id(&self) -> &str {
        &self.root_job_id
    }
}

/// Reading from the vendor failed after retries.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JobFailure {
    /// The integration of the job.
    #[serde(skip_serializing_if = "is_default")]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(skip_serializing_if = "is_default")]
    pub vendor: Option<String>,
    /// The id of the job.
    #[serde(skip_serializing_if = "is_default")]
    pub job_id: Option<String>,
    /// The id of the job that started it.
    #[serde(skip_serializing_if = "is_default")]
    pub root_job_id: Option<String>,
    /// The type of the job.
    #[serde(skip_serializing_if = "is_default")]
    pub job_type: Option<String>,
    /// Properties of the event outside of its data.
    #[serde(skip_serializing_if = "is_default")]
    pub meta: Object,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

impl<'de> Deserialize<'de> for JobFailure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut other = Object::deserialize(deserializer)?;
        Ok(Self {
            integration_id: optional(&mut other, "integration_id"),
            vendor: optional(&mut other, "vendor"),
            job_id: optional(&mut other, "job_id"),
            root_job_id: optional(&mut other, "root_job_id"),
            job_type: optional(&mut other, "job_type"),
            meta: optional(&mut other, "meta"),
            other,
        })
    }
}
