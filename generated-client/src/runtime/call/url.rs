//! Builds a URL from a path template, arguments and a query.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::runtime::validation::Violation;

/// Everything except the unreserved characters of RFC 3986, so that no argument can be parsed as another part of the
/// URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Fits most arguments and queries, so that the string is not reallocated while it grows.
const ROOM: usize = 128;

/// The arguments of a path.
pub(super) struct Arguments<'a> {
    pub(super) values: &'a [(&'static str, String)],
    /// Names of values that are percent-encoded already.
    pub(super) encoded: &'a [&'static str],
}

/// Returns the path below `base` with its arguments inserted; slashes of the template are kept exactly.
pub(super) fn path(base: &str, template: &str, arguments: Arguments<'_>) -> Result<String, Violation> {
    let mut path = String::with_capacity(base.len() + template.len() + ROOM);
    path.push_str(base);
    // A suffix after `#` distinguishes templates and is not sent.
    let mut rest = template.split('#').next().unwrap_or(template);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        path.push_str(before);
        let given = arguments.values.iter().find(|(argument, _)| *argument == name);
        let (_, value) = given.ok_or_else(|| Violation::new(name, "the path needs this argument"))?;
        // Each of these would change the URL to that of another operation.
        if matches!(value.as_str(), "" | "." | "..") {
            return Err(Violation::new(name, "an argument of the path is neither empty nor dots alone"));
        }
        if arguments.encoded.contains(&name) {
            path.push_str(value);
        } else {
            path.extend(encode(value));
        }
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// Appends the query, if there is one; the template may already begin it.
///
/// Each pair is given with whether its value is percent-encoded already.
pub(super) fn push_query<'q>(url: &mut String, query: impl IntoIterator<Item = (&'q Pair, bool)>) {
    let mut query = query.into_iter().peekable();
    if query.peek().is_some() {
        url.push(if url.contains('?') { '&' } else { '?' });
        push(url, query);
    }
}

/// A name and a value.
type Pair = (Cow<'static, str>, String);

/// Appends `name=value&name=value`.
pub(crate) fn push_pairs<'q>(text: &mut String, pairs: impl IntoIterator<Item = &'q Pair>) {
    push(text, pairs.into_iter().map(|pair| (pair, false)));
}

fn push<'q>(text: &mut String, pairs: impl IntoIterator<Item = (&'q Pair, bool)>) {
    for (place, ((name, value), is_encoded)) in pairs.into_iter().enumerate() {
        if place > 0 {
            text.push('&');
        }
        text.extend(encode(name));
        text.push('=');
        if is_encoded {
            text.push_str(value);
        } else {
            text.extend(encode(value));
        }
    }
}

/// Encodes the values of an array, and joins them by a separator that is not encoded: RFC 6570. Spaces and pipes are not
/// permitted in a URL, so they are encoded too.
pub(crate) fn joined_query(values: impl IntoIterator<Item = String>, separator: char) -> String {
    let mut out = String::new();
    for (place, value) in values.into_iter().enumerate() {
        match separator {
            _ if place == 0 => {}
            ',' => out.push(','),
            other => out.extend(encode(other.encode_utf8(&mut [0; 4]))),
        }
        out.extend(encode(&value));
    }
    out
}

/// The reserved characters of RFC 3986, except those that would end the value or the query.
const RESERVED_KEPT: &AsciiSet = &ENCODED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Encodes a value of a parameter with `allowReserved`.
pub(crate) fn reserved_query(value: &str) -> String {
    utf8_percent_encode(value, RESERVED_KEPT).to_string()
}

/// Encodes everything except unreserved characters.
pub(crate) fn encoded(text: &str) -> String {
    encode(text).collect()
}

fn encode(text: &str) -> impl Iterator<Item = &str> {
    utf8_percent_encode(text, ENCODED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(template: &str, values: &[(&'static str, String)]) -> Result<String, Violation> {
        path("", template, Arguments { values, encoded: &[] })
    }

    fn one(value: &str) -> Result<String, Violation> {
        with("/v1/a/{id}/b/", &[("id", value.to_owned())])
    }

    #[test]
    fn encodes_argument_as_one_segment() {
        for (value, encoded) in [
            ("a/b", "a%2Fb"),
            ("a?b#c", "a%3Fb%23c"),
            ("100%", "100%25"),
            ("a b+c", "a%20b%2Bc"),
            ("é", "%C3%A9"),
            ("a-b_c.d~e", "a-b_c.d~e"),
            ("..a", "..a"),
            ("{id}", "%7Bid%7D"),
            ("a\\b;c=d@e:f", "a%5Cb%3Bc%3Dd%40e%3Af"),
        ] {
            assert_eq!(one(value).unwrap(), format!("/v1/a/{encoded}/b/"));
        }
    }

    #[test]
    fn rejects_argument_that_changes_operation() {
        for value in ["", ".", ".."] {
            assert_eq!(one(value).unwrap_err().path(), "id");
        }
    }

    #[test]
    fn keeps_slashes_of_template() {
        assert_eq!(with("/v1/a/", &[]).unwrap(), "/v1/a/");
        assert_eq!(with("/v1/a", &[]).unwrap(), "/v1/a");
        let two = [("x", "1".to_owned()), ("y", "2".to_owned())];
        assert_eq!(with("/{y}/{x}", &two).unwrap(), "/2/1");
    }

    #[test]
    fn accepts_template_with_query_and_fragment() {
        let mut url = with("/v1/a?x=1#second", &[]).unwrap();
        push_query(&mut url, [(&("y".into(), "2".to_owned()), false)]);
        assert_eq!(url, "/v1/a?x=1&y=2");
    }

    #[test]
    fn keeps_argument_that_is_encoded_already() {
        let values = [("id", ";id=a%2Fb".to_owned())];
        let path = path("", "/v1/{id}", Arguments { values: &values, encoded: &["id"] });
        assert_eq!(path.unwrap(), "/v1/;id=a%2Fb");
    }

    #[test]
    fn names_missing_argument() {
        assert_eq!(with("/v1/{id}", &[]).unwrap_err().path(), "id");
    }

    #[test]
    fn encodes_names_and_values_of_query() {
        let mut url = String::new();
        let pair = |name: &'static str, value: &str| (Cow::Borrowed(name), value.to_owned());
        let pairs = [pair("order-by", "created_at:desc"), pair("a[]", "x y&z"), pair("b", "")];
        push_query(&mut url, pairs.iter().map(|pair| (pair, false)));
        assert_eq!(url, "?order-by=created_at%3Adesc&a%5B%5D=x%20y%26z&b=");
    }

    #[test]
    fn keeps_separators_of_arrays_and_encodes_their_values() {
        let values = || ["a,b", "c d", "e|f"].map(str::to_owned);
        assert_eq!(joined_query(values(), ','), "a%2Cb,c%20d,e%7Cf");
        assert_eq!(joined_query(["a", "b"].map(str::to_owned), ' '), "a%20b");
        assert_eq!(joined_query(["a", "b"].map(str::to_owned), '|'), "a%7Cb");
    }

    #[test]
    fn keeps_reserved_characters_that_end_neither_value_nor_query() {
        assert_eq!(reserved_query("/a?b=c:d;e&f#g h+i"), "/a?b=c:d;e%26f%23g%20h%2Bi");
    }
}
