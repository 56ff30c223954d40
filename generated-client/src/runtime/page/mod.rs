//! Pages of lists, and single records in the envelope of a page.

mod cursor;
mod decode;
mod envelope;
mod meta;
mod report;
mod stream;

pub(crate) use decode::decode;
pub use meta::PageMeta;
pub use report::{PagingReport, RepeatedRow};
pub use stream::{Items, Pages};

use crate::Object;
use crate::runtime::error::DecodeError;
use crate::runtime::json;

/// One page of a list.
///
/// Iterating over a page returns the rows that decode. Rows that do not decode are in `rejected`, so that one invalid
/// record loses neither the others nor itself.
///
/// ```no_run
/// # fn run<T: std::fmt::Debug>(page: propexo::Page<T>) {
/// for row in &page.rejected {
///     eprintln!("row {}: {} at {}", row.index, row.error.reason(), row.error.path());
/// }
/// for record in page {
///     println!("{record:?}");
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows that decode, in the order of the server.
    pub results: Vec<T>,
    /// The metadata of the page.
    pub meta: PageMeta,
    /// The JSON of each row in `results`, in the same order; empty unless [`Pages::keep_raw`] or
    /// [`Request::keep_raw`](crate::Request::keep_raw) asked for it.
    pub raw: Vec<String>,
    /// Rows that do not decode.
    pub rejected: Vec<RejectedRow>,
    /// Properties other than `results` and `meta`.
    pub other: Object,
}

/// A row of a page that does not decode.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RejectedRow {
    /// Its index among the rows that the server sent, from 0.
    pub index: usize,
    /// The path in the page and the reason; [`DecodeError::body`] is the JSON of the row.
    pub error: DecodeError,
}

impl RejectedRow {
    /// Returns the `id` of the row, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        json::property(serde_json::from_str(self.raw()).ok()?, "id").map(json::text)
    }

    /// Returns the JSON of the row. Invalid UTF-8 and lone surrogates are replaced by U+FFFD.
    #[must_use]
    pub fn raw(&self) -> &str {
        std::str::from_utf8(self.error.body()).unwrap_or_default()
    }
}

impl<T> Page<T> {
    /// Creates a page, for tests.
    #[must_use]
    pub fn new(results: Vec<T>, meta: PageMeta) -> Self {
        Self { results, meta, raw: Vec::new(), rejected: Vec::new(), other: Object::new() }
    }

    /// Returns how many rows the server sent, including rejected ones.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.results.len() + self.rejected.len()
    }

    /// Removes the first row, whether it decodes or not.
    fn remove_first(&mut self) {
        if self.rejected.first().is_some_and(|row| row.index == 0) {
            self.rejected.remove(0);
        } else if !self.results.is_empty() {
            self.results.remove(0);
            self.raw.drain(..self.raw.len().min(1));
        }
        self.rejected.iter_mut().for_each(|row| row.index -= 1);
    }

    /// Iterates over the rows that decode.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.results.iter()
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.results.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.results.iter()
    }
}

/// One record in the envelope of a page.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Single<T> {
    /// The record.
    pub results: T,
    /// The metadata that the server returns with the record.
    pub meta: PageMeta,
}

impl<T> Single<T> {
    /// Creates a record in its envelope, for tests.
    pub fn new(results: T) -> Self {
        Self { results, meta: PageMeta::default() }
    }

    /// Returns the metadata that the server returns with the record.
    pub const fn meta(&self) -> &PageMeta {
        &self.meta
    }

    /// Returns the record.
    pub fn into_inner(self) -> T {
        self.results
    }
}

impl<T> std::ops::Deref for Single<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.results
    }
}
