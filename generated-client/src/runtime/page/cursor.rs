//! The position in a paged list: which page comes next, and when the list ends.
//!
//! Nothing here depends on the type of the rows.

use serde_json::Value;

use super::PageMeta;
use super::report::{PagingReport, RepeatedRow};
use crate::runtime::call::Call;
use crate::runtime::error::DecodeError;
use crate::runtime::json::{self, Fault};
use crate::runtime::record::record;

/// The position in a list, without its requests.
pub(super) struct Cursor {
    call: Call,
    /// Rows before the next page.
    offset: u64,
    /// The `limit` of the request, if it has one.
    asked: Option<u64>,
    /// Whether pages overlap by one row.
    overlap: bool,
    /// Rows by which a full page moves the offset, once a page has shown it.
    step: Option<u64>,
    /// The id of the row before the next page.
    last: Option<String>,
    /// Rows of the whole list, if the server reports it.
    total: Option<u64>,
    finished: bool,
    prefetch: usize,
    report: PagingReport,
    /// The ids on the last pages, with the offsets of the rows. A list that grows during the read moves rows from one
    /// page to the next, so the last pages are enough, and memory stays bounded.
    recent: Vec<Offsets>,
}

/// The offsets of ids, sorted by id.
type Offsets = Vec<(String, u64)>;

/// Returns the index of an id, or the index at which it would be inserted.
fn place(of: &Offsets, id: &str) -> Result<usize, usize> {
    of.binary_search_by(|(own, _)| own.as_str().cmp(id))
}

/// The properties of a page that the cursor reads.
pub(super) struct PageSummary<'a> {
    pub(super) meta: &'a PageMeta,
    pub(super) rows: u64,
    pub(super) rejected: u64,
    /// Whether the first row is that before the page.
    pub(super) overlaps: bool,
    pub(super) ids: Vec<Option<String>>,
}

impl Cursor {
    pub(super) fn new(call: Call) -> Self {
        let number =
            |name| call.query.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok());
        let (offset, asked) = (number("offset").unwrap_or(0), number("limit"));
        Self {
            call,
            offset,
            asked,
            overlap: false,
            step: None,
            last: None,
            total: None,
            finished: false,
            prefetch: 0,
            report: PagingReport::default(),
            recent: Vec::new(),
        }
    }

    pub(super) fn set_overlap(&mut self, overlap: bool) {
        self.overlap = overlap;
    }

    pub(super) fn set_prefetch(&mut self, pages: usize) {
        self.prefetch = pages;
    }

    pub(super) fn keep_raw(&mut self, keep: bool) {
        self.call.keep_raw = keep;
    }

    /// Returns the error of a page that repeats the one before.
    pub(super) fn repetition(&self) -> DecodeError {
        let reason = format!(
            "the page at offset {} has the rows of the page before it; the server ignores `offset`",
            self.offset
        );
        let fault = Fault { path: "results".to_owned(), reason: reason.clone(), offset: 0, detail: reason };
        DecodeError::new(*self.call.operation, 200, [], fault)
    }

    /// Returns whether the rows so far are as many as the server reports.
    pub(super) fn has_read_total(&self) -> bool {
        self.total.is_some_and(|total| self.offset >= total)
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn report(&self) -> &PagingReport {
        &self.report
    }

    pub(super) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Returns the call of the page at an offset, and whether it requests the row before too. The first page is requested
    /// exactly as the request says.
    pub(super) fn call(&self, offset: u64) -> (Call, bool) {
        let mut call = self.call.clone();
        // A page of one row would only contain the row before.
        let overlaps = self.overlap && self.report.pages > 0 && offset > 0 && self.asked != Some(1);
        if offset > 0 {
            call.set_query("offset".into(), [(offset - u64::from(overlaps)).to_string()]);
        }
        (call, overlaps)
    }

    /// Returns whether the first row of a page that overlaps is the row before it. If it is not, the list has changed, and
    /// the page begins one row earlier.
    pub(super) fn begins_with_last(&mut self, ids: &[Option<String>]) -> bool {
        let Some(first) = ids.first() else { return false };
        if *first == self.last {
            return true;
        }
        let is_known = |id: &String| self.recent.iter().any(|page| place(page, id).is_ok());
        if !first.as_ref().is_some_and(is_known) {
            self.report.gaps += 1;
        }
        self.offset -= 1;
        false
    }

    /// Returns the offset of the next page to request when `under_way` pages are in flight, if one is due. `waiting`
    /// means that the reader waits for a page, so that one must be in flight even without prefetching.
    pub(super) fn next_to_ask(&self, under_way: usize, waiting: bool) -> Option<u64> {
        if self.finished {
            return None;
        }
        if under_way == 0 {
            return (waiting || (self.prefetch > 0 && self.step.is_some())).then_some(self.offset);
        }
        // Before the first page arrives, the distance between pages is unknown.
        let step = self.step?;
        let ahead = self.offset.checked_add(step.checked_mul(under_way as u64)?)?;
        // An impossible total does not cause requests for that many pages.
        let wanted = match self.total.filter(|total| *total <= MAX_TOTAL) {
            Some(total) if ahead >= total => return None,
            Some(_) => self.prefetch,
            // Each page may be the last, so prefetch further only as the list goes on.
            None => self.prefetch.min(1_usize << self.report.pages.min(16)),
        };
        (under_way < wanted).then_some(ahead)
    }

    /// Records a page that arrived, and moves behind it.
    pub(super) fn advance(&mut self, page: PageSummary<'_>) {
        let PageSummary { meta, rows, rejected, overlaps, ids } = page;
        let size = meta.limit.or(self.asked).filter(|size| *size > 0);
        self.total = meta.total;
        self.last = ids.last().cloned().flatten();
        self.note_repeats(ids);
        self.report.note_page(rows, rejected, self.total);
        let next = self.offset.checked_add(rows);
        self.offset = next.unwrap_or(u64::MAX);
        // The server's `hasMore` decides; else a page that is not full is the last; else, if the size of a full page is
        // unknown, the reported total decides; else the list ends with an empty page.
        self.finished = rows == 0
            || next.is_none()
            || match (meta.has_more, size, self.total) {
                (Some(more), _, _) => !more,
                (None, Some(size), _) => rows + u64::from(overlaps) < size,
                (None, None, Some(total)) => self.offset >= total,
                (None, None, None) => false,
            };
        let full = size.map_or(rows, |size| size.min(rows + u64::from(overlaps)));
        self.step = Some(full.saturating_sub(u64::from(self.overlap)).max(1));
    }

    /// Returns whether a page has the rows of the page before it, although the list has not grown: the server ignores
    /// `offset`. Then the list is finished, because it would repeat for ever.
    pub(super) fn ends_in_repetition(&mut self, meta: &PageMeta, ids: &[Option<String>]) -> bool {
        let Some(before) = self.recent.last().filter(|before| before.len() == ids.len()) else {
            return false;
        };
        let is_known = |id: &Option<String>| id.as_ref().is_some_and(|id| place(before, id).is_ok());
        let repeats = !ids.is_empty() && meta.total == self.total && ids.iter().all(is_known);
        self.finished |= repeats;
        repeats
    }

    fn note_repeats(&mut self, ids: Vec<Option<String>>) {
        let mut here = Offsets::new();
        for (row, id) in ids.into_iter().enumerate() {
            let (Some(id), offset) = (id, self.offset.saturating_add(row as u64)) else { continue };
            let own = place(&here, &id);
            let before = std::iter::once(&here)
                .chain(&self.recent)
                .find_map(|page| page.get(place(page, &id).ok()?).map(|(_, offset)| *offset));
            if let Some(first_offset) = before {
                self.report.note_repeat(RepeatedRow { id: id.clone(), first_offset, offset });
            }
            match own {
                Ok(index) => here[index].1 = offset,
                Err(index) => here.insert(index, (id, offset)),
            }
        }
        if self.recent.len() == REMEMBERED_PAGES {
            self.recent.remove(0);
        }
        self.recent.push(here);
    }
}

/// Pages whose ids are remembered.
const REMEMBERED_PAGES: usize = 4;

/// The largest total for which as many pages are prefetched as the reader permits.
const MAX_TOTAL: u64 = 1_000_000_000;

/// Returns the ids of the rows of a page, as far as rows have one.
pub(super) fn ids(body: &[u8]) -> Vec<Option<String>> {
    // A row that is not UTF-8 does not affect the others.
    let body = String::from_utf8_lossy(body);
    let rows = json::read_owned::<Rows>(body.as_bytes()).map(|page| page.results).unwrap_or_default();
    let text = |row: Row| match row.id {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    rows.into_iter().map(text).collect()
}

/// The part of a page that is read for the ids.
struct Rows {
    results: Vec<Row>,
}
record!(Rows { "results" => results: Required });

struct Row {
    id: Value,
}
record!(Row { "id" => id: Optional });
