//! What is wrong with a document, where, and what to do about it.
//!
//! Passes collect [`Problem`]s and go on, so that one run reports everything it can.

use std::cmp::Reverse;
use std::fmt;

use crate::limits::MOST_MESSAGES;
use crate::pointer::{At, Pointer};

/// How severe a diagnostic or a change of the API is, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is lost, and nothing that worked stops working.
    Info,
    /// A diagnostic: something is lost or ignored, and the run continues. A change: something that worked may stop.
    Warning,
    /// A diagnostic: nothing is written. A change: something that worked stops.
    Error,
}

impl Severity {
    /// All severities, the most severe first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

    /// The word for it in messages, in reports and in `spec/diff.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
    pub level: Severity,
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
        self.push(Severity::Error, Origin::Canonical(at.pointer()), what, help);
    }

    /// Reports what is right in OpenAPI, but nothing that the client can do.
    pub fn unsupported(&mut self, at: &At<'_>, what: impl Into<String>) {
        let help = "change it with an overlay, or leave its operations out with `--skip-unsupported`";
        self.error(at, what, help);
    }

    /// Reports a warning at a place of the canonical document.
    pub fn warning(&mut self, at: &At<'_>, what: impl Into<String>, help: impl Into<String>) {
        self.push(Severity::Warning, Origin::Canonical(at.pointer()), what, help);
    }

    /// Reports a problem anywhere.
    pub fn push(
        &mut self,
        level: Severity,
        origin: Origin,
        what: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.0.push(Problem { level, origin, what: what.into(), help: help.into() });
    }

    /// Of more than anyone reads, keeps the errors first, and says how many there are beside those.
    pub(crate) fn shorten(&mut self) {
        if self.0.len() > MOST_MESSAGES {
            self.0.sort_by_key(|problem| Reverse(problem.level));
            let hidden = self.0.split_off(MOST_MESSAGES);
            self.0.extend(hidden.first().map(|first| Problem {
                level: first.level,
                origin: Origin::Raw(Pointer::default()),
                what: format!("{} more problems are not shown", hidden.len()),
                help: "mend these first; what causes one may cause many".to_owned(),
            }));
        }
    }

    /// Whether anything stops the run.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.level == Severity::Error)
    }
}

/// A problem with its place spelled out: `file:line:column: error: what (#/pointer)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Whether it stops the run.
    pub level: Severity,
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
        let what = visible(&self.what);
        write!(f, "{}:{}:{}: {}: {what}", self.file, self.line, self.column, self.level)?;
        if let Some(pointer) = &self.pointer {
            write!(f, "\n  at {}", visible(&pointer.to_string()))?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", visible(&self.help))?;
        }
        Ok(())
    }
}

/// A text without what a terminal obeys or hides: control signs, marks of direction, signs of no width. Of one that goes
/// on without end there is the beginning.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST_SHOWN));
    for c in text.chars() {
        match c {
            _ if out.len() >= LONGEST_SHOWN => {
                out.push('…');
                break;
            }
            '\\' | '"' | '\'' => out.push(c),
            _ => out.extend(c.escape_debug()),
        }
    }
    out
}

/// Bytes of a message that one part of it may have.
const LONGEST_SHOWN: usize = 4_000;

/// Signs that are not seen but change what is: control characters, line separators, and those that turn the direction of
/// text.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
