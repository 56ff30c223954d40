//! Writes JSON in which everything that fits on a line is on one: a field of a schema, for example.

use serde_json::Value;

/// The longest line that is not a single string.
const MAX_LINE: usize = 130;

/// Returns a value as text.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, 0, &mut out);
    out + "\n"
}

/// Writes a value whose line is indented by `indent` and has `column` characters before the value.
fn write(value: &Value, indent: usize, column: usize, out: &mut String) {
    let line = value.to_string();
    let (open, close, entries): (_, _, Vec<(String, &Value)>) = match value {
        _ if column + line.chars().count() <= MAX_LINE => return out.push_str(&line),
        Value::Object(map) => {
            let keys = map.iter().map(|(key, value)| (format!("{}: ", Value::from(key.as_str())), value));
            ('{', '}', keys.collect())
        }
        Value::Array(items) => ('[', ']', items.iter().map(|item| (String::new(), item)).collect()),
        _ => return out.push_str(&line),
    };
    let pad = |indent: usize| " ".repeat(indent);
    out.push(open);
    for (index, (key, value)) in entries.into_iter().enumerate() {
        out.push_str(if index > 0 { ",\n" } else { "\n" });
        out.push_str(&pad(indent + 1));
        out.push_str(&key);
        write(value, indent + 1, indent + 1 + key.chars().count(), out);
    }
    out.push('\n');
    out.push_str(&pad(indent));
    out.push(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_what_a_parser_reads_back() {
        let long = "x".repeat(MAX_LINE);
        let value = json!({ "a": [{ "b": long, "c": "it's: \"d\"" }, [long, 1.5, null]], "{e}": {} });
        assert_eq!(serde_json::from_str::<Value>(&text(&value)).unwrap(), value);
    }

    #[test]
    fn value_that_fits_is_on_one_line() {
        let value = json!({ "a": { "type": "string" }, "b": "x".repeat(MAX_LINE) });
        let lines = text(&value);
        assert_eq!(lines.lines().nth(1), Some(r#" "a": {"type":"string"},"#), "{lines}");
    }
}
