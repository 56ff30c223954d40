//! Validates a value against a schema of a canonical document, with formats asserted.
//!
//! Written for the values of `sample`. The tests compare it with an independent validator.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use regex_lite::Regex;
use serde_json::{Map, Number, Value};

use crate::diagnostics::pointer::Pointer;

/// The depth of validation: a deeper schema accepts the value.
const MAX_DEPTH: usize = 96;

/// Whether the schema accepts the value. A pattern that cannot be read accepts every string.
pub(super) fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    Validation::new(root).accepts(schema, value, 0)
}

/// Whether the schema accepts the value, and has no pattern that cannot be read.
pub(super) fn surely_accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let validation = Validation::new(root);
    validation.accepts(schema, value, 0) && !validation.has_unknown_pattern.get()
}

/// The validation of one value.
struct Validation<'d> {
    root: &'d Value,
    /// The results, by the addresses of the referenced schemas and the values that they are applied to. While a schema is
    /// applied it accepts the value, so recursion on the same value ends.
    known: RefCell<HashMap<(usize, usize), bool>>,
    has_unknown_pattern: Cell<bool>,
}

impl<'d> Validation<'d> {
    fn new(root: &'d Value) -> Self {
        Validation { root, known: RefCell::default(), has_unknown_pattern: Cell::default() }
    }

    fn accepts(&self, schema: &Value, value: &Value, depth: usize) -> bool {
        let keywords = match schema {
            Value::Bool(accepts) => return *accepts,
            Value::Object(keywords) => keywords,
            _ => return true,
        };
        if depth > MAX_DEPTH {
            return true;
        }
        let inner = |schema: &Value, value: &Value| self.accepts(schema, value, depth + 1);
        let array = |key: &str| keywords.get(key).and_then(Value::as_array);
        if let Some(found) = self.target(keywords) {
            let pair = (std::ptr::from_ref(found).addr(), std::ptr::from_ref(value).addr());
            let known = self.known.borrow().get(&pair).copied();
            let accepted = known.unwrap_or_else(|| {
                self.known.borrow_mut().insert(pair, true);
                let accepted = inner(found, value);
                self.known.borrow_mut().insert(pair, accepted);
                accepted
            });
            if !accepted {
                return false;
            }
        }
        if value.is_null() && keywords.get("nullable") == Some(&Value::Bool(true)) {
            return true;
        }
        is_of_type(keywords, value)
            && keywords.get("const").is_none_or(|one| equal(one, value))
            && array("enum").is_none_or(|all| all.iter().any(|one| equal(one, value)))
            && array("allOf").is_none_or(|all| all.iter().all(|part| inner(part, value)))
            && array("anyOf").is_none_or(|all| all.iter().any(|part| inner(part, value)))
            && array("oneOf").is_none_or(|all| all.iter().filter(|part| inner(part, value)).count() == 1)
            && keywords.get("not").is_none_or(|not| !inner(not, value))
            && keywords.get("if").is_none_or(|condition| {
                let branch = if inner(condition, value) { "then" } else { "else" };
                keywords.get(branch).is_none_or(|branch| inner(branch, value))
            })
            && match value {
                Value::Number(number) => accepts_number(keywords, number),
                Value::String(text) => self.accepts_string(keywords, text),
                Value::Array(items) => {
                    accepts_items(keywords, items, &inner)
                        && self.accepts_unevaluated(keywords, value, depth, "unevaluatedItems")
                }
                Value::Object(properties) => {
                    accepts_properties(self.root, keywords, properties, &inner)
                        && accepts_dependents(keywords, value, properties, &inner)
                        && self.accepts_unevaluated(keywords, value, depth, "unevaluatedProperties")
                }
                Value::Null | Value::Bool(_) => true,
            }
    }

    fn accepts_string(&self, keywords: &Map<String, Value>, text: &str) -> bool {
        let matches = |pattern: &str| match compiled(pattern) {
            Some(pattern) => pattern.is_match(text),
            None => {
                self.has_unknown_pattern.set(true);
                true
            }
        };
        accepts_count(keywords, "minLength", "maxLength", text.chars().count())
            && keywords.get("pattern").and_then(Value::as_str).is_none_or(matches)
            && keywords.get("format").and_then(Value::as_str).is_none_or(|format| is_of_format(format, text))
    }

    fn target<'s>(&'s self, keywords: &Map<String, Value>) -> Option<&'s Value> {
        keywords.get("$ref").and_then(Value::as_str).and_then(Pointer::from_fragment)?.find(self.root)
    }

    fn accepts_unevaluated(
        &self,
        keywords: &Map<String, Value>,
        value: &Value,
        depth: usize,
        keyword: &str,
    ) -> bool {
        let Some(schema) = keywords.get(keyword) else { return true };
        let mut evaluated = BTreeSet::new();
        self.evaluate(keywords, value, depth, &mut evaluated);
        let accepts =
            |key: &str, part: &Value| evaluated.contains(key) || self.accepts(schema, part, depth + 1);
        match value {
            Value::Object(properties) => properties.iter().all(|(name, part)| accepts(name, part)),
            Value::Array(items) => {
                items.iter().enumerate().all(|(index, part)| accepts(&index.to_string(), part))
            }
            _ => true,
        }
    }

    /// Collects the names of the properties, or the indices of the items, that a schema evaluates.
    fn evaluate(
        &self,
        keywords: &Map<String, Value>,
        value: &Value,
        depth: usize,
        out: &mut BTreeSet<String>,
    ) {
        if depth > MAX_DEPTH {
            return;
        }
        match value {
            Value::Object(properties) => {
                let declared = keywords.get("properties").and_then(Value::as_object);
                let patterns = patterns(keywords);
                let all = keywords.contains_key("additionalProperties");
                let is_evaluated = |name: &&String| {
                    all || declared.is_some_and(|it| it.contains_key(*name))
                        || patterns.iter().any(|(pattern, _)| pattern.is_match(name))
                };
                out.extend(properties.keys().filter(is_evaluated).cloned());
            }
            Value::Array(items) => {
                let prefix = keywords.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                let contained = |item: &Value| {
                    keywords.get("contains").is_some_and(|schema| self.accepts(schema, item, depth + 1))
                };
                let all = keywords.contains_key("items");
                let indices = items.iter().enumerate();
                let indices = indices.filter(|(index, item)| all || *index < prefix || contained(item));
                out.extend(indices.map(|(index, _)| index.to_string()));
            }
            _ => {}
        }
        let array = |key: &str| keywords.get(key).and_then(Value::as_array).into_iter().flatten();
        let mut applied: Vec<&Value> = self.target(keywords).into_iter().chain(array("allOf")).collect();
        let unions = array("anyOf").chain(array("oneOf")).chain(keywords.get("if"));
        applied.extend(unions.filter(|schema| self.accepts(schema, value, depth + 1)));
        if let Some(condition) = keywords.get("if") {
            let branch = if self.accepts(condition, value, depth + 1) { "then" } else { "else" };
            applied.extend(keywords.get(branch));
        }
        for schema in applied.into_iter().filter_map(Value::as_object) {
            self.evaluate(schema, value, depth + 1, out);
        }
    }
}

/// Compiles a pattern once. `None` if it cannot be compiled: `regex-lite` has no lookaround and no Unicode classes.
fn compiled(pattern: &str) -> Option<Rc<Regex>> {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Option<Rc<Regex>>>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|all| match all.get(pattern) {
        Some(known) => known.clone(),
        None => {
            let new = Regex::new(pattern).ok().map(Rc::new);
            all.insert(pattern.to_owned(), new.clone());
            new
        }
    })
}

fn patterns(keywords: &Map<String, Value>) -> Vec<(Rc<Regex>, &Value)> {
    let all = keywords.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
    all.filter_map(|(pattern, schema)| Some((compiled(pattern)?, schema))).collect()
}

/// `dependentRequired` and `dependentSchemas`.
fn accepts_dependents(
    keywords: &Map<String, Value>,
    value: &Value,
    properties: &Map<String, Value>,
    inner: &dyn Fn(&Value, &Value) -> bool,
) -> bool {
    let present = |key: &str| {
        let all = keywords.get(key).and_then(Value::as_object).into_iter().flatten();
        all.filter(|(name, _)| properties.contains_key(*name)).map(|(_, dependent)| dependent)
    };
    present("dependentSchemas").all(|schema| inner(schema, value))
        && present("dependentRequired")
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_str)
            .all(|name| properties.contains_key(name))
}

fn is_of_type(keywords: &Map<String, Value>, value: &Value) -> bool {
    let is = |kind: &str| match value {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || (kind == "integer" && is_whole(number)),
        Value::String(_) => kind == "string",
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    };
    match keywords.get("type") {
        Some(Value::String(one)) => is(one),
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

fn is_whole(number: &Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

fn number(keywords: &Map<String, Value>, key: &str) -> Option<f64> {
    keywords.get(key).and_then(Value::as_f64)
}

fn accepts_number(keywords: &Map<String, Value>, value: &Number) -> bool {
    let value = value.as_f64().unwrap_or_default();
    let flag = |key: &str| keywords.get(key) == Some(&Value::Bool(true));
    let bound = |key: &str| number(keywords, key);
    // In OpenAPI 3.0 the keyword is a boolean.
    let exclusive = |keyword: &str, key: &str| if flag(keyword) { bound(key) } else { bound(keyword) };
    bound("minimum").is_none_or(|bound| value >= bound)
        && bound("maximum").is_none_or(|bound| value <= bound)
        && exclusive("exclusiveMinimum", "minimum").is_none_or(|bound| value > bound)
        && exclusive("exclusiveMaximum", "maximum").is_none_or(|bound| value < bound)
        && bound("multipleOf").is_none_or(|step| {
            let times = value / step;
            (times - times.round()).abs() < 1e-9
        })
}

/// Whether a count is between two constraints.
fn accepts_count(keywords: &Map<String, Value>, min: &str, max: &str, count: usize) -> bool {
    #[expect(clippy::cast_precision_loss)] // The count of items in memory.
    let count = count as f64;
    number(keywords, min).is_none_or(|bound| count >= bound)
        && number(keywords, max).is_none_or(|bound| count <= bound)
}

/// The formats of JSON Schema, as far as samples need them.
pub(super) fn is_of_format(format: &str, text: &str) -> bool {
    let matches = |pattern: &str| compiled(pattern).is_some_and(|pattern| pattern.is_match(text));
    const DATE: &str = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])";
    const TIME: &str = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)";
    match format {
        "date" => matches(&format!("^{DATE}$")),
        "time" => matches(&format!("^{TIME}$")),
        "date-time" => matches(&format!("^{DATE}[Tt]{TIME}$")),
        "duration" => matches(r"^P(\d+[YMWD])*(T(\d+[HMS])+)?$") && text.len() > 1,
        "email" | "idn-email" => matches(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)*$"),
        "uuid" => matches(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
        "uri" | "iri" => matches(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]*$"),
        "hostname" | "idn-hostname" => {
            matches(r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$")
        }
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        "json-pointer" => text.is_empty() || text.starts_with('/'),
        "regex" => Regex::new(text).is_ok(),
        // A validator ignores other formats.
        _ => true,
    }
}

fn accepts_items(
    keywords: &Map<String, Value>,
    items: &[Value],
    inner: &dyn Fn(&Value, &Value) -> bool,
) -> bool {
    let prefix = keywords.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let unique = keywords.get("uniqueItems") == Some(&Value::Bool(true));
    let repeats = || {
        items.iter().enumerate().any(|(index, item)| items.iter().take(index).any(|other| equal(other, item)))
    };
    accepts_count(keywords, "minItems", "maxItems", items.len())
        && !(unique && repeats())
        && prefix.iter().zip(items).all(|(schema, item)| inner(schema, item))
        && keywords
            .get("items")
            .is_none_or(|schema| items.iter().skip(prefix.len()).all(|item| inner(schema, item)))
        && keywords.get("contains").is_none_or(|schema| {
            let count = items.iter().filter(|item| inner(schema, item)).count();
            let is_enough = keywords.contains_key("minContains") || count > 0;
            is_enough && accepts_count(keywords, "minContains", "maxContains", count)
        })
}

fn accepts_properties(
    root: &Value,
    keywords: &Map<String, Value>,
    properties: &Map<String, Value>,
    inner: &dyn Fn(&Value, &Value) -> bool,
) -> bool {
    let object = |key: &str| keywords.get(key).and_then(Value::as_object);
    let required = keywords.get("required").and_then(Value::as_array);
    let patterns = patterns(keywords);
    let accepts_property = |name: &str, value: &Value| {
        let known = object("properties").and_then(|schemas| schemas.get(name));
        let by_pattern = || patterns.iter().filter(|(pattern, _)| pattern.is_match(name));
        let additional = known.is_none() && by_pattern().next().is_none();
        known.is_none_or(|schema| inner(schema, value))
            && by_pattern().all(|(_, schema)| inner(schema, value))
            && (!additional || keywords.get("additionalProperties").is_none_or(|schema| inner(schema, value)))
    };
    accepts_count(keywords, "minProperties", "maxProperties", properties.len())
        && required.is_none_or(|names| {
            names.iter().filter_map(Value::as_str).all(|name| properties.contains_key(name))
        })
        && properties.iter().all(|(name, value)| accepts_property(name, value))
        // The names are values of their own, so they are validated on their own.
        && keywords
            .get("propertyNames")
            .is_none_or(|schema| properties.keys().all(|name| accepts(root, schema, &name.as_str().into())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn applies_reference_and_its_siblings() {
        let root = json!({"components": {"schemas": {"A": {"type": "string"}}}});
        let schema = json!({"$ref": "#/components/schemas/A", "maxLength": 2});
        assert!(accepts(&root, &schema, &json!("ab")));
        assert!(!accepts(&root, &schema, &json!("abc")));
        assert!(!accepts(&root, &schema, &json!(1)));
    }

    #[test]
    fn accepts_one_of_if_exactly_one_schema_accepts() {
        let schema = json!({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]});
        assert!(accepts(&Value::Null, &schema, &json!(1)));
        assert!(!accepts(&Value::Null, &schema, &json!(6)));
        assert!(accepts(&Value::Null, &schema, &json!(6.5)));
    }
}
