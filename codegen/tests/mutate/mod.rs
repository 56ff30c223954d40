//! Changes that a publisher may make to a document without changing the interface: shuffle, renumber, move, reword,
//! restyle.
#![allow(dead_code, clippy::unwrap_used)] // Each test binary uses its own part of this.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A random number generator with equal results on every machine (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).unwrap()
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index + 1));
        }
    }
}

/// Shuffles every map, and every array that represents a set.
pub(crate) fn shuffle(document: &mut Value, dice: &mut Dice) {
    const SETS: [&str; 9] =
        ["parameters", "required", "enum", "type", "anyOf", "oneOf", "servers", "security", "tags"];
    visit(document, true, &mut |members, root| {
        for (key, value) in members.iter_mut() {
            // The first tag of an operation is its group; the array at the root is a set.
            if let Value::Array(list) = value
                && SETS.contains(&key.as_str())
                && (root || key != "tags")
            {
                dice.shuffle(list);
            }
        }
    });
    shuffle_maps(document, dice);
}

fn shuffle_maps(node: &mut Value, dice: &mut Dice) {
    match node {
        Value::Object(members) => {
            let mut list: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            dice.shuffle(&mut list);
            list.iter_mut().for_each(|(_, child)| shuffle_maps(child, dice));
            members.extend(list);
        }
        Value::Array(list) => list.iter_mut().for_each(|item| shuffle_maps(item, dice)),
        _ => {}
    }
}

/// Gives every component with a machine-made name another such name.
pub(crate) fn renumber(document: &mut Value, dice: &mut Dice) {
    let Some(schemas) = schemas(document) else { return };
    let machine_made = |name: &&String| codegen::document::canonical::is_machine_made(name);
    let old: Vec<String> = schemas.keys().filter(machine_made).cloned().collect();
    let mut new: Vec<String> = (0..old.len())
        .map(|index| {
            if index % 2 == 0 { format!("Enum{}", index + 900) } else { format!("_other_{{{index}}}_input") }
        })
        .collect();
    dice.shuffle(&mut new);
    let names: BTreeMap<String, String> = old.into_iter().zip(new).collect();
    *schemas = std::mem::take(schemas)
        .into_iter()
        .map(|(name, schema)| (names.get(&name).cloned().unwrap_or(name), schema))
        .collect();
    visit(document, true, &mut |members, _| {
        if let Some(Value::String(target)) = members.get_mut("$ref")
            && let Some(name) = target.strip_prefix(PREFIX).and_then(|name| names.get(name))
        {
            *target = format!("{PREFIX}{name}");
        }
    });
}

const PREFIX: &str = "#/components/schemas/";

/// Moves inline schemas of properties into components with machine-made names.
pub(crate) fn move_out(document: &mut Value, dice: &mut Dice) {
    let before = schemas(document).map_or(0, |schemas| schemas.len());
    let mut moved = Map::new();
    visit(document, true, &mut |members, _| {
        let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) else { return };
        for (_, schema) in properties.iter_mut() {
            if schema.get("$ref").is_none() && dice.below(2) == 0 {
                let name = format!("_moved_{}_get_output", before + moved.len());
                let reference = serde_json::json!({ "$ref": format!("{PREFIX}{name}") });
                moved.insert(name, std::mem::replace(schema, reference));
            }
        }
    });
    if let Some(schemas) = schemas(document) {
        schemas.extend(moved);
    } else {
        document["components"]["schemas"] = Value::Object(moved);
    }
}

/// Inlines every component with a machine-made name.
pub(crate) fn move_in(document: &mut Value) {
    let Some(components) = schemas(document).cloned() else { return };
    let mut changed = true;
    while changed {
        changed = false;
        visit(document, true, &mut |members, _| {
            let target =
                members.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix(PREFIX));
            if let Some(name) = target.filter(|name| codegen::document::canonical::is_machine_made(name)) {
                let inlined = components[name].as_object().unwrap().clone();
                members.shift_remove("$ref");
                members.extend(inlined);
                changed = true;
            }
        });
    }
}

/// Rewords and adds prose, and adds extensions and examples everywhere.
pub(crate) fn reword(document: &mut Value, dice: &mut Dice) {
    visit(document, true, &mut |members, root| {
        for key in ["description", "summary"] {
            if members.contains_key(key) || (!root && dice.below(3) == 0) {
                members.insert(key.to_owned(), format!("PROSE {}", dice.below(1_000)).into());
            }
        }
        if members.contains_key("type") {
            members.insert("example".to_owned(), "PROSE".into());
            members.insert("x-order".to_owned(), dice.below(9).into());
            members.insert("externalDocs".to_owned(), serde_json::json!({"url": "https://PROSE.invalid"}));
        }
    });
    document["x-generated-at"] = "PROSE".into();
}

fn schemas(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.get_mut("components")?.get_mut("schemas")?.as_object_mut()
}

/// Calls `change` on every object of OpenAPI, but not on maps by name or on data values; `root` is `true` at the
/// root.
pub(crate) fn visit(node: &mut Value, root: bool, change: &mut dyn FnMut(&mut Map<String, Value>, bool)) {
    const DATA: [&str; 6] = ["default", "const", "enum", "example", "examples", "security"];
    const MAPS: [&str; 9] = [
        "properties",
        "patternProperties",
        "schemas",
        "responses",
        "headers",
        "content",
        "paths",
        "webhooks",
        "securitySchemes",
    ];
    match node {
        Value::Object(members) => {
            change(members, root);
            for (key, child) in members.iter_mut().filter(|(key, _)| !DATA.contains(&key.as_str())) {
                if MAPS.contains(&key.as_str()) {
                    child
                        .as_object_mut()
                        .into_iter()
                        .flatten()
                        .for_each(|(_, child)| visit(child, false, change));
                } else {
                    visit(child, false, change);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| visit(item, false, change)),
        _ => {}
    }
}

/// Formats a node as one line of YAML, with quotes that differ from those of JSON.
pub(crate) fn flow(node: &Value) -> String {
    match node {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{}: {}", quoted(key), flow(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::String(text) if !text.contains(['\n', '\r']) => quoted(text),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
