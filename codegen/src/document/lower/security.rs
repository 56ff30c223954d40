//! Reduces security schemes to those that differ in the request: OAuth and OpenID Connect both send a bearer token.

use serde_json::{Map, Value};

use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

/// Rewrites the schemes and drops those that the client does not support.
pub(super) fn schemes(schemes: &mut Map<String, Value>, diagnostics: &mut Diagnostics) {
    let at = At::ROOT.key("components");
    let at = at.key("securitySchemes");
    schemes.retain(|name, scheme| {
        let at = at.key(name);
        let text = |key: &str| scheme.get(key).and_then(Value::as_str).map(str::to_ascii_lowercase);
        let kind = text("type").unwrap_or_default();
        let bearer = || serde_json::json!({"type": "http", "scheme": "bearer"});
        let lowered = match (kind.as_str(), text("scheme").as_deref()) {
            ("oauth2" | "openidconnect", _) | ("http", Some("bearer")) => bearer(),
            ("http", Some("basic")) => serde_json::json!({"type": "http", "scheme": "basic"}),
            ("apikey", _)
                if scheme.get("name").is_some_and(Value::is_string)
                    && matches!(text("in").as_deref(), Some("header" | "query" | "cookie")) =>
            {
                serde_json::json!({"type": "apiKey", "name": scheme.get("name"), "in": text("in")})
            }
            _ => {
                let help = "a header of every request can be set by `default_header` of the client's builder";
                diagnostics.warning(&at, "the client cannot authorise calls by this scheme", help);
                return false;
            }
        };
        *scheme = lowered;
        true
    });
}
