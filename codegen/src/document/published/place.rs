//! Finds the components whose name is derived from their only place: those were inline schemas before the export.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::letters::letters;
use super::operation::in_words;
use crate::diagnostics::pointer::{At, Pointer};
use crate::document::METHODS;

/// How many components may enclose each other in one derived name.
const MAX_OWNERS: usize = 24;

/// The references to the components of a document.
pub(super) struct References {
    /// The place of the only reference to a component; `None` if there are several.
    only: BTreeMap<String, Option<Pointer>>,
}

impl References {
    pub(super) fn new(document: &Value) -> Self {
        let mut references = References { only: BTreeMap::new() };
        references.collect(document, &At::ROOT, false);
        references
    }

    /// Collects the references below a node; `names` if the keys of the node are names of properties.
    fn collect(&mut self, node: &Value, at: &At<'_>, names: bool) {
        match node {
            Value::Object(map) => {
                for (key, value) in map.iter().filter(|(key, _)| names || !is_example(key)) {
                    self.collect(value, &at.key(key), key == "properties" && !names);
                }
                if let Some(name) = map.get("$ref").and_then(component)
                    && !names
                {
                    let only = || Some(at.pointer());
                    self.only.entry(name).and_modify(|place| *place = None).or_insert_with(only);
                }
            }
            Value::Array(list) => {
                let items = list.iter().enumerate();
                items.for_each(|(index, value)| self.collect(value, &at.index(index), false));
            }
            _ => {}
        }
    }

    /// Returns the components that have a derived name.
    pub(super) fn derived(&self, document: &Value) -> BTreeSet<String> {
        let is_derived = |name: &&String| self.is_derived(name, document);
        self.only.keys().filter(is_derived).cloned().collect()
    }

    fn is_derived(&self, name: &str, document: &Value) -> bool {
        let Some(Some(place)) = self.only.get(name) else { return false };
        let schema = Pointer(vec!["components".into(), "schemas".into(), name.into()]);
        if schema.find(document).is_none() {
            return false;
        }
        let mut tokens = Vec::new();
        self.tokens(place, document, MAX_OWNERS, &mut tokens);
        accepts(&tokens, &letters(name))
    }

    /// Spells out the place of a schema, from its operation or component on.
    fn tokens(&self, place: &Pointer, document: &Value, owners: usize, out: &mut Vec<Token>) {
        let steps: Vec<&str> = place.0.iter().map(String::as_str).collect();
        let rest = match steps.as_slice() {
            ["components", "schemas", owner, rest @ ..] => {
                // The name may begin with the owner's name, or with the place of the owner.
                if let Some(Some(place)) = self.only.get(*owner)
                    && owners > 0
                {
                    self.tokens(place, document, owners - 1, out);
                }
                out.push(Token::Start(letters(owner)));
                rest
            }
            [section @ ("paths" | "webhooks"), path, method, rest @ ..] if METHODS.contains(method) => {
                let operation = Pointer(vec![(*section).into(), (*path).into(), (*method).into()]);
                operation_starts(path, method, operation.find(document), out);
                rest
            }
            ["paths" | "webhooks", path, rest @ ..] => {
                out.push(Token::Start(letters(path)));
                out.extend(METHODS.map(Token::word));
                rest
            }
            _ => return,
        };
        let mut rest = rest;
        loop {
            rest = match rest {
                [] => break,
                ["parameters", index, rest @ ..] => {
                    let end = place.0.len() - rest.len();
                    let parameter = Pointer(place.0.iter().take(end).cloned().collect());
                    let name = parameter.find(document).and_then(|parameter| parameter.get("name"));
                    out.extend(["request", "parameters", "parameter", "query", "header"].map(Token::word));
                    out.push(Token::Name(letters(name.and_then(Value::as_str).unwrap_or(index))));
                    rest
                }
                ["responses", _, rest @ ..] => {
                    // `GetLeadRequestNotFoundError`: the words of the status are not in the document.
                    let is_whole = matches!(rest, ["content", _, "schema"]);
                    out.extend(is_whole.then_some(Token::Error));
                    out.extend(["responses", "response", "output"].map(Token::word));
                    rest
                }
                ["requestBody", rest @ ..] => {
                    out.extend(["request", "body", "input", "payload"].map(Token::word));
                    rest
                }
                ["content", media, rest @ ..] => {
                    out.extend(["content", media].map(Token::word));
                    rest
                }
                ["properties", name, rest @ ..] => {
                    out.push(Token::word("properties"));
                    out.push(Token::Name(letters(name)));
                    rest
                }
                [keyword @ ("oneOf" | "anyOf" | "allOf"), _, rest @ ..] => {
                    out.extend([keyword, "variant", "option"].map(Token::word));
                    rest
                }
                ["items", rest @ ..] => {
                    out.extend(["items", "item"].map(Token::word));
                    rest
                }
                ["additionalProperties", rest @ ..] => {
                    out.extend(["additionalProperties", "value"].map(Token::word));
                    rest
                }
                [keyword, rest @ ..] => {
                    out.push(Token::word(keyword));
                    rest
                }
            };
        }
    }
}

/// Adds what a name in an operation may begin with: path and method, or the `operationId`, with or without the tag.
fn operation_starts(path: &str, method: &str, operation: Option<&Value>, out: &mut Vec<Token>) {
    let path = letters(path);
    out.push(Token::Start(format!("{path}{method}")));
    out.push(Token::Start(format!("{method}{path}")));
    let Some(operation) = operation else { return };
    let Some(id) = operation.get("operationId").and_then(Value::as_str).map(letters) else { return };
    for tag in operation.get("tags").into_iter().flat_map(in_words) {
        out.push(Token::Start(format!("{}{id}", letters(&tag))));
    }
    out.push(Token::Start(id));
}

/// Returns whether the value of a keyword is data and no part of the document.
pub(super) fn is_example(keyword: &str) -> bool {
    matches!(keyword, "example" | "examples" | "default" | "enum" | "const")
}

/// Returns the component to which a `$ref` points.
pub(super) fn component(reference: &Value) -> Option<String> {
    match Pointer::from_fragment(reference.as_str()?)?.0.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => {
            Some(name.clone())
        }
        _ => None,
    }
}

/// A part of a place, in letters.
enum Token {
    /// The name may begin with this.
    Start(String),
    /// The name has this.
    Name(String),
    /// The name may have this: a keyword.
    Word(String),
    /// The name may end with words of a status and `error`.
    Error,
}

impl Token {
    fn word(word: &str) -> Token {
        Token::Word(letters(word))
    }
}

/// Returns whether a name, in letters, spells out a place.
fn accepts(tokens: &[Token], name: &str) -> bool {
    let after = |ends: &BTreeSet<usize>, part: &str| -> BTreeSet<usize> {
        let follows = |end: &&usize| name.get(**end..).is_some_and(|rest| rest.starts_with(part));
        ends.iter().filter(follows).map(|end| end + part.len()).collect()
    };
    // The lengths of the beginnings that the tokens so far spell out.
    let mut ends = BTreeSet::new();
    for token in tokens {
        match token {
            Token::Start(part) if name.starts_with(part.as_str()) => ends.extend([part.len()]),
            Token::Start(_) => {}
            Token::Name(part) => ends = after(&ends, part),
            Token::Word(part) => {
                let mut more = after(&ends, part);
                ends.append(&mut more);
            }
            Token::Error if name.ends_with("error") && ends.iter().any(|end| *end > 0) => {
                ends.extend([name.len()]);
            }
            Token::Error => {}
        }
    }
    ends.contains(&name.len())
}
