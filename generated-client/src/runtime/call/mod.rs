//! One call of an operation, from its parameters to the response of the server.
//!
//! Nothing here is generic over the response type, so this is compiled once for all operations.

mod execute;
mod outcome;
mod timer;
mod trace;
pub(crate) mod url;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::runtime::credential::cookie_header;
use crate::runtime::error::{DecodeError, Result};
use crate::runtime::headers::{self, Headers};
use crate::runtime::json;
use crate::runtime::limit::Priority;
use crate::runtime::operation::Operation;
use crate::runtime::record::{QueryRules, query_violations};
use crate::runtime::retry::RetryPolicy;

use crate::Client;
use crate::runtime::transport::{Body, HttpRequest, HttpResponse};
use crate::runtime::validation::{ValidationError, Violation};

/// Which statuses are a success.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accept {
    /// 200 to 299.
    Success,
    /// 200 to 399.
    Redirect,
    /// All statuses.
    Anything,
}

impl Accept {
    const fn takes(self, status: u16) -> bool {
        match self {
            Self::Success => matches!(status, 200..=299),
            Self::Redirect => matches!(status, 200..=399),
            Self::Anything => true,
        }
    }
}

/// The parts of a request.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    pub(crate) arguments: Vec<(&'static str, String)>,
    /// The arguments whose value is percent-encoded already.
    pub(crate) encoded_arguments: Vec<&'static str>,
    pub(crate) query: Vec<(Cow<'static, str>, String)>,
    /// The query parameters whose value is percent-encoded already.
    encoded: Vec<Cow<'static, str>>,
    pub(crate) cookies: Vec<(Cow<'static, str>, String)>,
    pub(crate) headers: Headers,
    pub(crate) body: Option<Body>,
    pub(crate) violations: Vec<Violation>,
    /// Constraints of the API document on query parameters.
    pub(crate) rules: QueryRules,
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_response_bytes: Option<usize>,
    pub(crate) retry: Option<RetryPolicy>,
    /// Set by the request; by default lists are bulk, everything else is interactive.
    pub(crate) priority: Option<Priority>,
    /// Whether a page keeps the JSON of its rows.
    pub(crate) keep_raw: bool,
}

impl Call {
    pub(crate) fn new(client: &Client, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            arguments: Vec::new(),
            encoded_arguments: Vec::new(),
            query: Vec::new(),
            encoded: Vec::new(),
            cookies: Vec::new(),
            headers: Headers::default(),
            body: None,
            violations: Vec::new(),
            rules: &[],
            timeout: None,
            deadline: None,
            max_response_bytes: None,
            retry: None,
            priority: None,
            keep_raw: false,
        }
    }

    /// Replaces all query pairs of a name, at the position of the first.
    pub(crate) fn set_query(&mut self, name: Cow<'static, str>, values: impl IntoIterator<Item = String>) {
        let place = self.query.iter().position(|(known, _)| *known == name).unwrap_or(self.query.len());
        self.query.retain(|(known, _)| *known != name);
        self.encoded.retain(|known| *known != name);
        for (after, value) in values.into_iter().enumerate() {
            self.query.insert(place + after, (name.clone(), value));
        }
    }

    /// Sets a query parameter whose value is percent-encoded already.
    pub(crate) fn set_encoded_query(&mut self, name: Cow<'static, str>, value: String) {
        self.set_query(name.clone(), [value]);
        self.encoded.push(name);
    }

    pub(crate) fn set_header(&mut self, name: String, value: String) {
        match headers::fault(&name, &value) {
            Some(fault) => self.violations.push(Violation::new(name, fault)),
            None => self.headers.set(name, value),
        }
    }

    pub(crate) fn set_body(&mut self, json: serde_json::Result<Vec<u8>>) {
        match json {
            Ok(bytes) => self.body = Some(Body::from(bytes)),
            Err(error) => {
                let reason = json::reason::without_values(&error);
                self.violations.push(Violation::new("body", format!("cannot be written as JSON: {reason}")));
            }
        }
    }

    /// Sets a property of the body; the others keep their JSON text, including every digit of numbers.
    pub(crate) fn set_body_field(&mut self, name: String, value: serde_json::Value) {
        let body = self.body.as_ref().map_or(&b"{}"[..], Body::as_bytes);
        match json::with_member(body, &name, &value) {
            Some(bytes) => self.body = Some(Body::from(bytes)),
            None => self
                .violations
                .push(Violation::new(name, "the body is not an object that could take this property")),
        }
    }

    /// Builds the HTTP request, or returns the errors that prevent it.
    fn http_request(&self) -> Result<HttpRequest> {
        let config = &self.client.config;
        let mut violations = self.violations.clone();
        if self.client.validates_requests() {
            violations.extend(query_violations(&self.query, self.rules));
        }
        let mut url = String::new();
        let arguments = url::Arguments { values: &self.arguments, encoded: &self.encoded_arguments };
        match url::path(&config.base_url, self.operation.path, arguments) {
            Ok(path) => url = path,
            Err(violation) => violations.insert(0, violation),
        }
        if !violations.is_empty() {
            return Err(ValidationError::of(*self.operation, violations).into());
        }
        let (mut headers, added) = config.authorized(self.operation, self.body.is_some());
        let given = self.query.iter().map(|pair| (pair, self.encoded.contains(&pair.0)));
        url::push_query(&mut url, given.chain(added.query.iter().map(|pair| (pair, false))));
        if let Some(cookies) = cookie_header(&[&added.cookies[..], &self.cookies[..]].concat()) {
            headers.set("cookie", cookies);
        }
        for (name, value) in self.headers.iter() {
            headers.set(name, value);
        }
        let request = HttpRequest::new(*self.operation, url, headers, self.body.clone());
        Ok(request.with_max_response_bytes(self.max_response_bytes.unwrap_or(config.max_response_bytes)))
    }
}

impl fmt::Debug for Call {
    /// Shows names and sizes only: parameters and bodies hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.query.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Request")
            .field("operation", &format_args!("{}", self.operation))
            .field("query", &names)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// A successful response.
#[derive(Debug)]
pub struct ReceivedResponse {
    pub(crate) operation: Operation,
    pub(crate) response: HttpResponse,
    /// Whether one row that does not decode fails its page.
    pub(crate) strict: bool,
    /// Whether a page keeps the JSON of its rows.
    pub(crate) keep_raw: bool,
}

impl ReceivedResponse {
    /// Returns the error for a response that does not decode.
    pub(crate) fn undecodable(&self, error: &json::Unread) -> DecodeError {
        let body = self.response.body();
        DecodeError::new(self.operation, self.response.status(), body, json::locate(body, error))
    }
}
