//! A successful response whose body does not match the API document.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::runtime::json::{Fault, job_id};
use crate::runtime::operation::{Idempotency, Operation};
use crate::runtime::shown::shown;

/// A response body, a row of a page, or the echo in a receipt that does not decode.
#[derive(Clone, PartialEq)]
pub struct DecodeError {
    /// Absent for an echo: the receipt may have been stored anywhere since its response arrived.
    response: Option<(Operation, u16)>,
    job_id: Option<String>,
    path: String,
    reason: String,
    detail: String,
    offset: usize,
    body: Arc<[u8]>,
}

/// The number of bytes that [`DecodeError::snippet`] shows before and after the error.
const CONTEXT: usize = 80;

impl DecodeError {
    pub(crate) fn new(operation: Operation, status: u16, body: impl Into<Arc<[u8]>>, fault: Fault) -> Self {
        let Fault { path, reason, offset, detail } = fault;
        let body = body.into();
        let job_id =
            if operation.idempotency == Idempotency::NotIdempotent { job_id::find(&body) } else { None };
        Self { response: Some((operation, status)), job_id, path, reason, detail, offset, body }
    }

    /// Creates the error of an echo; the write itself was accepted.
    pub(crate) fn of_echo(job_id: &str, echo: &str, fault: Fault) -> Self {
        let Fault { path, reason, offset, detail } = fault;
        let body = echo.as_bytes().into();
        Self { response: None, job_id: Some(job_id.to_owned()), path, reason, detail, offset, body }
    }

    /// Returns the operation that was called; nothing for the echo in a receipt.
    #[must_use]
    pub const fn operation(&self) -> Option<&Operation> {
        match &self.response {
            Some((operation, _)) => Some(operation),
            None => None,
        }
    }

    /// Returns the status of the response; nothing for the echo in a receipt.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.response.map(|(_, status)| status)
    }

    /// Returns the id of the write job, if the body contains one. Responses to reads are not searched.
    #[must_use]
    pub fn job_id(&self) -> Option<&str> {
        self.job_id.as_deref()
    }

    /// Returns the path in the response, such as `results[3].desired_num_bedrooms`; empty for the whole body.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the reason without values, such as `string, expected f64`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Returns the message of the decoder, which may quote the body.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns up to 80 bytes of the body before and after the error.
    #[must_use]
    pub fn snippet(&self) -> Cow<'_, str> {
        let from = self.offset.saturating_sub(CONTEXT);
        let to = self.offset.saturating_add(CONTEXT).min(self.body.len());
        String::from_utf8_lossy(self.body.get(from..to).unwrap_or_default())
    }

    /// Returns the JSON that does not decode: the response body, or the JSON of the row or echo.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { response, path, reason, body, .. } = self;
        shown(f, |f| {
            match response {
                Some((operation, status)) => {
                    write!(f, "{operation}: the response ({status}, {} bytes)", body.len())?;
                }
                None => write!(f, "the echo of a write ({} bytes)", body.len())?,
            }
            f.write_str(" does not decode")?;
            if !path.is_empty() {
                write!(f, " at {path}")?;
            }
            write!(f, ": {reason}")
        })
    }
}

impl std::error::Error for DecodeError {}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("operation", &self.operation().map(|operation| operation.name))
            .field("status", &self.status())
            .field("path", &self.path)
            .field("reason", &self.reason)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .finish_non_exhaustive()
    }
}
