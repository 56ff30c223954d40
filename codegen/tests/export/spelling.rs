//! Other spellings of the names that an export makes.

use std::collections::BTreeMap;

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase};
use serde_json::{Map, Value};

/// Spells a name; the number is unique.
pub(crate) type Spell = fn(&str, usize) -> String;

/// The spellings, by name.
pub(crate) const SPELLINGS: [(&str, Spell); 5] = [
    ("snake_case", |name, _| name.to_snake_case()),
    ("kebab-case", |name, _| name.to_kebab_case()),
    ("lowerCamel", |name, _| name.to_lower_camel_case()),
    ("SHOUTY", |name, _| name.to_shouty_snake_case()),
    ("numbered", |name, number| format!("{name}_{number}")),
];

/// Renames the components of an export that the document behind it does not have.
pub(crate) fn respell(export: &mut Value, behind: &Value, spell: Spell) {
    let schemas = export["components"]["schemas"].take();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (number, name) in schemas.as_object().unwrap().keys().enumerate() {
        let is_made = behind["components"]["schemas"].get(name).is_none();
        let mut spelled = if is_made { spell(name, number) } else { name.clone() };
        while names.values().any(|other| *other == spelled) {
            spelled.push_str("_2");
        }
        names.insert(name.clone(), spelled);
    }
    let mut renamed = Map::new();
    for (name, mut schema) in schemas.as_object().unwrap().clone() {
        if schema.get("title").is_some() {
            schema["title"] = names[&name].clone().into();
        }
        renamed.insert(names[&name].clone(), schema);
    }
    export["components"]["schemas"] = Value::Object(renamed);
    references(export, &names);
}

fn references(value: &mut Value, names: &BTreeMap<String, String>) {
    const START: &str = "#/components/schemas/";
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get_mut("$ref")
                && let Some(name) = target.strip_prefix(START).and_then(|name| names.get(name))
            {
                *target = format!("{START}{name}");
            }
            map.values_mut().for_each(|value| references(value, names));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| references(value, names)),
        _ => {}
    }
}
