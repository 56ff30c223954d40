//! What changed between two documents, in HTTP and JSON.
//!
//! A walk over both documents (`document`, `operation`, `schema`) collects the differences (`fact`). `kind` and `rules` give
//! each difference a severity and a message, `witness` finds the counterexamples of those that break callers, and `rust`
//! the effects on the client.

mod accepts;
mod document;
mod fact;
mod kind;
pub(crate) mod locations;
mod matching;
mod operation;
pub mod rules;
mod rust;
mod sample;
mod schema;
mod view;
mod witness;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::location::Location;
use crate::diagnostics::Severity;
use crate::diagnostics::pointer::Pointer;
use crate::pipeline::{Reading, SpecForm};
pub use kind::{ChangeKind, PayloadKind};
pub use rust::{Bump, Effect, RustChange};

/// The changes between two documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The most severe first.
    pub changes: Vec<Change>,
    /// The version bump of the client; `None` if one of the documents has no client.
    pub bump: Option<Bump>,
    /// Rust items that change without a change in HTTP or JSON, which overlays can cause.
    pub rust_only: Vec<RustChange>,
}

/// A change, at all sites where it appears.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The kind, which determines the rule.
    pub kind: ChangeKind,
    /// What the changed schema describes; `None` for a change of an operation or of the document.
    pub payload: Option<PayloadKind>,
    /// What it means for callers.
    pub severity: Severity,
    /// The old value, or null.
    pub old: Value,
    /// The new value, or null.
    pub new: Value,
    /// A sentence about it.
    pub message: String,
    /// At least one, in the order of the document.
    pub sites: Vec<Site>,
    /// The Rust items at the sites, with the effect on each.
    pub rust: Vec<RustChange>,
    /// A value or request that one document permits and the other does not; set if the severity is [`Severity::Error`].
    pub counterexample: Option<Value>,
}

/// An operation and a location where a change appears.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// `GET /v1/leads/`, `WEBHOOK POST name`, or `*` for the document.
    pub operation: String,
    /// The location in the operation.
    pub location: Location,
    /// The node is one of the old document.
    pub removed: bool,
    /// The node in the canonical form of the document.
    pub pointer: Pointer,
    /// The overlay that the node comes from; `None` if it is in the document itself.
    pub overlay: Option<String>,
    /// The line in that text, from 1.
    pub line: usize,
}

impl Change {
    /// The id of its rule: `response-field-removed`.
    pub fn id(&self) -> String {
        self.kind.id(self.payload)
    }

    /// Whether it is the same kind of change at the same site.
    fn covers(&self, other: &Change, site: &Site) -> bool {
        let is_same = |own: &Site| own.operation == site.operation && own.location == site.location;
        (self.kind, self.payload) == (other.kind, other.payload) && self.sites.iter().any(is_same)
    }
}

/// Compares two documents and their clients.
///
/// Compares the documents without their overlays, so that no overlay hides a change. If the overlays differ, adds the changes
/// that only they make.
pub fn report(old: &Reading<'_>, new: &Reading<'_>) -> Report {
    let ((mut changes, mut by_overlays), clients) = in_parallel(
        || {
            let changes = compare(&old.bare, &new.bare);
            let by_overlays = changes_by_overlays(old, new, &changes);
            (changes, by_overlays)
        },
        || rust::clients(old, new),
    );
    locate(&mut changes, SpecForm::Bare, old, new);
    locate(&mut by_overlays, SpecForm::Effective, old, new);
    changes.append(&mut by_overlays);
    let (bump, rust_only) = match clients.map(|clients| clients.attribute(&mut changes)) {
        Some((bump, rust_only)) => (Some(bump), rust_only),
        None => (None, Vec::new()),
    };
    changes.sort_by_key(|change| Reverse(change.severity));
    Report { changes, bump, rust_only }
}

/// The changes between the effective documents that are not changes between the bare ones.
fn changes_by_overlays(old: &Reading<'_>, new: &Reading<'_>, bare: &[Change]) -> Vec<Change> {
    let texts = |reading: &Reading<'_>| {
        reading.overlays().iter().map(|overlay| overlay.text.to_owned()).collect::<Vec<_>>()
    };
    if texts(old) == texts(new) {
        return Vec::new();
    }
    let mut changes = compare(old.effective(), new.effective());
    for change in &mut changes {
        let mut sites = std::mem::take(&mut change.sites);
        sites.retain(|site| !bare.iter().any(|known| known.covers(change, site)));
        change.sites = sites;
    }
    changes.retain(|change| !change.sites.is_empty());
    changes
}

/// Finds the lines of all sites of changes between two forms of the documents.
fn locate(changes: &mut [Change], form: SpecForm, old: &Reading<'_>, new: &Reading<'_>) {
    let pointers = |removed: bool| -> Vec<Pointer> {
        let sites = changes.iter().flat_map(|change| &change.sites);
        sites.filter(|site| site.removed == removed).map(|site| site.pointer.clone()).collect()
    };
    let (in_old, in_new) = (pointers(true), pointers(false));
    let (in_old, in_new) = in_parallel(|| old.positions(form, &in_old), || new.positions(form, &in_new));
    let (mut in_old, mut in_new) = (in_old.into_iter(), in_new.into_iter());
    for site in changes.iter_mut().flat_map(|change| &mut change.sites) {
        if let Some(position) = if site.removed { in_old.next() } else { in_new.next() } {
            (site.overlay, site.line) = (position.overlay, position.line);
        }
    }
}

/// Runs two functions in parallel: people wait for the report.
fn in_parallel<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
}

/// What differences have in common that are one change, in the order of the report.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ChangeKey {
    severity: Reverse<Severity>,
    id: String,
    leaf: String,
    old: String,
    new: String,
    message: String,
}

/// All changes between two canonical documents, the most severe first.
pub fn compare(old: &Value, new: &Value) -> Vec<Change> {
    let comparison = document::compare(old, new);
    let prover = witness::Prover::new(&comparison);
    let mut changes: BTreeMap<ChangeKey, Change> = BTreeMap::new();
    for difference in &comparison.differences {
        let mut severity = rules::severity(difference);
        let mut message = rules::message(difference);
        let mut counterexample = None;
        if severity == Severity::Error {
            match prover.counterexample(difference) {
                Ok(found) => counterexample = Some(found),
                Err(reason) => {
                    severity = Severity::Info;
                    message = format!("{message}, but {reason}");
                }
            }
        }
        let key = ChangeKey {
            severity: Reverse(severity),
            id: difference.kind.id(difference.payload),
            leaf: difference.location.leaf(),
            old: difference.details.old.to_string(),
            new: difference.details.new.to_string(),
            message: message.clone(),
        };
        let change = changes.entry(key).or_insert_with(|| Change {
            kind: difference.kind,
            payload: difference.payload,
            severity,
            old: difference.details.old.clone(),
            new: difference.details.new.clone(),
            message,
            sites: Vec::new(),
            rust: Vec::new(),
            counterexample,
        });
        let site = Site {
            operation: difference.operation.to_string(),
            location: difference.location.clone(),
            removed: difference.anchor.removed,
            pointer: difference.anchor.pointer.clone(),
            overlay: None,
            line: 1,
        };
        // Several media types of one body have the same changes.
        if !change.sites.contains(&site) {
            change.sites.push(site);
        }
    }
    changes.into_values().collect()
}
