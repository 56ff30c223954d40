//! Documents whose schemas refer to each other along exponentially many paths.
//!
//! A comparison that follows each path would not end.
#![allow(clippy::unwrap_used)]

use codegen::Source;
use codegen::diff::compare;
use codegen::pipeline::Reading;
use serde_json::{Value, json};

/// Levels of a lattice: 2^40 paths lead from the first to the last.
const LEVELS: usize = 40;

const EXPECTED: [&str; 2] = ["request-field-became-required", "response-field-became-required"];

/// A document whose body has a lattice of schemas above a leaf; `level` makes the schemas of a level from a reference to
/// the next.
fn document(level: impl Fn(usize, Value) -> Vec<(String, Value)>, leaf: Value) -> String {
    let mut schemas = serde_json::Map::new();
    for index in 0..LEVELS {
        schemas.extend(level(index, json!({ "$ref": format!("#/components/schemas/L{}", index + 1) })));
    }
    schemas.insert(format!("L{LEVELS}"), leaf);
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/L0" } } });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "T", "version": "1" },
        "paths": { "/things": { "post": {
            "requestBody": { "required": true, "content": content },
            "responses": { "200": { "description": "", "content": content } },
        } } },
        "components": { "schemas": schemas },
    })
    .to_string()
}

/// The rules of the changes if a property of the leaf becomes required.
fn changes(level: impl Fn(usize, Value) -> Vec<(String, Value)>) -> Vec<String> {
    let leaf = json!({ "type": "object", "properties": { "name": { "type": "string" } } });
    let mut changed = leaf.clone();
    changed["required"] = json!(["name"]);
    let bare = |leaf| {
        let text = document(&level, leaf);
        Reading::new(Source { name: "api.json", text: &text }, &[]).unwrap().bare
    };
    compare(&bare(leaf), &bare(changed)).iter().map(|change| change.id().to_owned()).collect()
}

#[test]
fn compares_properties_once() {
    let level = |index, next: Value| {
        vec![(format!("L{index}"), json!({ "type": "object", "properties": { "a": next, "b": next } }))]
    };
    assert_eq!(changes(level), EXPECTED);
}

#[test]
fn compares_unions_of_unions_once() {
    for keyword in ["anyOf", "oneOf"] {
        let level = |index, next: Value| {
            let [a, b] =
                ["A", "B"].map(|name| json!({ "$ref": format!("#/components/schemas/{name}{index}") }));
            vec![
                (format!("L{index}"), json!({ keyword: [a, b] })),
                (
                    format!("A{index}"),
                    json!({ keyword: [next, { "type": "string", "maxLength": index + 1 }] }),
                ),
                (format!("B{index}"), json!({ keyword: [next] })),
            ]
        };
        assert_eq!(changes(level), EXPECTED, "{keyword}");
    }
}
