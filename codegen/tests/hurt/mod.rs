//! Mutations of a document: one node is removed, retyped, duplicated, or replaced by another node or a hostile value.
#![allow(dead_code)] // Each test binary uses its own part of this.

use serde_json::{Map, Value, json};

use crate::mutate::Dice;

/// Changes one random node, and returns a description of the change.
pub(crate) fn hurt(document: &mut Value, dice: &mut Dice) -> String {
    let nodes = count(document);
    let victim = pointer_of(document, 1 + dice.below(nodes - 1));
    let other = node(document, dice.below(nodes)).clone();
    let (parent, last) = victim.rsplit_once('/').unwrap_or_default();
    let (parent, last) = (parent.to_owned(), last.replace("~1", "/").replace("~0", "~"));
    let what = match dice.below(4) {
        0 => {
            remove(document.pointer_mut(&parent), &last);
            "removed"
        }
        1 => {
            if let Some(node) = document.pointer_mut(&victim) {
                *node = retyped(node.take(), dice);
            }
            "retyped"
        }
        2 => {
            double(document.pointer_mut(&parent), &last, dice);
            "doubled"
        }
        _ => {
            let new = if dice.below(2) == 0 { other } else { hostile(dice) };
            if let Some(node) = document.pointer_mut(&victim) {
                *node = new;
            }
            "replaced"
        }
    };
    format!("{what} #{victim}")
}

fn remove(parent: Option<&mut Value>, last: &str) {
    match parent {
        Some(Value::Object(members)) => {
            members.shift_remove(last);
        }
        Some(Value::Array(items)) => {
            if let Some(index) = last.parse::<usize>().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

fn double(parent: Option<&mut Value>, last: &str, dice: &mut Dice) {
    match parent {
        Some(Value::Object(members)) => {
            if let Some(copy) = members.get(last).cloned() {
                let twin = match dice.below(4) {
                    0 => last.to_uppercase(),
                    1 => last.replace(['_', '/', '-'], "."),
                    2 => hostile_text(dice),
                    _ => format!("{last}{}", dice.below(3)),
                };
                members.insert(twin, copy);
            }
        }
        Some(Value::Array(items)) => {
            let copy = last.parse::<usize>().ok().and_then(|index| items.get(index)).cloned();
            items.extend(copy);
        }
        _ => {}
    }
}

fn retyped(old: Value, dice: &mut Dice) -> Value {
    let text = || Value::String(old.as_str().map_or_else(|| old.to_string(), str::to_owned));
    match dice.below(7) {
        0 => Value::Null,
        1 => Value::Bool(dice.below(2) == 0),
        2 => json!(dice.below(1_000)),
        3 => text(),
        4 => match old {
            Value::Object(members) => Value::Array(members.into_iter().map(|(_, member)| member).collect()),
            other => json!([other]),
        },
        5 => match old {
            Value::Array(items) => {
                let members = items.into_iter().enumerate().map(|(index, item)| (index.to_string(), item));
                Value::Object(members.collect())
            }
            other => Value::Object(Map::from_iter([("type".to_owned(), other)])),
        },
        _ => json!(-1.5),
    }
}

/// Values that are invalid everywhere.
fn hostile(dice: &mut Dice) -> Value {
    let values = [
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(0.1),
        json!({}),
        json!([]),
        json!([[]]),
        json!({"": null}),
        json!({"$ref": "#"}),
        json!({"$ref": "#/"}),
        json!({"$ref": "#/paths"}),
        json!({"$ref": "#/components/schemas/Nowhere"}),
        json!({"$ref": "other.yaml#/A"}),
        json!({"allOf": [{"type": "object"}, {"type": "string"}]}),
        json!({"oneOf": [{}, {"type": "null"}, {"type": ["string", "integer", "null"]}]}),
        json!({"type": "array", "items": false}),
        json!({"type": "string", "pattern": "(["}),
        json!({"enum": [null, 1, "1", true, [], {}]}),
        json!("x".repeat(300)),
    ];
    let index = dice.below(2 * values.len());
    match values.get(index) {
        Some(value) => value.clone(),
        None => Value::String(hostile_text(dice)),
    }
}

fn hostile_text(dice: &mut Dice) -> String {
    let texts = [
        "",
        "_",
        "Self",
        "self",
        "crate",
        "mod",
        "r#",
        "🦀",
        "../../x",
        "*/",
        "\"",
        "\\",
        "\n",
        "\r",
        "\0",
        "#![x]",
        "\u{202e}",
        "con",
        "{id}",
        "}{",
        "%41",
        "~1",
        "```\nx",
        "~~~\nx",
        "\u{e9}",
        "e\u{301}",
        "1",
        "true",
        "a.b",
        "string",
        "object",
        "null",
        "x-rust-name",
        "description",
        "default",
        "Client",
        "models",
        "/",
        "//",
        "+",
    ];
    let index = dice.below(texts.len());
    texts.get(index).map_or_else(String::new, |text| (*text).to_owned())
}

/// Counts the nodes of a document, including the root.
pub(crate) fn count(node: &Value) -> usize {
    1 + match node {
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// The node with that number in document order, and the JSON pointer to it.
fn at<'v>(node: &'v Value, mut number: usize, path: &mut String) -> Option<&'v Value> {
    if number == 0 {
        return Some(node);
    }
    number -= 1;
    let members: Vec<(String, &Value)> = match node {
        Value::Object(members) => members.iter().map(|(key, member)| (key.clone(), member)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (key, member) in members {
        let nodes = count(member);
        if number < nodes {
            path.push('/');
            path.push_str(&key.replace('~', "~0").replace('/', "~1"));
            return at(member, number, path);
        }
        number -= nodes;
    }
    None
}

fn pointer_of(document: &Value, number: usize) -> String {
    let mut path = String::new();
    at(document, number, &mut path);
    path
}

fn node(document: &Value, number: usize) -> &Value {
    at(document, number, &mut String::new()).unwrap_or(document)
}
