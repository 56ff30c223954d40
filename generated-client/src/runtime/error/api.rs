//! An error response of the server or of a proxy.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::DecodeError;
use super::issue::{self, Issue};
use crate::Headers;
use crate::runtime::json;
use crate::runtime::operation::Operation;
use crate::runtime::shown::{plain, shown};
use crate::runtime::transport::HttpResponse;

/// A response with a status outside 200 to 299.
///
/// Propexo's own errors carry `code`, `message` and `details`. In other error responses, such as those of a proxy,
/// these are absent; the body is kept in either case.
#[derive(Clone, PartialEq)]
pub struct ApiError {
    operation: Operation,
    status: u16,
    headers: Headers,
    body: Vec<u8>,
    code: Option<String>,
    message: Option<String>,
    details: Option<Value>,
    issues: Vec<Issue>,
    attempts: u32,
}

impl ApiError {
    pub(crate) fn new(operation: Operation, response: HttpResponse, attempts: u32) -> Self {
        let (status, headers, body) = response.into_parts();
        let json: Value = json::read_owned(&body).unwrap_or_default();
        let error = json.get("error").filter(|error| error.is_object()).unwrap_or(&json);
        let string = |name| error.get(name).and_then(Value::as_str).map(str::to_owned);
        let (code, message) = (string("code"), string("message"));
        let details = error.get("details").cloned();
        let issues = details.as_ref().map(issue::find).unwrap_or_default();
        Self { operation, status, headers, body, code, message, details, issues, attempts }
    }

    /// Returns the operation that was called.
    #[must_use]
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// Returns the status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Returns Propexo's code for the error, such as `invalid_request`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns Propexo's message for the error.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns Propexo's details of the error, as JSON.
    #[must_use]
    pub const fn details(&self) -> Option<&Value> {
        self.details.as_ref()
    }

    /// Returns the validation issues of single fields in [`details`](Self::details).
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Returns the headers of the response.
    #[must_use]
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Returns the body as received, truncated to `max_response_bytes`.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the body as a string; invalid UTF-8 is replaced by U+FFFD.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Decodes the body as a type of error response. The documentation of each operation names those that the API document
    /// declares, by status.
    ///
    /// ```
    /// # fn show(error: &propexo::ApiError) {
    /// use serde_json::Value;
    ///
    /// if let Ok(problem) = error.body_as::<Value>() {
    ///     println!("{}", problem["title"]);
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the body is not such a value, for example because a proxy responded.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, Box<DecodeError>> {
        json::read_owned(&self.body).map_err(|error| {
            let fault = json::locate(&self.body, &error);
            Box::new(DecodeError::new(self.operation, self.status, self.body.as_slice(), fault))
        })
    }

    /// Returns the number of attempts.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the request id that the server or a proxy assigned, to quote to Propexo's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        ["x-request-id", "x-amzn-requestid", "x-amz-cf-id", "cf-ray"]
            .into_iter()
            .find_map(|name| self.headers.get(name))
    }

    /// Returns the time to wait before a retry, if the server states it.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, SystemTime::now())
    }
}

/// Parses `Retry-After`, in seconds or as a date. A date is relative to the `Date` of the response, if there is one,
/// because the clocks of client and server differ.
pub(crate) fn retry_after(headers: &Headers, now: SystemTime) -> Option<Duration> {
    let text = headers.get("retry-after")?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = headers.get("date").and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
    Some(until.duration_since(now).unwrap_or_default())
}

impl fmt::Display for ApiError {
    /// Shows operation and status and, for Propexo's own errors, the code and the paths of the issues.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, |f| self.describe(f))
    }
}

impl std::error::Error for ApiError {}

/// The number of issues that `Display` shows.
const SHOWN_ISSUES: usize = 5;

impl ApiError {
    fn describe(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.status)?;
        if let Some(phrase) = phrase(self.status) {
            write!(f, " {phrase}")?;
        }
        if let Some(code) = self.code().and_then(plain) {
            write!(f, " ({code})")?;
        }
        for (index, issue) in self.issues.iter().enumerate().take(SHOWN_ISSUES) {
            let separator = if index == 0 { ": " } else { ", " };
            let path = issue.shown_path();
            let path = if path.is_empty() { "the request" } else { &path };
            write!(f, "{separator}{path} {}", plain(issue.code()).unwrap_or("…"))?;
        }
        if let Some(more) = self.issues.len().checked_sub(SHOWN_ISSUES).filter(|more| *more > 0) {
            write!(f, " and {more} more")?;
        }
        if self.code.is_none() && self.message.is_none() {
            self.describe_foreign_response(f)?;
        }
        if self.attempts > 1 {
            write!(f, ", after {} attempts", self.attempts)?;
        }
        Ok(())
    }

    /// Describes a response that is not in the form of Propexo's errors.
    fn describe_foreign_response(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        if self.body.is_empty() {
            f.write_str(", empty body")?;
        } else {
            let media_type =
                self.headers.get("content-type").unwrap_or("untyped").split(';').next().unwrap_or_default();
            let is_plain = media_type.bytes().all(|b| b.is_ascii_graphic()) && media_type.len() < 60;
            let media_type = if is_plain { media_type } else { "untyped" };
            write!(f, ", {} bytes of {}", self.body.len(), media_type.trim())?;
        }
        f.write_str(match self.status {
            301 | 302 | 303 | 307 | 308 => "; redirects are not followed, so the base URL is probably wrong",
            401 => "; the token is not valid in this environment",
            403 => "; the token has no permission for this operation",
            404 => "; no such record, or the base URL is wrong",
            413 => "; the body is too large",
            502..=504 => "; the response is that of a gateway, not of Propexo",
            _ => "; not in the form of Propexo's errors",
        })
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.operation.name)
            .field("status", &self.status)
            .field("code", &self.code().map(|code| plain(code).unwrap_or("…")))
            .field("issues", &self.issues)
            .field("headers", &self.headers)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// Returns the reason phrase of a status.
fn phrase(status: u16) -> Option<&'static str> {
    Some(match status {
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runtime::operation::{Idempotency, Method};

    const OPERATION: Operation =
        Operation::new("leads.create", Method::Post, "/v1/leads/", Idempotency::NotIdempotent);

    fn error(response: HttpResponse) -> ApiError {
        ApiError::new(OPERATION, response, 1)
    }

    #[test]
    fn parses_error_of_propexo() {
        let error = error(HttpResponse::json(
            400,
            &json!({ "error": { "code": "invalid_request", "message": "no", "details": { "details": { "issues": [
                { "code": "unrecognized_keys", "keys": ["foo"], "path": [], "message": "m" },
                { "code": "invalid_type", "path": ["history", 2, "start"], "message": "m" },
            ] } } } }),
        ));
        assert_eq!(error.code(), Some("invalid_request"));
        assert_eq!(error.message(), Some("no"));
        assert_eq!(error.issues()[0].unknown_fields().collect::<Vec<_>>(), ["foo"]);
        assert_eq!(
            error.to_string(),
            "POST /v1/leads/: 400 Bad Request (invalid_request): the request unrecognized_keys, \
             history[2].start invalid_type"
        );
    }

    #[test]
    fn describes_error_page_of_proxy() {
        let html = HttpResponse::new(502)
            .with_header("Content-Type", "text/html; charset=utf-8")
            .with_body("<p>no</p>");
        assert_eq!(
            error(html).to_string(),
            "POST /v1/leads/: 502 Bad Gateway, 9 bytes of text/html; the response is that of a gateway, not of Propexo"
        );
    }

    #[test]
    fn names_token_for_empty_401() {
        assert_eq!(
            error(HttpResponse::new(401)).to_string(),
            "POST /v1/leads/: 401 Unauthorized, empty body; the token is not valid in this environment"
        );
    }

    #[test]
    fn hides_response_text_in_display_and_debug() {
        let secret = "hunter2 jane@example.org";
        let error = error(
            HttpResponse::json(
                400,
                &json!({ "error": { "code": secret, "message": secret, "details": { "issues": [
                    { "code": secret, "message": secret, "path": [secret] }
                ] } } }),
            )
            .with_header("set-cookie", secret),
        );
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("jane"), "{shown}");
        assert_eq!(error.message(), Some(secret));
        assert!(error.text().contains(secret));
    }

    #[test]
    fn parses_retry_after_in_both_forms() {
        let headers = |pairs: &[(&str, &str)]| {
            let mut headers = Headers::default();
            pairs.iter().for_each(|(name, value)| headers.set(*name, *value));
            headers
        };
        let now = SystemTime::UNIX_EPOCH;
        assert_eq!(retry_after(&headers(&[("Retry-After", "7")]), now), Some(Duration::from_secs(7)));
        let dated =
            [("retry-after", "Thu, 01 Jan 2026 00:01:00 GMT"), ("date", "Thu, 01 Jan 2026 00:00:30 GMT")];
        assert_eq!(retry_after(&headers(&dated), now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after(&headers(&[("retry-after", "soon")]), now), None);
        for huge in ["18446744073709551615", "18446744073709551616"] {
            assert_eq!(
                retry_after(&headers(&[("retry-after", huge)]), now),
                Some(Duration::from_secs(u64::MAX))
            );
        }
        let past = [("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT")];
        assert_eq!(retry_after(&headers(&past), now + Duration::from_secs(9)), Some(Duration::ZERO));
    }
}
