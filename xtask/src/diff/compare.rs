//! Runs the comparison, and finds positions in the new document for what was removed.

use std::collections::BTreeMap;

use anyhow::{Error, anyhow};
use codegen::diagnostics::pointer::Pointer;
use codegen::diff::Report;
use codegen::pipeline::{Position, Reading, SpecForm};
use codegen::{Failure, Source};

use super::input::Side;
use crate::Result;
use crate::messages::Messages;

/// The result of a comparison.
pub(crate) struct Compared {
    pub(crate) report: Report,
    /// The errors of a side that has no client.
    pub(crate) client_error: Vec<String>,
    /// For nodes that were removed, the position of the nearest ancestor in the new document.
    pub(crate) ancestors: BTreeMap<Pointer, Position>,
}

/// Compares two sides; `find_ancestors` fills in the ancestors of removed nodes.
pub(crate) fn compare(old: &Side, new: &Side, find_ancestors: bool, messages: Messages) -> Result<Compared> {
    let overlays = [old.overlays(), new.overlays()];
    let [old_overlays, new_overlays] = &overlays;
    let (before, after) = std::thread::scope(|scope| {
        let before = scope.spawn(|| Reading::new(old.spec(), old_overlays));
        let after = Reading::new(new.spec(), new_overlays);
        (before.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), after)
    });
    // Both are reported before the first ends the command.
    let before = before.map_err(|failure| report_failure(old, old_overlays, &failure, messages));
    let after = after.map_err(|failure| report_failure(new, new_overlays, &failure, messages));
    let (before, after) = (before?, after?);
    let errors = [&before, &after].into_iter().filter_map(|reading| reading.client.as_ref().err());
    let client_error = errors.flat_map(Failure::errors).collect();
    let report = codegen::diff::report(&before, &after);
    let ancestors = if find_ancestors { ancestors(&report, &after) } else { BTreeMap::new() };
    // Leaks the documents: dropping them takes longer than parsing them, and the process is about to exit.
    std::mem::forget((before, after));
    Ok(Compared { report, client_error, ancestors })
}

fn report_failure(side: &Side, overlays: &[Source<'_>], failure: &Failure, messages: Messages) -> Error {
    messages.tell(&failure.0, &[&[side.spec()], overlays].concat());
    anyhow!("{} cannot be compared", side.source)
}

fn ancestors(report: &Report, new: &Reading<'_>) -> BTreeMap<Pointer, Position> {
    let sites = report.changes.iter().flat_map(|change| &change.sites);
    let removed: Vec<&Pointer> = sites.filter(|site| site.removed).map(|site| &site.pointer).collect();
    let ancestors: Vec<Pointer> = removed.iter().map(|pointer| stable_prefix(pointer)).collect();
    removed.into_iter().cloned().zip(new.positions(SpecForm::Bare, &ancestors)).collect()
}

/// The part of a pointer that means the same in another document, where the items of a set have other indices.
fn stable_prefix(pointer: &Pointer) -> Pointer {
    const SETS: [&str; 4] = ["parameters", "anyOf", "oneOf", "allOf"];
    let set = pointer.0.windows(2).position(|steps| {
        matches!(steps, [set, index] if SETS.contains(&set.as_str()) && index.bytes().all(|it| it.is_ascii_digit()))
    });
    Pointer(pointer.0.iter().take(set.map_or(pointer.0.len(), |at| at + 1)).cloned().collect())
}
