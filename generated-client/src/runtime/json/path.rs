//! Converts an offset in JSON text to the path of the value there.
//!
//! `serde_json` reports line and column of an error but not the path. Tracking the path while reading would compile
//! every type twice; scanning the text again costs nothing until there is an error.

/// The position of the scan inside one array or object.
enum Frame<'a> {
    /// In an array, at an index.
    Array(usize),
    /// In an object, after a key if there was one.
    Object(Option<&'a [u8]>),
}

/// Returns the byte offset of a line and a column as `serde_json` counts them.
pub(crate) fn offset(json: &[u8], line: usize, column: usize) -> usize {
    let newlines = json.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let line_start = std::iter::once(0).chain(newlines).nth(line.saturating_sub(1)).unwrap_or(json.len());
    (line_start + column).min(json.len())
}

/// Returns the path of the value that ends at `end`, or of the value that contains this offset.
pub(crate) fn at(json: &[u8], end: usize) -> String {
    let text = json.get(..end).unwrap_or(json);
    let mut frames: Vec<Frame<'_>> = Vec::new();
    let mut here = 0;
    while let Some(byte) = text.get(here) {
        let start = here;
        here += 1;
        match byte {
            b'{' => frames.push(Frame::Object(None)),
            b'[' => frames.push(Frame::Array(0)),
            b'}' | b']' => {
                frames.pop();
            }
            b',' => match frames.last_mut() {
                Some(Frame::Array(index)) => *index += 1,
                Some(Frame::Object(key)) => *key = None,
                None => {}
            },
            b'"' => {
                here = string_end(text, here);
                if let Some(Frame::Object(key @ None)) = frames.last_mut() {
                    // Without its closing quote it is not a key yet.
                    *key = text.get(start + 1..here).and_then(|key| key.strip_suffix(b"\""));
                }
            }
            _ => {}
        }
    }
    spell(&frames)
}

/// Returns the offset after the closing quote of a string whose first character is at `here`.
fn string_end(text: &[u8], mut here: usize) -> usize {
    while let Some(byte) = text.get(here) {
        here += match byte {
            b'\\' => 2,
            b'"' => return here + 1,
            _ => 1,
        };
    }
    text.len()
}

fn spell(frames: &[Frame<'_>]) -> String {
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Array(index) => path.push_str(&format!("[{index}]")),
            Frame::Object(Some(key)) if is_plain(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&String::from_utf8_lossy(key));
            }
            Frame::Object(Some(_)) => path.push_str("[\"…\"]"),
            Frame::Object(None) => {}
        }
        if path.len() > MAX_PATH {
            path.push('…');
            break;
        }
    }
    path
}

/// The length from which on a path is cut.
const MAX_PATH: usize = 300;

/// Longest key that a path shows.
const MAX_KEY: usize = 40;

/// Returns whether a path shows a key: others may be data.
fn is_plain(key: &[u8]) -> bool {
    (1..=MAX_KEY).contains(&key.len())
        && key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-')
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Page {
        #[serde(rename = "results")]
        _results: Vec<Row>,
    }

    #[derive(Debug, Deserialize)]
    struct Row {
        #[serde(rename = "id")]
        _id: String,
        #[serde(rename = "rent", default)]
        _rent: Option<f64>,
        #[serde(rename = "tags", default)]
        _tags: Vec<u8>,
        #[serde(rename = "more", default)]
        _more: std::collections::BTreeMap<String, i64>,
    }

    /// Returns the path of the error of reading `json` as a page.
    fn path(json: &str) -> String {
        let error = serde_json::from_str::<Page>(json).unwrap_err();
        at(json.as_bytes(), offset(json.as_bytes(), error.line(), error.column()))
    }

    #[test]
    fn locates_scalar_of_wrong_type() {
        assert_eq!(path(r#"{"results":[{"id":"a"},{"id":"b","rent":"12"}]}"#), "results[1].rent");
        assert_eq!(path(r#"{"results":[{"id":"a"},{"id":null}]}"#), "results[1].id");
        assert_eq!(path(r#"{"results":[{"id":"a","tags":[1,2,300,4]}]}"#), "results[0].tags[2]");
        assert_eq!(path(r#"{"results":[{"id":"a","tags":[1,true]}]}"#), "results[0].tags[1]");
    }

    #[test]
    fn locates_container_in_place_of_scalar() {
        assert_eq!(path(r#"{"results":[{"id":{"x":1}}]}"#), "results[0].id");
        assert_eq!(path(r#"{"results":[{"id":[1]}]}"#), "results[0].id");
        assert_eq!(path(r#"{"results":{}}"#), "results");
    }

    #[test]
    fn locates_object_of_missing_property() {
        assert_eq!(path(r#"{"results":[{"id":"a"},{"rent":1}]}"#), "results[1]");
        assert_eq!(path(r#"{"meta":{}}"#), "");
    }

    #[test]
    fn ignores_whitespace() {
        let json = "{\n  \"results\": [\n    { \"id\": \"a\" },\n    {\n      \"id\": 7\n    }\n  ]\n}";
        assert_eq!(path(json), "results[1].id");
    }

    #[test]
    fn ignores_brackets_and_quotes_in_strings() {
        assert_eq!(path(r#"{"x":"]}\"[{,","results":[{"id":"\\\"}"},{"id":1}]}"#), "results[1].id");
    }

    #[test]
    fn hides_unusual_keys() {
        for key in ["a b", "jane@example.org", "\u{202e}", &"k".repeat(41)] {
            let json = format!(r#"{{"results":[{{"id":"a","more":{{"{key}":"x"}}}}]}}"#);
            assert_eq!(path(&json), r#"results[0].more["…"]"#);
        }
    }

    #[test]
    fn cuts_long_paths() {
        let deep = at("[".repeat(100_000).as_bytes(), 100_000);
        assert!(deep.starts_with("[0][0]") && deep.ends_with("[0]…") && deep.len() < 320, "{deep}");
    }

    #[test]
    fn locates_end_of_truncated_text() {
        assert_eq!(path(r#"{"results":[{"id":"a"},{"id":"b"#), "results[1].id");
        assert_eq!(path(r#"{"results":[{"id":"a"},"#), "results[1]");
        assert_eq!(path(""), "");
        assert_eq!(path("<html>"), "");
    }

    #[test]
    fn never_panics() {
        let json = br#"{"results":[{"id":"a\u00e9\\"},{"id":[1,{"x":"]"}]}]}"#;
        for end in 0..=json.len() + 1 {
            for cut in 0..=json.len() {
                let _ = at(json.get(..cut).unwrap(), end);
            }
        }
        let _ = at(b"]]}}\"\\", 99);
    }
}
