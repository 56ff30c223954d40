//! Judges generated code independently: it knows what the generator may emit, but not how it is emitted.
//!
//! Only string values and the words of names and comments may get from a document into the client. Therefore every
//! item, attribute, expression and macro has to be of a known kind, every string literal has to occur in the
//! document, and every comment has to consist of plain paragraphs to rustdoc and of examples that only call the
//! client.
#![allow(dead_code, clippy::panic)] // Each test binary uses its own part of this.

mod comments;
mod example;
mod rust;

use std::collections::BTreeSet;

use codegen::Generated;
use codegen::diagnostics::Message;
use codegen::document::source;
use serde_json::Value;

/// Lists everything that escaped. `texts` are the document and its overlays.
pub(crate) fn escapes(generated: &Generated, texts: &[&str]) -> Vec<String> {
    let mut known = BTreeSet::new();
    for value in texts.iter().filter_map(|text| source::parse(text).ok()) {
        strings(&value, &mut known);
    }
    let mut out = Vec::new();
    for (folder, files) in [("", &generated.tree.files), ("calls: ", &generated.tree.calls)] {
        let mut paths = BTreeSet::new();
        for (path, text) in files {
            let mut report = |what: String| out.push(format!("{folder}{path}: {what}"));
            if !is_plain_path(path) {
                report("a strange path".to_owned());
            }
            if !paths.insert(path.to_lowercase()) {
                report("a path that differs from another by case only".to_owned());
            }
            if let Some(c) = text.chars().find(|c| *c != '\n' && is_unseen(*c)) {
                report(format!("{c:?} occurs in the text"));
            }
            match syn::parse_file(text) {
                Ok(file) => rust::judge(&file, &known, &mut report),
                Err(error) => report(format!("no Rust: {error}")),
            }
        }
    }
    for (path, text) in &generated.tree.reference {
        let own = |line: &str| line.starts_with("<!-- @generated");
        // The generator writes the code of examples; the document's part between them is plain text.
        let code: usize = text.lines().filter(|line| line.trim_start().starts_with("```")).count();
        if text.chars().any(|c| c != '\n' && is_unseen(c)) || code % 2 == 1 {
            out.push(format!("{path}: not what it was meant to be"));
        }
        let tags = pulldown_cmark::Parser::new(text).filter_map(|event| match event {
            pulldown_cmark::Event::Html(html) | pulldown_cmark::Event::InlineHtml(html) if !own(&html) => {
                Some(html)
            }
            _ => None,
        });
        out.extend(tags.map(|html| format!("{path}: {html}")));
    }
    out.extend(features(generated));
    out.extend(
        generated.surface.lines().filter(|line| !is_surface(line)).map(|line| format!("surface: {line:?}")),
    );
    out.extend(unprintable(&generated.warnings));
    out
}

/// Lists the messages that span more than their own lines, or contain terminal control characters.
pub(crate) fn unprintable(messages: &[Message]) -> Vec<String> {
    let texts = messages.iter().map(Message::to_string);
    texts.filter(|text| text.lines().count() > 3 || text.chars().any(|c| c != '\n' && is_unseen(c))).collect()
}

/// All keys and strings of a document.
fn strings(node: &Value, out: &mut BTreeSet<String>) {
    match node {
        Value::String(text) => drop(out.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            out.insert(key.clone());
            // A path names its parameters.
            let templates = key.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
            out.extend(templates.map(|(name, _)| name.to_owned()));
            strings(member, out);
        }),
        _ => {}
    }
}

/// Whether a path consists of letters, digits and dashes, lies in the output folder, and is valid on every system.
fn is_plain_path(path: &str) -> bool {
    let Some(stem) = path.strip_suffix(".rs") else { return false };
    let device = |part: &str| {
        let numbered = part.strip_prefix("com").or(part.strip_prefix("lpt"));
        ["con", "prn", "aux", "nul"].contains(&part)
            || numbered.is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']))
    };
    let plain = |part: &str| {
        !part.is_empty()
            && part.len() <= 200
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !device(part)
    };
    stem.split('/').count() <= 2 && stem.split('/').all(plain)
}

/// Whether a character is invisible or changes the text direction.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Judges the lines for the client's `Cargo.toml`: the groups and the array of all groups.
fn features(generated: &Generated) -> Vec<String> {
    let modules = generated.tree.files.keys().filter_map(|path| path.strip_suffix(".rs"));
    let groups: BTreeSet<&str> = modules
        .filter(|module| {
            !module.contains('/')
                && !["credentials", "ids", "mod", "servers", "webhook_payloads"].contains(module)
        })
        .collect();
    let table: toml::Table = match generated.tree.features.parse() {
        Ok(table) => table,
        Err(error) => return vec![format!("features: {error}")],
    };
    let mut out = Vec::new();
    for (name, value) in &table {
        let Some(list) = value.as_array() else {
            out.push(format!("features: `{name}` is not an array"));
            continue;
        };
        let listed: BTreeSet<&str> = list.iter().filter_map(toml::Value::as_str).collect();
        let expected = if name == "all-groups" { groups.clone() } else { BTreeSet::new() };
        if listed != expected || (name != "all-groups" && !groups.contains(name.as_str())) {
            out.push(format!("features: `{name}` = {list:?}"));
        }
    }
    if table.len() != groups.len() + 1 {
        out.push("features: a group is missing".to_owned());
    }
    out
}

fn is_surface(line: &str) -> bool {
    let starts = ["mod ", "  fn ", "  struct ", "  enum ", "  union ", "    "];
    starts.iter().any(|start| line.starts_with(start)) && !line.chars().any(is_unseen)
}
