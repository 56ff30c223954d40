//! Parses doc comments as rustdoc does.

use std::collections::BTreeSet;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use syn::{Attribute, Expr, Lit, Meta};

use super::example;

/// The header of the only permitted table.
const TABLE: &str = "\n| call | request | what it does |\n|---|---|---|\n";

/// Reports everything that is not plain text, code or an example.
pub(super) fn judge(attributes: &[Attribute], known: &BTreeSet<String>, report: &mut dyn FnMut(String)) {
    let lines: Vec<String> = attributes.iter().filter_map(doc).collect();
    let text: Vec<&str> = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let text = text.join("\n");
    // As in rustdoc, anything in the syntax of a link is a link to an item of that name.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let mut named = |link: BrokenLink<'_>| Some((CowStr::from(link.reference.to_string()), CowStr::from("")));
    let mut heading = false;
    let mut block: Option<String> = None;
    for event in Parser::new_with_broken_link_callback(&text, options, Some(&mut named)) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) if *kind == *"no_run" => {
                block = Some(String::new());
            }
            Event::End(TagEnd::CodeBlock) => {
                let code = block.take().unwrap_or_default();
                example::judge(&code, known, report);
            }
            Event::Text(text) if block.is_some() => block.iter_mut().for_each(|code| code.push_str(&text)),
            Event::Start(Tag::Paragraph) | Event::End(_) | Event::SoftBreak | Event::Code(_) => {}
            Event::Start(Tag::Heading { .. }) => heading = true,
            Event::Text(text) if heading && !["Errors", "Example"].contains(&text.as_ref()) => {
                report(format!("a heading of the document's: {text}"));
            }
            Event::Text(_) => heading = false,
            // The table of operations on the page of a group: each row has the generator's number of cells.
            Event::Start(Tag::Table(columns)) if text.contains(TABLE) && columns.len() == 3 => {}
            Event::Start(Tag::TableHead | Tag::TableRow | Tag::TableCell) => {}
            Event::Start(Tag::Link { link_type, dest_url, .. }) if is_ours(link_type, &dest_url) => {}
            other => {
                report(format!("a comment with {other:?}:\n{text}"));
                return;
            }
        }
    }
}

/// Whether the link is [`Handle::method`] or leads to `requests::Handle::method`, to a type of the group, to the method
/// for bodies of errors or to the type of a response: the generator writes these itself.
fn is_ours(kind: LinkType, target: &str) -> bool {
    const RUNTIME: [&str; 4] =
        ["crate::ApiError::body_as", "crate::Page", "crate::Single", "crate::WriteReceipt"];
    if kind == LinkType::Inline && RUNTIME.contains(&target) {
        return true;
    }
    let (path, is_known) = match target.strip_prefix("requests::") {
        Some(path) => (path, kind == LinkType::Inline),
        None if target.starts_with("super::") => (target, kind == LinkType::Inline),
        None => (target.trim_matches('`'), kind == LinkType::ShortcutUnknown),
    };
    let name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_known && path.split("::").count() == 2 && path.split("::").all(name)
}

/// The value of a doc attribute.
pub(super) fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    match &pair.value {
        Expr::Lit(value) if pair.path.is_ident("doc") => match &value.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
