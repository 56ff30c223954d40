//! What events carry. Propexo's descriptions of it differ, so only what an event is nothing without must be there.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{Object, Receipt, WriteState};

/// A record is new, or changed.
///
/// A record may come as new with its id and little else, and be filled by later changes; its relations are records of their
/// own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DataChange {
    /// The integration that it belongs to.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(default)]
    pub vendor: Option<String>,
    /// What kind of record it is, such as `leases`.
    #[serde(default)]
    pub object: Option<String>,
    /// Propexo's id of the record.
    #[serde(default)]
    pub record_id: Option<String>,
    /// What changed, for a change.
    #[serde(default)]
    pub diff: Option<Diff>,
    /// Everything else, by its name on the wire.
    #[serde(flatten)]
    pub other: Object,
}

impl DataChange {
    /// Propexo's id of the property that the record belongs to, where the event says so.
    #[must_use]
    pub fn property_id(&self) -> Option<&str> {
        self.other.get("context")?.get("property_id").and_then(Value::as_str)
    }
}

/// The columns of a record that changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diff {
    /// Their values now.
    #[serde(default, deserialize_with = "or_default")]
    pub new: Object,
    /// Their values before.
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
    /// Whether older data was fetched, not only what is new.
    #[serde(default)]
    pub is_backsync: Option<bool>,
    /// How many jobs of it went well.
    #[serde(default)]
    pub successful_job_count: Option<f64>,
    /// How many did not.
    #[serde(default)]
    pub failed_job_count: Option<f64>,
    /// Whether all of the sync is over.
    #[serde(default)]
    pub is_sync_finished: Option<bool>,
    /// The schedule that started it; absent where a person did.
    #[serde(default)]
    pub job_schedule_id: Option<String>,
    /// The kinds of records that were synced.
    #[serde(default, deserialize_with = "or_default")]
    pub models_synced: Vec<String>,
    /// Everything else, by its name on the wire.
    #[serde(flatten)]
    pub other: Object,
}

/// A write failed, as a whole or in part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WriteOperationFailure {
    /// The job that the write answered with.
    pub root_job_id: String,
    /// The integration that was written to.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(default)]
    pub vendor: Option<String>,
    /// Whether a part of it was done.
    #[serde(default)]
    pub write_status: Option<WriteState>,
    /// What went wrong, in the words of Propexo or of the vendor's system.
    #[serde(default, deserialize_with = "or_default")]
    pub errors: Vec<String>,
    /// Everything else, by its name on the wire.
    #[serde(flatten)]
    pub other: Object,
}

impl Receipt for WriteOperationFailure {
    fn job_id(&self) -> &str {
        &self.root_job_id
    }
}

/// Reading from the vendor was given up after retries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JobFailure {
    /// The integration that was read from.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The vendor of the integration.
    #[serde(default)]
    pub vendor: Option<String>,
    /// Everything else, by its name on the wire.
    #[serde(flatten)]
    pub other: Object,
}

/// A value that may be null.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
