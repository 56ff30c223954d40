//! How a write is going, and how it ended.

use serde::{Deserialize, Deserializer, Serialize};

use super::WriteJob;
use crate::value::open_enum::{self, OpenEnum};

/// What the server says about a write at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WriteStatus {
    /// How far it is.
    #[serde(rename = "write_status")]
    pub state: WriteState,
    /// What went wrong, in the words of Propexo or of the vendor's system.
    #[serde(default, deserialize_with = "or_empty")]
    pub errors: Vec<String>,
    /// The id of what was created. It may be absent for good, and where a write starts others it may be that of another
    /// kind of record.
    #[serde(default)]
    pub created_record_id: Option<String>,
}

/// A list that may be null.
fn or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
        /// What the server said last, if it was asked at all.
        last: Option<WriteStatus>,
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

    /// The end that a status tells, if it tells one.
    pub(super) fn of(status: WriteStatus) -> Result<Self, WriteStatus> {
        let WriteStatus { state, errors, created_record_id } = status;
        Ok(match state {
            WriteState::Success => Self::Success { created_record_id },
            WriteState::PartialSuccess => Self::PartialSuccess { created_record_id, errors },
            WriteState::Failure => Self::Failure { errors },
            state => return Err(WriteStatus { state, errors, created_record_id }),
        })
    }
}
