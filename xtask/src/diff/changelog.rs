//! The entry for CHANGELOG.md: what users of the client have to know, in its terms.

use std::collections::{BTreeMap, BTreeSet};

use codegen::diff::{Bump, Change, Effect, RustChange};
use codegen::error::Severity;

use super::escape::{code, sentence};
use super::findings::Findings;

/// The headings of keepachangelog.com that a new document can give reason for.
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

/// The lines below each heading; each once.
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
        (0, true) => format!("{quiet} changes of the API that callers need not know of."),
        (0, false) => "code that compiled still does.".to_owned(),
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

fn is_whole(change: &Change) -> bool {
    matches!(change.kind.as_str(), "op-added" | "op-removed")
}

/// Operations that come and go, with their methods; their types go without saying.
fn operations(findings: &Findings<'_>, entry: &mut Entry) {
    let is_method = |it: &&RustChange| {
        it.item
            .rsplit("::")
            .next()
            .is_some_and(|name| name.starts_with(|first: char| first.is_ascii_lowercase()))
            && it.item.matches("::").count() == 1
    };
    for change in findings.changes.iter().filter(|change| is_whole(change)) {
        let heading = if change.kind == "op-added" { Heading::Added } else { Heading::Removed };
        let methods: Vec<String> = change.rust.iter().filter(is_method).map(|it| code(&it.item)).collect();
        let names: Vec<String> = change.sites.iter().map(|site| code(&site.operation)).collect();
        let methods = if methods.is_empty() { methods.join("") } else { format!("{}: ", methods.join(", ")) };
        entry.entry(heading).or_default().insert(format!("{methods}{}", names.join(", ")));
    }
}

/// Items that come, go or change; members of one type in one line.
fn items(findings: &Findings<'_>, entry: &mut Entry) {
    let all = findings.rust();
    let whole: BTreeSet<&str> =
        all.iter().filter(|it| is_there_or_not(it)).map(|it| it.item.as_str()).collect();
    let with_operations: BTreeSet<&RustChange> =
        findings.changes.iter().filter(|change| is_whole(change)).flat_map(|change| &change.rust).collect();
    let mut members: BTreeMap<(Heading, &str), Vec<&str>> = BTreeMap::new();
    for it in all {
        let (owner, name) = it.item.rsplit_once("::").unwrap_or(("", &it.item));
        if with_operations.contains(it) || whole.contains(owner) {
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

/// It comes or goes with all that belongs to it.
fn is_there_or_not(change: &RustChange) -> bool {
    matches!(change.effect, Effect::Added | Effect::Removed | Effect::Renamed(_))
}

/// What changes although no item does; how many changes nobody has to know of.
fn behaviour(findings: &Findings<'_>, entry: &mut Entry) -> usize {
    let mut quiet = 0;
    for change in &findings.changes {
        let deprecates = change.kind.ends_with("-deprecated");
        if is_whole(change) || (!deprecates && change.rust.iter().any(|it| it.effect != Effect::Unchanged)) {
            continue;
        }
        if change.level == Severity::Info && !deprecates {
            quiet += 1;
            continue;
        }
        let items = change.rust.iter().filter(|it| !it.item.ends_with("::new"));
        let items: Vec<String> = items.map(|it| code(&it.item)).collect();
        let place = if items.is_empty() { code(&super::text::places(change)) } else { items.join(", ") };
        let heading = if deprecates { Heading::Deprecated } else { Heading::Changed };
        entry.entry(heading).or_default().insert(format!("{place}: {}", sentence(&change.message)));
    }
    quiet
}
