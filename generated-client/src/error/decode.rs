//! A success whose body is not what the API document says.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::json::{Fault, job_id};
use crate::operation::{Effect, Operation};

/// A body, a row of a page, or the echo in a receipt that does not decode.
#[derive(Clone, PartialEq)]
pub struct DecodeError {
    /// None for an echo: the receipt may have been kept anywhere since its response came.
    response: Option<(Operation, u16)>,
    job_id: Option<String>,
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
        let body = body.into();
        let job_id = if operation.effect == Effect::Write { job_id::find(&body) } else { None };
        Self { response: Some((operation, status)), job_id, path, reason, detail, offset, body }
    }

    /// The error of an echo; the write itself was accepted.
    pub(crate) fn of_echo(job_id: &str, echo: &str, fault: Fault) -> Self {
        let Fault { path, reason, offset, detail } = fault;
        let body = echo.as_bytes().into();
        Self { response: None, job_id: Some(job_id.to_owned()), path, reason, detail, offset, body }
    }

    /// The operation that was called; none where the echo in a receipt was decoded.
    #[must_use]
    pub const fn operation(&self) -> Option<&Operation> {
        match &self.response {
            Some((operation, _)) => Some(operation),
            None => None,
        }
    }

    /// The status of the response; none where the echo in a receipt was decoded.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.response.map(|(_, status)| status)
    }

    /// The id of the write job, where the body names one all the same. Responses of reads are not searched.
    #[must_use]
    pub fn job_id(&self) -> Option<&str> {
        self.job_id.as_deref()
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

    /// What was to be decoded: the answer's body, or the JSON of the one row or echo that this is about.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { response, path, reason, body, .. } = self;
        match response {
            Some((operation, status)) => {
                write!(f, "{operation}: the answer ({status}, {} bytes)", body.len())?
            }
            None => write!(f, "the echo of a write ({} bytes)", body.len())?,
        }
        f.write_str(" does not decode")?;
        if !path.is_empty() {
            write!(f, " at {path}")?;
        }
        write!(f, ": {reason}")
    }
}

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
