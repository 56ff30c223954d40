//! What changed between two documents, in HTTP and JSON.
//!
//! A walk over both documents (`document`, `operation`) collects the differences (`difference`). Each pair of schemas is compared
//! once (`schema`), and `graph` finds its locations. `kind` and `rules` give each difference a severity and a message, `judge`
//! proves that some differences break no caller, `witness` finds the counterexamples of those that do, and `rust` the effects
//! on the client.

mod accepts;
mod comparer;
mod comparison;
mod constraint;
mod difference;
mod discriminator;
mod document;
mod generated;
mod graph;
mod host;
mod implication;
mod inclusion;
mod interface;
mod judge;
mod kind;
pub(crate) mod locations;
mod matching;
mod minimize;
mod operation;
mod parameter;
mod pattern;
mod payload;
mod permitted_types;
mod properties;
mod request;
mod response;
pub mod rules;
mod rust;
mod sample;
mod schema;
mod security;
mod types;
mod view;
mod witness;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use difference::Difference;
use judge::Verdict;
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
    /// A value or request that one document permits and the other does not. `None` if the severity is not
    /// [`Severity::Error`], or if none could be constructed, which the message says.
    pub counterexample: Option<Value>,
    /// The value of the counterexample with another part, or none, at the location of this change: the document that rejects
    /// the counterexample permits it.
    pub repaired: Option<Value>,
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
    let (mut bump, mut rust_only) = match clients.map(|clients| clients.attribute(&mut changes)) {
        Some((bump, rust_only)) => (Some(bump), rust_only),
        None => (None, Vec::new()),
    };
    if bump == Some(Bump::None) && old.effective() != new.effective() {
        rust_only = generated::changes(old, new);
        bump = Some(if rust_only.is_empty() { Bump::None } else { Bump::Patch });
    }
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

/// The differences of one change that a counterexample is searched for.
const MAX_SEARCHES: usize = 3;

/// All changes between two canonical documents, the most severe first.
pub fn compare(old: &Value, new: &Value) -> Vec<Change> {
    let comparison = document::compare(old, new);
    let judge = judge::Judge::new(&comparison);
    let mut changes: BTreeMap<ChangeKey, (Change, Vec<&Difference<'_>>, BTreeSet<SiteKey>)> = BTreeMap::new();
    for difference in &comparison.differences {
        let Verdict { severity, message } = judge.verdict(difference);
        let found = &difference.found;
        let key = ChangeKey {
            severity: Reverse(severity),
            id: found.kind.id(difference.payload),
            leaf: difference.location.leaf(),
            old: found.details.old.to_string(),
            new: found.details.new.to_string(),
            message: message.clone(),
        };
        let (change, differences, sites) = changes.entry(key).or_insert_with(|| {
            let change = Change {
                kind: found.kind,
                payload: difference.payload,
                severity,
                old: found.details.old.clone(),
                new: found.details.new.clone(),
                message,
                sites: Vec::new(),
                rust: Vec::new(),
                counterexample: None,
                repaired: None,
            };
            (change, Vec::new(), BTreeSet::new())
        });
        // Several media types of one body have the same changes.
        let key =
            (Rc::clone(&difference.operation), difference.location.clone(), found.anchor.pointer.clone());
        if sites.insert(key) {
            change.sites.push(Site {
                operation: difference.operation.to_string(),
                location: difference.location.clone(),
                removed: found.anchor.removed,
                pointer: found.anchor.pointer.clone(),
                overlay: None,
                line: 1,
            });
            if differences.len() < MAX_SEARCHES {
                differences.push(difference);
            }
        }
    }
    let prover = witness::Prover::new(&comparison);
    let mut changes: Vec<Change> = changes
        .into_values()
        .map(|(mut change, differences, _)| {
            prove(&prover, &mut change, &differences);
            change
        })
        .collect();
    changes.sort_by_key(|change| Reverse(change.severity));
    changes
}

/// What identifies the site of a change.
type SiteKey = (Rc<str>, Location, Pointer);

/// Adds the counterexample of a change, or the remark that there is none.
fn prove(prover: &witness::Prover<'_, '_>, change: &mut Change, differences: &[&Difference<'_>]) {
    let is_decided_by_example = change.kind == ChangeKind::ConstraintChanged
        && change.severity == Severity::Warning
        && change.new.get("pattern").is_none();
    if change.severity != Severity::Error && !is_decided_by_example {
        return;
    }
    let found =
        differences.iter().enumerate().find_map(|(index, it)| Some((index, prover.counterexample(it)?)));
    match found {
        Some((site, found)) => {
            change.severity = Severity::Error;
            change.counterexample = Some(found.counterexample);
            change.repaired = found.repaired;
            // The counterexample is about the first site.
            change.sites.swap(0, site);
        }
        None if change.severity == Severity::Error => {
            change.message += "; no example could be constructed";
        }
        None => {}
    }
}
