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
    /// Properties of the event beside its data.
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
            integration_id: take(&mut other, "integration_id").unwrap_or_default(),
            vendor: take(&mut other, "vendor").unwrap_or_default(),
            object: take(&mut other, "object").unwrap_or_default(),
            record_id: take(&mut other, "record_id").unwrap_or_default(),
            job_id: take(&mut other, "job_id").unwrap_or_default(),
            root_job_id: take(&mut other, "root_job_id").unwrap_or_default(),
            job_type: take(&mut other, "job_type").unwrap_or_default(),
            payload: take(&mut other, "payload").unwrap_or_default(),
            diff: take(&mut other, "diff").unwrap_or_default(),
            meta: take(&mut other, "meta").unwrap_or_default(),
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
        Ok(Self {
            new: take(&mut other, "new").unwrap_or_default(),
            previous: take(&mut other, "previous").unwrap_or_default(),
            other,
        })
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
    /// Properties of the event beside its data.
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
            integration_id: take(&mut other, "integration_id").unwrap_or_default(),
            vendor: take(&mut other, "vendor").unwrap_or_default(),
            is_backsync: take(&mut other, "is_backsync").unwrap_or_default(),
            successful_job_count: take(&mut other, "successful_job_count").unwrap_or_default(),
            failed_job_count: take(&mut other, "failed_job_count").unwrap_or_default(),
            is_sync_finished: take(&mut other, "is_sync_finished").unwrap_or_default(),
            job_schedule_id: take(&mut other, "job_schedule_id").unwrap_or_default(),
            models_synced: take(&mut other, "models_synced").unwrap_or_default(),
            meta: take(&mut other, "meta").unwrap_or_default(),
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
    /// Properties of the event beside its data.
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
            integration_id: take(&mut other, "integration_id").unwrap_or_default(),
            vendor: take(&mut other, "vendor").unwrap_or_default(),
            write_status: take(&mut other, "write_status").unwrap_or_default(),
            errors: take(&mut other, "errors").unwrap_or_default(),
            meta: take(&mut other, "meta").unwrap_or_default(),
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
    /// Properties of the event beside its data.
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
            integration_id: take(&mut other, "integration_id").unwrap_or_default(),
            vendor: take(&mut other, "vendor").unwrap_or_default(),
            job_id: take(&mut other, "job_id").unwrap_or_default(),
            root_job_id: take(&mut other, "root_job_id").unwrap_or_default(),
            job_type: take(&mut other, "job_type").unwrap_or_default(),
            meta: take(&mut other, "meta").unwrap_or_default(),
            other,
        })
    }
}
