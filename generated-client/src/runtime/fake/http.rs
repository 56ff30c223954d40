//! Requests and responses as the state of a fake sees them.

use std::time::Duration;

use serde_json::{Value, json};

use super::fault::Fault;
use crate::runtime::transport::{HttpRequest, decoded, query_pairs};

/// A request whose target is decoded.
#[derive(Clone, Default)]
pub(super) struct Request {
    pub(super) method: String,
    /// The segments of the path; the first is empty.
    pub(super) segments: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    /// The header `authorization`.
    pub(super) authorization: String,
    pub(super) body: Vec<u8>,
}

impl Request {
    /// Parses the target of a request line: a path, and a query after `?`.
    pub(super) fn new(method: &str, target: &str, authorization: &str, body: Vec<u8>) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            segments: path.split('/').map(decoded).collect(),
            query: query_pairs(query),
            authorization: authorization.to_owned(),
            body,
        }
    }

    /// Returns the first value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns a number in the query.
    pub(super) fn number(&self, name: &str, default: usize) -> usize {
        self.parameter(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }
}

impl From<&HttpRequest> for Request {
    fn from(request: &HttpRequest) -> Self {
        let body = request.body().map(|body| body.as_bytes().to_vec()).unwrap_or_default();
        let authorization = request.header("authorization").unwrap_or_default();
        Self::new(request.method().as_str(), request.target(), authorization, body)
    }
}

/// A response, and how it is delivered.
#[derive(Clone, PartialEq)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// How long the server waits before it sends anything.
    pub(super) delay: Duration,
    pub(super) fault: Option<Fault>,
}

impl Response {
    pub(super) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
            fault: None,
        }
    }

    pub(super) fn json(body: &Value) -> Self {
        Self::new(200, "application/json", body.to_string())
    }

    /// A redirect to another address.
    pub(super) fn redirect(location: String) -> Self {
        let mut response = Self::new(302, "text/plain", "");
        response.headers.push(("location", location));
        response
    }

    /// An error in the form of the API.
    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        Self { status, ..Self::json(&json!({ "error": { "code": code, "message": message } })) }
    }

    /// A request that violates the API document; the details are nested twice, as the API nests them.
    pub(super) fn invalid(issues: &[Value]) -> Self {
        let details = json!({ "details": { "issues": issues, "name": "ZodError" } });
        let error = json!({ "code": "invalid_request", "message": "Invalid request", "details": details });
        Self { status: 400, ..Self::json(&json!({ "error": error })) }
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::error(404, "not_found", what)
    }
}
