//! Requests and responses as the core sees them.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::fault::Fault;

/// The number of rows of a page if the request does not specify it.
const DEFAULT_LIMIT: usize = 100;

/// A request whose target is decoded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// The value of the header `authorization`.
    pub(crate) authorization: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Parses the target of a request line: a path, and a query after `?`.
    pub(crate) fn new(method: &str, target: &str, authorization: &str, body: Vec<u8>) -> Self {
        let decode = |encoded: &str| percent_decode_str(encoded).decode_utf8_lossy().into_owned();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Self {
            method: method.to_owned(),
            path: decode(path),
            query: pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
            authorization: authorization.to_owned(),
            body,
        }
    }

    /// The first value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The number of rows to skip, and the maximum number of rows to return.
    ///
    /// # Errors
    ///
    /// The API's 400 response for a value that is not a number or exceeds `max_limit`.
    pub(crate) fn paging(&self, max_limit: usize) -> Result<(usize, usize), Response> {
        Ok((self.number("offset", 0, usize::MAX)?, self.number("limit", DEFAULT_LIMIT, max_limit)?))
    }

    fn number(&self, name: &str, default: usize, max: usize) -> Result<usize, Response> {
        let Some(value) = self.parameter(name) else { return Ok(default) };
        let (code, message) = match value.parse() {
            Ok(number) if number <= max => return Ok(number),
            Ok(_) => ("too_big", format!("Number must be less than or equal to {max}")),
            Err(_) => ("invalid_type", "Expected number".to_owned()),
        };
        let issue = json!({ "code": code, "path": [name], "message": message });
        Err(Response::error(400, "invalid_request", &message, &[issue]))
    }
}

/// A response, and how it is delivered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// How long the server waits before it sends anything.
    pub(crate) delay: Duration,
    pub(crate) fault: Option<Fault>,
}

impl Response {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
            fault: None,
        }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::new(200, "application/json", body.to_string())
    }

    /// An error in the form of the API, its details nested twice as the API nests them.
    pub(crate) fn error(status: u16, code: &str, message: &str, issues: &[Value]) -> Self {
        let details = json!({ "details": { "issues": issues, "name": "ZodError" } });
        let body = json!({ "error": { "code": code, "message": message, "details": details } });
        Self { status, ..Self::json(&body) }
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::error(404, "not_found", what, &[])
    }
}
