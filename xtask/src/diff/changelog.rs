//! The entry for CHANGELOG.md: the changes that users of the client need to know, as changes of Rust items.

use std::collections::{BTreeMap, BTreeSet};

use codegen::diagnostics::Severity;
use codegen::diff::{Bump, Change, ChangeKind, Effect, RustChange};

use super::escape::{code, sentence};
use super::findings::Findings;

/// The headings of keepachangelog.com that apply to a new document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    Added,
    Changed,
    Deprecated,
    Removed,
}

impl Heading {
    fn name(self) -> &'static str {
        match self {
            Heading::Added => "Added",
            Heading::Changed => "Changed",
            Heading::Deprecated => "Deprecated",
            Heading::Removed => "Removed",
        }
    }
}

/// The lines below each heading, without duplicates.
type Entry = BTreeMap<Heading, BTreeSet<String>>;

pub(crate) fn render(findings: &Findings<'_>) -> String {
    if findings.bump == Bump::None {
        return "Nothing changed.\n".to_owned();
    }
    let mut entry = Entry::new();
    operations(findings, &mut entry);
    items(findings, &mut entry);
    let quiet = behaviour(findings, &mut entry);

    let breaking = findings.rust().iter().filter(|it| !it.compiles).count();
    let mut out = format!("**{}** version: ", findings.bump.name());
    out += &match (breaking, entry.is_empty()) {
        (0, true) => format!("{quiet} changes of the API that do not affect callers."),
        (0, false) => "code that compiled still compiles.".to_owned(),
        (1, _) => "code that uses one item has to change.".to_owned(),
        (_, _) => format!("code that uses any of {breaking} items has to change."),
    };
    out.push('\n');
    for (heading, lines) in entry {
        out += &format!("\n### {}\n\n", heading.name());
        out.extend(lines.iter().map(|line| format!("- {line}\n")));
    }
    out
}

/// The heading of a change that adds or removes an operation.
fn operation_heading(change: &Change) -> Option<Heading> {
    match change.kind {
        ChangeKind::OperationAdded => Some(Heading::Added),
        ChangeKind::OperationRemoved => Some(Heading::Removed),
        _ => None,
    }
}

/// Added and removed operations with their methods; their types are not listed.
fn operations(findings: &Findings<'_>, entry: &mut Entry) {
    let is_method = |it: &&RustChange| {
        it.item
            .rsplit("::")
            .next()
            .is_some_and(|name| name.starts_with(|first: char| first.is_ascii_lowercase()))
            && it.item.matches("::").count() == 1
    };
    for change in &findings.changes {
        let Some(heading) = operation_heading(change) else { continue };
        let methods: Vec<String> = change.rust.iter().filter(is_method).map(|it| code(&it.item)).collect();
        let names: Vec<String> = change.sites.iter().map(|site| code(&site.operation)).collect();
        let methods = if methods.is_empty() { methods.join("") } else { format!("{}: ", methods.join(", ")) };
        entry.entry(heading).or_default().insert(format!("{methods}{}", names.join(", ")));
    }
}

/// Added, removed and changed items; the members of a type are in one line.
fn items(findings: &Findings<'_>, entry: &mut Entry) {
    let all = findings.rust();
    let owners: BTreeSet<&str> =
        all.iter().filter(|it| includes_members(it)).map(|it| it.item.as_str()).collect();
    let operations = findings.changes.iter().filter(|change| operation_heading(change).is_some());
    let of_operations: BTreeSet<&RustChange> = operations.flat_map(|change| &change.rust).collect();
    let mut members: BTreeMap<(Heading, &str), Vec<&str>> = BTreeMap::new();
    for it in all {
        let (owner, name) = it.item.rsplit_once("::").unwrap_or(("", &it.item));
        if of_operations.contains(it) || owners.contains(owner) {
            continue;
        }
        let line = match &it.effect {
            Effect::Added => {
                members.entry((Heading::Added, owner)).or_default().push(name);
                continue;
            }
            Effect::Removed => {
                members.entry((Heading::Removed, owner)).or_default().push(name);
                continue;
            }
            Effect::Renamed(to) => format!("{} is now {}", code(&it.item), code(to)),
            Effect::Changed { old, new } => {
                format!("{} was {} and is {}", code(&it.item), code(old), code(new))
            }
            Effect::Unchanged => continue,
        };
        entry.entry(Heading::Changed).or_default().insert(line);
    }
    for ((heading, owner), names) in members {
        let names: Vec<String> = names.iter().map(|name| code(name)).collect();
        entry.entry(heading).or_default().insert(format!("{}: {}", code(owner), names.join(", ")));
    }
}

/// Whether the members of an item are added, removed or renamed with it.
fn includes_members(change: &RustChange) -> bool {
    matches!(change.effect, Effect::Added | Effect::Removed | Effect::Renamed(_))
}

/// Changes of behaviour, without a change of an item. Returns the number of changes that users need not know.
fn behaviour(findings: &Findings<'_>, entry: &mut Entry) -> usize {
    let mut quiet = 0;
    for change in &findings.changes {
        let deprecates = matches!(change.kind, ChangeKind::OperationDeprecated | ChangeKind::Deprecated);
        let changes_items = change.rust.iter().any(|it| it.effect != Effect::Unchanged);
        if operation_heading(change).is_some() || (changes_items && !deprecates) {
            continue;
        }
        if change.severity == Severity::Info && !deprecates {
            quiet += 1;
            continue;
        }
        let items = change.rust.iter().filter(|it| !it.item.ends_with("::new"));
        let items: Vec<String> = items.map(|it| code(&it.item)).collect();
        let subject = if items.is_empty() { code(&super::text::sites(change)) } else { items.join(", ") };
        let heading = if deprecates { Heading::Deprecated } else { Heading::Changed };
        entry.entry(heading).or_default().insert(format!("{subject}: {}", sentence(&change.message)));
    }
    quiet
}
