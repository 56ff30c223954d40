//! Credentials other than a bearer token.
//!
//! The methods that take one are generated, since only the API document lists the security schemes.

use std::borrow::Cow;

use crate::runtime::headers::{self, Headers};
use crate::runtime::operation::Security;

/// The name of the token among the credentials of an operation.
pub(crate) const TOKEN: &str = "token";

/// A credential that is added to every call.
#[derive(Clone)]
pub enum Credential {
    /// None: for APIs without authentication.
    None,
    /// HTTP basic authentication: user and password.
    Basic(String, String),
    /// A header and its value.
    Header(&'static str, String),
    /// A query parameter.
    Query(&'static str, String),
    /// A cookie.
    Cookie(&'static str, String),
}

/// What all credentials add to a call in addition to headers.
#[derive(Clone, Default)]
pub(crate) struct Added {
    pub(crate) query: Vec<(Cow<'static, str>, String)>,
    pub(crate) cookies: Vec<(Cow<'static, str>, String)>,
}

impl Credential {
    /// Adds the credential to the headers, the query or the cookies.
    pub(crate) fn apply(&self, headers: &mut Headers, added: &mut Added) {
        match self {
            Self::None => {}
            Self::Basic(user, password) => {
                let value = base64(format!("{user}:{password}").as_bytes());
                headers.set("authorization", format!("Basic {value}"));
            }
            Self::Header(name, value) => headers.set(*name, value.as_str()),
            Self::Query(name, value) => added.query.push(((*name).into(), value.clone())),
            Self::Cookie(name, value) => added.cookies.push(((*name).into(), value.clone())),
        }
    }
}

/// Returns the credentials to send: those of the first alternative that the client has in full. None if there is no such
/// alternative, or the operation needs none.
pub(crate) fn chosen(alternatives: Security, has: impl Fn(&str) -> bool) -> &'static [&'static str] {
    let complete = |names: &&&'static [&'static str]| !names.is_empty() && names.iter().all(|name| has(name));
    alternatives.iter().find(complete).copied().unwrap_or_default()
}

/// Base64 of RFC 4648, which basic authentication uses.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place > chunk.len() { '=' } else { char::from(sign) });
        }
    }
    out
}

/// Returns the `Cookie` header, or nothing without cookies.
pub(crate) fn cookie_header(cookies: &[(Cow<'static, str>, String)]) -> Option<String> {
    let pairs: Vec<String> =
        cookies.iter().map(|(name, value)| format!("{name}={}", headers::cookie_value(value))).collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

#[cfg(test)]
mod tests {
    use super::{base64, chosen};

    #[test]
    fn chooses_first_alternative_that_is_complete() {
        const SECURITY: crate::runtime::operation::Security = &[&[], &["id", "key"], &["token"]];
        let of = |given: &[&str]| chosen(SECURITY, |name| given.contains(&name)).join(" ");
        assert_eq!(of(&["id", "key", "token"]), "id key");
        assert_eq!(of(&["id", "token"]), "token");
        assert_eq!(of(&["id"]), "");
        assert_eq!(chosen(&[], |_| true), [""; 0]);
    }

    #[test]
    fn encodes_base64_test_vectors() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("\u{ff}\u{fe}?", "w7/Dvj8="),
        ];
        for (text, expected) in pairs {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
