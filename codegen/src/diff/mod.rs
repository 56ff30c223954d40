//! What changed between two documents, on the wire.
//!
//! Facts first ([`fact`]): a walk over both documents side by side ([`document`], [`operation`], [`schema`]) that says
//! what is different where, and nothing about what that means. [`rules`] then gives each kind of fact its level, and
//! [`witness`] proves the ones that break callers.

mod accepts;
mod document;
mod fact;
mod operation;
pub mod rules;
mod sample;
mod schema;
mod view;
mod witness;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::pointer::Pointer;
use fact::Fact;
pub use rules::Level;

/// One difference, at all places where it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The id of its rule.
    pub kind: String,
    /// What it does to callers.
    pub level: Level,
    /// What was there, where it can be said in one value.
    pub old: Value,
    /// What is there now.
    pub new: Value,
    /// In a sentence.
    pub message: String,
    /// At least one, in the order of the document.
    pub sites: Vec<Site>,
    /// What one side takes and the other does not; there where the level is [`Level::Error`].
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
}

/// What makes two changes one, their places apart.
type Key = (std::cmp::Reverse<Level>, String, String, String, String, String);

/// All changes between two canonical documents, the severest first.
pub fn compare(old: &Value, new: &Value) -> Vec<Change> {
    let comparison = document::compare(old, new);
    let judge = witness::Judge::new(old, new, &comparison.roots);
    let mut changes: BTreeMap<Key, Change> = BTreeMap::new();
    for fact in &comparison.facts {
        let Some((rule, mut level)) = rules::judge(fact) else { continue };
        let mut message = rules::message(rule, fact);
        let mut witness = None;
        if level == Level::Error {
            match judge.witness(fact) {
                Ok(found) => witness = Some(found),
                Err(reason) => {
                    level = Level::Info;
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
    }
}
