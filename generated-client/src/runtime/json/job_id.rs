//! Finds the id of a write job in a response body, whatever else the body contains.

use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::members::{Members, is};

const NAME: &str = "job_id";

/// Maximum depth of the search. Each level costs one pass over the rest of the body, so a limit keeps hostile nesting
/// cheap.
const MAX_DEPTH: usize = 128;

/// Returns the id in a body. A body that is not well-formed JSON, such as a truncated one, is searched as a string.
pub(crate) fn find(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    match serde_json::from_str(&text) {
        Ok(json) => in_json(json),
        Err(_) => in_fragment(&text),
    }
}

/// Returns the `job_id` at the top level, else in `meta`, else of the least nested object.
///
/// Other values are not decoded, so an invalid string or number in them does not matter.
pub(crate) fn in_json(json: &RawValue) -> Option<String> {
    // The common case, without the lists of the search.
    if let Some(id) = super::property(json, NAME).and_then(id) {
        return Some(id);
    }
    let mut level = vec![json];
    for _ in 0..MAX_DEPTH {
        let mut next = Vec::new();
        for value in level {
            if let Ok(Members::<&RawValue>(mut members)) = serde_json::from_str(value.get()) {
                if let Some(id) = members.iter().filter(|(name, _)| is(name, NAME)).find_map(|(_, it)| id(it))
                {
                    return Some(id);
                }
                members.sort_by_key(|(name, _)| rank(name));
                next.extend(members.into_iter().map(|(_, value)| value));
            } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(value.get()) {
                next.extend(items);
            }
        }
        level = next;
    }
    None
}

/// An echo comes last: a `job_id` there may be a property of the record, such as the construction job of an invoice.
fn rank(name: &RawValue) -> u8 {
    match name.get() {
        "\"meta\"" => 0,
        "\"data\"" | "\"result\"" => 2,
        _ => 1,
    }
}

/// Returns a non-empty string, or a number as written.
fn id(value: &RawValue) -> Option<String> {
    match value.get().as_bytes().first()? {
        b'"' => serde_json::from_str(value.get()).ok().filter(|id: &String| !id.is_empty()),
        b'-' | b'0'..=b'9' => Some(value.get().to_owned()),
        _ => None,
    }
}

/// Returns the first complete id in a fragment of JSON.
fn in_fragment(text: &str) -> Option<String> {
    text.split("\"job_id\"").skip(1).find_map(|rest| {
        let rest = rest.trim_start().strip_prefix(':')?;
        let mut values = Deserializer::from_str(rest).into_iter::<&RawValue>();
        let value = values.next()?.ok()?;
        // A number at the end of the text may have lost digits.
        let is_cut = values.byte_offset() == rest.len() && !value.get().ends_with('"');
        id(value).filter(|_| !is_cut)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Option<String> {
        find(body.as_bytes())
    }

    #[test]
    fn prefers_the_top_level_then_meta_then_the_least_nested() {
        assert_eq!(found(r#"{"meta":{"job_id":"m"},"job_id":"t"}"#).as_deref(), Some("t"));
        assert_eq!(found(r#"{"a":{"job_id":"a"},"meta":{"job_id":"m"}}"#).as_deref(), Some("m"));
        assert_eq!(found(r#"{"a":{"b":{"job_id":"deep"}},"c":{"job_id":"near"}}"#).as_deref(), Some("near"));
        assert_eq!(found(r#"{"data":{"job_id":"echo"},"z":{"job_id":"z"}}"#).as_deref(), Some("z"));
        assert_eq!(found(r#"[[{"x":[{"job_id":"x"}]}]]"#).as_deref(), Some("x"));
    }

    #[test]
    fn takes_strings_and_numbers_only() {
        assert_eq!(found(r#"{"job_id":4711}"#).as_deref(), Some("4711"));
        assert_eq!(found(r#"{"job_id":-1.50e3}"#).as_deref(), Some("-1.50e3"));
        assert_eq!(found(r#"{"job\u005fid":"\u00e9"}"#).as_deref(), Some("\u{e9}"));
        for none in ["null", "\"\"", "true", "{}", "[\"x\"]", r#""\ud83d""#] {
            assert_eq!(found(&format!(r#"{{"job_id":{none}}}"#)), None, "{none}");
        }
        assert_eq!(found(r#"{"job_id":{"job_id":"inner"}}"#).as_deref(), Some("inner"));
    }

    #[test]
    fn reads_past_strings_that_are_not_unicode() {
        assert_eq!(found(r#"{"\udc00":1,"data":{"n":"\ud83d"},"job_id":"j"}"#).as_deref(), Some("j"));
        assert_eq!(find(b"{\"data\":\"\xff\",\"job_id\":\"j\"}").as_deref(), Some("j"));
    }

    #[test]
    fn searches_a_fragment_for_a_whole_id() {
        assert_eq!(found(r#"{"job_id":"j","data":{"#).as_deref(), Some("j"));
        assert_eq!(found("{\"meta\":{\"job_id\" :\n 7,").as_deref(), Some("7"));
        assert_eq!(found(r#"{"data":{"job_id":null},"meta":{"job_id":"m"}"#).as_deref(), Some("m"));
        for cut in [r#"{"job_id":"abc"#, r#"{"job_id":12"#, r#"{"job_id":"#, r#"{"job_id""#, "", "<html>"] {
            assert_eq!(found(cut), None, "{cut}");
        }
    }

    #[test]
    fn stops_at_the_depth_limit() {
        let nested = |depth: usize| format!("{}{{\"job_id\":1}}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(found(&nested(MAX_DEPTH - 1)).as_deref(), Some("1"));
        assert_eq!(found(&nested(100_000)), None);
    }
}
