//! The comparison itself, and where in the new document to tell of what is gone.

use std::collections::BTreeMap;

use codegen::Failure;
use codegen::diff::Report;
use codegen::pipeline::{Position, Reading, SpecForm};
use codegen::pointer::Pointer;

use super::input::Side;
use crate::Result;
use crate::messages::Messages;

/// What came of two sides.
pub(crate) struct Compared {
    pub(crate) report: Report,
    /// Why one of the sides cannot become a client.
    pub(crate) client_error: Vec<String>,
    /// For places of the old document, the nearest that is left of them.
    pub(crate) remains: BTreeMap<Pointer, Position>,
}

/// Compares two sides; `remains` are looked for where they are asked for.
pub(crate) fn compare(old: &Side, new: &Side, remains: bool, messages: Messages) -> Result<Compared> {
    let overlays = [old.overlays(), new.overlays()];
    let [old_overlays, new_overlays] = &overlays;
    let (before, after) = std::thread::scope(|scope| {
        let before = scope.spawn(|| Reading::new(old.spec(), old_overlays));
        let after = Reading::new(new.spec(), new_overlays);
        (before.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), after)
    });
    let told = |(side, reading, overlays): (&Side, std::result::Result<_, Failure>, &[_])| -> Result<_> {
        reading.map_err(|failure| {
            messages.tell(&failure.0, &[&[side.spec()], overlays].concat());
            format!("{} cannot be compared", side.source)
        })
    };
    let (before, after) = (told((old, before, old_overlays)), told((new, after, new_overlays)));
    let (before, after) = (before?, after?);
    let errors = [&before, &after].into_iter().filter_map(|reading| reading.client.as_ref().err());
    let client_error = errors.flat_map(Failure::errors).collect();
    let report = codegen::diff::report(&before, &after);
    let remains = if remains { remains_of(&report, &after) } else { BTreeMap::new() };
    // To free a million nodes takes longer than to read them did, and the process ends soon.
    std::mem::forget((before, after));
    Ok(Compared { report, client_error, remains })
}

fn remains_of(report: &Report, new: &Reading<'_>) -> BTreeMap<Pointer, Position> {
    let sites = report.changes.iter().flat_map(|change| &change.sites);
    let gone: Vec<&Pointer> = sites.filter(|site| site.removed).map(|site| &site.pointer).collect();
    let places: Vec<Pointer> = gone.iter().map(|pointer| known_by_name(pointer)).collect();
    gone.into_iter().cloned().zip(new.positions(SpecForm::Bare, &places)).collect()
}

/// The part of a place that is the same in another document: the elements of a set have other neighbours there.
fn known_by_name(place: &Pointer) -> Pointer {
    const SETS: [&str; 4] = ["parameters", "anyOf", "oneOf", "allOf"];
    let set = place.0.windows(2).position(|steps| {
        matches!(steps, [set, index] if SETS.contains(&set.as_str()) && index.bytes().all(|it| it.is_ascii_digit()))
    });
    Pointer(place.0.iter().take(set.map_or(place.0.len(), |at| at + 1)).cloned().collect())
}
