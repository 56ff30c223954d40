//! The report as JSON, as `report.schema.json` describes it.

use codegen::diagnostics::Severity;
use codegen::diff::rules::NOT_COMPARED;
use codegen::diff::{Change, Effect, RustChange, Site};
use serde_json::{Map, Value, json};

use super::findings::{Findings, Unused};
use super::input::Side;
use crate::messages::json_text;

/// The schema of the report.
pub(crate) const SCHEMA: &str = include_str!("report.schema.json");

pub(crate) fn render(findings: &Findings<'_>) -> String {
    let mut report = json!({
        "old": side(findings.old),
        "new": side(findings.new),
        "summary": {},
        "changes": findings.changes.iter().map(change).collect::<Vec<_>>(),
        "ignored": findings.ignored.iter().map(|it| {
            let mut ignored = change(&it.change);
            ignored["reason"] = it.reason.as_str().into();
            ignored
        }).collect::<Vec<_>>(),
        "rust_only": findings.rust_only.iter().map(rust).collect::<Vec<_>>(),
        "not_compared": NOT_COMPARED,
        "unused": findings.unused.iter().map(unused).collect::<Vec<_>>(),
    });
    for severity in Severity::ALL {
        report["summary"][severity.name()] = findings.count(severity).into();
    }
    report["summary"]["bump"] = findings.bump.name().into();
    if !findings.client_error.is_empty() {
        report["client_error"] = json!(findings.client_error);
    }
    json_text(&format!("{report:#}\n"))
}

fn side(side: &Side) -> Value {
    json!({ "source": side.source, "sha256": side.sha256 })
}

fn change(change: &Change) -> Value {
    let mut out = json!({
        "kind": change.id(),
        "level": change.severity.name(),
        "old": change.old,
        "new": change.new,
        "message": change.message,
        "sites": change.sites.iter().map(site).collect::<Vec<_>>(),
        "rust": change.rust.iter().map(rust).collect::<Vec<_>>(),
    });
    if let Some(counterexample) = &change.counterexample {
        out["witness"] = counterexample.clone();
    }
    out
}

fn site(site: &Site) -> Value {
    let mut out =
        json!({ "operation": site.operation, "location": site.location.to_string(), "line": site.line });
    if let Some(overlay) = &site.overlay {
        out["file"] = overlay.as_str().into();
    }
    out
}

fn rust(change: &RustChange) -> Value {
    let mut out = Map::new();
    out.insert("item".to_owned(), change.item.as_str().into());
    let mut set = |name: &str, text: &str| out.insert(name.to_owned(), text.into());
    match &change.effect {
        Effect::Added => set("effect", "added"),
        Effect::Removed => set("effect", "removed"),
        Effect::Unchanged => set("effect", "unchanged"),
        Effect::Renamed(to) => {
            set("effect", "renamed");
            set("to", to)
        }
        Effect::Changed { old, new } => {
            set("effect", "changed");
            set("old", old);
            set("new", new)
        }
    };
    out.insert("compiles".to_owned(), change.compiles.into());
    Value::Object(out)
}

fn unused(unused: &Unused) -> Value {
    let entry = &unused.entry;
    json!({
        "line": entry.line,
        "rule": entry.rule,
        "operation": entry.operation,
        "location": entry.location,
        "why": unused.why,
    })
}
