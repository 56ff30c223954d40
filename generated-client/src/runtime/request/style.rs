//! Arrays and objects in queries and forms, where values are strings.

use std::fmt::Display;

use serde_json::Value;

/// How an array or an object is serialized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `name=a&name=b`; the properties of an object become pairs of their own.
    Repeated,
    /// `name=a,b`, with this character as separator.
    Joined(char),
    /// `name[member]=a`, `name[0]=a`.
    Deep,
    /// `a,b`; an object as `x,1,y,2`, exploded `x=1,y=2`.
    Simple { explode: bool },
    /// As [`Simple`](Self::Simple) after `.`, exploded with `.` between the parts.
    Label { explode: bool },
    /// `;name=a,b`, exploded `;name=a;name=b`.
    Matrix { explode: bool },
    /// As JSON.
    Json,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterIn {
    Path,
    Query,
    Header,
    Cookie,
}

/// Joins strings with a separator.
pub fn joined<V: Display>(values: impl IntoIterator<Item = V>, sign: char) -> String {
    let texts: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    texts.join(sign.encode_utf8(&mut [0; 4]))
}

/// Returns the pairs that represent a value.
pub(super) fn pairs(name: &str, value: &Value, style: Style) -> Vec<(String, String)> {
    let mut out = Vec::new();
    write(name, value, style, &mut out);
    out
}

fn write(name: &str, value: &Value, style: Style, out: &mut Vec<(String, String)>) {
    let mut one = |text: String| out.push((name.to_owned(), text));
    match (value, style) {
        (_, Style::Json) => one(value.to_string()),
        (Value::Object(members), Style::Simple { explode: true }) => {
            one(joined(members.iter().map(|(name, value)| format!("{name}={}", text(value))), ','));
        }
        (Value::Array(_) | Value::Object(_), Style::Simple { .. }) => one(joined(parts(value), ',')),
        (Value::Array(list), Style::Repeated) => list.iter().map(text).for_each(one),
        (Value::Array(_) | Value::Object(_), Style::Joined(sign)) => one(joined(parts(value), sign)),
        (Value::Array(list), Style::Deep) => {
            for (index, item) in list.iter().enumerate() {
                write(&format!("{name}[{index}]"), item, style, out);
            }
        }
        (Value::Object(members), Style::Repeated) => {
            members.iter().for_each(|(name, value)| write(name, value, style, out));
        }
        (Value::Object(members), Style::Deep) => {
            for (member, value) in members {
                write(&format!("{name}[{member}]"), value, style, out);
            }
        }
        (scalar, _) => one(text(scalar)),
    }
}

/// Returns the strings that [`Style::Joined`] joins: the elements of an array, or names and values of an object.
pub(super) fn parts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().map(text).collect(),
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| [name.clone(), text(value)]).collect()
        }
        scalar => vec![text(scalar)],
    }
}

/// Returns a value as one string; arrays and objects as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(value: &Value, style: Style) -> String {
        let pairs = pairs("p", value, style).into_iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }

    #[test]
    fn serializes_arrays_and_objects_in_every_style() {
        let list = json!(["a", 2]);
        let object = json!({"x": 1, "y": ["b", true]});
        assert_eq!(written(&list, Style::Repeated), "p=a&p=2");
        assert_eq!(written(&list, Style::Joined('|')), "p=a|2");
        assert_eq!(written(&list, Style::Deep), "p[0]=a&p[1]=2");
        assert_eq!(written(&list, Style::Json), r#"p=["a",2]"#);
        assert_eq!(written(&object, Style::Repeated), "x=1&y=b&y=true");
        assert_eq!(written(&object, Style::Joined(',')), r#"p=x,1,y,["b",true]"#);
        assert_eq!(written(&object, Style::Deep), "p[x]=1&p[y][0]=b&p[y][1]=true");
        assert_eq!(written(&json!([{"a": {"b": null}}]), Style::Deep), "p[0][a][b]=");
    }

    #[test]
    fn keeps_scalar_in_every_style_but_json() {
        for style in [Style::Repeated, Style::Joined(','), Style::Deep] {
            assert_eq!(written(&json!("a b"), style), "p=a b");
        }
        assert_eq!(written(&json!("a b"), Style::Json), r#"p="a b""#);
    }
}
