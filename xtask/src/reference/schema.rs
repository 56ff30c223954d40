//! Turns the fields of a table into JSON Schema.

use anyhow::{Context, anyhow, bail};
use serde_json::{Map, Value, json};

use super::table::string;
use crate::Result;

/// The types of JSON.
const JSON_TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Keywords that a table writes as JSON Schema does.
const KEYWORDS: [&str; 11] = [
    "default",
    "deprecated",
    "description",
    "enum",
    "exclusiveMinimum",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
];

/// Reads fields with the shared types and words of `common.yaml`.
pub(super) struct Fields<'t> {
    common: &'t Value,
    /// Whether a field has a type whose values depend on the time zone.
    pub(super) has_times: bool,
}

/// The type of a field as a table writes it: `required string or null`.
struct TypeName<'t> {
    name: &'t str,
    is_required: bool,
    is_nullable: bool,
}

impl<'t> TypeName<'t> {
    fn parse(text: &'t str) -> Self {
        let (is_required, name) = text.strip_prefix("required ").map_or((false, text), |name| (true, name));
        let (is_nullable, name) = name.strip_suffix(" or null").map_or((false, name), |name| (true, name));
        TypeName { name, is_required, is_nullable }
    }
}

impl<'t> Fields<'t> {
    pub(super) fn new(common: &'t Value) -> Self {
        Fields { common, has_times: false }
    }

    /// Returns the schema of an object with these fields, in the order of their names.
    pub(super) fn object(&mut self, fields: &Value) -> Result<Map<String, Value>> {
        let fields = fields.as_object().context("`fields` is an object")?;
        let mut properties = Map::new();
        let mut required = Vec::new();
        let mut sorted: Vec<_> = fields.iter().collect();
        sorted.sort_by_key(|(name, _)| *name);
        for (name, field) in sorted {
            let (schema, is_required) = self.field(field).with_context(|| format!("`{name}`"))?;
            properties.insert(name.clone(), schema);
            if is_required {
                required.push(name.as_str());
            }
        }
        let mut schema = Map::from_iter([
            ("type".to_owned(), json!("object")),
            ("properties".to_owned(), properties.into()),
        ]);
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        Ok(schema)
    }

    /// Returns the schema of a field, and whether it is required.
    fn field(&mut self, field: &Value) -> Result<(Value, bool)> {
        let whole = match field {
            Value::String(name) => &Map::from_iter([("is".to_owned(), json!(name))]),
            Value::Object(field) => field,
            _ => bail!("a field is its type, or an object with the type in `is`"),
        };
        let name = string(whole, "is")?.unwrap_or_else(|| "object".to_owned());
        let of = TypeName::parse(&name);
        let mut schema = match whole.get("fields") {
            Some(fields) => self.object(fields)?,
            None => self.named(of.name)?,
        };
        for (key, value) in whole {
            let value = match key.as_str() {
                "is" | "fields" => continue,
                "items" | "additionalProperties" => self.field(value)?.0,
                "inferred" => self.sentence(value)?,
                "guess" | "seen" | "cut" => value.clone(),
                key if KEYWORDS.contains(&key) => value.clone(),
                _ => bail!("`{key}` is not understood here"),
            };
            let key = match key.as_str() {
                "cut" => "additionalProperties".to_owned(),
                "inferred" | "guess" | "seen" => format!("x-{key}"),
                key => key.to_owned(),
            };
            schema.insert(key, value);
        }
        if of.is_nullable {
            let simple = schema.get("type").filter(|_| !schema.contains_key("enum")).cloned();
            let simple = simple.context("only a type without alternatives and values can be null here")?;
            schema.insert("type".to_owned(), json!([simple, "null"]));
        }
        Ok((schema.into(), of.is_required))
    }

    fn named(&mut self, name: &str) -> Result<Map<String, Value>> {
        if JSON_TYPES.contains(&name) {
            return Ok(Map::from_iter([("type".to_owned(), json!(name))]));
        }
        let times = self.common["times"].as_array();
        self.has_times |= times.is_some_and(|times| times.iter().any(|time| time == name));
        let schema = self.common["types"][name].as_object().cloned();
        schema.ok_or_else(|| anyhow!("`{name}` is neither a type of JSON nor one of `common.yaml`"))
    }

    /// Returns the sentence of `common.yaml` about an inference.
    fn sentence(&self, key: &Value) -> Result<Value> {
        let sentence = key.as_str().map(|key| &self.common["inferred"][key]).filter(|it| it.is_string());
        sentence.cloned().ok_or_else(|| anyhow!("`inferred`: `common.yaml` does not have {key}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(fields: &Value) -> Result<Value> {
        let common = json!({
            "types": {"time": {"type": "string", "pattern": "^..:..$"}},
            "times": ["time"],
            "inferred": {"order": "required fields come first"},
        });
        Fields::new(&common).object(fields).map(Value::Object)
    }

    #[test]
    fn sorts_fields_and_lists_the_required_ones() {
        let schema = object(&json!({"b": "required string", "a": "integer or null"})).unwrap();
        let properties = json!({"a": {"type": ["integer", "null"]}, "b": {"type": "string"}});
        assert_eq!(schema, json!({"type": "object", "properties": properties, "required": ["b"]}));
    }

    #[test]
    fn guessed_values_are_no_enum() {
        let schema = object(&json!({"a": {"is": "string", "guess": ["A"], "inferred": "order"}})).unwrap();
        let a = json!({"type": "string", "x-guess": ["A"], "x-inferred": "required fields come first"});
        assert_eq!(schema["properties"]["a"], a);
    }

    #[test]
    fn nests_items_and_fields() {
        let schema =
            object(&json!({"a": {"is": "array", "items": {"cut": true, "fields": {"b": "time"}}}})).unwrap();
        let b = json!({"type": "string", "pattern": "^..:..$"});
        let items = json!({"type": "object", "properties": {"b": b}, "additionalProperties": true});
        assert_eq!(schema["properties"]["a"], json!({"type": "array", "items": items}));
    }

    #[test]
    fn error_names_the_field() {
        let error = object(&json!({"a": "strng"})).unwrap_err();
        assert_eq!(format!("{error:#}"), "`a`: `strng` is neither a type of JSON nor one of `common.yaml`");
        let error = object(&json!({"a": {"is": "string", "maxlength": 1}})).unwrap_err();
        assert_eq!(format!("{error:#}"), "`a`: `maxlength` is not understood here");
    }
}
