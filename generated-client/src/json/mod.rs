//! Reading JSON, and saying where and why it could not be read.

pub(crate) mod job_id;
mod members;
pub(crate) mod path;
pub(crate) mod reason;

use std::str::Utf8Error;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

pub(crate) use members::{property, with_member};

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

impl Fault {
    /// The same fault, seen from the value that holds the text at `parent`.
    pub(crate) fn below(mut self, parent: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{parent}{dot}{}", self.path);
        self
    }
}

/// Why a text could not be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is not UTF-8, from this byte on.
    NotUtf8(usize),
    /// It is no JSON, or not of the form that is expected.
    NotFit(serde_json::Error),
}

/// Reads a value.
///
/// Out of a `&str`, never a slice: one check of the whole in place of one for each text in it takes a third off the time. And
/// with one kind of reader only, each type is compiled once.
pub(crate) fn read<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, Unread> {
    match std::str::from_utf8(json) {
        Ok(text) => serde_json::from_str(text).map_err(Unread::NotFit),
        Err(error) => Err(broken(json, error)),
    }
}

/// Why a text that is not UTF-8 cannot be read: for what is wrong first, be it that it is no JSON or that it breaks off.
fn broken(json: &[u8], error: Utf8Error) -> Unread {
    let valid = json.get(..error.valid_up_to()).unwrap_or_default();
    match read::<IgnoredAny>(valid) {
        Err(Unread::NotFit(fault)) if !fault.is_eof() || error.error_len().is_none() => Unread::NotFit(fault),
        _ => Unread::NotUtf8(valid.len()),
    }
}

/// A string without its quotes; any other value, and a string that is not Unicode, as its JSON text.
pub(crate) fn text(value: &RawValue) -> String {
    serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

/// Finds the place of an error that reading `json` gave.
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
