//! Random documents made of the constructs of OpenAPI: what `gen` accepts compiles, and a value that a JSON Schema
//! validator accepts is decoded and encoded again without a loss.
//!
//! `PROPEXO_RANDOM` sets the number of documents (30), `PROPEXO_SEED` the seed; both are printed.

use std::collections::BTreeSet;

use codegen::{Options, Source, pipeline};
use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::TreePackage;

/// Words for names: keywords, names of the runtime and the prelude, other scripts, other spellings.
const WORDS: [&str; 16] = [
    "id",
    "type",
    "Order",
    "value",
    "self",
    "Error",
    "größe",
    "日本語",
    "some-thing",
    "extra",
    "x1",
    "Ok",
    "None",
    "new",
    "Value",
    "created at",
];

/// The tries at a value that the validator accepts.
const TRIES: usize = 20;
const VALUES: usize = 6;

/// The documents that are compiled together; the compiler's time grows faster than their number.
const BATCH: u64 = 100;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn random_documents_compile_and_keep_valid_values() {
    let (count, seed) = (number("PROPEXO_RANDOM", 30), number("PROPEXO_SEED", 1));
    println!("PROPEXO_SEED={seed} PROPEXO_RANDOM={count}");
    let mut random = Rng::with_seed(seed);
    let mut left = count;
    while left > 0 {
        let batch = left.min(BATCH);
        check_batch(batch, &mut random);
        left -= batch;
    }
}

/// Checks documents in one compilation.
fn check_batch(count: u64, random: &mut Rng) {
    let mut all = json!({
        "openapi": "3.1.0",
        "info": {"title": "Random", "version": "1"},
        "paths": {},
        "components": {"schemas": {}},
    });
    let mut accepted = Vec::new();
    for index in 0..count {
        let document = Document { random, prefix: format!("D{index}"), depth: 0 }.generate();
        let text = document.to_string();
        if let Err(failure) = codegen::generate(Source { name: "random.json", text: &text }, &[], options()) {
            // A contradiction of random constraints, with its place.
            assert!(failure.0.iter().all(|message| message.line > 0), "{document}");
            continue;
        }
        for section in ["/paths", "/components/schemas"] {
            let (Some(Value::Object(into)), Some(Value::Object(own))) =
                (all.pointer_mut(section), document.pointer(section))
            else {
                continue;
            };
            into.extend(own.clone());
        }
        accepted.push(document);
    }
    let found = accepted.len() as u64;
    assert!(found * 10 >= count * 9, "only {found} of {count} documents are accepted");
    let text = all.to_string();
    let spec = Source { name: "random.json", text: &text };
    let generated = codegen::generate(spec, &[], options())
        .unwrap_or_else(|failure| panic!("{}", failure.errors().join("\n")));
    let (api, names) = pipeline::read(spec, &[], options()).unwrap();
    // A loss that a warning announces is none.
    let announced: BTreeSet<String> =
        generated.warnings.iter().filter_map(|it| it.pointer.as_ref()?.0.get(2).cloned()).collect();
    let mut checks = String::new();
    let components = api.components();
    let own = |document: &Value| document.pointer("/components/schemas").and_then(Value::as_object).cloned();
    let named = accepted.iter().flat_map(|document| {
        own(document).into_iter().flatten().map(move |(component, _)| (document, component))
    });
    for (document, component) in named {
        let component = component.as_str();
        let Some((_, name)) = components.get(component).and_then(|id| names.types.get(id)) else { continue };
        let values = values(document, component, random);
        if !values.is_empty() && !announced.contains(component) {
            checks += &format!(
                // A component may be nullable, which its references express by `Option`.
                "    check::<Option<propexo::models::{}>>({component:?}, {:?});\n",
                codegen::api::names::ident(name),
                Value::from(values).to_string()
            );
        }
    }
    assert!(checks.lines().count() as u64 >= count, "too few components have values:\n{checks}");
    let test = format!("{HARNESS}\n#[test]\nfn keeps_valid_values() {{\n{checks}}}\n");
    let failed =
        TreePackage::named("random").test(&generated.tree, &[("values.rs".to_owned(), test)]).unwrap();
    assert!(failed.is_none(), "{}", failed.unwrap_or_default());
}

/// Decodes and encodes values; numbers are compared as JSON compares them.
const HARNESS: &str = r#"//! Values that a validator accepts.

use serde_json::Value;

fn check<T: serde::Serialize + serde::de::DeserializeOwned>(name: &str, values: &str) {
    for value in serde_json::from_str::<Vec<Value>>(values).unwrap() {
        let model: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{name}: {error}: {value}"));
        let again = serde_json::to_value(&model).unwrap();
        assert!(same(&value, &again), "{name}: {value} became {again}");
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}
"#;

fn options() -> Options {
    Options { lengthen_names: true, ..Options::default() }
}

/// Returns values of a component that the validator accepts.
fn values(document: &Value, component: &str, random: &mut Rng) -> Vec<Value> {
    let mut schema = document.clone();
    let reference = format!("#/components/schemas/{}", component.replace('~', "~0").replace('/', "~1"));
    schema["$ref"] = reference.clone().into();
    let Ok(validator) = jsonschema::validator_for(&schema) else { return Vec::new() };
    let mut out = Vec::new();
    for _ in 0..TRIES {
        let value = Sample { document, random, depth: 0 }.of(&json!({ "$ref": reference }));
        if out.len() < VALUES && validator.is_valid(&value) && !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

/// A document that is being generated.
struct Document<'r> {
    random: &'r mut Rng,
    /// The beginning of all names, so that several documents can be merged.
    prefix: String,
    depth: usize,
}

impl Document<'_> {
    fn generate(mut self) -> Value {
        let prefix = self.prefix.clone();
        let mut schemas = Map::new();
        for index in 0..6 {
            let schema = self.component(index);
            schemas.insert(format!("{prefix}C{index}"), schema);
        }
        let mut paths = Map::new();
        for index in 0..6 {
            paths.insert(format!("/{prefix}/{index}/{{key}}"), self.path_item(index));
        }
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Random", "version": "1"},
            "paths": paths,
            "components": {"schemas": schemas},
        })
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        self.random.choice(all).unwrap().clone()
    }

    fn reference(&mut self) -> Value {
        json!({ "$ref": format!("#/components/schemas/{}C{}", self.prefix, self.random.usize(0..6)) })
    }

    fn path_item(&mut self, index: usize) -> Value {
        let component = json!({ "$ref": format!("#/components/schemas/{}C{index}", self.prefix) });
        let content = json!({ "application/json": { "schema": component } });
        let style = self.pick(&["simple", "label", "matrix"]);
        let mut parameters = vec![json!({
            "name": "key", "in": "path", "required": true, "style": style, "explode": self.random.bool(),
            "schema": self.pick(&[json!({"type": "string"}), json!({"type": "array", "items": {"type": "integer"}})]),
        })];
        for number in 0..self.random.usize(0..4) {
            let place = self.pick(&["query", "header", "cookie"]);
            let schema = self.schema();
            parameters.push(json!({ "name": format!("p-{number}"), "in": place, "schema": schema }));
        }
        let mut responses = Map::new();
        let status = self.pick(&["200", "201", "2XX", "default"]);
        responses.insert(status.to_owned(), json!({ "description": "", "content": content }));
        if self.random.bool() {
            let schema = self.schema();
            let other = json!({ "description": "", "content": { "application/json": { "schema": schema } } });
            responses.insert(self.pick(&["202", "404", "4XX", "500"]).to_owned(), other);
        }
        let media = self.pick(&["application/json", "application/json", "application/x-www-form-urlencoded"]);
        let group = self.pick(&["a", "b"]);
        let tag = format!("{} {group}", self.prefix);
        json!({
            "put": {
                "tags": [tag],
                "parameters": parameters,
                "requestBody": { "required": self.random.bool(), "content": { media: { "schema": component } } },
                "responses": responses,
            }
        })
    }

    /// A component, more often than not an object.
    fn component(&mut self, index: usize) -> Value {
        match self.random.usize(0..10) {
            0 => self.schema(),
            1 => json!({ "type": "string", "enum": self.enumeration() }),
            2 => self.union(index),
            3 => {
                json!({ "allOf": [self.object(), { "type": "object", "properties": { "own": self.schema() } }] })
            }
            _ => self.object(),
        }
    }

    fn enumeration(&mut self) -> Vec<&'static str> {
        let mut values = vec![self.pick(&WORDS), self.pick(&["-1", "+1", "err", "", "Unknown"])];
        values.sort_unstable();
        values.dedup();
        values
    }

    /// A union whose alternatives differ in a discriminator, or in their types.
    fn union(&mut self, index: usize) -> Value {
        if self.random.bool() {
            let mut alternatives = Vec::new();
            for kind in ["one", "two"] {
                let mut object = self.object();
                object["properties"]["kind"] =
                    json!({ "type": "string", "enum": [format!("{kind}{index}")] });
                object["required"] = json!(["kind"]);
                alternatives.push(object);
            }
            return json!({ "oneOf": alternatives });
        }
        let key = self.pick(&["oneOf", "anyOf"]);
        json!({ key: [{ "type": "string" }, { "type": "array", "items": self.schema() }, self.object()] })
    }

    fn object(&mut self) -> Value {
        let mut properties = Map::new();
        for _ in 0..self.random.usize(1..6) {
            let name = self.pick(&WORDS);
            let schema = self.schema();
            properties.insert(name.to_owned(), schema);
        }
        let mut required: Vec<String> = properties.keys().cloned().collect();
        required.retain(|_| self.random.bool());
        let mut object = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            object["required"] = required.into();
        }
        match self.random.usize(0..5) {
            0 => object["additionalProperties"] = false.into(),
            1 => object["additionalProperties"] = self.schema(),
            _ => {}
        }
        object
    }

    fn schema(&mut self) -> Value {
        self.depth += 1;
        let kinds = if self.depth > 3 { 10 } else { 16 };
        let schema = match self.random.usize(0..kinds) {
            0 => json!({ "type": "string" }),
            1 => {
                json!({ "type": "integer", "format": self.pick(&["int32", "int64", "uint64"]), "minimum": 0 })
            }
            2 => json!({ "type": "number", "multipleOf": 0.5 }),
            3 => json!({ "type": ["boolean", "null"] }),
            4 => json!({ "type": "string", "format": self.pick(&["date", "date-time", "uuid", "email"]) }),
            5 => json!({ "type": "string", "enum": self.enumeration() }),
            6 => json!({ "type": ["string", "null"], "maxLength": 5 }),
            7 => json!({ "const": self.pick(&["fixed", "Ok"]) }),
            8 => json!({}),
            9 => json!({ "type": ["integer", "string"] }),
            10 => json!({ "type": "array", "items": self.schema(), "maxItems": 3 }),
            11 => json!({ "type": "object", "additionalProperties": self.schema() }),
            12 => self.object(),
            13 => json!({ "anyOf": [{ "type": "null" }, self.schema()] }),
            14 => {
                json!({ "oneOf": [{ "type": "boolean" }, { "type": "array", "items": { "type": "string" } }] })
            }
            // A reference from an array or an optional property, so that values end.
            _ => json!({ "type": "array", "items": self.reference() }),
        };
        self.depth -= 1;
        schema
    }
}

/// A value that is being made for a schema; the validator decides whether it is valid.
struct Sample<'d> {
    document: &'d Value,
    random: &'d mut Rng,
    depth: usize,
}

impl Sample<'_> {
    fn of(&mut self, schema: &Value) -> Value {
        self.depth += 1;
        let value = self.value(schema);
        self.depth -= 1;
        value
    }

    fn value(&mut self, schema: &Value) -> Value {
        let list = |key: &str| schema.get(key).and_then(Value::as_array);
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = target.trim_start_matches('#');
            return match self.document.pointer(pointer).cloned() {
                Some(target) if self.depth < 12 => self.of(&target),
                _ => Value::Null,
            };
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = list("enum") {
            return self.random.choice(values).cloned().unwrap_or_default();
        }
        if let Some(alternatives) = list("oneOf").or_else(|| list("anyOf")) {
            let alternative = self.random.choice(alternatives).cloned().unwrap_or_default();
            return self.of(&alternative);
        }
        if let Some(parts) = list("allOf") {
            let mut all = Map::new();
            for part in parts {
                if let Value::Object(own) = self.of(part) {
                    all.extend(own);
                }
            }
            return Value::Object(all);
        }
        let kind = match schema.get("type") {
            Some(Value::Array(kinds)) => self.random.choice(kinds).cloned().unwrap_or_default(),
            Some(kind) => kind.clone(),
            None => self
                .random
                .choice(&["string", "integer", "array", "null"])
                .copied()
                .unwrap_or_default()
                .into(),
        };
        match kind.as_str().unwrap_or_default() {
            "string" => self.string(schema).into(),
            "integer" => match schema.get("format").and_then(Value::as_str) {
                Some("uint64") => self.random.u64(..).into(),
                Some("int64") => self.random.i64(0..).into(),
                _ => self.random.i32(0..).into(),
            },
            "number" => (f64::from(self.random.i16(..)) / 2.0).into(),
            "boolean" => self.random.bool().into(),
            "array" => {
                let items = schema.get("items").cloned().unwrap_or(json!({ "type": "string" }));
                let count = if self.depth > 6 { 0 } else { self.random.usize(0..3) };
                (0..count).map(|_| self.of(&items)).collect::<Vec<_>>().into()
            }
            "object" => self.object(schema),
            _ => Value::Null,
        }
    }

    fn string(&mut self, schema: &Value) -> String {
        match schema.get("format").and_then(Value::as_str) {
            Some("date") => "2024-02-29".to_owned(),
            Some("date-time") => "2024-02-29T12:30:00.250+02:00".to_owned(),
            Some("uuid") => "0b7f5a3e-8f0c-4f5a-9a57-6f1f4b0f2f6a".to_owned(),
            Some("email") => "a@example.org".to_owned(),
            _ => self
                .random
                .choice(&["", "a b", "ü\u{1f980}", "null", "12"])
                .copied()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut out = Map::new();
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if required.contains(&name.as_str()) || (self.depth < 6 && self.random.bool()) {
                out.insert(name.clone(), self.of(property));
            }
        }
        if let Some(additional) = schema.get("additionalProperties").filter(|it| it.is_object()) {
            for index in 0..self.random.usize(0..3) {
                out.insert(format!("more {index}"), self.of(additional));
            }
        }
        Value::Object(out)
    }
}
