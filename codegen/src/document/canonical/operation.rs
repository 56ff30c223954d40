//! Path items, operations, parameters, bodies and responses in the canonical form.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Canon, copy, insert_unless_empty, to_object};
use crate::diagnostics::pointer::At;
use crate::document::METHODS;

const PATH_ITEM: [&str; 13] = [
    "get",
    "put",
    "post",
    "patch",
    "delete",
    "head",
    "options",
    "trace",
    "$ref",
    "summary",
    "description",
    "servers",
    "parameters",
];
const OPERATION: [&str; 12] = [
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "security",
    "servers",
];
const PARAMETER: [&str; 13] = [
    "name",
    "in",
    "description",
    "required",
    "deprecated",
    "allowEmptyValue",
    "style",
    "explode",
    "allowReserved",
    "schema",
    "example",
    "examples",
    "content",
];
const BODY: [&str; 3] = ["description", "content", "required"];
const RESPONSE: [&str; 4] = ["description", "headers", "content", "links"];
const ENCODING: [&str; 5] = ["contentType", "headers", "style", "explode", "allowReserved"];
const MEDIA: [&str; 4] = ["schema", "example", "examples", "encoding"];

impl<'v> Canon<'v> {
    pub(super) fn path_item(
        &mut self,
        raw: &'v Value,
        section: &str,
        name: &str,
        is_left_out: &dyn Fn(Option<&str>) -> bool,
        at: &At<'_>,
    ) -> Value {
        // The name of a webhook is not a template.
        let path = if section == "paths" { name } else { "" };
        let mut out = Map::new();
        if let Some(raw) = raw.as_object().filter(|raw| raw.contains_key("$ref")) {
            self.only(raw, &["$ref", "summary", "description"], at);
        }
        let Some((raw, _)) = self.follow(raw, at) else { return Value::Object(out) };
        let Some(raw) = raw.as_object() else {
            self.error(at, "a path item is an object", "");
            return Value::Object(out);
        };
        self.only(raw, &PATH_ITEM, at);
        if raw.contains_key("servers") {
            self.warning(&at.key("servers"), "servers of a single path are left out", "");
        }
        let shared = self.parameters(raw.get("parameters"), &at.key("parameters"));
        for method in METHODS {
            if let Some(operation) = raw.get(method).filter(|_| !is_left_out(Some(method))) {
                let mut operation = self.operation(operation, path, &shared, &at.key(method));
                if let Some(operation) = operation.as_object_mut().filter(|_| self.options.keep_unsupported)
                    && !operation.contains_key("servers")
                {
                    let servers = self.servers(raw.get("servers"), &at.key("servers"));
                    insert_unless_empty(operation, "servers", servers);
                }
                out.insert(method.to_owned(), operation);
            }
        }
        Value::Object(out)
    }

    fn operation(&mut self, raw: &'v Value, path: &str, shared: &[Value], at: &At<'_>) -> Value {
        let mut out = Map::new();
        let Some((raw, _)) = self.follow(raw, at) else { return Value::Object(out) };
        let Some(raw) = raw.as_object() else {
            self.error(at, "an operation is an object", "");
            return Value::Object(out);
        };
        self.only(raw, &OPERATION, at);
        for key in ["callbacks", "servers"] {
            if raw.contains_key(key) {
                self.warning(&at.key(key), format!("`{key}` of an operation are left out"), "");
            }
        }
        copy(raw, &mut out, &["tags", "operationId"]);
        if self.options.keep_prose {
            copy(raw, &mut out, &["summary"]);
        }
        self.prose(raw, &mut out);
        self.copy_true(raw, &mut out, &["deprecated"], at);
        copy(raw, &mut out, &["x-fern-availability"]);

        let own = self.parameters(raw.get("parameters"), &at.key("parameters"));
        let nearer: BTreeSet<(&str, &str)> = own.iter().map(identity).collect();
        let mut parameters: Vec<Value> =
            shared.iter().filter(|shared| !nearer.contains(&identity(shared))).cloned().collect();
        parameters.extend(own);
        parameters.sort_by_cached_key(|parameter| {
            let (place, name) = identity(parameter);
            // Path parameters become arguments, in the order of the path.
            let position = path.find(&format!("{{{name}}}")).unwrap_or(usize::MAX);
            (place != "path", position, place.to_owned(), name.to_owned())
        });
        insert_unless_empty(&mut out, "parameters", Value::Array(parameters));

        if let Some(body) = raw.get("requestBody") {
            let body = self.request_body(body, &at.key("requestBody"));
            out.insert("requestBody".into(), body);
        }
        let responses = self.responses(raw.get("responses"), &at.key("responses"));
        out.insert("responses".into(), responses);
        // The security of the root applies to requests to the API; a webhook (without a path) is sent by the API.
        let inherited = self.root.get("security").filter(|_| !path.is_empty());
        let security = raw.get("security").or(inherited);
        if let Some(Value::Array(security)) = security {
            self.check_security(security, &at.key("security"));
            let mut security = security.clone();
            security.sort_by_cached_key(Value::to_string);
            out.insert("security".into(), Value::Array(security));
        }
        if self.options.keep_unsupported {
            let servers = self.servers(raw.get("servers"), &at.key("servers"));
            insert_unless_empty(&mut out, "servers", servers);
            let callbacks = self.callbacks(raw.get("callbacks"), &at.key("callbacks"));
            insert_unless_empty(&mut out, "callbacks", callbacks);
        }
        Value::Object(out)
    }

    /// Returns the callbacks by name and expression; each is a path item.
    fn callbacks(&mut self, raw: Option<&'v Value>, at: &At<'_>) -> Value {
        let mut out = BTreeMap::new();
        for (name, callback) in raw.and_then(Value::as_object).into_iter().flatten() {
            let at = at.key(name);
            let Some((callback, _)) = self.follow(callback, &at) else { continue };
            let mut items = BTreeMap::new();
            for (expression, item) in callback.as_object().into_iter().flatten() {
                if !expression.starts_with("x-") {
                    let item = self.path_item(item, "webhooks", expression, &|_| false, &at.key(expression));
                    items.insert(expression.as_str(), item);
                }
            }
            out.insert(name.as_str(), to_object(items));
        }
        to_object(out)
    }

    /// Warns of security schemes that the document does not declare.
    fn check_security(&mut self, security: &[Value], at: &At<'_>) {
        let schemes = self.root.get("components").and_then(|components| components.get("securitySchemes"));
        for (index, all) in security.iter().enumerate() {
            for name in all.as_object().into_iter().flatten().map(|(name, _)| name) {
                if schemes.and_then(|schemes| schemes.get(name)).is_none() {
                    let what =
                        format!("the security scheme `{name}` is not declared, so no credential is sent");
                    let help = "declare it in `components/securitySchemes`";
                    self.warning(&at.index(index).key(name), what, help);
                }
            }
        }
    }

    fn parameters(&mut self, raw: Option<&'v Value>, at: &At<'_>) -> Vec<Value> {
        if raw.is_some_and(|raw| !raw.is_array()) {
            self.error(at, "`parameters` is a list", "");
        }
        let mut out: Vec<Value> = Vec::new();
        for (index, parameter) in raw.and_then(Value::as_array).into_iter().flatten().enumerate() {
            let at = at.index(index);
            let Some(parameter) = self.parameter(parameter, &at) else { continue };
            let (place, name) = identity(&parameter);
            if out.iter().any(|other| identity(other) == (place, name)) {
                let what = format!("the {place} parameter `{name}` is declared twice; the first one is used");
                self.warning(&at, what, "remove one of the two");
                continue;
            }
            out.push(parameter);
        }
        out
    }

    fn parameter(&mut self, raw: &'v Value, at: &At<'_>) -> Option<Value> {
        let (raw, _) = self.follow(raw, at)?;
        let Some(raw) = raw
            .as_object()
            .filter(|raw| ["name", "in"].iter().all(|key| raw.get(*key).is_some_and(Value::is_string)))
        else {
            self.error(at, "a parameter has a `name` and says where it is (`in`)", "");
            return None;
        };
        self.only(raw, &PARAMETER, at);
        let mut out = Map::new();
        copy(raw, &mut out, &["name", "in"]);
        self.prose(raw, &mut out);
        // A path parameter cannot be absent, so `required: false` is a mistake.
        if raw.get("in").and_then(Value::as_str) == Some("path") {
            out.insert("required".into(), true.into());
        } else {
            self.copy_true(raw, &mut out, &["required"], at);
        }
        self.copy_true(raw, &mut out, &["deprecated"], at);
        copy(raw, &mut out, &["x-fern-availability"]);
        let place = raw.get("in").and_then(Value::as_str).unwrap_or_default();
        let style = raw.get("style").and_then(Value::as_str);
        let usual = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
        if style.is_some_and(|style| style != usual) {
            copy(raw, &mut out, &["style"]);
        }
        let explodes = style.unwrap_or(usual) == "form";
        if raw.get("explode").is_some_and(|explode| *explode != Value::Bool(explodes)) {
            copy(raw, &mut out, &["explode"]);
        }
        self.copy_true(raw, &mut out, &["allowReserved", "allowEmptyValue"], at);
        match (raw.get("schema"), raw.get("content")) {
            (Some(schema), _) => {
                let schema = self.schema(schema, &at.key("schema"));
                out.insert("schema".into(), schema);
            }
            (None, Some(content)) => {
                if content.as_object().is_some_and(|content| content.len() != 1) {
                    let what = "the `content` of a parameter has exactly one media type";
                    self.error(&at.key("content"), what, "describe the parameter by `schema` instead");
                }
                let content = self.content(content, &at.key("content"));
                out.insert("content".into(), content);
            }
            (None, None) => self.error(at, "a parameter has a `schema` or a `content`", ""),
        }
        Some(Value::Object(out))
    }

    fn request_body(&mut self, raw: &'v Value, at: &At<'_>) -> Value {
        let mut out = Map::new();
        let raw = self.follow(raw, at).and_then(|(raw, _)| self.object(raw, "a body", at));
        if let Some(raw) = raw {
            self.only(raw, &BODY, at);
            self.prose(raw, &mut out);
            self.copy_true(raw, &mut out, &["required"], at);
            let empty = Value::Object(Map::new());
            let content = match raw.get("content") {
                Some(content) => self.content(content, &at.key("content")),
                None => empty,
            };
            out.insert("content".into(), content);
        }
        Value::Object(out)
    }

    fn responses(&mut self, raw: Option<&'v Value>, at: &At<'_>) -> Value {
        let mut out = BTreeMap::new();
        let members = raw.and_then(|raw| self.object(raw, "`responses`", at)).into_iter().flatten();
        for (status, response) in members.filter(|(status, _)| !status.starts_with("x-")) {
            let at = at.key(status);
            let mut converted = Map::new();
            // OpenAPI requires a description; its content is not part of the interface.
            converted.insert("description".into(), "".into());
            let response = self.follow(response, &at).and_then(|(it, _)| self.object(it, "a response", &at));
            if let Some(response) = response {
                self.only(response, &RESPONSE, &at);
                if self.options.keep_prose {
                    copy(response, &mut converted, &["description"]);
                }
                if let Some(headers) = response.get("headers").and_then(Value::as_object) {
                    let headers = self.headers(headers, &at.key("headers"));
                    insert_unless_empty(&mut converted, "headers", headers);
                }
                if let Some(content) = response.get("content") {
                    let content = self.content(content, &at.key("content"));
                    insert_unless_empty(&mut converted, "content", content);
                }
                if self.options.keep_unsupported {
                    copy(response, &mut converted, &["links"]);
                }
            }
            // `4xx` is written as `4XX`.
            out.insert(status.to_ascii_uppercase().replace("DEFAULT", "default"), Value::Object(converted));
        }
        to_object(out)
    }

    fn headers(&mut self, raw: &'v Map<String, Value>, at: &At<'_>) -> Value {
        let mut out = BTreeMap::new();
        for (name, header) in raw {
            let at = at.key(name);
            let Some((header, _)) = self.follow(header, &at) else { continue };
            let mut kept = Map::new();
            if let Some(header) = self.object(header, "a header", &at) {
                self.copy_true(header, &mut kept, &["required", "deprecated"], &at);
                match (header.get("schema"), header.get("content")) {
                    (Some(schema), _) => {
                        let schema = self.schema(schema, &at.key("schema"));
                        kept.insert("schema".into(), schema);
                    }
                    (None, Some(content)) => {
                        let content = self.content(content, &at.key("content"));
                        kept.insert("content".into(), content);
                    }
                    (None, None) => {
                        kept.insert("schema".into(), Value::Object(Map::new()));
                    }
                }
                if self.options.keep_unsupported {
                    copy(header, &mut kept, &["explode"]);
                }
            }
            // Header names are case-insensitive.
            out.insert(name.to_ascii_lowercase(), Value::Object(kept));
        }
        to_object(out)
    }

    fn content(&mut self, raw: &'v Value, at: &At<'_>) -> Value {
        let mut out = BTreeMap::new();
        for (name, media) in self.object(raw, "`content`", at).into_iter().flatten() {
            let at = at.key(name);
            let mut kept = Map::new();
            if let Some(media) = self.object(media, "a media type", &at) {
                self.only(media, &MEDIA, &at);
                if let Some(schema) = media.get("schema") {
                    let schema = self.schema(schema, &at.key("schema"));
                    kept.insert("schema".into(), schema);
                }
                if let Some(encoding) = media.get("encoding") {
                    let encoding = self.encoding(encoding, &at.key("encoding"));
                    insert_unless_empty(&mut kept, "encoding", encoding);
                }
            }
            out.insert(name.as_str(), Value::Object(kept));
        }
        to_object(out)
    }

    /// Returns the `encoding` of a form in the canonical form.
    fn encoding(&mut self, raw: &'v Value, at: &At<'_>) -> Value {
        let mut out = BTreeMap::new();
        for (name, encoding) in self.object(raw, "`encoding`", at).into_iter().flatten() {
            let at = at.key(name);
            let mut kept = Map::new();
            if let Some(encoding) = self.object(encoding, "an encoding", &at) {
                self.only(encoding, &ENCODING, &at);
                if encoding.contains_key("headers") {
                    self.warning(&at.key("headers"), "headers of a part are left out", "");
                }
                copy(encoding, &mut kept, &["contentType"]);
                if encoding.contains_key("style") || encoding.contains_key("explode") {
                    let style = encoding.get("style").and_then(Value::as_str).unwrap_or("form");
                    let explode = encoding.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
                    kept.insert("style".into(), style.into());
                    kept.insert("explode".into(), explode.into());
                }
            }
            if self.options.keep_unsupported
                && let Some(encoding) = encoding.as_object()
            {
                self.copy_true(encoding, &mut kept, &["allowReserved"], &at);
                if let Some(headers) = encoding.get("headers").and_then(Value::as_object) {
                    let headers = self.headers(headers, &at.key("headers"));
                    insert_unless_empty(&mut kept, "headers", headers);
                }
            }
            if !kept.is_empty() {
                out.insert(name.as_str(), Value::Object(kept));
            }
        }
        to_object(out)
    }
}

/// Returns the identity of a parameter: location and name.
fn identity(parameter: &Value) -> (&str, &str) {
    let text = |key| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
    (text("in"), text("name"))
}

/// Moves the most frequent security of the operations to the root: one line instead of hundreds, and independent of
/// which of the two upstream uses.
pub(super) fn hoist_security(paths: &mut BTreeMap<&str, Value>) -> Value {
    let mut uses: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for operation in paths.values().filter_map(Value::as_object).flat_map(Map::values) {
        let security = operation.get("security").cloned().unwrap_or(Value::Array(Vec::new()));
        uses.entry(security.to_string()).or_insert((0, security)).0 += 1;
    }
    let Some((_, most)) = uses.into_values().max_by_key(|(count, _)| *count) else { return Value::Null };
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        if let Some(operation) = operation.as_object_mut() {
            match operation.get("security") {
                Some(own) if *own == most => {
                    operation.shift_remove("security");
                }
                None if most != Value::Array(Vec::new()) => {
                    operation.insert("security".into(), Value::Array(Vec::new()));
                }
                _ => {}
            }
        }
    }
    most
}
