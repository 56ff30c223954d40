//! What calls are authorised by, where that is no bearer token.
//!
//! The methods that take one are generated, since only the API's description knows which there are.

use std::borrow::Cow;

use crate::headers::{self, Headers};

/// Something that goes with every call.
#[derive(Clone)]
#[allow(dead_code)] // An API may know none of them.
pub(crate) enum Credential {
    /// Nothing: calls that need none.
    None,
    /// User and password.
    Basic(String, String),
    /// A header and its value.
    Header(&'static str, String),
    /// A pair of the query.
    Query(&'static str, String),
    /// A cookie.
    Cookie(&'static str, String),
}

/// What all credentials together add to a call, beside headers.
#[derive(Clone, Default)]
pub(crate) struct Added {
    pub(crate) query: Vec<(Cow<'static, str>, String)>,
    pub(crate) cookies: Vec<(Cow<'static, str>, String)>,
}

impl Credential {
    /// Puts it where it belongs.
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

/// RFC 4648, the one thing that basic authentication needs of it.
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

/// The header that carries cookies, or nothing where there are none.
pub(crate) fn cookie_header(cookies: &[(Cow<'static, str>, String)]) -> Option<String> {
    let pairs: Vec<String> =
        cookies.iter().map(|(name, value)| format!("{name}={}", headers::cookie_value(value))).collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_the_rfc() {
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
