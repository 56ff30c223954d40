//! The report for a terminal.

use codegen::diagnostics::Severity;
use codegen::diff::rules::NOT_COMPARED;
use codegen::diff::{Change, Effect, RustChange};

use super::findings::Findings;
use super::group::{Bundle, Group, bundles, groups};
use super::witness;
use crate::messages::visible;

/// The Rust items of a change that are listed.
const MAX_ITEMS: usize = 4;

/// Whether the report has colours.
#[derive(Clone, Copy)]
pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn severity(self, severity: Severity, text: &str) -> String {
        let code = match severity {
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
        out += &paint
            .severity(Severity::Warning, &format!("the document has no client: {}\n", lines.join("\n  ")));
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
            out += &format!("  {}: {} ({})\n", change.id(), sites(change), visible(&it.reason));
        }
    }
    for unused in &findings.unused {
        let line = format!("{}:{}: {}", super::settings::FILE, unused.entry.line, visible(&unused.message()));
        out += &format!("\n{}\n", paint.severity(Severity::Warning, &line));
    }
    out += &format!("\n{}\n", paint.dim(&format!("Not compared: {}", NOT_COMPARED.join("; "))));
    out
}

/// A line with the numbers of changes and the version bump.
pub(crate) fn summary(findings: &Findings<'_>) -> String {
    let counts: Vec<String> = Severity::ALL
        .iter()
        .filter(|severity| findings.count(**severity) > 0)
        .map(|severity| counted(findings.count(*severity), *severity))
        .collect();
    let counts = if counts.is_empty() { "no changes on the wire".to_owned() } else { counts.join(", ") };
    let ignored = match findings.ignored.len() {
        0 => String::new(),
        ignored => format!(" ({ignored} ignored)"),
    };
    format!("{counts}{ignored}; version bump of generated-client: {}", findings.bump.name())
}

/// A number of findings with a severity.
pub(crate) fn counted(count: usize, severity: Severity) -> String {
    // "info" has no plural.
    let plural = if count == 1 || severity == Severity::Info { "" } else { "s" };
    format!("{count} {severity}{plural}")
}

fn one(findings: &Findings<'_>, group: &Group<'_>, bundle: &Bundle<'_>, paint: Paint) -> String {
    let change = bundle.first;
    let severity = paint.severity(change.severity, &format!("{:<7}", change.severity.name()));
    let location = group.location(bundle, visible).map_or_else(String::new, |it| format!("{it}: "));
    let mut out = format!("  {severity} {location}{}\n", visible(&bundle.sentence()));
    let position = change.sites.first().map(|site| findings.position(site)).unwrap_or_default();
    out += &format!("          {}\n", paint.dim(&visible(&format!("{} at {position}", change.id()))));
    if let Some(counterexample) = witness::of(change) {
        out += &format!("          for example {}\n", visible(&counterexample));
    }
    let items = bundle.rust();
    for it in items.iter().take(MAX_ITEMS) {
        out += &format!("          {}\n", rust(it));
    }
    if items.len() > MAX_ITEMS {
        out += &format!("          and {} more items\n", items.len() - MAX_ITEMS);
    }
    out
}

/// The first site of a change, and the number of other ones.
pub(crate) fn sites(change: &Change) -> String {
    let Some(first) = change.sites.first() else { return String::new() };
    let site = visible(format!("{} {}", first.operation, first.location).trim_end());
    match change.sites.len() - 1 {
        0 => site,
        more => format!("{site} and {more} more"),
    }
}

/// A Rust item with the effect, in a line.
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
