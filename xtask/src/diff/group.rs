//! Groups changes by their operations.

use std::collections::BTreeMap;

use codegen::api::location::Location;
use codegen::diagnostics::Severity;
use codegen::diff::{Change, ChangeKind, Effect, RustChange, Site};
use serde_json::Value;

/// Changes in the same operations, or added or removed operations.
pub(crate) struct Group<'f> {
    /// Set for added or removed operations, each of which is a change of the group.
    pub(crate) title: Option<&'static str>,
    /// In the order of the document.
    operations: Vec<&'f str>,
    /// The most severe first.
    pub(crate) changes: Vec<&'f Change>,
}

/// The operations that a heading names.
const MAX_NAMED: usize = 3;

impl Group<'_> {
    /// The heading; `code` formats an operation.
    pub(crate) fn heading(&self, code: impl Fn(&str) -> String) -> String {
        if let Some(title) = self.title {
            return title.to_owned();
        }
        let named = if self.operations.len() > MAX_NAMED + 1 { MAX_NAMED } else { self.operations.len() };
        let names: Vec<String> =
            self.operations.iter().take(named).map(|name| operation(name, &code)).collect();
        match self.operations.len() - named {
            0 => names.join(", "),
            more => format!("{} and {more} more operations", names.join(", ")),
        }
    }

    /// The locations of one of its changes, unless the heading names them.
    pub(crate) fn location(&self, bundle: &Bundle<'_>, code: impl Fn(&str) -> String) -> Option<String> {
        if self.title.is_some() {
            let names = operations(bundle.first);
            return Some(names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", "));
        }
        let (location, more) = bundle.location()?;
        let location = location.to_string();
        match more {
            _ if location.is_empty() => None,
            0 => Some(code(&location)),
            1 => Some(format!("{} and 1 more location", code(&location))),
            more => Some(format!("{} and {more} more locations", code(&location))),
        }
    }

    /// The highest severity of its changes.
    fn severity(&self) -> Option<Severity> {
        self.changes.iter().map(|change| change.severity).max()
    }
}

/// An operation as a heading names it.
fn operation(name: &str, code: impl Fn(&str) -> String) -> String {
    if name == "*" { "the document".to_owned() } else { code(name) }
}

/// Groups changes: the most severe first, else in the order of the changes.
pub(crate) fn groups<'f>(changes: impl IntoIterator<Item = &'f Change>) -> Vec<Group<'f>> {
    let mut groups: Vec<Group<'f>> = Vec::new();
    let mut known = BTreeMap::new();
    for change in changes {
        let title = match change.kind {
            ChangeKind::OperationAdded => Some("New operations"),
            ChangeKind::OperationRemoved => Some("Removed operations"),
            _ => None,
        };
        let operations = if title.is_some() { Vec::new() } else { operations(change) };
        let index = *known.entry((title, operations.clone())).or_insert_with(|| {
            groups.push(Group { title, operations, changes: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(index) {
            group.changes.push(change);
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.severity()));
    groups
}

/// The operations of a change, without duplicates.
fn operations(change: &Change) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for site in &change.sites {
        if !out.contains(&site.operation.as_str()) {
            out.push(&site.operation);
        }
    }
    out
}

/// Changes in one sentence: values that were added to one enum, or removed from it.
pub(crate) struct Bundle<'f> {
    pub(crate) first: &'f Change,
    others: Vec<&'f Change>,
}

/// The values of a bundle that are named.
const MAX_VALUES: usize = 24;

/// Bundles the changes of a group, in their order.
pub(crate) fn bundles<'f>(changes: &[&'f Change]) -> Vec<Bundle<'f>> {
    let mut out: Vec<Bundle<'f>> = Vec::new();
    for change in changes {
        let is_value = matches!(change.kind, ChangeKind::EnumValueAdded | ChangeKind::EnumValueRemoved);
        match out.last_mut() {
            Some(last) if is_value && is_same_enum(last.first, change) => last.others.push(change),
            _ => out.push(Bundle { first: change, others: Vec::new() }),
        }
    }
    out
}

/// Whether two changes are of the same kind, at the same sites.
fn is_same_enum(a: &Change, b: &Change) -> bool {
    let is_same_site = |(a, b): (&Site, &Site)| a.operation == b.operation && a.location == b.location;
    (a.kind, a.payload, a.severity) == (b.kind, b.payload, b.severity)
        && a.sites.len() == b.sites.len()
        && a.sites.iter().zip(&b.sites).all(is_same_site)
}

impl<'f> Bundle<'f> {
    pub(crate) fn changes(&self) -> impl Iterator<Item = &'f Change> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// The sentence of the first, and the values of the others.
    pub(crate) fn sentence(&self) -> String {
        let value = |change: &&Change| {
            let value = if change.old.is_null() { &change.new } else { &change.old };
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            format!("`{text}`")
        };
        let values: Vec<String> = self.others.iter().take(MAX_VALUES).map(value).collect();
        let likewise = match (values.as_slice(), self.others.len() - values.len()) {
            ([], _) => String::new(),
            (values, 0) => format!("; likewise {}", values.join(", ")),
            (values, more) => format!("; likewise {} and {more} more", values.join(", ")),
        };
        format!("{}{likewise}", self.first.message)
    }

    /// The effects on Rust items, without duplicates.
    pub(crate) fn rust(&self) -> Vec<&'f RustChange> {
        let mut out: Vec<&RustChange> = Vec::new();
        for it in self.changes().flat_map(|change| &change.rust) {
            if it.effect != Effect::Unchanged && !out.contains(&it) {
                out.push(it);
            }
        }
        out
    }

    /// The first location, and the number of other ones: several operations often have the same.
    fn location(&self) -> Option<(&'f Location, usize)> {
        let mut all: Vec<&Location> = Vec::new();
        for site in &self.first.sites {
            if !all.contains(&&site.location) {
                all.push(&site.location);
            }
        }
        Some((*all.first()?, all.len() - 1))
    }
}
