//! Changes under the operations that they concern.

use std::collections::BTreeMap;

use codegen::diff::{Change, Effect, RustChange};
use codegen::error::Severity;
use serde_json::Value;

/// Changes that show in the same operations, or operations that come or go.
pub(crate) struct Group<'f> {
    /// What it is called where its operations are items of it.
    pub(crate) title: Option<&'static str>,
    /// In the order of the document.
    operations: Vec<&'f str>,
    /// The severest first.
    pub(crate) changes: Vec<&'f Change>,
}

/// How many operations a heading names.
const NAMED: usize = 3;

impl Group<'_> {
    /// What it is called; `code` is how an operation is written.
    pub(crate) fn heading(&self, code: impl Fn(&str) -> String) -> String {
        if let Some(title) = self.title {
            return title.to_owned();
        }
        let named = if self.operations.len() > NAMED + 1 { NAMED } else { self.operations.len() };
        let names: Vec<String> =
            self.operations.iter().take(named).map(|name| operation(name, &code)).collect();
        match self.operations.len() - named {
            0 => names.join(", "),
            more => format!("{} and {more} more operations", names.join(", ")),
        }
    }

    /// Where one of its changes is, unless the heading says it all.
    pub(crate) fn place(&self, bundle: &Bundle<'_>, code: impl Fn(&str) -> String) -> Option<String> {
        if self.title.is_some() {
            let names = operations(bundle.first);
            return Some(names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", "));
        }
        match bundle.location() {
            ("", _) => None,
            (location, 0) => Some(code(location)),
            (location, 1) => Some(format!("{} and 1 more place", code(location))),
            (location, more) => Some(format!("{} and {more} more places", code(location))),
        }
    }

    /// Its severest.
    fn level(&self) -> Option<Severity> {
        self.changes.iter().map(|change| change.level).max()
    }
}

/// An operation as a heading names it.
fn operation(name: &str, code: impl Fn(&str) -> String) -> String {
    if name == "*" { "the document".to_owned() } else { code(name) }
}

/// Groups changes: the severest first, else in the order in which they come.
pub(crate) fn groups<'f>(changes: impl IntoIterator<Item = &'f Change>) -> Vec<Group<'f>> {
    let mut groups: Vec<Group<'f>> = Vec::new();
    let mut known = BTreeMap::new();
    for change in changes {
        let title = match change.kind.as_str() {
            "op-added" => Some("New operations"),
            "op-removed" => Some("Operations that are gone"),
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
    groups.sort_by_key(|group| std::cmp::Reverse(group.level()));
    groups
}

/// The operations of a change, each once.
fn operations(change: &Change) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for site in &change.sites {
        if !out.contains(&site.operation.as_str()) {
            out.push(&site.operation);
        }
    }
    out
}

/// Changes that are told in one breath: values that come to one enum, or go from it.
pub(crate) struct Bundle<'f> {
    pub(crate) first: &'f Change,
    others: Vec<&'f Change>,
}

/// Values of a bundle that are named.
const VALUES: usize = 24;

/// Bundles the changes of a group, in their order.
pub(crate) fn bundles<'f>(changes: &[&'f Change]) -> Vec<Bundle<'f>> {
    let places = |change: &Change| -> Vec<(String, String)> {
        change.sites.iter().map(|site| (site.operation.clone(), site.location.clone())).collect()
    };
    let same = |a: &Change, b: &Change| a.kind == b.kind && a.level == b.level && places(a) == places(b);
    let mut out: Vec<Bundle<'f>> = Vec::new();
    for change in changes {
        let of_values = change.kind.contains("-enum-value-");
        match out.last_mut() {
            Some(last) if of_values && same(last.first, change) => last.others.push(change),
            _ => out.push(Bundle { first: change, others: Vec::new() }),
        }
    }
    out
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
        let values: Vec<String> = self.others.iter().take(VALUES).map(value).collect();
        let likewise = match (values.as_slice(), self.others.len() - values.len()) {
            ([], _) => String::new(),
            (values, 0) => format!("; likewise {}", values.join(", ")),
            (values, more) => format!("; likewise {} and {more} more", values.join(", ")),
        };
        format!("{}{likewise}", self.first.message)
    }

    /// What happens to Rust items, each once.
    pub(crate) fn rust(&self) -> Vec<&'f RustChange> {
        let mut out: Vec<&RustChange> = Vec::new();
        for it in self.changes().flat_map(|change| &change.rust) {
            if it.effect != Effect::Unchanged && !out.contains(&it) {
                out.push(it);
            }
        }
        out
    }

    /// The first location, and how many others there are: in several operations they are mostly the same.
    pub(crate) fn location(&self) -> (&'f str, usize) {
        let mut all: Vec<&str> = Vec::new();
        for site in &self.first.sites {
            if !all.contains(&site.location.as_str()) {
                all.push(&site.location);
            }
        }
        (all.first().copied().unwrap_or_default(), all.len().saturating_sub(1))
    }
}
