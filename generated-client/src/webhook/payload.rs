//! The payloads of events. Propexo's documentation of them is inconsistent, so only properties that an event cannot do
//! without are required.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{JobReference, Object, WriteState};

/// A record that was created or changed.
///
/// A new record may have little more than its id, and be completed by later changes; related records are records of
/// their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DataChange {
    /// The integration of the record.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(default)]
    pub vendor: Option<String>,
    /// The kind of the record, such as `leases`.
    #[serde(default)]
    pub object: Option<String>,
    /// Propexo's id of the record.
    #[serde(default)]
    pub record_id: Option<String>,
    /// The changed columns, for a change.
    #[serde(default)]
    pub diff: Option<Diff>,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

impl DataChange {
    /// Returns Propexo's id of the property that the record belongs to, if the event contains it.
    #[must_use]
    pub fn property_id(&self) -> Option<&str> {
        self.other.get("context")?.get("property_id").and_then(Value::as_str)
    }
}

/// The columns of a record that changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diff {
    /// Their new values.
    #[serde(default, deserialize_with = "or_default")]
    pub new: Object,
    /// Their previous values.
    #[serde(default, deserialize_with = "or_default")]
    pub previous: Object,
}

/// A sync ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SyncComplete {
    /// The integration that was synced.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(default)]
    pub vendor: Option<String>,
    /// Whether older data was fetched, not only new data.
    #[serde(default)]
    pub is_backsync: Option<bool>,
    /// The number of jobs that succeeded.
    #[serde(default)]
    pub successful_job_count: Option<f64>,
    /// The number of jobs that failed.
    #[serde(default)]
    pub failed_job_count: Option<f64>,
    /// Whether the whole sync is finished.
    #[serde(default)]
    pub is_sync_finished: Option<bool>,
    /// The schedule that started the sync; absent if a person started it.
    #[serde(default)]
    pub job_schedule_id: Option<String>,
    /// The kinds of records that were synced.
    #[serde(default, deserialize_with = "or_default")]
    pub models_synced: Vec<String>,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

/// A write that failed, completely or in part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WriteOperationFailure {
    /// The id of the write job.
    pub root_job_id: String,
    /// The integration of the write.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(default)]
    pub vendor: Option<String>,
    /// The state of the write: failed, or done in part.
    #[serde(default)]
    pub write_status: Option<WriteState>,
    /// The error messages of Propexo or of the vendor's system.
    #[serde(default, deserialize_with = "or_default")]
    pub errors: Vec<String>,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

impl JobReference for WriteOperationFailure {
    fn job_id(&self) -> &str {
        &self.root_job_id
    }
}

/// Reading from the vendor failed after retries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JobFailure {
    /// The integration of the job.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(default)]
    pub vendor: Option<String>,
    /// All other properties, by wire name.
    #[serde(flatten)]
    pub other: Object,
}

/// Reads null as the default value.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
