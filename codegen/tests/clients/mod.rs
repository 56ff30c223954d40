//! Compares a report with the clients of both documents.

use codegen::diff::{Bump, Report, report};
use codegen::pipeline::Reading;
use codegen::{Options, Source, generate};

/// The report about two documents.
pub(crate) fn reported([old, new]: &[String; 2]) -> Report {
    let old = Reading::new(Source { name: "old.json", text: old }, &[]).unwrap();
    let new = Reading::new(Source { name: "new.json", text: new }, &[]).unwrap();
    report(&old, &new)
}

/// Checks that a report is not empty and asks for a new version if the generated clients differ.
pub(crate) fn check([old, new]: &[String; 2], report: &Report) -> Result<(), String> {
    let generated = |text: &String| generate(Source { name: "api.json", text }, &[], Options::default());
    let (Ok(old), Ok(new)) = (generated(old), generated(new)) else { return Ok(()) };
    let is_empty = report.changes.is_empty() && report.rust_only.is_empty();
    let differ = old.tree.files != new.tree.files || old.surface != new.surface;
    if differ && (is_empty || report.bump == Some(Bump::None)) {
        return Err(format!("the clients differ, and the report says {report:?}"));
    }
    Ok(())
}
