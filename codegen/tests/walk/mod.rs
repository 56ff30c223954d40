//! Finds the schema of a document at each wire location.

use std::collections::BTreeMap;

use serde_json::Value;

type Pointers = BTreeMap<(String, String), String>;

/// The JSON pointer of the schema at each operation and location, from the document alone.
pub(crate) fn pointers(document: &Value) -> Pointers {
    let mut walk = Walk { document, operation: String::new(), open: Vec::new(), out: BTreeMap::new() };
    for (root, prefix) in [("paths", ""), ("webhooks", "WEBHOOK ")] {
        for (path, item) in members(&document[root]) {
            for (method, operation) in members(item) {
                walk.operation = format!("{prefix}{} {path}", method.to_uppercase());
                walk.operation_parts(operation, &format!("/{root}/{}/{method}", escaped(path)));
            }
        }
    }
    walk.out
}

struct Walk<'d> {
    document: &'d Value,
    operation: String,
    open: Vec<String>,
    out: Pointers,
}

impl<'d> Walk<'d> {
    fn operation_parts(&mut self, operation: &'d Value, at: &str) {
        for (index, parameter) in operation["parameters"].as_array().into_iter().flatten().enumerate() {
            let (place, name) = (parameter["in"].as_str().unwrap(), parameter["name"].as_str().unwrap());
            self.schema(
                &parameter["schema"],
                &format!("{at}/parameters/{index}/schema"),
                &format!("{place}.{name}"),
            );
        }
        let json = "content/application~1json/schema";
        if let Some(schema) = operation.pointer(&format!("/requestBody/{json}")) {
            self.schema(schema, &format!("{at}/requestBody/{json}"), "request");
        }
        for (status, response) in members(&operation["responses"]) {
            if let Some(schema) = response.pointer(&format!("/{json}")) {
                self.schema(
                    schema,
                    &format!("{at}/responses/{status}/{json}"),
                    &format!("response.{status}"),
                );
            }
        }
    }

    fn schema(&mut self, schema: &'d Value, at: &str, location: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = reference.trim_start_matches('#');
            if !self.open.iter().any(|open| open == target) {
                self.open.push(target.to_owned());
                self.schema(self.document.pointer(target).unwrap(), target, location);
                self.open.pop();
            }
            return;
        }
        self.out.insert((self.operation.clone(), location.to_owned()), at.to_owned());
        for (name, property) in members(&schema["properties"]) {
            self.schema(
                property,
                &format!("{at}/properties/{}", escaped(name)),
                &format!("{location}.{name}"),
            );
        }
        self.schema_if_there(schema, "items", at, &format!("{location}[]"));
        self.schema_if_there(schema, "additionalProperties", at, &format!("{location}{{}}"));
        for key in ["anyOf", "oneOf", "allOf"] {
            let all: Vec<(usize, &Value)> =
                schema[key].as_array().into_iter().flatten().enumerate().collect();
            let parts: Vec<&(usize, &Value)> =
                all.iter().filter(|(_, part)| part["type"] != "null").collect();
            let labels: Vec<&str> = parts.iter().map(|(_, part)| label(part)).collect();
            for ((index, part), own) in parts.iter().zip(&labels) {
                let twins = labels.iter().filter(|label| *label == own).count();
                let before =
                    labels.iter().zip(&parts).filter(|(label, it)| *label == own && it.0 <= *index).count();
                let location = match *own {
                    _ if key == "allOf" || parts.len() == 1 => location.to_owned(),
                    // Strings share the location of the union, which is the named type.
                    "" => continue,
                    own if twins == 1 => format!("{location}<{own}>"),
                    own => format!("{location}<{own}#{before}>"),
                };
                self.schema(part, &format!("{at}/{key}/{index}"), &location);
            }
        }
    }

    fn schema_if_there(&mut self, schema: &'d Value, key: &str, at: &str, location: &str) {
        if let Some(part) = schema.get(key).filter(|part| part.is_object()) {
            self.schema(part, &format!("{at}/{key}"), location);
        }
    }
}

fn label(part: &Value) -> &str {
    let types = part["type"].as_str().or_else(|| part["type"].as_array()?.iter().find_map(Value::as_str));
    match (types, part["title"].as_str()) {
        (Some("string"), _) => "",
        (_, Some(title)) => title,
        (Some(json_type), None) => json_type,
        (None, None) => "union",
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
