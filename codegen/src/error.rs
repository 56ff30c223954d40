//! What is wrong with a document, where, and what to do about it.
//!
//! Passes collect [`Problem`]s and go on, so that one run reports everything it can.

use std::fmt;

use crate::pointer::{At, Pointer};

/// Whether a problem stops the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is written.
    Error,
    /// Something is lost or left alone; the run goes on.
    Warning,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Error => "error",
            Level::Warning => "warning",
        })
    }
}

/// Which text a place belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The document as it was read.
    Raw(Pointer),
    /// The canonical form with the overlays applied, which the later passes see.
    Canonical(Pointer),
    /// The overlay of that number.
    Overlay(usize, Pointer),
    /// A line and column (both from 1) of the document, where the text could not be read at all.
    Text {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// A line and column of the overlay of that number.
    OverlayText {
        /// Which overlay.
        overlay: usize,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Whether it stops the run.
    pub level: Level,
    /// Where it is.
    pub origin: Origin,
    /// What is wrong.
    pub what: String,
    /// What to do about it; empty where `what` says it all.
    pub help: String,
}

/// Collects the problems of a pass.
#[derive(Debug, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Reports an error at a place of the canonical document.
    pub fn error(&mut self, at: &At<'_>, what: impl Into<String>, help: impl Into<String>) {
        self.push(Level::Error, Origin::Canonical(at.pointer()), what, help);
    }

    /// Reports what is right in OpenAPI, but nothing that the client can do.
    pub fn unsupported(&mut self, at: &At<'_>, what: impl Into<String>) {
        let help = "change it with an overlay, or leave its operations out with `--skip-unsupported`";
        self.error(at, what, help);
    }

    /// Reports a warning at a place of the canonical document.
    pub fn warning(&mut self, at: &At<'_>, what: impl Into<String>, help: impl Into<String>) {
        self.push(Level::Warning, Origin::Canonical(at.pointer()), what, help);
    }

    /// Reports a problem anywhere.
    pub fn push(&mut self, level: Level, origin: Origin, what: impl Into<String>, help: impl Into<String>) {
        self.0.push(Problem { level, origin, what: what.into(), help: help.into() });
    }

    /// Whether anything stops the run.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.level == Level::Error)
    }
}

/// A problem with its place spelled out: `file:line:column: error: what (#/pointer)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Whether it stops the run.
    pub level: Level,
    /// The file, as the caller named it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// The node; absent where the text could not be read at all.
    pub pointer: Option<Pointer>,
    /// What is wrong.
    pub what: String,
    /// What to do about it; may be empty.
    pub help: String,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}: {}", self.file, self.line, self.column, self.level, self.what)?;
        if let Some(pointer) = &self.pointer {
            write!(f, "\n  at {pointer}")?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}
