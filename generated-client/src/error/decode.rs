//! A success whose body is not what the API document says.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::json::Fault;
use crate::operation::Operation;

/// A body, or a row of a page, that does not decode.
#[derive(Clone, PartialEq)]
pub struct DecodeError {
    operation: Operation,
    status: u16,
    path: String,
    reason: String,
    detail: String,
    offset: usize,
    body: Arc<[u8]>,
}

/// How much [`DecodeError::snippet`] shows on either side.
const CONTEXT: usize = 80;

impl DecodeError {
    pub(crate) fn new(operation: Operation, status: u16, body: impl Into<Arc<[u8]>>, fault: Fault) -> Self {
        let Fault { path, reason, offset, detail } = fault;
        Self { operation, status, path, reason, detail, offset, body: body.into() }
    }

    /// The operation that was called.
    #[must_use]
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Where in the answer it is, such as `results[3].desired_num_bedrooms`; empty for the whole of it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Why it does not decode, values left out, such as `string, expected f64`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The decoder's own words, which may quote the body.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The text around the place.
    #[must_use]
    pub fn snippet(&self) -> Cow<'_, str> {
        let from = self.offset.saturating_sub(CONTEXT);
        let to = self.offset.saturating_add(CONTEXT).min(self.body.len());
        String::from_utf8_lossy(self.body.get(from..to).unwrap_or_default())
    }

    /// What was to be decoded: the answer's body, or the JSON of the one row that this is about.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, status, path, reason, body, .. } = self;
        write!(f, "{operation}: the answer ({status}, {} bytes) does not decode", body.len())?;
        if !path.is_empty() {
            write!(f, " at {path}")?;
        }
        write!(f, ": {reason}")
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("operation", &self.operation.name)
            .field("status", &self.status)
            .field("path", &self.path)
            .field("reason", &self.reason)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .finish_non_exhaustive()
    }
}
