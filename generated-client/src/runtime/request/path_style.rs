//! Path parameters of several parts, by RFC 6570.

use serde_json::Value;

use super::style::{Style, text};
use crate::runtime::call::url::encoded;

/// Returns the percent-encoded text of a path parameter.
pub(super) fn expand(name: &str, value: &Value, style: Style) -> String {
    let is_compound = matches!(value, Value::Array(_) | Value::Object(_));
    let (prefix, exploded_separator, explode) = match style {
        Style::Label { explode } => (".", ".", explode),
        Style::Matrix { explode } => (";", ";", explode),
        Style::Simple { explode } => ("", ",", explode),
        _ => ("", ",", false),
    };
    let explode = explode && is_compound;
    let is_matrix = matches!(style, Style::Matrix { .. });
    let name = encoded(name);
    // An empty value of a matrix has no `=`.
    let named = |value: String| if value.is_empty() { name.clone() } else { format!("{name}={value}") };
    let item = |value: &Value| encoded(&text(value));
    let parts: Vec<String> = match value {
        Value::Array(list) if is_matrix && explode => list.iter().map(item).map(named).collect(),
        Value::Array(list) => list.iter().map(item).collect(),
        Value::Object(members) if explode => {
            members.iter().map(|(name, value)| format!("{}={}", encoded(name), item(value))).collect()
        }
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| [encoded(name), item(value)]).collect()
        }
        scalar => vec![item(scalar)],
    };
    let joined = parts.join(if explode { exploded_separator } else { "," });
    let joined = if is_matrix && !explode { named(joined) } else { joined };
    format!("{prefix}{joined}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The examples of the OpenAPI specification, and an empty string.
    #[test]
    fn expands_examples_of_openapi() {
        let values = [json!(""), json!("blue"), json!(["blue", "black"]), json!({"G": "a,b", "R": 100})];
        let of = |style| values.each_ref().map(|value| expand("color", value, style));
        let (yes, no) = (true, false);
        assert_eq!(of(Style::Simple { explode: no }), ["", "blue", "blue,black", "G,a%2Cb,R,100"]);
        assert_eq!(of(Style::Simple { explode: yes }), ["", "blue", "blue,black", "G=a%2Cb,R=100"]);
        assert_eq!(of(Style::Label { explode: no }), [".", ".blue", ".blue,black", ".G,a%2Cb,R,100"]);
        assert_eq!(of(Style::Label { explode: yes }), [".", ".blue", ".blue.black", ".G=a%2Cb.R=100"]);
        assert_eq!(
            of(Style::Matrix { explode: no }),
            [";color", ";color=blue", ";color=blue,black", ";color=G,a%2Cb,R,100"]
        );
        assert_eq!(
            of(Style::Matrix { explode: yes }),
            [";color", ";color=blue", ";color=blue;color=black", ";G=a%2Cb;R=100"]
        );
    }
}
