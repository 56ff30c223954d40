//! Responses whose type depends on the status.

use crate::call::Answered;
use crate::error::{Error, Result};
use crate::json::Unread;

/// Decodes a response by a function of its status and body. An empty body is read as null.
#[allow(dead_code)] // No operation of the document may have such a response.
pub(crate) fn by_status<T>(answered: Answered, read: fn(u16, &[u8]) -> Result<T, Unread>) -> Result<T> {
    let body = answered.response.body();
    let body = if body.is_empty() { &b"null"[..] } else { body };
    read(answered.response.status(), body).map_err(|error| Error::from(answered.undecodable(&error)))
}
