//! The headers of a request or a response.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Headers by name, in order; names are case-insensitive.
///
/// `Debug` shows the values of harmless headers only, so that cookies, signed URLs and tokens stay out of logs.
///
/// ```
/// let mut headers = propexo::Headers::default();
/// headers.set("X-Trace", "7");
/// assert_eq!(headers.get("x-trace"), Some("7"));
/// ```
///
/// Clones share their strings until one of them is changed: every request shares the headers of its client, and every
/// attempt those of its request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Arc<Vec<(String, String)>>);

/// Headers whose values reveal nothing about a person or an account.
const HARMLESS: &[&str] = &[
    "accept",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "server",
    "transfer-encoding",
    "user-agent",
    "via",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
];

impl Headers {
    /// Returns the first value of a header.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Sets a header and removes earlier values of that name.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        let headers = Arc::make_mut(&mut self.0);
        headers.retain(|(key, _)| !key.eq_ignore_ascii_case(&name));
        headers.push((name, value.into()));
    }

    /// Adds a value and keeps earlier values of that name.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        Arc::make_mut(&mut self.0).push((name.into(), value.into()));
    }

    /// Returns all headers, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the number of headers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the number of headers is zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.iter() {
            if is_harmless(name) {
                map.entry(&name, &value);
            } else {
                map.entry(&name, &format_args!("<{} bytes>", value.len()));
            }
        }
        map.finish()
    }
}

/// Returns whether the value of a header may be logged.
pub(crate) fn is_harmless(name: &str) -> bool {
    HARMLESS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Returns whether a header says where a body ends, which only the transport knows.
#[cfg(any(feature = "reqwest", feature = "http"))]
pub(crate) fn is_framing(name: &str) -> bool {
    name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding")
}

/// Percent-encodes the characters that a cookie value must not contain.
pub(crate) fn cookie_value(value: &str) -> impl std::fmt::Display {
    const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\');
    utf8_percent_encode(value, ENCODED)
}

/// Returns why a header cannot be sent.
pub(crate) fn fault(name: &str, value: &str) -> Option<&'static str> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(token) {
        return Some("the name is not one that HTTP allows");
    }
    if !value.bytes().all(|b| b == b'\t' || (b' '..=b'~').contains(&b)) {
        return Some("the value holds a character other than visible ASCII");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_secret_values() {
        let mut headers = Headers::default();
        headers.set("Authorization", "Bearer abc123");
        headers.set("Content-Type", "application/json");
        assert_eq!(
            format!("{headers:?}"),
            r#"{"Authorization": <13 bytes>, "Content-Type": "application/json"}"#
        );
    }

    #[test]
    fn set_ignores_case() {
        let mut headers = Headers::default();
        headers.append("a", "1");
        headers.append("A", "2");
        headers.set("a", "3");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("a", "3")]);
    }

    #[test]
    fn rejects_line_break() {
        assert!(fault("x", "a\r\nb: c").is_some());
        assert!(fault("x y", "a").is_some());
        assert_eq!(fault("x-y", "a b"), None);
    }
}
