//! The report for a terminal.

use codegen::diff::{Change, Effect, RustChange};
use codegen::error::Severity;

use super::findings::Findings;
use super::group::{Bundle, Group, bundles, groups};
use super::witness;
use crate::messages::visible;

/// Rust items of a change that are named.
const ITEMS: usize = 4;

/// Writes with colours, or without.
#[derive(Clone, Copy)]
pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn level(self, level: Severity, text: &str) -> String {
        let code = match level {
            Severity::Error => "1;31",
            Severity::Warning => "33",
            Severity::Info => "36",
        };
        self.with(code, text)
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
}

pub(crate) fn render(findings: &Findings<'_>, paint: Paint) -> String {
    let mut out = format!("{} -> {}\n", visible(&findings.old.source), visible(&findings.new.source));
    out += &paint.bold(&summary(findings));
    out.push('\n');
    for error in &findings.client_error {
        let lines: Vec<String> = error.lines().map(visible).collect();
        out += &paint.level(Severity::Warning, &format!("no client can be made: {}\n", lines.join("\n  ")));
    }
    for group in groups(&findings.changes) {
        out += &format!("\n{}\n", paint.bold(&group.heading(visible)));
        for bundle in bundles(&group.changes) {
            out += &one(findings, &group, &bundle, paint);
        }
    }
    if !findings.rust_only.is_empty() {
        out += &format!("\n{}\n", paint.bold("Rust only: nothing changes on the wire"));
        for it in &findings.rust_only {
            out += &format!("  {}\n", rust(it));
        }
    }
    if !findings.ignored.is_empty() {
        out += &format!("\n{}\n", paint.bold("Ignored"));
        for it in &findings.ignored {
            let change = &it.change;
            out += &format!("  {}: {} ({})\n", change.kind, places(change), visible(&it.reason));
        }
    }
    for unused in &findings.unused {
        let line = format!("{}:{}: {}", super::settings::FILE, unused.entry.line, visible(&unused.message()));
        out += &format!("\n{}\n", paint.level(Severity::Warning, &line));
    }
    out
}

/// The counts and the version bump, in a line.
pub(crate) fn summary(findings: &Findings<'_>) -> String {
    let counts: Vec<String> = Severity::ALL
        .iter()
        .filter(|level| findings.count(**level) > 0)
        .map(|level| counted(findings.count(*level), level.name()))
        .collect();
    let counts = if counts.is_empty() { "no changes on the wire".to_owned() } else { counts.join(", ") };
    let ignored = match findings.ignored.len() {
        0 => String::new(),
        ignored => format!(" ({ignored} ignored)"),
    };
    format!("{counts}{ignored}; version bump of generated-client: {}", findings.bump.name())
}

/// A number of findings of a level.
pub(crate) fn counted(count: usize, level: &str) -> String {
    // "info" has no plural.
    let plural = if count == 1 || level == "info" { "" } else { "s" };
    format!("{count} {level}{plural}")
}

fn one(findings: &Findings<'_>, group: &Group<'_>, bundle: &Bundle<'_>, paint: Paint) -> String {
    let change = bundle.first;
    let level = paint.level(change.level, &format!("{:<7}", change.level.name()));
    let at = group.place(bundle, visible).map_or_else(String::new, |place| format!("{place}: "));
    let mut out = format!("  {level} {}\n", at + &visible(&bundle.sentence()));
    let place = change.sites.first().map(|site| findings.place(site)).unwrap_or_default();
    out += &format!("          {}\n", paint.dim(&visible(&format!("{} at {place}", change.kind))));
    if let Some(witness) = &change.witness {
        out += &format!("          for example {}\n", visible(&witness::line(witness, bundle.location().0)));
    }
    let told = bundle.rust();
    for it in told.iter().take(ITEMS) {
        out += &format!("          {}\n", rust(it));
    }
    if told.len() > ITEMS {
        out += &format!("          and {} more items\n", told.len() - ITEMS);
    }
    out
}

/// The first place of a change, and how many more there are.
pub(crate) fn places(change: &Change) -> String {
    let Some(first) = change.sites.first() else { return String::new() };
    let place = visible(format!("{} {}", first.operation, first.location).trim_end());
    match change.sites.len() - 1 {
        0 => place,
        more => format!("{place} and {more} more"),
    }
}

/// What happens to a Rust item, in a line.
pub(crate) fn rust(change: &RustChange) -> String {
    let item = &change.item;
    let what = match &change.effect {
        Effect::Added => format!("+ {item}"),
        Effect::Removed => format!("- {item}"),
        Effect::Renamed(to) => format!("~ {item} is now {to}"),
        Effect::Changed { old, new } => format!("~ {item}: {old} is now {new}"),
        Effect::Unchanged => format!("= {item}"),
    };
    let breaks = if change.compiles { "" } else { " (breaks code that uses it)" };
    visible(&format!("{what}{breaks}"))
}
