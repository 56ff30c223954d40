//! The status of a write, and its outcome.

use std::sync::Arc;

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::runtime::error::Error;
use crate::runtime::json;
use crate::runtime::receipt::WriteJob;
use crate::runtime::value::open_enum;

/// The status of a write at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteStatus {
    /// The state of the write.
    pub state: WriteState,
    /// The error messages of Propexo or of the vendor's system; an error that is not a string, as its JSON text.
    pub errors: Vec<String>,
    /// The id of the created record. It may remain absent, and for a write that starts others it may be that of another
    /// kind of record.
    pub created_record_id: Option<String>,
}

impl<'de> Deserialize<'de> for WriteStatus {
    /// Only the state has to match the API document.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        let state = json::property(&body, "write_status");
        let state = state.ok_or_else(|| D::Error::missing_field("write_status"))?;
        let list = |errors: &RawValue| match serde_json::from_str::<Vec<&RawValue>>(errors.get()) {
            Ok(list) => list.into_iter().map(json::text).collect(),
            Err(_) => vec![json::text(errors)],
        };
        Ok(Self {
            state: json::text(state).into(),
            errors: json::property(&body, "errors").map(list).unwrap_or_default(),
            created_record_id: json::property(&body, "created_record_id").map(json::text),
        })
    }
}

impl Serialize for WriteStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("write_status", &self.state)?;
        map.serialize_entry("errors", &self.errors)?;
        map.serialize_entry("created_record_id", &self.created_record_id)?;
        map.end()
    }
}

/// The state of a write.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WriteState {
    /// The write failed.
    Failure,
    /// A part of the write was done.
    PartialSuccess,
    /// The write has not ended.
    Pending,
    /// The write succeeded.
    Success,
    /// A state that this version does not know; [`WriteJobs::wait`](super::WriteJobs::wait) treats it as pending.
    Unknown(String),
}

open_enum::open_enum!(WriteState, {
    "FAILURE" => Failure,
    "PARTIAL_SUCCESS" => PartialSuccess,
    "PENDING" => Pending,
    "SUCCESS" => Success,
});

/// The outcome of waiting for a write.
///
/// Errors are compared by their messages.
#[derive(Clone, Debug)]
pub enum WriteOutcome {
    /// The write succeeded.
    Success {
        /// The id of the created record. Many vendors do not return one at once: then the record comes with the next
        /// sync.
        created_record_id: Option<String>,
    },
    /// A part of the write was done.
    PartialSuccess {
        /// The id of the created record, if there is one.
        created_record_id: Option<String>,
        /// The error messages.
        errors: Vec<String>,
    },
    /// The write failed.
    Failure {
        /// The error messages.
        errors: Vec<String>,
    },
    /// The deadline has passed and the write has not ended. It may still end: wait again, in this process or another.
    StillPending {
        /// The job to wait for.
        job: WriteJob,
        /// The failure of the last poll; `None` if the server reported the write as pending, or if there was no poll.
        last_error: Option<Arc<Error>>,
    },
}

impl WriteOutcome {
    /// Returns whether the whole write succeeded.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. })
    }

    /// Returns the id of the created record, if it is known.
    #[must_use]
    pub fn created_record_id(&self) -> Option<&str> {
        match self {
            Self::Success { created_record_id } | Self::PartialSuccess { created_record_id, .. } => {
                created_record_id.as_deref()
            }
            Self::Failure { .. } | Self::StillPending { .. } => None,
        }
    }

    /// Returns the error messages.
    #[must_use]
    pub fn errors(&self) -> &[String] {
        match self {
            Self::PartialSuccess { errors, .. } | Self::Failure { errors } => errors,
            Self::Success { .. } | Self::StillPending { .. } => &[],
        }
    }

    /// Returns the outcome that a status reports; nothing while the write is pending.
    pub(super) fn of(status: WriteStatus) -> Option<Self> {
        let WriteStatus { state, errors, created_record_id } = status;
        match state {
            WriteState::Success => Some(Self::Success { created_record_id }),
            WriteState::PartialSuccess => Some(Self::PartialSuccess { created_record_id, errors }),
            WriteState::Failure => Some(Self::Failure { errors }),
            WriteState::Pending | WriteState::Unknown(_) => None,
        }
    }
}

impl PartialEq for WriteOutcome {
    fn eq(&self, other: &Self) -> bool {
        let pending = |outcome: &Self| match outcome {
            Self::StillPending { job, last_error } => {
                Some((job.clone(), last_error.as_ref().map(ToString::to_string)))
            }
            _ => None,
        };
        std::mem::discriminant(self) == std::mem::discriminant(other)
            && self.created_record_id() == other.created_record_id()
            && self.errors() == other.errors()
            && pending(self) == pending(other)
    }
}
