//! Parses YAML and JSON, and finds the line and column of a node.
//!
//! This is the only file that uses the YAML and JSON parsers.

mod node;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};

use node::{Node, TWICE, twice};
use saphyr_parser::{Event, Marker, Parser};
use serde::de::DeserializeSeed;
use serde_json::{Map, Value};

use crate::diagnostics::pointer::Pointer;
use crate::document::limits::{MAX_BYTES, MAX_DEPTH, MAX_VALUES};

/// A document or overlay as text, and its name in messages.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// A path, as the user types it.
    pub name: &'a str,
    /// YAML or JSON.
    pub text: &'a str,
}

/// A position in a text: line and column, both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineCol {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

impl LineCol {
    /// The start of a text.
    pub const START: LineCol = LineCol { line: 1, column: 1 };

    /// Converts a position of the event parser, which counts columns from 0.
    fn of(marker: &Marker) -> Self {
        LineCol { line: marker.line(), column: marker.col() + 1 }
    }
}

/// A text that is neither YAML nor JSON, has a duplicate key, or is too large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// From 1; 1 if the parser does not report it.
    pub line: usize,
    /// From 1; 1 if the parser does not report it.
    pub column: usize,
    /// What is wrong.
    pub reason: String,
    /// How to fix it; empty if `reason` is sufficient.
    pub help: &'static str,
}

impl Unreadable {
    fn new(position: LineCol, reason: &str) -> Self {
        let (reason, help) = match reason {
            "recursion limit exceeded" => {
                (format!("nested deeper than {MAX_DEPTH} levels"), "name the inner parts, and refer to them")
            }
            "repetition limit exceeded" => {
                ("its aliases unfold without end".to_owned(), "write it without aliases")
            }
            too_large if too_large.contains("at most ") => (too_large.to_owned(), TOO_LARGE),
            twice if twice.ends_with(TWICE) => (twice.to_owned(), "remove or rename one of the two"),
            other => (format!("neither YAML nor JSON: {other}"), ""),
        };
        Unreadable { line: position.line.max(1), column: position.column.max(1), reason, help }
    }
}

const TOO_LARGE: &str = "leave examples and descriptions out of it, or part it into several documents";

/// Parses YAML or JSON. A duplicate key is an error, so no value is dropped silently.
///
/// # Errors
///
/// [`Unreadable`] with the position, also if aliases, nesting or size exceed the limits.
pub fn parse(text: &str) -> Result<Value, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_BYTES {
        let reason = format!("{} bytes; at most {MAX_BYTES} are read", text.len());
        return Err(Unreadable::new(LineCol::START, &reason));
    }
    let json = looks_like_json(text).then(|| parse_json(text));
    let value = match json {
        Some(Ok(value)) => Ok(value),
        Some(Err(too_large)) if !too_large.help.is_empty() => Err(too_large),
        // Flow-style YAML starts with a brace too, and may lack JSON's quotes. If both parsers fail, the one that gets
        // further is likely the one for this language, so its error is reported.
        Some(Err(json)) => parse_yaml(text).map_err(|yaml| {
            let further = (yaml.line, yaml.column) > (json.line, json.column);
            if further || yaml.reason.ends_with(TWICE) { yaml } else { json }
        }),
        None => parse_yaml(text),
    };
    // The parsers report the start of the object, which may be far from the key.
    value.map_err(|error| match repeated_key(text).filter(|_| error.reason.ends_with(TWICE)) {
        Some((key, position)) => Unreadable::new(position, &twice(&key)),
        None => error,
    })
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

fn parse_json(text: &str) -> Result<Value, Unreadable> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let left = Cell::new(MAX_VALUES);
    Node(&left).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(|error| {
        let line = text.split('\n').nth(error.line().max(1) - 1).unwrap_or_default();
        // The parser counts bytes.
        let before = line.char_indices().take_while(|(offset, _)| offset + 1 < error.column()).count();
        Unreadable::new(
            LineCol { line: error.line(), column: before + 1 },
            strip_position(&error.to_string()),
        )
    })
}

fn parse_yaml(text: &str) -> Result<Value, Unreadable> {
    if let Some(error) = flow_without_end(text) {
        return Err(error);
    }
    let left = Cell::new(MAX_VALUES);
    let value = Node(&left).deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| {
        let position = error
            .location()
            .map_or(LineCol::START, |found| LineCol { line: found.line(), column: found.column() });
        Unreadable::new(position, strip_position(&error.to_string()))
    });
    // Most documents have no merge key, and need no second pass.
    if text.contains("<<") { value.map(merged) } else { value }
}

/// Applies the merge key `<<` of YAML 1.1: the object gets the properties of others that it does not have itself.
fn merged(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(merged).collect(),
        Value::Object(mut map) => {
            let is_source = |source: &Value| {
                source.is_object() || source.as_array().is_some_and(|list| list.iter().all(Value::is_object))
            };
            let sources = map.get("<<").is_some_and(is_source).then(|| map.shift_remove("<<")).flatten();
            let mut out: Map<String, Value> =
                map.into_iter().map(|(key, value)| (key, merged(value))).collect();
            let sources = match sources {
                Some(Value::Array(list)) => list,
                one => one.into_iter().collect(),
            };
            for source in sources {
                if let Value::Object(source) = merged(source) {
                    source.into_iter().for_each(|(key, value)| {
                        out.entry(key).or_insert(value);
                    });
                }
            }
            Value::Object(out)
        }
        scalar => scalar,
    }
}

/// The time of `serde_yaml` is proportional to the size of a text times the depth of its brackets. If that may be large,
/// the event parser checks the text first, because it stops at about 250 levels.
fn flow_without_end(text: &str) -> Option<Unreadable> {
    if max_flow_depth(text).saturating_mul(text.len()) < 1_000_000_000 {
        return None;
    }
    let error = Parser::new_from_str(text).find_map(Result::err)?;
    Some(Unreadable::new(LineCol::of(error.marker()), error.info()))
}

/// An upper limit of the depth of brackets: the number of brackets that contain others. Strings and comments may contain
/// anything, so a bracket with one of them counts too.
fn max_flow_depth(text: &str) -> usize {
    let mut marks = text.bytes().filter(|byte| b"[]{}\"'#".contains(byte)).peekable();
    let mut depth = 1;
    while let Some(mark) = marks.next() {
        let is_innermost = matches!(marks.peek(), Some(b']' | b'}'));
        depth += usize::from(matches!(mark, b'[' | b'{') && !is_innermost);
    }
    depth
}

/// Removes the ` at line L column C` at the end of a parser's message; our messages begin with the position.
fn strip_position(reason: &str) -> &str {
    reason.rfind(" at line ").and_then(|end| reason.get(..end)).unwrap_or(reason)
}

/// Writes a document as block YAML.
///
/// # Errors
///
/// The message of the serializer; never for a value that [`parse`] returned.
pub fn to_yaml(value: &Value) -> Result<String, String> {
    serde_yaml::to_string(value).map_err(|error| error.to_string())
}

/// Returns the position of each pointer in a text that [`parse`] has read.
///
/// Parses the text once for all pointers. For a node that the text does not have, returns the position of its nearest
/// ancestor. The position of a property is that of its key, the position of an element that of its value.
pub fn locate(text: &str, places: &[Pointer]) -> Vec<LineCol> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut wanted = Wanted::default();
    places.iter().for_each(|place| wanted.add(&place.0));
    // For each level of the current path, the node of the tree of wanted nodes, if there is one.
    let mut open: Vec<Option<usize>> = Vec::new();
    // JSON is YAML, so one event parser reads both.
    walk(text, |path, position| {
        open.truncate(path.len());
        let node = match path.last() {
            Some(step) => open.last().copied().flatten().and_then(|parent| wanted.child(parent, step)),
            None => Some(0),
        };
        open.push(node);
        if let Some(found @ None) = node.and_then(|node| wanted.positions.get_mut(node)) {
            *found = Some(position);
        }
    });
    places.iter().map(|place| wanted.nearest(&place.0)).collect()
}

/// The tree of the nodes whose positions are searched for; the root is 0.
struct Wanted<'p> {
    children: Vec<HashMap<&'p str, usize>>,
    positions: Vec<Option<LineCol>>,
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Wanted { children: vec![HashMap::new()], positions: vec![None] }
    }
}

impl<'p> Wanted<'p> {
    fn add(&mut self, path: &'p [String]) {
        let mut node = 0;
        for step in path {
            let next = self.children.len();
            let Some(children) = self.children.get_mut(node) else { return };
            node = *children.entry(step).or_insert(next);
            if node == next {
                self.children.push(HashMap::new());
                self.positions.push(None);
            }
        }
    }

    fn child(&self, node: usize, step: &str) -> Option<usize> {
        self.children.get(node)?.get(step).copied()
    }

    /// The position of a node, or of its nearest ancestor in the text.
    fn nearest(&self, path: &[String]) -> LineCol {
        let mut node = Some(0);
        let mut position = LineCol::START;
        for step in path.iter().map(Some).chain([None]) {
            let Some(found) = node.and_then(|node| *self.positions.get(node)?) else { break };
            position = found;
            node = node.zip(step).and_then(|(node, step)| self.child(node, step));
        }
        position
    }
}

/// Returns the first duplicate key with its position.
fn repeated_key(text: &str) -> Option<(String, LineCol)> {
    let mut seen = BTreeSet::new();
    let mut found = None;
    walk(text, |path, position| {
        if found.is_none() && !seen.insert(path.to_vec()) {
            found = path.last().map(|key| (key.clone(), position));
        }
    });
    found
}

/// Calls `node` with the path and position of each node, up to the first error of the text.
fn walk(text: &str, mut node: impl FnMut(&[String], LineCol)) {
    let text = if looks_like_json(text) { Cow::Owned(json_as_yaml(text)) } else { Cow::Borrowed(text) };
    let mut walk = DepthWalk::default();
    for event in Parser::new_from_str(&text) {
        let Ok((event, span)) = event else { break };
        walk.step(&event, LineCol::of(&span.start), &mut node);
    }
}

/// Replaces tabs and Unicode escapes, because JSON permits tabs and surrogate pairs (`\ud83d\ude00`), and YAML does not.
/// Every character keeps its position.
fn json_as_yaml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        out.push(match c {
            '\t' => ' ',
            'u' if escaped => '\\',
            other => other,
        });
        escaped = c == '\\' && !escaped;
    }
    out
}

/// The path of the current event.
#[derive(Default)]
struct DepthWalk {
    open: Vec<Container>,
    path: Vec<String>,
}

enum Container {
    Map {
        /// The position of the key whose value is next; `None` if a key is next.
        key: Option<LineCol>,
    },
    List {
        next: usize,
    },
}

impl DepthWalk {
    /// Processes one event; if it begins a node, calls `node` with its path and position.
    fn step(&mut self, event: &Event<'_>, here: LineCol, node: impl FnOnce(&[String], LineCol)) {
        let text = match event {
            Event::Scalar(text, ..) => text.as_ref(),
            Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..) => "",
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
                return self.leave();
            }
            _ => return,
        };
        let position = match self.open.last_mut() {
            Some(Container::Map { key: key @ None }) => {
                *key = Some(here);
                return self.path.push(text.to_owned());
            }
            Some(Container::Map { key: Some(found) }) => *found,
            Some(Container::List { next }) => {
                self.path.push(next.to_string());
                *next += 1;
                here
            }
            None => here,
        };
        node(&self.path, position);
        match event {
            Event::MappingStart(..) => self.open.push(Container::Map { key: None }),
            Event::SequenceStart(..) => self.open.push(Container::List { next: 0 }),
            _ => self.leave(),
        }
    }

    /// Returns to the parent at the end of a node.
    fn leave(&mut self) {
        self.path.pop();
        if let Some(Container::Map { key }) = self.open.last_mut() {
            *key = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, pointer: &str) -> (usize, usize) {
        let found = locate(text, &[Pointer::from_fragment(pointer).unwrap()])[0];
        (found.line, found.column)
    }

    #[test]
    fn reads_on_and_keys_as_strings() {
        let value = parse("states: [ON, yes]\nresponses: {200: ok, true: x}").unwrap();
        assert_eq!(value.to_string(), r#"{"states":["ON","yes"],"responses":{"200":"ok","true":"x"}}"#);
    }

    #[test]
    fn reads_json_and_one_line_yaml_alike() {
        let expected = parse("a: {b: [1, 2.5]}").unwrap();
        assert_eq!(parse(r#"{"a": {"b": [1.0, 2.5]}}"#).unwrap(), expected);
        assert_eq!(parse("{a: {b: [1, 2.5]}}").unwrap(), expected);
    }

    #[test]
    fn reports_duplicate_key_with_its_line() {
        let error = parse("a:\n  b: 1\n  b: 2\n").unwrap_err();
        assert!(error.reason.contains("`b` occurs twice"), "{error:?}");
        assert!(parse(r#"{"a": 1, "a": 2}"#).is_err());
    }

    #[test]
    fn rejects_exponential_aliases() {
        let mut text = String::from("a0: &a0 [x, x]\n");
        for level in 1..40 {
            text += &format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1);
        }
        assert!(parse(&text).is_err());
    }

    #[test]
    fn counts_brackets_that_may_contain_others() {
        let depth = |text: &str| max_flow_depth(text);
        assert_eq!(depth("a: [1, 2]\nb: {}\nc: [x](y)\nd: [1]"), 1);
        assert!(depth("[[[1]]]") >= 3);
        // Closing brackets in strings and comments close nothing.
        assert!(depth("[']', [\"]\", [ # ]\n [1]]]]") >= 4);
    }

    #[test]
    fn locates_nodes_in_block_yaml_flow_yaml_and_json() {
        let block = "openapi: 3.1.0\npaths:\n  /a/:\n    get:\n      tags:\n        - x\n";
        assert_eq!(position(block, "#/paths/~1a~1/get"), (4, 5));
        assert_eq!(position(block, "#/paths/~1a~1/get/tags/0"), (6, 11));
        assert_eq!(position("{a: 1, b: {c: 2}}", "#/b/c"), (1, 12));
        assert_eq!(position("{\n \"a\": [\n  {\"k\": true}\n ]\n}", "#/a/0/k"), (3, 4));
    }

    #[test]
    fn counts_columns_in_characters_without_byte_order_mark() {
        let error = parse_json("{\"é漢\": x}").unwrap_err();
        assert_eq!((error.line, error.column), (1, 8), "{error:?}");
        assert_eq!(position("\u{feff}a: 1", "#/a"), (1, 1));
        assert_eq!(position("\u{feff}{\"é漢\":\t1, \"b\": 2}", "#/b"), (1, 11));
    }

    #[test]
    fn locates_nearest_ancestor_of_absent_node() {
        assert_eq!(position("a:\n  b: 1\n", "#/a/x/y"), (1, 1));
        assert_eq!(position("z: 0\na:\n  b: 1\n", "#/a/x"), (2, 1));
    }
}
