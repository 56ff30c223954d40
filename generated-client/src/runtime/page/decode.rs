//! Decodes a page: as a whole if possible, else row by row.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Page, RejectedRow};
use crate::runtime::call::ReceivedResponse;
use crate::runtime::error::{DecodeError, Error, Result};
use crate::runtime::json::{self, Fault, Unread};

/// Decodes a response as a page.
pub(crate) fn decode<T: DeserializeOwned>(received: ReceivedResponse) -> Result<Page<T>> {
    let body = received.response.body();
    let error = if received.keep_raw {
        None
    } else {
        match json::read_owned::<Page<T>>(body) {
            Ok(page) => return Ok(page),
            Err(error) => Some(error),
        }
    };
    let repaired = json::repaired(body);
    let text = String::from_utf8_lossy(repaired.as_deref().unwrap_or(body));
    let outline = match error {
        Some(error) if received.strict => Err(error),
        // A body without the structure of a page fails as a whole.
        error => serde_json::from_str(&text).map_err(|own| error.unwrap_or(Unread::NotFit(own))),
    };
    let outline = outline.map_err(|error| received.undecodable(&error))?;
    let page = row_by_row(&received, outline, matches!(text, Cow::Owned(_)));
    match page.rejected.first() {
        Some(row) if received.strict => Err(Error::from(row.error.clone())),
        _ => Ok(page),
    }
}

/// A page whose rows are not decoded yet.
type Outline<'a> = Page<&'a RawValue>;

fn row_by_row<T: DeserializeOwned>(
    received: &ReceivedResponse,
    outline: Outline<'_>,
    repaired: bool,
) -> Page<T> {
    let mut results = Vec::with_capacity(outline.results.len());
    let (mut raw, mut rejected) = (Vec::new(), Vec::new());
    for (index, row) in outline.results.iter().enumerate() {
        let text = row.get();
        let broken = if repaired { text.find(char::REPLACEMENT_CHARACTER) } else { None };
        let read = match broken {
            Some(offset) => Err(Unread::NotUtf8(offset)),
            None => serde_json::from_str(text).map_err(Unread::NotFit),
        };
        match read {
            Ok(row) => {
                results.push(row);
                if received.keep_raw {
                    raw.push(text.to_owned());
                }
            }
            Err(error) => {
                let fault = json::locate(text.as_bytes(), &error);
                rejected.push(RejectedRow { index, error: row_error(received, index, text, fault) });
            }
        }
    }
    Page { results, meta: outline.meta, raw, rejected, other: outline.other }
}

/// Returns the error of a row, with its path in the page.
fn row_error(received: &ReceivedResponse, index: usize, text: &str, fault: Fault) -> DecodeError {
    let fault = fault.below(&format!("results[{index}]"));
    DecodeError::new(received.operation, received.response.status(), text.as_bytes(), fault)
}
