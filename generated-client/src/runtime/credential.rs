//! Credentials other than a bearer token.
//!
//! The methods that take one are generated, since only the API document lists the security schemes.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine as _};

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
                let value = BASE64_STANDARD.encode(format!("{user}:{password}"));
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

/// Returns the `Cookie` header, or nothing without cookies.
pub(crate) fn cookie_header(cookies: &[(Cow<'static, str>, String)]) -> Option<String> {
    let pairs: Vec<String> =
        cookies.iter().map(|(name, value)| format!("{name}={}", headers::cookie_value(value))).collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

#[cfg(test)]
mod tests {
    use super::{Added, Credential, chosen};
    use crate::runtime::headers::Headers;

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
    fn basic_authentication_is_base64_of_rfc_4648() {
        // The first is the example of RFC 7617.
        for (user, password, value) in [
            ("Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            ("\u{ff}", "\u{fe}?>", "w786w74/Pg=="),
        ] {
            let mut headers = Headers::default();
            let credential = Credential::Basic(user.to_owned(), password.to_owned());
            credential.apply(&mut headers, &mut Added::default());
            assert_eq!(headers.get("authorization"), Some(format!("Basic {value}").as_str()));
        }
    }
}
