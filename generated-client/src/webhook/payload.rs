//! The payloads of events. Propexo's documentation of them is inconsistent, so only properties that an event cannot do
//! without are required, and an optional property of another type than documented is kept in `other`.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::record_kind::RecordKind;
use crate::{JobReference, Object, WriteState};

/// Defines a payload: each property is taken from the object if it has its type; all others are in `other`.
macro_rules! payload {
    (
        $(#[$attribute:meta])*
        $name:ident { $({ $(#[$required_doc:meta])* $required:ident: String })? $($(#[$doc:meta])* [$field:ident: $type:ty],)* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$required_doc])* pub $required: String,)?
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "is_default")]
                pub $field: $type,
            )*
            /// All other properties, by wire name.
            #[serde(flatten)]
            pub other: Object,
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut other = Object::deserialize(deserializer)?;
                Ok(Self {
                    $($required: take(&mut other, stringify!($required))
                        .ok_or_else(|| D::Error::missing_field(stringify!($required)))?,)?
                    $($field: take(&mut other, stringify!($field)).unwrap_or_default(),)*
                    other,
                })
            }
        }
    };
}

/// Removes and returns a property, if it has the type; null has the type of every optional property.
fn take<T: DeserializeOwned>(from: &mut Object, name: &str) -> Option<T> {
    let value = serde_json::from_value(from.get(name)?.clone()).ok()?;
    from.remove(name);
    Some(value)
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

payload! {
    /// A record that was created or changed.
    ///
    /// A new record may have little more than its id, and be completed by later changes; related records are records of
    /// their own.
    #[derive(Default)]
    DataChange {
        /// The integration of the record.
        [integration_id: Option<String>],
        /// The vendor of the integration.
        [vendor: Option<String>],
        /// The kind of the record.
        [object: Option<RecordKind>],
        /// Propexo's id of the record.
        [record_id: Option<String>],
        /// The id of the job that found the record.
        [job_id: Option<String>],
        /// The id of the job that started that job.
        [root_job_id: Option<String>],
        /// The type of the job.
        [job_type: Option<String>],
        /// The columns of the record, for a new one.
        [payload: Object],
        /// The changed columns, for a change.
        [diff: Option<Diff>],
        /// Properties of the event beside its data.
        [meta: Object],
    }
}

impl DataChange {
    /// Returns Propexo's id of the property that the record belongs to, if the event contains it.
    #[must_use]
    pub fn property_id(&self) -> Option<&str> {
        self.other.get("context")?.get("property_id").and_then(Value::as_str)
    }
}

payload! {
    /// The columns of a record that changed.
    #[derive(Default)]
    Diff {
        /// Their new values.
        [new: Object],
        /// Their previous values.
        [previous: Object],
    }
}

payload! {
    /// A sync ended.
    #[derive(Default)]
    SyncComplete {
        /// The integration that was synced.
        [integration_id: Option<String>],
        /// The vendor of the integration.
        [vendor: Option<String>],
        /// Whether older data was fetched, not only new data.
        [is_backsync: Option<bool>],
        /// The number of jobs that succeeded.
        [successful_job_count: Option<f64>],
        /// The number of jobs that failed.
        [failed_job_count: Option<f64>],
        /// Whether the whole sync is finished.
        [is_sync_finished: Option<bool>],
        /// The schedule that started the sync; absent if a person started it.
        [job_schedule_id: Option<String>],
        /// The kinds of records that were synced.
        [models_synced: Vec<String>],
        /// Properties of the event beside its data.
        [meta: Object],
    }
}

payload! {
    /// A write that failed, completely or in part.
    WriteOperationFailure {
        {
            /// The id of the write job.
            root_job_id: String
        }
        /// The integration of the write.
        [integration_id: Option<String>],
        /// The vendor of the integration.
        [vendor: Option<String>],
        /// The state of the write: failed, or done in part.
        [write_status: Option<WriteState>],
        /// The error messages of Propexo or of the vendor's system.
        [errors: Vec<String>],
        /// Properties of the event beside its data.
        [meta: Object],
    }
}

impl JobReference for WriteOperationFailure {
    fn job_id(&self) -> &str {
        &self.root_job_id
    }
}

payload! {
    /// Reading from the vendor failed after retries.
    #[derive(Default)]
    JobFailure {
        /// The integration of the job.
        [integration_id: Option<String>],
        /// The vendor of the integration.
        [vendor: Option<String>],
        /// The id of the job.
        [job_id: Option<String>],
        /// The id of the job that started it.
        [root_job_id: Option<String>],
        /// The type of the job.
        [job_type: Option<String>],
        /// Properties of the event beside its data.
        [meta: Object],
    }
}
