//! The report for a pull request: changes that break callers are open, the rest is folded, and the text is never longer than
//! GitHub permits.

use codegen::diagnostics::Severity;
use codegen::diff::rules::NOT_COMPARED;
use codegen::diff::{Bump, Effect, RustChange, Site};

use super::escape::{block, cell, code, html, sentence};
use super::findings::Findings;
use super::group::{Bundle, Group, bundles, groups};
use super::settings::FILE;
use super::text::counted;
use super::witness;

/// The length of the report in bytes. GitHub permits 65,536 characters.
const MAX_LENGTH: usize = 65_000;

/// The part of it for titles and for the note about omitted findings.
const FRAME_LENGTH: usize = 500;

/// The part of it for notes.
const MAX_NOTES_LENGTH: usize = 4_000;

/// The table of Rust items may take this fraction of the rest from the findings: one in so many.
const RUST_SHARE: usize = 4;

/// The rows of the table of Rust items that are not folded.
const OPEN_ROWS: usize = 20;

/// The Rust items that a finding names; the table has all of them.
const MAX_ITEMS: usize = 3;

pub(crate) fn render(findings: &Findings<'_>) -> String {
    let mut out = head(findings);
    let notes = notes(findings);
    let mut room = MAX_LENGTH.saturating_sub(FRAME_LENGTH + out.len() + notes.len());
    let kept_for_rust = rust_table(findings, room / RUST_SHARE).text.len();
    let mut breaking = Section::new(room - kept_for_rust);
    let errors = findings.changes.iter().filter(|change| change.severity == Severity::Error);
    for group in groups(errors) {
        open_group(&group, &mut breaking);
    }
    room -= breaking.text.len();
    let mut others = Section::new(room - kept_for_rust);
    let rest = findings.changes.iter().filter(|change| change.severity != Severity::Error);
    for group in groups(rest) {
        folded_group(&group, &mut others);
    }
    let rust = rust_table(findings, room - others.text.len());

    out += &cut_note(findings, &breaking, &others, &rust);
    for (title, section) in [("Breaks callers", breaking), ("Everything else", others), ("Rust", rust)] {
        if !section.text.is_empty() {
            out += &format!("\n### {title}\n\n{}\n", section.text.trim_end());
        }
    }
    out + &notes
}

/// A part of the report with a maximum length.
struct Section {
    text: String,
    room: usize,
    /// The number of findings, or rows, in it.
    shown: usize,
    is_full: bool,
}

impl Section {
    fn new(room: usize) -> Self {
        Section { text: String::new(), room, shown: 0, is_full: false }
    }

    /// Adds a head, as many items as fit, each with its count, and a tail; adds nothing if no item fits.
    fn add(&mut self, head: &str, items: impl IntoIterator<Item = (usize, String)>, tail: &str) {
        let mut text = head.to_owned();
        let mut shown = 0;
        for (count, item) in items {
            if self.is_full || self.text.len() + text.len() + item.len() + tail.len() > self.room {
                self.is_full = true;
                break;
            }
            text += &item;
            shown += count;
        }
        if shown > 0 {
            self.text += &text;
            self.text += tail;
            self.shown += shown;
        }
    }
}

fn head(findings: &Findings<'_>) -> String {
    let badge = |severity: Severity| {
        let count = findings.count(severity);
        (count > 0).then(|| format!("{} **{}**", mark(severity), counted(count, severity)))
    };
    let mut badges: Vec<String> = Severity::ALL.into_iter().filter_map(badge).collect();
    if badges.is_empty() {
        badges.push("🟢 **no changes on the wire**".to_owned());
    }
    if !findings.ignored.is_empty() {
        badges.push(format!("{} ignored", findings.ignored.len()));
    }
    badges.push(match findings.bump {
        Bump::None => "📦 no new version of `generated-client`".to_owned(),
        bump => format!("📦 `generated-client`: **{}** version", bump.name()),
    });
    let (old, new) = (code(&findings.old.source), code(&findings.new.source));
    format!("## API changes\n\n{}\n\n{old} → {new}\n", badges.join(" · "))
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "🔴",
        Severity::Warning => "🟡",
        Severity::Info => "🔵",
    }
}

/// The note about what is omitted.
fn cut_note(findings: &Findings<'_>, breaking: &Section, others: &Section, rust: &Section) -> String {
    let errors = findings.count(Severity::Error);
    let counts = [
        (errors - breaking.shown, "breaking"),
        (findings.changes.len() - errors - others.shown, "other"),
        (findings.rust().len() - rust.shown, "Rust items"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| match what {
            "Rust items" => format!("{count} {what}"),
            level => format!("{count} {level} findings"),
        })
        .collect();
    if counts.is_empty() {
        return String::new();
    }
    format!(
        "\n> ✂️ {} are omitted here, because GitHub limits the length: `cargo xtask diff` shows them all.\n",
        counts.join(", ")
    )
}

/// Adds findings with all details.
fn open_group(group: &Group<'_>, section: &mut Section) {
    let items = bundles(&group.changes).into_iter().map(|bundle| {
        let mut text = item(group, &bundle);
        let mut rust: Vec<String> = bundle.rust().iter().take(MAX_ITEMS).map(|it| rust_item(it)).collect();
        if bundle.rust().len() > MAX_ITEMS {
            rust.push(format!("and {} more", bundle.rust().len() - MAX_ITEMS));
        }
        if !rust.is_empty() {
            // Only some parts of GitHub keep line breaks.
            text = format!("{}<br>Rust: {}\n", text.trim_end(), rust.join(", "));
        }
        if let Some(counterexample) = witness::of(bundle.first) {
            text += &block("json", &counterexample, "  ");
        }
        (bundle.changes().count(), text)
    });
    section.add(&format!("#### {}\n\n", group.heading(code)), items, "\n");
}

/// Adds findings in a line each, folded behind a line with their number.
fn folded_group(group: &Group<'_>, section: &mut Section) {
    let counts = Severity::ALL.into_iter().filter_map(|severity| {
        let count = group.changes.iter().filter(|change| change.severity == severity).count();
        (count > 0).then(|| format!("{} {}", mark(severity), counted(count, severity)))
    });
    let head = format!(
        "<details><summary>{}: {}</summary>\n\n",
        group.heading(html),
        counts.collect::<Vec<_>>().join(", ")
    );
    let items = bundles(&group.changes);
    let items = items.iter().map(|bundle| (bundle.changes().count(), item(group, bundle)));
    section.add(&head, items, "\n</details>\n");
}

/// One finding: its location, sentence, rule and line.
fn item(group: &Group<'_>, bundle: &Bundle<'_>) -> String {
    let change = bundle.first;
    let location = group.location(bundle, code).map_or_else(String::new, |it| format!("{it}: "));
    let line = change.sites.first().map(line).unwrap_or_default();
    // An error names its items.
    let breaks = change.severity != Severity::Error && bundle.rust().iter().any(|it| !it.compiles);
    let rust = if breaks { " · **breaks Rust code**" } else { "" };
    format!(
        "- {} {location}{} <sub>{} · {line}{rust}</sub>\n",
        mark(change.severity),
        sentence(&bundle.sentence()),
        code(&change.id()),
    )
}

/// The line of a site; an overlay with its file, because the top names only the documents.
fn line(site: &Site) -> String {
    let old = if site.removed { "old " } else { "" };
    match &site.overlay {
        Some(overlay) => format!("{old}{}", code(&format!("{overlay}:{}", site.line))),
        None => format!("{old}line {}", site.line),
    }
}

/// The effects on Rust items; those that break code first.
fn rust_table(findings: &Findings<'_>, room: usize) -> Section {
    const HEAD: &str = "| item | what happens | code that uses it |\n|---|---|---|\n";
    let all = findings.rust();
    let breaking = all.iter().filter(|it| !it.compiles).count();
    let row = |it: &&RustChange| {
        let (what, compiles) = (effect(it), if it.compiles { "compiles" } else { "**breaks**" });
        (1, format!("| {} | {} | {compiles} |\n", cell(&code(&it.item)), cell(&what)))
    };
    let mut section = Section::new(room);
    let open = all.iter().take(OPEN_ROWS).map(row);
    section.add(HEAD, open, "\n");
    if all.len() > OPEN_ROWS {
        let head = format!(
            "<details><summary>{} more items; of all {}, {breaking} break code that uses them</summary>\n\n{HEAD}",
            all.len() - OPEN_ROWS,
            all.len(),
        );
        section.add(&head, all.iter().skip(OPEN_ROWS).map(row), "\n</details>\n");
    }
    section
}

fn effect(change: &RustChange) -> String {
    match &change.effect {
        Effect::Added => "added".to_owned(),
        Effect::Removed => "removed".to_owned(),
        Effect::Renamed(to) => format!("is now {}", code(to)),
        Effect::Changed { old, new } => format!("was {}, is {}", code(old), code(new)),
        Effect::Unchanged => "unchanged".to_owned(),
    }
}

/// A Rust item of a finding, with the effect.
fn rust_item(change: &RustChange) -> String {
    let breaks = if change.compiles { "" } else { ", **breaks**" };
    format!("{} ({}{breaks})", code(&change.item), effect(change))
}

/// The notes about errors, settings and ignored findings.
fn notes(findings: &Findings<'_>) -> String {
    let mut notes: Vec<String> = Vec::new();
    notes.extend(
        findings.client_error.iter().map(|it| format!("the document has no client: {}", sentence(it))),
    );
    notes.extend(findings.unused.iter().map(|it| {
        let place = format!("{FILE}:{}", it.entry.line);
        format!("{}: {}", code(&place), sentence(&it.message()))
    }));
    notes.extend(findings.ignored.iter().map(|it| {
        let sites = super::text::sites(&it.change);
        format!("ignored: {} at {} ({})", code(&it.change.id()), code(&sites), sentence(&it.reason))
    }));
    notes.push(format!("not compared: {}", NOT_COMPARED.join("; ")));
    let mut section = Section::new(MAX_NOTES_LENGTH);
    section.add("\n### Notes\n\n", notes.iter().map(|note| (1, format!("- {note}\n"))), "");
    match notes.len() - section.shown {
        0 => section.text,
        more => format!("{}\n{more} notes are omitted.\n", section.text),
    }
}
