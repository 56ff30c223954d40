//! The findings of a report: its changes after `spec/diff.toml` is applied, with the two sides.

use std::collections::BTreeMap;

use codegen::diagnostics::Severity;
use codegen::diagnostics::pointer::Pointer;
use codegen::diff::{Bump, Change, Effect, RustChange, Site};
use codegen::pipeline::Position;

use super::compare::Compared;
use super::input::Side;
use super::settings::{Act, Day, Entry, FILE, nearest};

/// What the formats render.
pub(crate) struct Findings<'a> {
    pub(crate) old: &'a Side,
    pub(crate) new: &'a Side,
    /// The most severe first.
    pub(crate) changes: Vec<Change>,
    pub(crate) ignored: Vec<Ignored>,
    pub(crate) unused: Vec<Unused>,
    pub(crate) rust_only: Vec<RustChange>,
    pub(crate) bump: Bump,
    /// The errors of a document that has no client; then the effects on Rust are unknown.
    pub(crate) client_error: Vec<String>,
    ancestors: BTreeMap<Pointer, Position>,
}

/// A change that `spec/diff.toml` ignores.
pub(crate) struct Ignored {
    pub(crate) change: Change,
    pub(crate) reason: String,
}

/// An entry of `spec/diff.toml` that had no effect.
pub(crate) struct Unused {
    pub(crate) entry: Entry,
    pub(crate) why: String,
}

impl Unused {
    /// One line for people.
    pub(crate) fn message(&self) -> String {
        let entry = &self.entry;
        let site = [&entry.operation, &entry.location].map(|it| it.as_deref().unwrap_or_default()).join(" ");
        let site = if site == " " { String::new() } else { format!(" at {}", site.trim()) };
        format!("the entry for {}{site} {}", entry.rule, self.why)
    }
}

impl<'a> Findings<'a> {
    pub(crate) fn new([old, new]: [&'a Side; 2], compared: Compared, entries: &[Entry], today: Day) -> Self {
        let Compared { report, client_error, ancestors } = compared;
        // Ignored changes still change the client.
        let bump = report.bump.unwrap_or_else(|| match report.changes.first().map(|it| it.severity) {
            Some(Severity::Error) => Bump::Major,
            Some(_) => Bump::Minor,
            None => Bump::None,
        });
        let mut used = vec![false; entries.len()];
        let (mut changes, mut ignored) = (Vec::new(), Vec::new());
        for change in report.changes {
            for (change, act, reason) in apply_entries(change, entries, &mut used, today) {
                match act {
                    Some(Act::Ignore) => ignored.push(Ignored { change, reason }),
                    Some(Act::Lower(to)) => {
                        let message =
                            format!("{} ({} by its rule; {reason})", change.message, change.severity);
                        changes.push(Change { severity: to, message, ..change });
                    }
                    None => changes.push(change),
                }
            }
        }
        changes.sort_by_key(|change| std::cmp::Reverse(change.severity));
        let unused = entries.iter().zip(used).filter(|(_, used)| !used);
        let unused =
            unused.map(|(entry, _)| Unused { entry: entry.clone(), why: why(entry, today) }).collect();
        Findings {
            old,
            new,
            changes,
            ignored,
            unused,
            rust_only: report.rust_only,
            bump,
            client_error,
            ancestors,
        }
    }

    /// The number of changes with a severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.changes.iter().filter(|change| change.severity == severity).count()
    }

    /// The file and line of a site, as git names it.
    pub(crate) fn position(&self, site: &Site) -> String {
        let side = if site.removed { self.old } else { self.new };
        format!("{}:{}", side.name(site.overlay.as_deref().unwrap_or(&side.file)), site.line)
    }

    /// A file and a line for tools that show the new files; of a removed node, those of its ancestor.
    pub(crate) fn anchor(&self, site: &Site) -> (String, usize) {
        let (mut side, mut overlay, mut line) = (self.new, &site.overlay, site.line);
        if site.removed && self.old.file != self.new.file {
            side = self.old;
        } else if let Some(position) = self.ancestors.get(&site.pointer).filter(|_| site.removed) {
            (overlay, line) = (&position.overlay, position.line);
        }
        (overlay.as_ref().unwrap_or(&side.file).clone(), line)
    }

    /// The effects on Rust items; those that break code first.
    pub(crate) fn rust(&self) -> Vec<&RustChange> {
        let ignored = self.ignored.iter().map(|ignored| &ignored.change);
        let all = self.changes.iter().chain(ignored).flat_map(|change| &change.rust).chain(&self.rust_only);
        let mut all: Vec<&RustChange> = all.filter(|it| it.effect != Effect::Unchanged).collect();
        all.sort_by_key(|it| (it.compiles, *it));
        all.dedup();
        all
    }
}

/// Splits a change by the entries that apply to its sites, in the order of the sites.
fn apply_entries(
    change: Change,
    entries: &[Entry],
    used: &mut [bool],
    today: Day,
) -> Vec<(Change, Option<Act>, String)> {
    let id = change.id();
    let mut parts: Vec<(Option<&Entry>, Vec<Site>)> = Vec::new();
    for site in &change.sites {
        let mut chosen: Option<&Entry> = None;
        for (entry, used) in entries.iter().zip(used.iter_mut()) {
            if entry.has_expired(today) || !entry.applies_to(&id, change.severity, site) {
                continue;
            }
            *used = true;
            // Ignoring takes precedence over lowering; else the first entry applies.
            if chosen.is_none_or(|it| it.act != Act::Ignore && entry.act == Act::Ignore) {
                chosen = Some(entry);
            }
        }
        match parts.iter_mut().find(|(entry, _)| *entry == chosen) {
            Some((_, sites)) => sites.push(site.clone()),
            None => parts.push((chosen, vec![site.clone()])),
        }
    }
    let part = |(entry, sites): (Option<&Entry>, Vec<Site>)| {
        let reason = entry.map_or_else(String::new, |entry| format!("{FILE}: {}", entry.reason));
        (Change { sites, ..change.clone() }, entry.map(|entry| entry.act), reason)
    };
    parts.into_iter().map(part).collect()
}

/// The reason why an entry had no effect.
fn why(entry: &Entry, today: Day) -> String {
    match entry.until {
        Some(until) if entry.has_expired(today) => format!("has expired on {until}"),
        _ => {
            let near = nearest(&entry.rule);
            let unknown = !entry.rule.contains('*') && !near.contains(&entry.rule);
            let hint = if unknown {
                format!("; no such rule: perhaps {}?", near.join(" or "))
            } else {
                String::new()
            };
            format!("matches nothing{hint}")
        }
    }
}
