//! Writes requests that the old document permits.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::comparison::Operation;
use super::difference::Difference;
use super::kind::ChangeKind;
use super::parameter::{parameter_schema, parameters};
use super::view::Node;
use super::witness::Prover;
use crate::api::location::{Location, ParameterLocation, Segment};
use crate::diagnostics::pointer::child;

/// What a URL does not need to encode.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl<'d> Prover<'_, 'd> {
    /// The smallest request that the old document permits.
    pub(super) fn request(&self, operation: &Operation<'d>, difference: &Difference<'d>) -> Value {
        let parameter = match difference.location.segments() {
            [Segment::Parameters(ParameterLocation::Query), Segment::Parameter(name)]
                if difference.found.kind == ChangeKind::SerializationChanged =>
            {
                Some((&**name, "a,b"))
            }
            _ => None,
        };
        let mut out = Map::new();
        out.insert("request".to_owned(), self.request_line(operation, parameter).into());
        let old = &difference.found.details.old;
        let is_media_type = difference.found.kind == ChangeKind::ContentTypeRemoved;
        if let Some(body) = child(operation.value, "requestBody") {
            let media_type =
                child(body, "content").and_then(Value::as_object).and_then(|it| it.values().next());
            let is_needed = child(body, "required") == Some(&Value::Bool(true))
                || (is_media_type && difference.location == Location::request());
            if let Some(schema) = media_type.and_then(|it| child(it, "schema")).filter(|_| is_needed) {
                let body = self.samplers().old.smallest(&Node::new(operation.pointer.clone(), schema));
                out.insert("body".to_owned(), body.unwrap_or_default());
            }
        }
        if is_media_type {
            out.insert("content_type".to_owned(), old.clone());
        }
        if difference.found.kind == ChangeKind::ResponseStatusRemoved {
            out.insert("status".to_owned(), old.clone());
        }
        Value::Object(out)
    }

    /// `METHOD /path?query` with the required parameters, and another query parameter.
    pub(super) fn request_line(&self, operation: &Operation<'d>, parameter: Option<(&str, &str)>) -> String {
        if operation.webhook {
            // The API sends it, to a URL that is not in the document.
            return operation.name();
        }
        let mut path_values: BTreeMap<usize, String> = BTreeMap::new();
        let mut query = Vec::new();
        for required in parameters(operation).into_values().filter(|it| it.is_required()) {
            let schema = parameter_schema(&required);
            let value = schema.and_then(|schema| self.parameter_value(&schema));
            let value = encode(value.as_deref().unwrap_or("1"));
            match (required.position, required.key.location) {
                (Some(position), _) => {
                    path_values.insert(position, value);
                }
                (None, ParameterLocation::Query) => {
                    query.push(format!("{}={value}", encode(&required.key.name)));
                }
                _ => {}
            }
        }
        query.extend(parameter.map(|(name, value)| format!("{}={}", encode(name), encode(value))));
        let mut path = String::new();
        for (index, part) in operation.path.split('{').enumerate() {
            match part.split_once('}') {
                // A parameter that is not declared has a value too.
                Some((_, rest)) if index > 0 => {
                    path += path_values.get(&(index - 1)).map_or("1", String::as_str);
                    path += rest;
                }
                _ => path += part,
            }
        }
        let separator = if query.is_empty() { "" } else { "?" };
        format!("{} {path}{separator}{}", operation.method.to_uppercase(), query.join("&"))
    }

    /// A value of a parameter that is not empty, because an empty one is not a path segment.
    fn parameter_value(&self, schema: &Node<'d>) -> Option<String> {
        let sampler = &self.samplers().old;
        let text = |value: Value| match value {
            Value::String(text) if !text.is_empty() => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        };
        let values = sampler.edges(schema).into_iter().filter(|value| sampler.accepts(schema, value));
        let texts: Vec<String> = values.filter_map(text).collect();
        // One that needs no encoding is easier to read.
        let is_plain = |text: &&String| text.chars().all(char::is_alphanumeric);
        texts.iter().find(is_plain).or(texts.first()).cloned()
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
