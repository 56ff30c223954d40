//! Lowers OpenAPI 3.1 to 3.0 in the untyped document, before `openapiv3` reads it.
//!
//! Each rule rewrites one family of keywords in a schema. This file visits every schema. At the end it checks that
//! `openapiv3` understands the result: the document is equal after it was read and written back.

mod bounds;
mod check;
mod constant;
mod path_parameters;
mod reference;
mod security;
mod types;
mod unmodelled;
mod values;

use openapiv3::OpenAPI;
use serde_json::{Map, Value};

use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

type Schema = Map<String, Value>;

/// The rules, in the order in which they apply to a schema.
const RULES: [fn(&mut Schema, &At<'_>, &mut Diagnostics); 6] =
    [unmodelled::rule, constant::rule, bounds::rule, reference::rule, types::rule, values::rule];

/// Lowers a canonical document with overlays applied. Diagnostics point into that document.
pub fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Option<OpenAPI> {
    if let Some(root) = document.as_object_mut() {
        let at = At::ROOT;
        for section in ["paths", "webhooks"] {
            for (path, item) in members(root, section) {
                let at = at.key(section);
                let at = at.key(path);
                if section == "paths" {
                    declare_parameters(item, path, &at, diagnostics);
                }
                path_item(item, &at, diagnostics);
            }
        }
        if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
            for (name, schema) in members(components, "schemas") {
                self::schema(schema, &at.key("components").key("schemas").key(name), diagnostics);
            }
            if let Some(schemes) = components.get_mut("securitySchemes").and_then(Value::as_object_mut) {
                security::schemes(schemes, diagnostics);
            }
        }
        webhooks_to_extension(root);
        root.insert("openapi".into(), "3.0.3".into());
    }
    if diagnostics.has_errors() { None } else { check::read(document, diagnostics) }
}

/// Moves webhooks to an extension: `openapiv3` does not support webhooks, but keeps extensions.
fn webhooks_to_extension(root: &mut Schema) {
    if let Some(webhooks) = root.shift_remove("webhooks") {
        root.insert("x-webhooks".into(), webhooks);
    }
}

fn members<'v>(node: &'v mut Schema, key: &str) -> impl Iterator<Item = (&'v String, &'v mut Value)> {
    node.get_mut(key).and_then(Value::as_object_mut).into_iter().flatten()
}

fn declare_parameters(item: &mut Value, path: &str, at: &At<'_>, diagnostics: &mut Diagnostics) {
    for (method, operation) in item.as_object_mut().into_iter().flatten() {
        if let Some(operation) = operation.as_object_mut() {
            path_parameters::declare(operation, path, method, &at.key(method), diagnostics);
        }
    }
}

fn path_item(item: &mut Value, at: &At<'_>, diagnostics: &mut Diagnostics) {
    for (method, operation) in item.as_object_mut().into_iter().flatten() {
        let at = at.key(method);
        let Some(operation) = operation.as_object_mut() else { continue };
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            holder(parameter, &at.key("parameters").index(index), diagnostics);
        }
        if let Some(body) = operation.get_mut("requestBody") {
            holder(body, &at.key("requestBody"), diagnostics);
        }
        for (status, response) in members(operation, "responses") {
            let at = at.key("responses");
            let at = at.key(status);
            holder(response, &at, diagnostics);
            if let Some(response) = response.as_object_mut() {
                for (name, header) in members(response, "headers") {
                    holder(header, &at.key("headers").key(name), diagnostics);
                }
            }
        }
    }
}

/// Lowers the schemas of a parameter, header, body or response, directly or by media type.
fn holder(node: &mut Value, at: &At<'_>, diagnostics: &mut Diagnostics) {
    let Some(node) = node.as_object_mut() else { return };
    if let Some(schema) = node.get_mut("schema") {
        self::schema(schema, &at.key("schema"), diagnostics);
    }
    for (name, media) in members(node, "content") {
        if let Some(schema) = media.get_mut("schema") {
            self::schema(schema, &at.key("content").key(name).key("schema"), diagnostics);
        }
    }
}

fn schema(node: &mut Value, at: &At<'_>, diagnostics: &mut Diagnostics) {
    let Some(node) = node.as_object_mut() else { return };
    for (name, property) in members(node, "properties") {
        schema(property, &at.key("properties").key(name), diagnostics);
    }
    for key in ["items", "additionalProperties", "not"] {
        if let Some(child) = node.get_mut(key) {
            schema(child, &at.key(key), diagnostics);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for (index, child) in
            node.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().enumerate()
        {
            schema(child, &at.key(key).index(index), diagnostics);
        }
    }
    for rule in RULES {
        rule(node, at, diagnostics);
    }
}
