//! Restores operations: credentials, tags, names, webhooks and servers.

use std::collections::BTreeMap;

use heck::ToKebabCase;
use serde_json::{Map, Value, json};

use super::letters::letters;
use super::moves::Moves;
use crate::diagnostics::pointer::Pointer;
use crate::document::METHODS;

/// The prefix of the names that the export makes for sections of the site.
pub(super) const PACKAGE: &str = "subpackage_";
/// Headers that OpenAPI defines by bodies, responses and security; a parameter of that name is ignored.
const IGNORED: [&str; 3] = ["accept", "authorization", "content-type"];

/// Restores all operations of a document.
pub(super) fn restore(document: &mut Value, moves: &mut Moves) {
    rename_webhooks(document, moves);
    hoist_servers(document);
    let schemes = schemes(document);
    for section in ["paths", "webhooks"] {
        let items = document.get_mut(section).and_then(Value::as_object_mut).into_iter().flatten();
        for (path, item) in items {
            for method in METHODS {
                if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                    let at = [section, path, method].map(str::to_owned);
                    restore_operation(operation, path, method, &schemes, &at, moves);
                }
            }
        }
    }
}

/// Returns the operations of a document, webhooks excluded.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let items = document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::values);
    items.flat_map(|item| METHODS.iter().filter_map(|method| item.get(*method)))
}

fn restore_operation(
    operation: &mut Map<String, Value>,
    path: &str,
    method: &str,
    schemes: &Map<String, Value>,
    at: &[String],
    moves: &mut Moves,
) {
    if let Some(tags) = operation.get("tags").map(in_words).filter(|tags| !tags.is_empty()) {
        operation.insert("tags".into(), json!(tags));
    }
    if !has_chosen_name(operation, path, method) {
        operation.shift_remove("operationId");
    }
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else { return };
    let here = Pointer(at.to_vec()).child("parameters");
    let published = moves.published(&here);
    let mut kept = Vec::new();
    let mut required: Vec<Value> = vec![json!({})];
    let mut is_optional = false;
    for (index, parameter) in std::mem::take(parameters).into_iter().enumerate() {
        let found = matching(&parameter, schemes);
        if found.is_empty() && !is_ignored(&parameter) {
            if kept.len() < index {
                moves.record(&here.child(kept.len().to_string()).0, published.child(index.to_string()));
            }
            kept.push(parameter);
        } else if !found.is_empty() {
            is_optional |= parameter.get("required") != Some(&Value::Bool(true));
            required = found.iter().flat_map(|scheme| with_scheme(&required, scheme)).collect();
        }
    }
    *parameters = kept;
    if is_optional {
        required.push(json!({}));
    }
    if required != [json!({})] {
        operation.entry("security").or_insert(Value::Array(required));
    }
}

fn with_scheme(required: &[Value], scheme: &str) -> Vec<Value> {
    let mut out = required.to_vec();
    out.iter_mut().filter_map(Value::as_object_mut).for_each(|all| {
        all.insert(scheme.to_owned(), json!([]));
    });
    out
}

fn schemes(document: &Value) -> Map<String, Value> {
    let schemes = document.get("components").and_then(|components| components.get("securitySchemes"));
    schemes.and_then(Value::as_object).cloned().unwrap_or_default()
}

fn text<'v>(node: &'v Value, key: &str) -> &'v str {
    node.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn is_ignored(parameter: &Value) -> bool {
    text(parameter, "in") == "header"
        && IGNORED.iter().any(|name| text(parameter, "name").eq_ignore_ascii_case(name))
}

/// Returns the security schemes that a parameter repeats.
fn matching<'s>(parameter: &Value, schemes: &'s Map<String, Value>) -> Vec<&'s str> {
    let (location, name) = (text(parameter, "in"), text(parameter, "name"));
    let is_header = location == "header";
    let same = |other: &str| if is_header { other.eq_ignore_ascii_case(name) } else { other == name };
    let repeats = |scheme: &Value| match text(scheme, "type") {
        "apiKey" => text(scheme, "in") == location && same(text(scheme, "name")),
        "http" | "oauth2" | "openIdConnect" => is_header && same("Authorization"),
        _ => false,
    };
    schemes.iter().filter(|(_, scheme)| repeats(scheme)).map(|(name, _)| name.as_str()).collect()
}

/// Returns whether an operation has a parameter that is a credential.
pub(super) fn has_credential(operation: &Value, document: &Value) -> bool {
    let schemes = schemes(document);
    let mut parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    parameters.any(|parameter| !matching(parameter, &schemes).is_empty())
}

/// Returns the tags as they are written, those of nested lists included.
pub(super) fn raw_tags(tags: &Value) -> Vec<&str> {
    match tags {
        Value::String(tag) => vec![tag],
        Value::Array(list) => list.iter().flat_map(raw_tags).collect(),
        _ => Vec::new(),
    }
}

/// Returns the tags in words: `subpackage_billingAndPayments` is `billing-and-payments`. Of a section and its parts, which
/// are a nested list or `subpackage_a` before `subpackage_a/b`, only the innermost is a tag.
pub(super) fn in_words(tags: &Value) -> Vec<String> {
    let word = |tag: &str| {
        let tag = tag.rsplit('/').next().unwrap_or(tag);
        tag.strip_prefix(PACKAGE).unwrap_or(tag).to_kebab_case()
    };
    let is_section = |tag: &str, next: Option<&&str>| {
        next.is_some_and(|next| next.strip_prefix(tag).is_some_and(|rest| rest.starts_with('/')))
    };
    let mut words = Vec::new();
    for list in tags.as_array().into_iter().flatten() {
        let list = raw_tags(list);
        words.extend(list.last().map(|tag| (*tag, word(tag))));
    }
    let flat: Vec<&str> = words.iter().map(|(tag, _)| *tag).collect();
    let is_part = |index: &usize| flat.get(*index).is_some_and(|tag| !is_section(tag, flat.get(index + 1)));
    let words =
        words.iter().enumerate().filter(|(index, _)| is_part(index)).map(|(_, (_, word))| word.clone());
    words.filter(|word| !word.is_empty()).collect()
}

/// Returns whether the author chose the `operationId`: it is not the slug of the summary or of the webhook's name, with or
/// without path and method.
fn has_chosen_name(operation: &Map<String, Value>, path: &str, method: &str) -> bool {
    let Some(id) = operation.get("operationId").and_then(Value::as_str).map(letters) else { return false };
    let place = format!("{}{method}", letters(path));
    let own = id.strip_suffix(place.as_str()).unwrap_or(&id);
    let summary = operation.get("summary").and_then(Value::as_str).map(letters);
    own != letters(path) && summary.is_none_or(|summary| own != summary && id != summary)
}

/// Removes the section from the names of webhooks: `subpackage_webhooks.created` is `created`.
fn rename_webhooks(document: &mut Value, moves: &mut Moves) {
    let Some(webhooks) = document.get_mut("webhooks").and_then(Value::as_object_mut) else { return };
    let own = |name: &str| {
        let section = name.strip_prefix(PACKAGE)?;
        Some(section.split_once('.')?.1.to_owned()).filter(|name| !name.is_empty())
    };
    for (published, item) in std::mem::take(webhooks) {
        let name = own(&published).filter(|name| !webhooks.contains_key(name));
        if let Some(name) = &name {
            let from = Pointer(vec!["webhooks".into(), published.clone()]);
            moves.record(&["webhooks".into(), name.clone()], from);
        }
        webhooks.insert(name.unwrap_or(published), item);
    }
}

/// Moves the servers that paths or operations repeat to the root, unless it has others.
fn hoist_servers(document: &mut Value) {
    let own = document
        .get("servers")
        .filter(|servers| servers.as_array().is_some_and(|it| !it.is_empty()))
        .cloned();
    let mut items: Vec<&mut Map<String, Value>> = document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
        .collect();
    let mut counts: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for servers in items.iter().filter_map(|item| servers(item)) {
        counts.entry(servers.to_string()).or_insert((0, servers.clone())).0 += 1;
    }
    let most = counts.into_values().max_by_key(|(count, _)| *count).map(|(_, servers)| servers);
    let Some(shared) = own.or(most) else { return };
    for item in &mut items {
        if servers(item) == Some(&shared) {
            item.shift_remove("servers");
            for method in METHODS {
                item.get_mut(method).and_then(Value::as_object_mut).map(|it| it.shift_remove("servers"));
            }
        }
    }
    if let Some(document) = document.as_object_mut() {
        document.insert("servers".into(), shared);
    }
}

/// Returns the servers of a path item, or those that all its operations have.
fn servers(item: &Map<String, Value>) -> Option<&Value> {
    if let Some(servers) = item.get("servers") {
        return Some(servers);
    }
    let mut all = METHODS.iter().filter_map(|method| item.get(*method)).map(|it| it.get("servers"));
    let first = all.next()??;
    all.all(|other| other == Some(first)).then_some(first)
}
