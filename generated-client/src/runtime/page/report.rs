//! Observations made while a list is read.

/// Counts and shifts observed while a list was read.
///
/// A list that changes during the read shifts: a record inserted before the current offset moves others to the next
/// page, where they appear again; a removed record moves others forward, past the reader. The first case is detected by
/// id and listed in `repeats`; the second shows only in the total, or in `gaps` if pages overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PagingReport {
    /// Pages received.
    pub pages: u64,
    /// Rows on these pages, including rejected ones.
    pub rows: u64,
    /// Rows that did not decode.
    pub rejected: u64,
    /// Rows that had already been received.
    pub repeated: u64,
    /// The first hundred repeated rows.
    pub repeats: Vec<RepeatedRow>,
    /// Pages before which rows were removed, so that rows may have been skipped; 0 unless pages overlap, see
    /// [`Pages::overlap`](crate::Pages::overlap).
    pub gaps: u64,
    /// Rows of the whole list at the first page, if the server reported it.
    pub first_total: Option<u64>,
    /// Rows of the whole list at the last page, if the server reported it.
    pub last_total: Option<u64>,
}

/// A row that was received twice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepeatedRow {
    /// The `id` of the row.
    pub id: String,
    /// Its earlier offset.
    pub first_offset: u64,
    /// Its offset when it was received again.
    pub offset: u64,
}

/// Maximum number of repeats that are listed.
const MAX_REPEATS: usize = 100;

impl PagingReport {
    /// Returns whether the list changed during the read, so that rows may be missing: read it again to be sure.
    #[must_use]
    pub fn is_inconsistent(&self) -> bool {
        let grew = self.first_total.zip(self.last_total).is_some_and(|(first, last)| first != last);
        self.repeated > 0 || self.gaps > 0 || grew
    }

    pub(super) fn note_page(&mut self, rows: u64, rejected: u64, total: Option<u64>) {
        if self.pages == 0 {
            self.first_total = total;
        }
        self.last_total = total;
        self.pages += 1;
        self.rows += rows;
        self.rejected += rejected;
    }

    pub(super) fn note_repeat(&mut self, row: RepeatedRow) {
        self.repeated += 1;
        if self.repeats.len() < MAX_REPEATS {
            self.repeats.push(row);
        }
    }
}
