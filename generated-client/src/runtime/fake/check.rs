//! Checks values against shapes, and reports violations as the server does: as issues of Zod.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::table::{Shape, ShapeId, Table, Type};
use crate::runtime::record::Format;

/// The violations of a value, as JSON.
pub(super) type Issues = Vec<Value>;

/// Checks values; compiles each pattern once.
#[derive(Debug, Default)]
pub(super) struct Checker {
    patterns: BTreeMap<String, Option<Regex>>,
    /// Whether properties that a shape does not list are accepted.
    accepts_unknown: bool,
}

impl Checker {
    /// Returns the violations of a value.
    pub(super) fn issues(
        &mut self,
        table: &Table,
        shape: ShapeId,
        value: &Value,
        accepts_unknown: bool,
    ) -> Issues {
        self.accepts_unknown = accepts_unknown;
        let mut issues = Issues::new();
        self.check(table, shape, value, &mut Vec::new(), &mut issues);
        issues
    }

    /// Returns whether a value has no violations, unknown properties aside.
    pub(super) fn accepts(&mut self, table: &Table, shape: ShapeId, value: &Value) -> bool {
        self.issues(table, shape, value, true).is_empty()
    }

    /// Returns whether a pattern occurs in a string. A pattern that cannot be compiled occurs in every string.
    pub(super) fn is_found(&mut self, pattern: &str, string: &str) -> bool {
        let regex = match self.patterns.get(pattern) {
            Some(regex) => regex,
            None => self.patterns.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).ok()),
        };
        regex.as_ref().is_none_or(|regex| regex.is_match(string))
    }

    fn check(
        &mut self,
        table: &Table,
        id: ShapeId,
        value: &Value,
        path: &mut Vec<Value>,
        issues: &mut Issues,
    ) {
        let shape = table.shape(id);
        for part in &shape.all_of {
            self.check(table, *part, value, path, issues);
        }
        if !shape.any_of.is_empty() {
            self.check_union(table, shape, value, path, issues);
            return;
        }
        if !shape.types.is_empty() && !shape.types.iter().any(|of| of.holds(value)) {
            let expected: Vec<&str> = shape.types.iter().map(|of| of.name()).collect();
            let message = format!("Expected {}, received {}", expected.join(" | "), kind(value));
            let issue = json!({
                "code": "invalid_type", "expected": expected.join(" | "), "received": kind(value),
                "path": path, "message": message,
            });
            issues.push(issue);
            return;
        }
        if let Some(values) = &shape.values
            && !values.contains(value)
            // By its type, the value may be null.
            && !(value.is_null() && shape.types.contains(&Type::Null))
        {
            let message = "Invalid enum value";
            issues.push(
                json!({ "code": "invalid_enum_value", "options": values, "path": path, "message": message }),
            );
            return;
        }
        match value {
            Value::String(string) => self.check_string(shape, string, path, issues),
            Value::Number(number) => check_number(shape, number.as_f64().unwrap_or_default(), path, issues),
            Value::Array(items) => self.check_array(table, shape, items, path, issues),
            Value::Object(object) => self.check_object(table, shape, object, path, issues),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Reports the violations of the alternative that has the fewest.
    fn check_union(
        &mut self,
        table: &Table,
        shape: &Shape,
        value: &Value,
        path: &mut Vec<Value>,
        issues: &mut Issues,
    ) {
        let mut best: Option<Issues> = None;
        for alternative in &shape.any_of {
            let mut own = Issues::new();
            self.check(table, *alternative, value, path, &mut own);
            if best.as_ref().is_none_or(|best| own.len() < best.len()) {
                best = Some(own);
            }
        }
        let best = best.unwrap_or_default();
        if !best.is_empty() {
            issues.push(json!({
                "code": "invalid_union", "path": path, "message": "Invalid input",
                "unionErrors": [{ "issues": best, "name": "ZodError" }],
            }));
        }
    }

    fn check_string(&mut self, shape: &Shape, string: &str, path: &[Value], issues: &mut Issues) {
        let length = string.chars().count();
        check_size(shape.min_length, shape.max_length, length, "string", path, issues);
        let mut invalid = |validation: &str| {
            issues.push(json!({
                "code": "invalid_string", "validation": validation, "path": path, "message": "Invalid",
            }));
        };
        if let Some(pattern) = &shape.pattern
            && !self.is_found(pattern, string)
        {
            invalid("regex");
        }
        let format = match shape.format.as_deref() {
            Some("date-time") => Format::DateTime,
            Some("date") => Format::Date,
            Some("email") => Format::Email,
            Some("uri") => Format::Uri,
            _ => return,
        };
        if !format.holds(string) {
            invalid(shape.format.as_deref().unwrap_or_default());
        }
    }

    fn check_array(
        &mut self,
        table: &Table,
        shape: &Shape,
        items: &[Value],
        path: &mut Vec<Value>,
        issues: &mut Issues,
    ) {
        check_size(shape.min_items, shape.max_items, items.len(), "array", path, issues);
        let Some(of) = shape.items else { return };
        for (index, item) in items.iter().enumerate() {
            path.push(json!(index));
            self.check(table, of, item, path, issues);
            path.pop();
        }
    }

    fn check_object(
        &mut self,
        table: &Table,
        shape: &Shape,
        object: &Map<String, Value>,
        path: &mut Vec<Value>,
        issues: &mut Issues,
    ) {
        for name in shape.required.iter().filter(|name| !object.contains_key(*name)) {
            let mut path = path.clone();
            path.push(json!(name));
            issues.push(json!({
                "code": "invalid_type", "expected": "value", "received": "undefined", "path": path,
                "message": "Required",
            }));
        }
        let additional = shape.additional_properties.as_ref();
        let accepts_unknown = self.accepts_unknown
            || shape.properties.is_empty()
            || additional.is_some_and(|additional| additional.allowed || additional.shape.is_some());
        let mut unknown = Vec::new();
        for (name, value) in object {
            let known = shape.properties.get(name).copied();
            match known.or(additional.and_then(|additional| additional.shape)) {
                Some(of) => {
                    path.push(json!(name));
                    self.check(table, of, value, path, issues);
                    path.pop();
                }
                None if accepts_unknown => {}
                None => unknown.push(name),
            }
        }
        if !unknown.is_empty() {
            let message = format!("Unrecognized key(s) in object: {}", quoted(&unknown));
            issues.push(
                json!({ "code": "unrecognized_keys", "keys": unknown, "path": path, "message": message }),
            );
        }
    }
}

fn quoted(names: &[&String]) -> String {
    names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}

fn check_number(shape: &Shape, number: f64, path: &[Value], issues: &mut Issues) {
    let bounds = [
        (shape.minimum, "too_small", true),
        (shape.exclusive_minimum, "too_small", false),
        (shape.maximum, "too_big", true),
        (shape.exclusive_maximum, "too_big", false),
    ];
    for (bound, code, inclusive) in bounds {
        let Some(bound) = bound else { continue };
        let (distance, word, key) = match code {
            "too_small" => (number - bound, "greater", "minimum"),
            _ => (bound - number, "less", "maximum"),
        };
        if distance < 0.0 || (distance == 0.0 && !inclusive) {
            let or_equal = if inclusive { " or equal" } else { "" };
            let message = format!("Number must be {word} than{or_equal} to {bound}");
            issues.push(json!({
                "code": code, key: bound, "inclusive": inclusive, "type": "number", "path": path,
                "message": message,
            }));
        }
    }
}

/// Checks the length of a string or an array.
fn check_size(
    minimum: Option<usize>,
    maximum: Option<usize>,
    size: usize,
    of: &str,
    path: &[Value],
    issues: &mut Issues,
) {
    let unit = if of == "string" { "character(s)" } else { "element(s)" };
    let mut report = |code: &str, key: &str, bound: usize, word: &str| {
        issues.push(json!({
            "code": code, key: bound, "inclusive": true, "type": of, "path": path,
            "message": format!("Must contain at {word} {bound} {unit}"),
        }));
    };
    if let Some(minimum) = minimum.filter(|minimum| size < *minimum) {
        report("too_small", "minimum", minimum, "least");
    }
    if let Some(maximum) = maximum.filter(|maximum| size > *maximum) {
        report("too_big", "maximum", maximum, "most");
    }
}

impl Type {
    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Array => value.is_array(),
            Self::Boolean => value.is_boolean(),
            // A number without a fraction is an integer, however it is written.
            Self::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            Self::Null => value.is_null(),
            Self::Number => value.is_number(),
            Self::Object => value.is_object(),
            Self::String => value.is_string(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Array => "array",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Null => "null",
            Self::Number => "number",
            Self::Object => "object",
            Self::String => "string",
        }
    }
}

/// Returns the name of a value's type.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPES: &str = r#"{ "operations": [{
        "method": "POST", "path": "/things", "parameters": [], "kind": "other",
        "body": 0, "responses": {}
    }], "shapes": [
        { "type": ["object"], "required": ["name"],
          "properties": { "name": 1, "count": 2, "when": 3, "colors": 6, "note": 7 } },
        { "type": ["string"], "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$" },
        { "type": ["integer", "null"], "minimum": 1, "exclusiveMaximum": 9 },
        { "anyOf": [4, 5] },
        { "type": ["string"], "format": "date-time" },
        { "type": ["string"], "pattern": "^\\d{4}-\\d{2}-\\d{2}$" },
        { "type": ["array"], "maxItems": 2, "items": 7 },
        { "type": ["string", "null"], "enum": ["RED", "BLUE"] }
    ] }"#;

    /// The codes of the issues with their paths.
    fn issues(body: &Value) -> Vec<String> {
        let table = Table::parse(SHAPES);
        let shape = table.operations[0].body.unwrap();
        let issues = Checker::default().issues(&table, shape, body, false);
        issues.iter().map(|issue| format!("{} {}", issue["code"].as_str().unwrap(), issue["path"])).collect()
    }

    #[test]
    fn accepts_valid_values() {
        for body in [
            json!({ "name": "ada" }),
            json!({ "name": "ada", "count": 8, "when": "2026-02-01", "colors": ["RED", null], "note": null }),
            json!({ "name": "ada", "count": null, "when": "2026-02-01T08:30:00Z", "note": "BLUE" }),
            json!({ "name": "ada", "count": 3.0 }),
        ] {
            assert_eq!(issues(&body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn reports_each_violation_with_its_path() {
        for (body, expected) in [
            (json!([]), vec!["invalid_type []"]),
            (json!({}), vec![r#"invalid_type ["name"]"#]),
            (json!({ "name": "a" }), vec![r#"too_small ["name"]"#]),
            (json!({ "name": "ABCDE" }), vec![r#"too_big ["name"]"#, r#"invalid_string ["name"]"#]),
            (json!({ "name": "ada", "count": 0 }), vec![r#"too_small ["count"]"#]),
            (json!({ "name": "ada", "count": 9 }), vec![r#"too_big ["count"]"#]),
            (json!({ "name": "ada", "count": 1.5 }), vec![r#"invalid_type ["count"]"#]),
            (json!({ "name": "ada", "when": "soon" }), vec![r#"invalid_union ["when"]"#]),
            (
                json!({ "name": "ada", "colors": ["RED", "GREEN"] }),
                vec![r#"invalid_enum_value ["colors",1]"#],
            ),
            (json!({ "name": "ada", "colors": [null, null, null] }), vec![r#"too_big ["colors"]"#]),
            (json!({ "name": "ada", "x": 1, "y": 2 }), vec!["unrecognized_keys []"]),
        ] {
            assert_eq!(issues(&body), expected, "{body}");
        }
    }
}
