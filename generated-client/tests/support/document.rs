//! The API's document, read without any code of the generator.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use super::instance::{Fill, instance};

/// The interface snapshot, with the operations that our overlay adds, and the marks of secrets.
pub(crate) struct Document {
    json: Value,
    /// The nodes that the overlay marks.
    pub(crate) secrets: BTreeSet<String>,
}

/// An operation with its references resolved.
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Value>,
    response: Option<Value>,
    /// Responds with 302, although the document has a 200.
    pub(crate) redirects: bool,
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

impl Document {
    pub(crate) fn load() -> Self {
        let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
        let mut json = read(&spec.join("openapi.yaml"));
        any_of(&mut json);
        // The only overlay that affects the wire format; it adds complete operations that the document lacks.
        let overlay = read(&spec.join("overlays/05-operations.yaml"));
        for action in overlay["actions"].as_array().unwrap() {
            if action["target"] == "$.paths" {
                let paths = json["paths"].as_object_mut().unwrap();
                for (path, item) in action["update"].as_object().unwrap() {
                    let published = paths.entry(path).or_insert_with(|| Value::Object(Map::new()));
                    for (method, operation) in item.as_object().unwrap() {
                        published.as_object_mut().unwrap().entry(method).or_insert_with(|| operation.clone());
                    }
                }
            }
        }
        let secrets = mark_secrets(&mut json, &read(&spec.join("overlays/50-secrets.yaml")));
        Document { json, secrets }
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation> {
        let methods = ["get", "put", "post", "patch", "delete"];
        let paths = self.json["paths"].as_object().unwrap();
        paths.iter().flat_map(move |(path, item)| {
            let item = item.as_object().unwrap();
            methods
                .into_iter()
                .filter_map(move |method| Some(self.operation(path, method, item.get(method)?)))
        })
    }

    fn operation(&self, path: &str, method: &str, source: &Value) -> Operation {
        let parameters = source.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let json = |holder: &Value| {
            holder["content"].get("application/json").map(|media| self.followed(&media["schema"]))
        };
        Operation {
            method: method.to_owned(),
            path: path.to_owned(),
            parameters: parameters
                .iter()
                .map(|parameter| Parameter {
                    name: parameter["name"].as_str().unwrap().to_owned(),
                    place: parameter["in"].as_str().unwrap().to_owned(),
                    required: parameter["required"] == true,
                    schema: self.followed(&parameter["schema"]),
                })
                .collect(),
            body: source.get("requestBody").and_then(json),
            response: source["responses"].get("200").and_then(json),
            redirects: path == "/v1/admin/job-logs/{job_log_id}/data",
        }
    }

    /// The names of the properties that our overlay leaves without null in responses.
    pub(crate) fn never_null() -> BTreeSet<String> {
        let overlays = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/overlays");
        let overlay = read(&overlays.join("55-never-null.yaml"));
        let table = overlay["actions"][0]["update"]["x-never-null"].as_object().unwrap();
        table.keys().map(|key| key.rsplit('.').next().unwrap_or(key).to_owned()).collect()
    }

    /// Replaces the references of a schema by their targets; the document does not have cycles.
    fn followed(&self, schema: &Value) -> Value {
        match schema {
            Value::Object(members) => match members.get("$ref") {
                Some(target) => {
                    let pointer = target.as_str().unwrap().trim_start_matches('#');
                    self.followed(self.json.pointer(pointer).unwrap_or_else(|| panic!("{pointer} dangles")))
                }
                None => members.iter().map(|(key, value)| (key.clone(), self.followed(value))).collect(),
            },
            Value::Array(items) => items.iter().map(|item| self.followed(item)).collect(),
            other => other.clone(),
        }
    }
}

/// Writes each `oneOf` as `anyOf`. The export of the documentation site does the reverse, although alternatives overlap.
fn any_of(json: &mut Value) {
    match json {
        Value::Object(members) => {
            if let Some(alternatives) = members.remove("oneOf") {
                members.entry("anyOf").or_insert(alternatives);
            }
            members.values_mut().for_each(any_of);
        }
        Value::Array(items) => items.iter_mut().for_each(any_of),
        _ => {}
    }
}

/// Marks the secrets of the overlay, each node with its own id, and returns all ids.
fn mark_secrets(document: &mut Value, overlay: &Value) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    for action in overlay["actions"].as_array().unwrap() {
        assert_eq!(
            action["update"],
            serde_json::json!({ "x-rust-secret": true }),
            "this overlay only marks secrets"
        );
        let target = JsonPath::parse(action["target"].as_str().unwrap()).unwrap();
        let found: Vec<String> =
            target.query_located(document).locations().map(|place| place.to_json_pointer()).collect();
        assert!(!found.is_empty(), "{target} marks nothing");
        places.extend(found);
    }
    for place in &places {
        document.pointer_mut(place).unwrap()["x-rust-secret"] = Value::from(place.as_str());
    }
    places
}

impl Operation {
    /// The path with its arguments, each of which is one segment.
    pub(crate) fn path_with(&self, arguments: &BTreeMap<String, Value>) -> String {
        arguments.iter().fold(self.path.clone(), |path, (name, value)| {
            let encoded: String = super::wire_text(value)
                .bytes()
                .map(|byte| match byte {
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                        char::from(byte).to_string()
                    }
                    _ => format!("%{byte:02X}"),
                })
                .collect();
            path.replace(&format!("{{{name}}}"), &encoded)
        })
    }

    pub(crate) fn response_schema(&self) -> Option<&Value> {
        self.response.as_ref()
    }

    /// Whether the response names the job of a write.
    pub(crate) fn returns_receipt(&self) -> bool {
        let properties = |schema: &Value| schema["properties"].clone();
        self.response.as_ref().map(properties).is_some_and(|response| {
            response.get("job_id").is_some() || properties(&response["meta"]).get("job_id").is_some()
        })
    }

    /// A response generated from the schema.
    pub(crate) fn response(&self, fill: Fill) -> Option<Value> {
        self.response.as_ref().map(|schema| instance(schema, fill))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.to_uppercase(), self.path)
    }
}

fn read(path: &PathBuf) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml_ng::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
