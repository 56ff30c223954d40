//! The report as SARIF 2.1.0, for code scanning.

use codegen::diagnostics::Severity;
use codegen::diff::{Change, Site, rules};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::findings::Findings;
use super::settings::FILE;
use super::witness;
use crate::files;
use crate::messages::{json_text, visible};

pub(crate) fn render(findings: &Findings<'_>) -> String {
    let rules = rules::all();
    let index = |kind: &str| rules.iter().position(|rule| rule.id == kind);
    let open = findings.changes.iter().map(|change| result(findings, change, index(&change.id())));
    let ignored = findings.ignored.iter().map(|ignored| {
        let mut result = result(findings, &ignored.change, index(&ignored.change.id()));
        result["suppressions"] = json!([{ "kind": "external", "justification": ignored.reason }]);
        result
    });
    let results: Vec<Value> = open.chain(ignored).collect();
    let unused = findings.unused.iter().map(|unused| {
        json!({
            "level": "warning",
            "message": { "text": plain(&unused.message()) },
            "locations": [{ "physicalLocation": physical(FILE, unused.entry.line) }],
        })
    });
    let failed = findings
        .client_error
        .iter()
        .map(|error| json!({ "level": "warning", "message": { "text": plain(&format!("the document has no client: {error}")) } }));
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "cargo xtask diff",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules.iter().map(rule).collect::<Vec<_>>(),
                },
            },
            "invocations": [{
                "executionSuccessful": true,
                "toolConfigurationNotifications": unused.chain(failed).collect::<Vec<_>>(),
            }],
            "results": results,
            "properties": {
                "old": findings.old.source,
                "new": findings.new.source,
                "bump": findings.bump.name(),
            },
        }],
    });
    json_text(&format!("{log:#}\n"))
}

fn rule(rule: &rules::RuleInfo) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.example },
        "help": { "text": format!("Level: {}. Example: {}.", rule.level(), rule.example) },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(findings: &Findings<'_>, change: &Change, rule: Option<usize>) -> Value {
    let (first, others) =
        change.sites.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
    let mut text = change.message.clone();
    if let Some(counterexample) = witness::of(change) {
        text += &format!("; for example {counterexample}");
    }
    let mut result = json!({
        "ruleId": change.id(),
        "level": level(change.severity),
        "message": { "text": plain(&text) },
        "locations": first.map(|site| location(findings, site)).into_iter().collect::<Vec<_>>(),
        "partialFingerprints": { "change/v1": fingerprint(change) },
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = rule.into();
    }
    if !others.is_empty() {
        result["relatedLocations"] = others.iter().map(|site| location(findings, site)).collect();
    }
    result
}

fn location(findings: &Findings<'_>, site: &Site) -> Value {
    let (file, line) = findings.anchor(site);
    let name = format!("{} {}", site.operation, site.location);
    json!({
        "physicalLocation": physical(&file, line),
        "logicalLocations": [{ "fullyQualifiedName": name.trim_end() }],
    })
}

fn physical(file: &str, line: usize) -> Value {
    json!({ "artifactLocation": { "uri": uri(file) }, "region": { "startLine": line } })
}

/// A message without links: viewers render `[text](target)` in messages of SARIF.
fn plain(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    const ENCODED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    let encoded = utf8_percent_encode(path, ENCODED).to_string();
    if encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

/// Identifies a change independently of its lines.
fn fingerprint(change: &Change) -> String {
    let site = change.sites.first().map(|site| format!("{}\0{}", site.operation, site.location));
    let all = [&change.id(), &site.unwrap_or_default(), &change.old.to_string(), &change.new.to_string()];
    let hash = files::sha256(all.map(String::as_str).join("\0").as_bytes());
    hash.chars().take(32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_has_no_links() {
        assert_eq!(plain("see [here](https://evil) \u{202e}"), r"see \[here\](https://evil) \\u{202e}");
    }

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("spec/openapi.yaml"), "spec/openapi.yaml");
        assert_eq!(uri("/tmp/a b%.yaml"), "file:///tmp/a%20b%25.yaml");
    }
}
