//! Reads JSON, and reports where and why reading failed.

pub(crate) mod job_id;
mod members;
pub(crate) mod path;
pub(crate) mod reason;
mod repair;

use std::str::Utf8Error;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

pub(crate) use members::{property, with_member};
pub(crate) use repair::repaired;

/// The position and the reason of an error in JSON text, without content of the text.
pub(crate) struct Fault {
    /// Such as `results[3].rent`; empty for the whole text.
    pub(crate) path: String,
    /// The reason in the terms of the reader, without values.
    pub(crate) reason: String,
    /// Bytes read before the error.
    pub(crate) offset: usize,
    /// The message of the reader, which may quote the text.
    pub(crate) detail: String,
}

impl Fault {
    /// Returns the same fault, relative to the value that contains the text at `parent`.
    pub(crate) fn below(mut self, parent: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{parent}{dot}{}", self.path);
        self
    }
}

/// The reason why JSON text could not be read.
#[derive(Debug)]
pub enum Unread {
    /// The text is not valid UTF-8 from this byte on.
    NotUtf8(usize),
    /// The text is not JSON, or does not have the expected type.
    NotFit(serde_json::Error),
}

/// Reads a value.
///
/// Reads from a `&str`, never a slice: one UTF-8 check of the whole text, instead of one for each string, saves a third
/// of the time. And with a single kind of reader each type is compiled once.
pub(crate) fn read<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, Unread> {
    match std::str::from_utf8(json) {
        Ok(text) => serde_json::from_str(text).map_err(Unread::NotFit),
        Err(error) => Err(broken(json, error)),
    }
}

/// Reads a value from a body that may begin with a byte order mark or contain lone surrogates.
pub fn read_owned<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unread> {
    // Most bodies need no repair, so it comes second.
    read(json).or_else(|error| repaired(json).map_or(Err(error), |json| read(&json)))
}

/// Reports the first error in a body that is not valid UTF-8: a JSON error in the valid prefix, otherwise the invalid
/// byte.
fn broken(json: &[u8], error: Utf8Error) -> Unread {
    let valid = json.get(..error.valid_up_to()).unwrap_or_default();
    match read::<IgnoredAny>(valid) {
        Err(Unread::NotFit(fault)) if !fault.is_eof() || error.error_len().is_none() => Unread::NotFit(fault),
        _ => Unread::NotUtf8(valid.len()),
    }
}

/// Returns a string without its quotes; any other value as JSON text.
pub(crate) fn text(value: &RawValue) -> String {
    read_owned(value.get().as_bytes()).unwrap_or_else(|_| value.get().to_owned())
}

/// Locates an error that reading `json` returned.
pub(crate) fn locate(json: &[u8], error: &Unread) -> Fault {
    let (offset, reason, detail) = match error {
        Unread::NotUtf8(offset) => (*offset, "not UTF-8".to_owned(), "not UTF-8".to_owned()),
        Unread::NotFit(error) => {
            let offset = path::offset(json, error.line(), error.column());
            (offset, reason::without_values(error), error.to_string())
        }
    };
    Fault { path: path::at(json, offset), reason, offset, detail }
}
