//! Diagnostics: what is wrong with a document, where, and how to fix it.
//!
//! A pass collects [`Diagnostic`]s and continues, so that one run reports as many as possible.

pub mod pointer;

use std::cmp::Reverse;
use std::fmt;

use pointer::{At, Pointer};

/// Messages of one run; more are not useful.
pub const MAX_MESSAGES: usize = 500;

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

/// The text that a pointer or a position refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The document as it was read.
    Raw(Pointer),
    /// The canonical form with the overlays applied, which the later passes see.
    Canonical(Pointer),
    /// The node that an overlay wrote, if it wrote one of `causes`, else the first node of the canonical form.
    Caused {
        /// The node with the fault.
        at: Pointer,
        /// The nodes that may have caused it.
        causes: Vec<Pointer>,
    },
    /// The overlay with this index.
    Overlay(usize, Pointer),
    /// A line and column (both from 1) of the document, if its text could not be parsed.
    Text {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// A line and column of the overlay with this index.
    OverlayText {
        /// The index of the overlay.
        overlay: usize,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
}

/// A diagnostic.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The severity; an error stops the run.
    pub level: Severity,
    /// The location in the document or in an overlay.
    pub origin: Origin,
    /// What is wrong.
    pub what: String,
    /// How to fix it; empty if `what` is sufficient.
    pub help: String,
}

/// The diagnostics of a pass.
#[derive(Debug, Default)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Reports an error at a node of the canonical document.
    pub fn error(&mut self, at: &At<'_>, what: impl Into<String>, help: impl Into<String>) {
        self.push(Severity::Error, Origin::Canonical(at.pointer()), what, help);
    }

    /// Reports an error for valid OpenAPI that the client does not support.
    pub fn unsupported(&mut self, at: &At<'_>, what: impl Into<String>) {
        let help = "change it with an overlay, or leave its operations out with `--skip-unsupported`";
        self.error(at, what, help);
    }

    /// Reports a warning at a node of the canonical document.
    pub fn warning(&mut self, at: &At<'_>, what: impl Into<String>, help: impl Into<String>) {
        self.push(Severity::Warning, Origin::Canonical(at.pointer()), what, help);
    }

    /// Reports a diagnostic at any origin.
    pub fn push(
        &mut self,
        level: Severity,
        origin: Origin,
        what: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.0.push(Diagnostic { level, origin, what: what.into(), help: help.into() });
    }

    /// Truncates the diagnostics to `MAX_MESSAGES`, errors first, and appends the number omitted.
    pub(crate) fn shorten(&mut self) {
        if self.0.len() > MAX_MESSAGES {
            self.0.sort_by_key(|diagnostic| Reverse(diagnostic.level));
            let hidden = self.0.split_off(MAX_MESSAGES);
            self.0.extend(hidden.first().map(|first| Diagnostic {
                level: first.level,
                origin: Origin::Raw(Pointer::default()),
                what: format!("{} more problems are not shown", hidden.len()),
                help: "fix these first; one cause often produces several errors".to_owned(),
            }));
        }
    }

    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.level == Severity::Error)
    }
}

/// A diagnostic with its file, line and column: `file:line:column: error: what (#/pointer)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The severity; an error stops the run.
    pub level: Severity,
    /// The file, as the caller named it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// The node; `None` if the text could not be parsed.
    pub pointer: Option<Pointer>,
    /// What is wrong.
    pub what: String,
    /// How to fix it; may be empty.
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

/// Returns a string without the characters that a terminal interprets or hides: control, bidirectional and zero-width
/// characters. Truncates a very long string.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_SHOWN_BYTES));
    for c in text.chars() {
        match c {
            _ if out.len() >= MAX_SHOWN_BYTES => {
                out.push('…');
                break;
            }
            '\\' | '"' | '\'' => out.push(c),
            _ => out.extend(c.escape_debug()),
        }
    }
    out
}

/// The maximum length of one part of a message, in bytes.
const MAX_SHOWN_BYTES: usize = 4_000;

/// Whether a character is invisible but changes the text around it: control characters, line separators and bidirectional
/// marks.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
