//! Reading JSON, and saying where and why it could not be read.

pub(crate) mod path;
pub(crate) mod reason;

use serde::de::DeserializeOwned;

/// Where in a text reading stopped, and why, without a word of the text.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Such as `results[3].rent`; empty for the whole text.
    pub(crate) path: String,
    /// In the terms of the reader, values left out.
    pub(crate) reason: String,
    /// Bytes read when it stopped.
    pub(crate) offset: usize,
    /// The reader's own words, which may quote the text.
    pub(crate) detail: String,
}

/// Reads a value.
///
/// A slice, never a `&str`: with one kind of reader only, each type is compiled once.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(json)
}

/// Finds the place of an error that reading `json` gave.
pub(crate) fn locate(json: &[u8], error: &serde_json::Error) -> Fault {
    let offset = path::offset(json, error.line(), error.column());
    Fault {
        path: path::at(json, offset),
        reason: reason::without_values(error),
        offset,
        detail: error.to_string(),
    }
}
