//! The table of `propexo::fake`: the operations and the shapes of their bodies, as JSON with one line per entry.
//!
//! It is made from the document, because the intermediate form lacks what only a server needs: the constraints of
//! responses, and all of their statuses. Equal parameters and equal shapes are written once.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::model::{Api, Operation, ResponseContent};
use crate::api::names::Names;
use crate::client::format::FIRST_LINE_OF_JSON;

/// Keywords of JSON Schema that are copied unchanged.
const COPIED: [&str; 14] = [
    "enum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "uniqueItems",
];

/// A chain of references ends after so many steps, because it may be a cycle.
const MAX_REFERENCES: usize = 16;

/// Returns the table of an API, which was read from the document.
pub fn table(document: &Value, api: &Api, names: &Names) -> String {
    let mut table = Table {
        document,
        parameters: Lines::default(),
        shapes: Lines::default(),
        components: BTreeMap::new(),
    };
    let operations: Vec<String> =
        api.operations.iter().map(|operation| table.operation(operation, api, names).to_string()).collect();
    let section = |name: &str, lines: &[String]| format!("\"{name}\": [\n{}\n]", lines.join(",\n"));
    let sections = [
        section("operations", &operations),
        section("parameters", &table.parameters.lines),
        section("shapes", &table.shapes.lines),
    ];
    format!("{FIRST_LINE_OF_JSON}\n{}\n}}\n", sections.join(",\n"))
}

/// Lines of JSON that are referred to by index.
#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    indexes: BTreeMap<String, usize>,
}

impl Lines {
    /// Returns the index of a value, which is added if it is new.
    fn index(&mut self, value: &Value) -> usize {
        let line = value.to_string();
        if let Some(index) = self.indexes.get(&line) {
            return *index;
        }
        let index = self.reserve();
        self.indexes.insert(line, index);
        self.fill(index, value);
        index
    }

    /// Returns the index of a line whose value is not known yet.
    fn reserve(&mut self) -> usize {
        self.lines.push(String::new());
        self.lines.len() - 1
    }

    fn fill(&mut self, index: usize, value: &Value) {
        if let Some(line) = self.lines.get_mut(index) {
            *line = value.to_string();
        }
    }
}

struct Table<'a> {
    document: &'a Value,
    parameters: Lines,
    shapes: Lines,
    /// The shapes of components, by reference, because components may be recursive.
    components: BTreeMap<&'a str, usize>,
}

impl<'a> Table<'a> {
    fn operation(&mut self, operation: &Operation, api: &Api, names: &Names) -> Value {
        let item = self.document.get("paths").and_then(|paths| paths.get(&operation.path));
        let item = self.target(item.unwrap_or(&Value::Null));
        let source = item.get(&operation.method).unwrap_or(&Value::Null);
        let parameters: Vec<usize> = [item, source]
            .into_iter()
            .filter_map(|owner| owner.get("parameters")?.as_array())
            .flatten()
            .map(|parameter| self.parameter(parameter))
            .collect();
        let (kind, model) = match operation.response {
            _ if operation.redirect => ("redirect", None),
            ResponseContent::Page(row) => ("page", Some(row)),
            ResponseContent::Single(record) => ("record", Some(record)),
            ResponseContent::Receipt => ("receipt", None),
            _ => ("other", None),
        };
        let mut out = json!({
            "method": operation.method.to_uppercase(),
            "path": operation.path,
            "parameters": parameters,
            "kind": kind,
            "responses": self.responses(source),
        });
        let model = model.filter(|of| api.repr(of.ty).is_item()).and_then(|of| names.types.get(&of.ty));
        if let Some((_, model)) = model {
            set(&mut out, "model", json!(model));
        }
        if let Some(body) = source.get("requestBody").and_then(|body| self.content(body)) {
            set(&mut out, "body", json!(body));
        }
        out
    }

    /// Returns the shape of each status; null if its content is not JSON.
    fn responses(&mut self, source: &'a Value) -> Map<String, Value> {
        let responses = source.get("responses").and_then(Value::as_object);
        responses
            .into_iter()
            .flatten()
            .map(|(status, response)| (status.clone(), json!(self.content(response))))
            .collect()
    }

    fn parameter(&mut self, parameter: &'a Value) -> usize {
        let parameter = self.target(parameter);
        let schema = parameter.get("schema").map(|schema| self.shape(schema));
        let entry = json!({
            "name": parameter.get("name"),
            "in": parameter.get("in"),
            "required": parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
            "shape": schema,
        });
        self.parameters.index(&entry)
    }

    /// Returns the shape of the JSON content of a request body or response.
    fn content(&mut self, owner: &'a Value) -> Option<usize> {
        let content = self.target(owner).get("content")?.as_object()?;
        let (_, media) = content.iter().find(|(name, _)| name.contains("json"))?;
        Some(self.shape(media.get("schema")?))
    }

    /// Returns the index of a schema.
    fn shape(&mut self, schema: &'a Value) -> usize {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            let line = self.schema(schema);
            return self.shapes.index(&line);
        };
        if let Some(index) = self.components.get(reference) {
            return *index;
        }
        let index = self.shapes.reserve();
        self.components.insert(reference, index);
        let line = self.schema(self.target(schema));
        self.shapes.fill(index, &line);
        index
    }

    /// Returns a schema whose subschemas are indexes and whose `type` is an array.
    fn schema(&mut self, schema: &'a Value) -> Value {
        // In alphabetical order, so that equal schemas are equal lines.
        let mut out: BTreeMap<String, Value> = BTreeMap::new();
        for (keyword, value) in schema.as_object().into_iter().flatten() {
            let value = match keyword.as_str() {
                keyword if COPIED.contains(&keyword) => value.clone(),
                "type" => types(schema, value),
                "const" => {
                    out.insert("enum".to_owned(), json!([value]));
                    continue;
                }
                // Version 3.0 makes the bound itself exclusive.
                "exclusiveMinimum" => exclusive(schema, value, "minimum"),
                "exclusiveMaximum" => exclusive(schema, value, "maximum"),
                "items" => json!(self.shape(value)),
                "additionalProperties" if value.is_object() => json!({ "shape": self.shape(value) }),
                "additionalProperties" => json!({ "allowed": value }),
                "properties" => {
                    let properties = value.as_object().into_iter().flatten();
                    properties.map(|(name, of)| (name.clone(), json!(self.shape(of)))).collect()
                }
                "anyOf" | "oneOf" | "allOf" => {
                    value.as_array().into_iter().flatten().map(|of| json!(self.shape(of))).collect()
                }
                _ => continue,
            };
            if !value.is_null() {
                out.insert(keyword.clone(), value);
            }
        }
        out.into_iter().collect()
    }

    /// Follows references.
    fn target(&self, node: &'a Value) -> &'a Value {
        let mut node = node;
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = node.get("$ref").and_then(Value::as_str) else { return node };
            node = self.document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
        }
        &Value::Null
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// Returns the types of a schema, with null if it is `nullable`.
fn types(schema: &Value, value: &Value) -> Value {
    let mut types = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        types.push(json!("null"));
    }
    types.into()
}

fn exclusive(schema: &Value, value: &Value, bound: &str) -> Value {
    match value {
        Value::Bool(true) => schema.get(bound).cloned().unwrap_or_default(),
        Value::Bool(false) => Value::Null,
        number => number.clone(),
    }
}
