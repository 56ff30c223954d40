//! Responses whose type depends on the status.

use serde::de::DeserializeOwned;

use crate::runtime::call::ReceivedResponse;
use crate::runtime::error::{Error, Result};
use crate::runtime::json::{self, Unread};

/// Decodes a response by a function of its status and body. An empty body is read as null; statuses that have no content
/// have no variant.
pub fn by_status<T: DeserializeOwned>(
    received: ReceivedResponse,
    read: fn(u16, &[u8]) -> Result<T, Unread>,
) -> Result<T> {
    let body = received.response.body();
    let body = if body.is_empty() { &b"null"[..] } else { body };
    let value = match received.response.status() {
        204 | 205 => json::read_owned(body),
        status => read(status, body),
    };
    value.map_err(|error| Error::from(received.undecodable(&error)))
}
