//! Generates small values of a schema: the smallest one, and those at the edges of its constraints.

use serde_json::{Map, Number, Value, json};

use super::accepts::accepts;
use super::view::{Alternative, Node};

/// The depth of a value: a schema that requires itself has no smallest value.
const MAX_DEPTH: usize = 24;
/// The length of strings and arrays at the edge of a constraint.
const MAX_LENGTH: usize = 4_096;

/// A string of each common format.
const STRINGS: [&str; 14] = [
    "",
    "a",
    "0",
    "12345",
    "2000-01-01",
    "2000-01-01T00:00:00Z",
    "00:00:00Z",
    "P1D",
    "a@b.co",
    "https://a.b",
    "00000000-0000-0000-0000-000000000000",
    "1.1.1.1",
    "::1",
    "/",
];

/// Generates values of the schemas of a document.
#[derive(Clone, Copy)]
pub(super) struct Sampler<'d> {
    pub(super) root: &'d Value,
}

impl<'d> Sampler<'d> {
    /// Whether all parts of the node accept the value.
    pub(super) fn accepts(self, node: &Node<'d>, value: &Value) -> bool {
        node.parts.iter().all(|(_, schema)| accepts(self.root, schema, value))
    }

    /// The smallest value that the node accepts, if one is found.
    pub(super) fn smallest(self, node: &Node<'d>) -> Option<Value> {
        self.smallest_at(node, 0)
    }

    fn smallest_at(self, node: &Node<'d>, depth: usize) -> Option<Value> {
        self.edges_at(node, depth).into_iter().find(|value| self.accepts(node, value))
    }

    /// Values just inside and outside of the node's constraints, the shortest first.
    pub(super) fn edges(self, node: &Node<'d>) -> Vec<Value> {
        self.edges_at(node, 0)
    }

    fn edges_at(self, node: &Node<'d>, depth: usize) -> Vec<Value> {
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        let view = node.view(self.root);
        let mut out = Vec::new();
        for alternative in &view.alternatives {
            self.edges_of(alternative, depth, &mut out);
        }
        out.push(Value::Null);
        in_order(out)
    }

    fn edges_of(self, of: &Alternative<'d>, depth: usize, out: &mut Vec<Value>) {
        out.extend(of.values().into_iter().flatten().cloned());
        if of.may_be("boolean") {
            out.extend([json!(false), json!(true)]);
        }
        if of.may_be("integer") || of.may_be("number") {
            out.extend(numbers(of));
        }
        if of.may_be("string") {
            out.extend(strings(of));
        }
        if of.may_be("array") {
            self.arrays(of, depth, out);
        }
        if of.may_be("object") {
            self.objects(of, depth, out);
        }
    }

    fn arrays(self, of: &Alternative<'d>, depth: usize, out: &mut Vec<Value>) {
        out.push(json!([]));
        let items: Vec<Value> = match of.items() {
            Some(node) => {
                let edges = self.edges_at(&node, depth + 1);
                edges.into_iter().filter(|value| self.accepts(&node, value)).take(MAX_LENGTH).collect()
            }
            None => vec![json!(null), json!(false), json!(0)],
        };
        let Some(first) = items.first() else { return };
        for length in lengths(of, "minItems", "maxItems") {
            // Different items if there are enough, and equal ones.
            if items.len() >= length {
                out.push(items.iter().take(length).cloned().collect());
            }
            out.push(std::iter::repeat_n(first, length).cloned().collect());
        }
        out.push(Value::Array(vec![first.clone(), first.clone()]));
    }

    fn objects(self, of: &Alternative<'d>, depth: usize, out: &mut Vec<Value>) {
        out.push(json!({}));
        let Some(base) = self.required_properties(of, depth) else { return };
        let properties = of.properties();
        let mut filled = base.clone();
        for length in lengths(of, "minProperties", "maxProperties") {
            let optional = properties.iter().filter(|(name, _)| !base.contains_key(**name));
            for (name, node) in optional {
                if filled.len() < length
                    && let Some(value) = self.smallest_at(node, depth + 1)
                {
                    filled.insert((*name).to_owned(), value);
                }
            }
            while filled.len() < length.min(64) {
                filled.insert(format!("x{}", filled.len()), json!(0));
            }
            out.push(Value::Object(filled.clone()));
        }
        let mut more = base.clone();
        let extra = match of.additional() {
            Some((at, schema)) if schema.is_object() => self.smallest_at(&Node::new(at, schema), depth + 1),
            _ => Some(Value::Null),
        };
        if let Some(extra) = extra {
            more.insert("x".to_owned(), extra);
            out.push(Value::Object(more));
        }
        out.push(Value::Object(base));
    }

    /// The required properties, each with its smallest value.
    pub(super) fn required_properties(
        self,
        of: &Alternative<'d>,
        depth: usize,
    ) -> Option<Map<String, Value>> {
        let properties = of.properties();
        let mut out = Map::new();
        for name in of.required() {
            let value = match (properties.get(name), of.additional()) {
                (Some(node), _) => self.smallest_at(node, depth + 1)?,
                (None, Some((at, schema))) => self.smallest_at(&Node::new(at, schema), depth + 1)?,
                (None, None) => Value::Null,
            };
            out.insert(name.to_owned(), value);
        }
        Some(out)
    }
}

/// Sorts the shortest first, and removes duplicates.
pub(super) fn in_order(values: Vec<Value>) -> Vec<Value> {
    let mut keyed: Vec<(usize, String, Value)> = values
        .into_iter()
        .map(|value| {
            let text = value.to_string();
            (text.len(), text, value)
        })
        .collect();
    keyed.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    keyed.dedup_by(|a, b| a.1 == b.1);
    keyed.into_iter().map(|(_, _, value)| value).collect()
}

/// The lengths at the edges of two constraints.
fn lengths(of: &Alternative<'_>, min: &str, max: &str) -> Vec<usize> {
    let constraint =
        |key| of.constraint(key).and_then(|it| it.as_u64()).and_then(|it| usize::try_from(it).ok());
    let mut out = vec![1];
    for length in [constraint(min), constraint(max)].into_iter().flatten() {
        out.extend([length.saturating_sub(1), length, length.saturating_add(1)]);
    }
    out.retain(|length| (1..=MAX_LENGTH).contains(length));
    out.sort_unstable();
    out.dedup();
    out
}

fn numbers(of: &Alternative<'_>) -> Vec<Value> {
    let constraint = |key: &str| of.constraint(key).and_then(|it| it.as_f64());
    let mut out = vec![0.0, 1.0, -1.0, 0.5];
    let step = constraint("multipleOf").filter(|step| *step > 0.0);
    for bound in
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].into_iter().filter_map(constraint)
    {
        out.extend([bound, bound - 1.0, bound + 1.0, bound - 0.5, bound + 0.5]);
        out.extend(
            step.into_iter().flat_map(|step| [(bound / step).ceil() * step, (bound / step).floor() * step]),
        );
    }
    out.extend(step.into_iter().flat_map(|step| [step, step / 2.0, step * 2.0, step * 3.0]));
    out.into_iter().filter_map(json_number).map(Value::Number).collect()
}

/// Writes whole numbers without a fraction.
fn json_number(number: f64) -> Option<Number> {
    #[allow(clippy::cast_possible_truncation)] // Checked to be whole and small.
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Some((number as i64).into())
    } else {
        Number::from_f64(number)
    }
}

fn strings(of: &Alternative<'_>) -> Vec<Value> {
    let mut out: Vec<String> = STRINGS.map(str::to_owned).to_vec();
    for length in lengths(of, "minLength", "maxLength") {
        out.extend(["a", "0"].map(|one| one.repeat(length)));
        out.push(format!("https://a.b/{}", "a".repeat(length.saturating_sub(12))));
    }
    out.extend(of.all("pattern").filter_map(Value::as_str).filter_map(string_of_pattern));
    out.into_iter().map(Value::String).collect()
}

/// The shortest string that a pattern requires; `None` if the pattern cannot be parsed.
fn string_of_pattern(pattern: &str) -> Option<String> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    let mut text = Vec::new();
    write_shortest(&parser.parse(pattern).ok()?, &mut text)?;
    String::from_utf8(text).ok()
}

fn write_shortest(hir: &regex_syntax::hir::Hir, out: &mut Vec<u8>) -> Option<()> {
    use regex_syntax::hir::{Class, HirKind};
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(Class::Bytes(class)) => {
            // A printable one, if there is one.
            let all = || class.iter().flat_map(|range| range.start()..=range.end());
            out.push(
                all()
                    .find(u8::is_ascii_alphanumeric)
                    .or_else(|| all().find(u8::is_ascii_graphic))
                    .or_else(|| all().next())?,
            );
        }
        HirKind::Class(Class::Unicode(class)) => {
            let first = class.iter().next()?.start();
            out.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
        }
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min.min(256) {
                write_shortest(&repetition.sub, out)?;
            }
        }
        HirKind::Capture(capture) => write_shortest(&capture.sub, out)?,
        HirKind::Concat(all) => all.iter().try_for_each(|one| write_shortest(one, out))?,
        HirKind::Alternation(all) => write_shortest(all.first()?, out)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::pointer::Pointer;

    fn smallest(schema: &Value) -> Option<Value> {
        Sampler { root: &Value::Null }.smallest(&Node::new(Pointer::default(), schema))
    }

    #[test]
    fn accepts_smallest_value() {
        for (schema, expected) in [
            (json!({"type": "string"}), json!("")),
            (json!({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}), json!("0000-00-00")),
            (json!({"type": "string", "enum": ["long one", "on"]}), json!("on")),
            (json!({"type": "integer", "exclusiveMinimum": 7}), json!(8)),
            (json!({"type": "number", "minimum": 7, "multipleOf": 5}), json!(10)),
            (json!({"type": "array", "minItems": 2, "items": {"type": "boolean"}}), json!([true, true])),
            (
                json!({"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "boolean"}}),
                json!([true, false]),
            ),
            (
                json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]}),
                json!({"a": ""}),
            ),
        ] {
            assert_eq!(smallest(&schema), Some(expected), "{schema}");
        }
    }

    #[test]
    fn finds_no_value_of_schema_that_requires_itself() {
        let root = json!({"components": {"schemas": {"A": {
            "type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/A"}},
        }}}});
        let schema = json!({"$ref": "#/components/schemas/A"});
        assert_eq!(Sampler { root: &root }.smallest(&Node::new(Pointer::default(), &schema)), None);
    }
}
