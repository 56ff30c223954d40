//! How a write is going, and how it ended.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::json;
use crate::receipt::WriteJob;
use crate::value::open_enum::{self, OpenEnum};

/// What the server says about a write at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WireStatus")]
#[non_exhaustive]
pub struct WriteStatus {
    /// How far it is.
    #[serde(rename = "write_status")]
    pub state: WriteState,
    /// What went wrong, in the words of Propexo or of the vendor's system; an error that is not a string, as its JSON text.
    pub errors: Vec<String>,
    /// The id of what was created. It may be absent for good, and where a write starts others it may be that of another
    /// kind of record.
    pub created_record_id: Option<String>,
}

/// Only the state has to be as the API document says.
#[derive(Deserialize)]
struct WireStatus {
    write_status: WriteState,
    errors: Option<Box<RawValue>>,
    created_record_id: Option<Box<RawValue>>,
}

impl From<WireStatus> for WriteStatus {
    fn from(status: WireStatus) -> Self {
        let errors = status.errors.as_deref();
        let list = |errors| match serde_json::from_str::<Vec<&RawValue>>(RawValue::get(errors)) {
            Ok(list) => list.into_iter().map(json::text).collect(),
            Err(_) => vec![json::text(errors)],
        };
        Self {
            state: status.write_status,
            errors: errors.map(list).unwrap_or_default(),
            created_record_id: status.created_record_id.as_deref().map(json::text),
        }
    }
}

/// How far a write is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WriteState {
    /// It failed.
    Failure,
    /// A part of it was done.
    PartialSuccess,
    /// It has not ended.
    Pending,
    /// It was done.
    Success,
    /// What this version does not know; [`WriteJobs::wait`](super::WriteJobs::wait) takes it for not ended.
    Unknown(String),
}

impl OpenEnum for WriteState {
    const VALUES: &'static [(&'static str, Self)] = &[
        ("FAILURE", Self::Failure),
        ("PARTIAL_SUCCESS", Self::PartialSuccess),
        ("PENDING", Self::Pending),
        ("SUCCESS", Self::Success),
    ];

    fn as_str(&self) -> &str {
        match self {
            Self::Failure => "FAILURE",
            Self::PartialSuccess => "PARTIAL_SUCCESS",
            Self::Pending => "PENDING",
            Self::Success => "SUCCESS",
            Self::Unknown(text) => text,
        }
    }

    fn unknown(text: String) -> Self {
        Self::Unknown(text)
    }
}
open_enum::open_enum!(WriteState);

/// How a write ended, or that it has not.
///
/// Two are equal when they say the same; errors are compared by their messages.
#[derive(Clone, Debug)]
pub enum WriteOutcome {
    /// It was done.
    Success {
        /// The id of what was created. Many vendors give none at once: then the record comes with the next sync.
        created_record_id: Option<String>,
    },
    /// A part of it was done.
    PartialSuccess {
        /// The id of what was created, if anything was.
        created_record_id: Option<String>,
        /// What went wrong.
        errors: Vec<String>,
    },
    /// It failed.
    Failure {
        /// What went wrong.
        errors: Vec<String>,
    },
    /// The time to wait is over and it has not ended. It may still: wait again, here or elsewhere.
    StillPending {
        /// To wait for again.
        job: WriteJob,
        /// Why the last poll failed; none where the server said that the write is pending, or was not asked at all.
        last_error: Option<Arc<Error>>,
    },
}

impl WriteOutcome {
    /// Whether all of it was done.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. })
    }

    /// The id of what was created, if it is known.
    #[must_use]
    pub fn created_record_id(&self) -> Option<&str> {
        match self {
            Self::Success { created_record_id } | Self::PartialSuccess { created_record_id, .. } => {
                created_record_id.as_deref()
            }
            Self::Failure { .. } | Self::StillPending { .. } => None,
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn errors(&self) -> &[String] {
        match self {
            Self::PartialSuccess { errors, .. } | Self::Failure { errors } => errors,
            Self::Success { .. } | Self::StillPending { .. } => &[],
        }
    }

    /// The outcome that a status reports; none while the write is pending.
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
