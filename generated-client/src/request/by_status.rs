//! Responses whose type depends on the status.

use serde::de::DeserializeOwned;

use crate::call::Answered;
use crate::error::{Error, Result};
use crate::json::{self, Unread};

/// Decodes a response by a function of its status and body. An empty body is read as null; statuses that have no content
/// have no variant.
#[allow(dead_code)] // No operation of the document may have such a response.
pub(crate) fn by_status<T: DeserializeOwned>(
    answered: Answered,
    read: fn(u16, &[u8]) -> Result<T, Unread>,
) -> Result<T> {
    let body = answered.response.body();
    let body = if body.is_empty() { &b"null"[..] } else { body };
    let value = match answered.response.status() {
        204 | 205 => json::read_owned(body),
        status => read(status, body),
    };
    value.map_err(|error| Error::from(answered.undecodable(&error)))
}
