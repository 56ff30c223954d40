//! What changed between two documents, on the wire.
//!
//! Facts first (`fact`): a walk over both documents side by side (`document`, `operation`, `schema`) that says
//! what is different where, and nothing about what that means. `rules` then gives each kind of fact its level, and
//! `witness` proves the ones that break callers.

mod accepts;
mod document;
mod fact;
pub(crate) mod locations;
mod operation;
pub mod rules;
mod rust;
mod sample;
mod schema;
mod view;
mod witness;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::Severity;
use crate::pipeline::{Reading, SpecForm};
use crate::pointer::Pointer;
use fact::Fact;
pub use rust::{Bump, Effect, RustChange};

/// What changed between two documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The severest first.
    pub changes: Vec<Change>,
    /// What follows for the version of the client; `None` where one of the documents cannot become a client.
    pub bump: Option<Bump>,
    /// Rust items that change although nothing on the wire does: overlays may do that.
    pub rust_only: Vec<RustChange>,
}

/// One difference, at all places where it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The id of its rule.
    pub kind: String,
    /// What it does to callers.
    pub level: Severity,
    /// What was there, where it can be said in one value.
    pub old: Value,
    /// What is there now.
    pub new: Value,
    /// In a sentence.
    pub message: String,
    /// At least one, in the order of the document.
    pub sites: Vec<Site>,
    /// The Rust items at these places, and what happens to each.
    pub rust: Vec<RustChange>,
    /// What one side takes and the other does not; there where the level is [`Severity::Error`].
    pub witness: Option<Value>,
}

/// A place where a change shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// `GET /v1/leads/`, `WEBHOOK POST name`, or `*`.
    pub operation: String,
    /// Below the operation: `query.limit`, `request.notes`, `response.200.results[].id`.
    pub location: String,
    /// It is a place of the new document, unless something was removed.
    pub removed: bool,
    /// The place in that document's canonical form.
    pub pointer: Pointer,
    /// The overlay that the place comes from, where the document itself does not have it.
    pub overlay: Option<String>,
    /// From 1, in that text.
    pub line: usize,
}

/// What makes two changes one, their places apart.
type Key = (std::cmp::Reverse<Severity>, String, String, String, String, String);

/// All changes between two documents, with their lines and what they do to the client.
///
/// What upstream changed is compared without the overlays, so that no repair hides it. Where the overlays differ too,
/// what only they have changed is told beside it.
pub fn report(old: &Reading<'_>, new: &Reading<'_>) -> Report {
    let ((mut changes, upstream), clients) = beside(|| changes(old, new), || rust::clients(old, new));
    let (bare, effective) = changes.split_at_mut(upstream);
    locate(bare, SpecForm::Bare, old, new);
    locate(effective, SpecForm::Effective, old, new);
    let (bump, rust_only) = match clients {
        Some(clients) => clients.view(&mut changes),
        None => (None, Vec::new()),
    };
    changes.sort_by_key(|change| std::cmp::Reverse(change.level));
    Report { changes, bump, rust_only }
}

/// All changes, and how many of them are upstream's: these are places of the bare documents.
fn changes(old: &Reading<'_>, new: &Reading<'_>) -> (Vec<Change>, usize) {
    let mut changes = compare(&old.bare, &new.bare);
    let upstream = changes.len();
    let texts =
        |reading: &Reading<'_>| reading.overlays().iter().map(|it| it.text.to_owned()).collect::<Vec<_>>();
    if texts(old) != texts(new) {
        for mut change in compare(old.effective(), new.effective()) {
            change
                .sites
                .retain(|site| !changes.iter().take(upstream).any(|known| known.tells(&change.kind, site)));
            if !change.sites.is_empty() {
                changes.push(change);
            }
        }
    }
    (changes, upstream)
}

/// Finds the lines of all sites of changes between two forms of the documents.
fn locate(changes: &mut [Change], form: SpecForm, old: &Reading<'_>, new: &Reading<'_>) {
    let pointers = |removed: bool| -> Vec<Pointer> {
        let sites = changes.iter().flat_map(|change| &change.sites);
        sites.filter(|site| site.removed == removed).map(|site| site.pointer.clone()).collect()
    };
    let (in_old, in_new) = (pointers(true), pointers(false));
    let (in_old, in_new) = beside(|| old.positions(form, &in_old), || new.positions(form, &in_new));
    let (mut in_old, mut in_new) = (in_old.into_iter(), in_new.into_iter());
    for site in changes.iter_mut().flat_map(|change| &mut change.sites) {
        if let Some(position) = if site.removed { in_old.next() } else { in_new.next() } {
            (site.overlay, site.line) = (position.overlay, position.line);
        }
    }
}

/// Two things at a time: people wait for this.
pub(crate) fn beside<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
}

impl Change {
    /// Whether it says this of that place.
    fn tells(&self, kind: &str, site: &Site) -> bool {
        let same = |own: &Site| own.operation == site.operation && own.location == site.location;
        self.kind == kind && self.sites.iter().any(same)
    }
}

/// All changes between two canonical documents, the severest first.
pub fn compare(old: &Value, new: &Value) -> Vec<Change> {
    let comparison = document::compare(old, new);
    let judge = witness::Judge::new(old, new, &comparison.roots);
    let mut changes: BTreeMap<Key, Change> = BTreeMap::new();
    for fact in &comparison.facts {
        let Some((rule, mut level)) = rules::judge(fact) else { continue };
        let mut message = rules::message(rule, fact);
        let mut witness = None;
        if level == Severity::Error {
            match judge.witness(fact) {
                Ok(found) => witness = Some(found),
                Err(reason) => {
                    level = Severity::Info;
                    message = format!("{message}, but {reason}");
                }
            }
        }
        let leaf = fact.location.rsplit('.').next().unwrap_or_default().to_owned();
        let kind = fact.id();
        let key = (
            std::cmp::Reverse(level),
            kind.clone(),
            leaf,
            fact.old.to_string(),
            fact.new.to_string(),
            message.clone(),
        );
        let site = site(fact);
        let change = changes.entry(key).or_insert_with(|| Change {
            kind,
            level,
            old: fact.old.clone(),
            new: fact.new.clone(),
            message,
            sites: Vec::new(),
            rust: Vec::new(),
            witness,
        });
        // Several media types of one body say the same.
        if !change.sites.contains(&site) {
            change.sites.push(site);
        }
    }
    changes.into_values().collect()
}

fn site(fact: &Fact<'_>) -> Site {
    Site {
        operation: fact.operation.clone(),
        location: fact.location.clone(),
        removed: fact.removed,
        pointer: fact.pointer.clone(),
        overlay: None,
        line: 1,
    }
}
