//! Recognizes an export by what all exports have in common.

use std::collections::BTreeSet;

use serde_json::Value;

use super::letters::letters;
use super::operation::{has_credential, operations, raw_tags};
use super::place::is_example;

/// Returns whether a document is the export of a documentation site; `derived` has its components with derived names.
///
/// A tag `subpackage_…` is proof. Without one, all signs must agree: no list of tags at the root, no `operationId` that is
/// not a slug, each component has its own name as its title, nothing else has a title, and there is something to undo: a
/// parameter that repeats a credential, or components with derived names in place of all inline objects.
pub(super) fn is_export(document: &Value, derived: &BTreeSet<String>) -> bool {
    let operations: Vec<&Value> = operations(document).collect();
    let is_package = |tag: &str| tag.starts_with(super::operation::PACKAGE);
    let tags = operations.iter().filter_map(|operation| operation.get("tags"));
    if tags.flat_map(raw_tags).any(is_package) {
        return true;
    }
    let id_is_slug = |operation: &&Value| {
        let text = |key| operation.get(key).and_then(Value::as_str);
        let same = |id: &str| text("summary").is_some_and(|summary| letters(summary) == letters(id));
        text("operationId").is_none_or(|id| is_slug(id) || same(id))
    };
    let mut credentials = operations.iter().filter(|operation| has_credential(operation, document));
    document.get("tags").is_none()
        && operations.iter().all(id_is_slug)
        && titles_are_names(document)
        && (credentials.next().is_some() || (!derived.is_empty() && !has_inline_objects(document)))
}

fn is_slug(id: &str) -> bool {
    id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Returns whether a component has an object with properties inside.
fn has_inline_objects(document: &Value) -> bool {
    fn is_inside(node: &Value, names: bool) -> bool {
        match node {
            Value::Object(map) => map.iter().any(|(key, value)| {
                let is_properties = key == "properties" && !names;
                is_properties || ((names || !is_example(key)) && is_inside(value, is_properties))
            }),
            Value::Array(list) => list.iter().any(|value| is_inside(value, false)),
            _ => false,
        }
    }
    let schemas = document.get("components").and_then(|components| components.get("schemas"));
    let mut schemas = schemas.and_then(Value::as_object).into_iter().flat_map(serde_json::Map::values);
    schemas.any(|schema| {
        let mut parts = schema.as_object().into_iter().flatten();
        parts.any(|(key, value)| match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => properties.values().any(|it| is_inside(it, false)),
            _ => is_inside(value, false),
        })
    })
}

/// Returns whether each component has its name as its title, and no other schema has a title.
fn titles_are_names(document: &Value) -> bool {
    let schemas = document.get("components").and_then(|components| components.get("schemas"));
    let Some(schemas) = schemas.and_then(Value::as_object).filter(|schemas| !schemas.is_empty()) else {
        return false;
    };
    let is_own = |(name, schema): &(&String, &Value)| {
        let title = schema.get("title").and_then(Value::as_str);
        schema.get("$ref").is_some() || title.is_some_and(|title| letters(title) == letters(name))
    };
    let inside = |schema: &Value| {
        let mut parts = schema.as_object().into_iter().flatten().filter(|(key, _)| *key != "title");
        parts.any(|(key, value)| has_title(value, key == "properties"))
    };
    let section_has = |section: &&str| document.get(section).is_some_and(|section| has_title(section, false));
    schemas.iter().all(|own| is_own(&own))
        && !schemas.values().any(inside)
        && !["paths", "webhooks"].iter().any(section_has)
}

/// Returns whether a schema below a node has a title; `names` if the keys of the node are names of properties.
fn has_title(node: &Value, names: bool) -> bool {
    match node {
        Value::Object(map) => map.iter().any(|(key, value)| {
            (!names && key == "title" && value.is_string())
                || ((names || !is_example(key)) && has_title(value, key == "properties" && !names))
        }),
        Value::Array(list) => list.iter().any(|value| has_title(value, false)),
        _ => false,
    }
}
