//! The stored rows of an export: a file that is only appended to, with one JSON object per line.
//!
//! A process may be killed at any moment, so an entry counts only when its line is complete.

use std::fs::File;
use std::io::{BufRead, BufReader, Result, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// One line of the journal. `at` is the offset of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// The write for a row is about to be sent.
    Intent { at: u64 },
    /// The server has a job for the write; `found` says that it was found in the write log.
    Job { at: u64, job_id: String, found: bool },
    /// The job of the write has ended.
    Outcome { at: u64, outcome: String },
    /// A row, including its related data.
    Row { at: u64, id: String, rejected: bool, units: Option<u64> },
}

/// The progress of the write for the next row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum WriteProgress {
    #[default]
    None,
    Intended,
    Accepted(String),
    Ended,
}

/// A journal that is open for appending.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    rows: u64,
    write: WriteProgress,
}

impl Journal {
    /// Opens or creates a journal, and removes an incomplete line at its end.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(path)?;
        let mut journal = Self { file, rows: 0, write: WriteProgress::None };
        let complete = read(path, |entry| journal.note(&entry))?;
        // A file that is open for appending cannot be shortened on Windows.
        File::options().write(true).open(path)?.set_len(complete)?;
        Ok(journal)
    }

    /// The number of rows that are stored, which is the offset to continue from.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// The progress of the write for the next row.
    pub(crate) fn write(&self) -> &WriteProgress {
        &self.write
    }

    /// Appends an entry. It is not synced to the disk: a killed process does not lose what it has written.
    pub(crate) fn push(&mut self, entry: &Entry) -> Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.note(entry);
        Ok(())
    }

    fn note(&mut self, entry: &Entry) {
        self.write = match entry {
            Entry::Intent { .. } => WriteProgress::Intended,
            Entry::Job { job_id, .. } => WriteProgress::Accepted(job_id.clone()),
            Entry::Outcome { .. } => WriteProgress::Ended,
            Entry::Row { .. } => {
                self.rows += 1;
                WriteProgress::None
            }
        };
    }
}

/// Reads the complete entries of a journal. Returns their length in bytes.
pub(crate) fn read(path: &Path, mut each: impl FnMut(Entry)) -> Result<u64> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut line, mut complete) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
        each(serde_json::from_slice(&line)?);
        complete += line.len() as u64;
        line.clear();
    }
    Ok(complete)
}
