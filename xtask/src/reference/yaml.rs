//! Writes YAML in which everything that fits on a line is on one: a field of a schema, for example.

use std::fmt::Write;

use serde_json::Value;

/// The longest line.
const MAX_LINE: usize = 130;

/// Returns an object or array in block style.
pub(super) fn block(value: &Value) -> String {
    let mut out = String::new();
    write_block(value, 0, &mut out);
    out
}

fn write_block(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let head = format!("{pad}{}:", scalar(key));
                let line = format!("{head} {}", flow(value));
                if fits(value, &line) {
                    let _ = writeln!(out, "{line}");
                } else {
                    let _ = writeln!(out, "{head}");
                    write_block(value, indent + 2, out);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                let line = format!("{pad}- {}", flow(item));
                if fits(item, &line) {
                    let _ = writeln!(out, "{line}");
                } else {
                    let mut element = String::new();
                    write_block(item, indent + 2, &mut element);
                    let _ = write!(out, "{pad}- {}", element.trim_start());
                }
            }
        }
        other => {
            let _ = writeln!(out, "{pad}{}", flow(other));
        }
    }
}

/// Whether a value stays on its line.
fn fits(value: &Value, line: &str) -> bool {
    let is_scalar = !value.is_object() && !value.is_array();
    is_scalar || line.chars().count() <= MAX_LINE
}

fn flow(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value)));
            format!("{{{}}}", list(entries.collect()))
        }
        Value::Array(items) => format!("[{}]", list(items.iter().map(flow).collect())),
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// Returns a string, in single quotes unless it is a plain word.
fn scalar(text: &str) -> String {
    let mut chars = text.chars();
    let is_word = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    let is_keyword = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|keyword| text.eq_ignore_ascii_case(keyword));
    if is_word && !is_keyword { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use codegen::document::source::parse;
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_what_a_parser_reads_back() {
        let long = "x".repeat(MAX_LINE);
        let value = json!({
            "actions": [{ "target": "$.a", "on": true, "n": null, "text": "it's: a # b" }, [long.clone(), 1.5], long],
            "200": { "{a}": "", "b": ["no", "2", { "pattern": "^\\d{4}$" }] },
        });
        let text = block(&value);
        assert_eq!(parse(&text).unwrap(), value, "{text}");
    }

    #[test]
    fn value_that_fits_is_on_one_line() {
        assert_eq!(
            block(&json!({ "a": { "type": "string", "maxLength": 2 } })),
            "a: {type: string, maxLength: 2}\n"
        );
    }
}
