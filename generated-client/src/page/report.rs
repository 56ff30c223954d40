//! What was noticed while a list was read.

/// What a walk through a list came across.
///
/// A list that changes while it is read shifts under the reader's hands: a record that comes in ahead of the place moves
/// others to the next page, where they are met again; one that goes away moves others forward, past the reader. The first
/// is seen by its id and listed in `repeats`; the second can only be told from the total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PagingReport {
    /// Pages that came.
    pub pages: u64,
    /// Rows on them, good or bad.
    pub rows: u64,
    /// Rows that did not decode.
    pub rejected: u64,
    /// Rows that had come before.
    pub repeated: u64,
    /// The first hundred of these.
    pub repeats: Vec<RepeatedRow>,
    /// Rows of the whole list when the first page came, if the server said so.
    pub first_total: Option<u64>,
    /// Rows of the whole list when the last page came, if the server said so.
    pub last_total: Option<u64>,
}

/// A row that was met twice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepeatedRow {
    /// Its `id`.
    pub id: String,
    /// Where it was before.
    pub first_offset: u64,
    /// Where it was met again.
    pub offset: u64,
}

/// How many repeats are listed.
const MAX_REPEATS: usize = 100;

impl PagingReport {
    /// Whether the list changed while it was read, so that rows may have been passed over: read it again to be sure.
    #[must_use]
    pub fn has_shifted(&self) -> bool {
        let grew = self.first_total.zip(self.last_total).is_some_and(|(first, last)| first != last);
        self.repeated > 0 || grew
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
