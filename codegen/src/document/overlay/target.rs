//! The target of an action: a JSONPath, and the cost of its search. Overlays are input too, and a short path can match
//! too many nodes.

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use crate::diagnostics::pointer::{Pointer, Step};

/// The longest path, in bytes.
const LONGEST: usize = 2_000;
/// The deepest nesting of brackets: each level doubles the time of the parser.
const MAX_NESTED: usize = 8;
/// How often a second `..` visits a value, at most: once per ancestor.
const USUAL_DEPTH: usize = 32;
/// The cost of a node that `..` finds, relative to one that is only visited.
const FOUND: usize = 10;

pub(super) struct Target {
    path: JsonPath,
    /// The path without its quoted names.
    bare: String,
}

impl Target {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a path of {} bytes; at most {LONGEST} are read", text.len()));
        }
        let bare = without_names(text);
        if nested(&bare) > MAX_NESTED {
            return Err(format!("brackets within brackets; at most {MAX_NESTED} deep are read"));
        }
        // The expression would be compiled again for each node, which a few characters can make very slow.
        if ["match(", "search("].iter().any(|function| bare.contains(function)) {
            return Err("regular expressions are not read here; list the names in their place".to_owned());
        }
        JsonPath::parse(text).map(|path| Target { path, bare }).map_err(|error| error.to_string())
    }

    /// Returns an upper bound of the value visits of a search in a document of `values` values.
    pub(super) fn cost(&self, values: usize) -> usize {
        let count = |part: &str| self.bare.matches(part).count();
        let times =
            |factor: usize, times: usize| factor.saturating_pow(u32::try_from(times).unwrap_or(u32::MAX));
        let everywhere = count("..");
        let searched = match (everywhere, count("*") + count("?")) {
            (0, 0) => 1,
            (0, _) => values,
            _ => values.saturating_mul(FOUND),
        };
        // `['a', 'b']` continues from two nodes for each node, and `$` in a filter restarts the search for each node.
        let forks = self.bare.split('[').map(|rest| 1 + rest.matches(',').count());
        forks
            .fold(searched, usize::saturating_mul)
            .saturating_mul(times(USUAL_DEPTH, everywhere.saturating_sub(1)))
            .saturating_mul(times(values, count("$").saturating_sub(1)))
    }

    /// Returns the matching nodes, each once, in reverse document order, so that removing one does not move the
    /// remaining ones.
    pub(super) fn find(&self, document: &Value) -> Vec<Pointer> {
        let found = self.path.query_located(document);
        let mut places: Vec<Vec<Step<'_>>> = found
            .locations()
            .map(|location| {
                let steps = location.iter().map(|element| match element {
                    PathElement::Name(name) => Step::Key(name),
                    PathElement::Index(index) => Step::Index(*index),
                });
                steps.collect()
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        let spelled = |steps: Vec<Step<'_>>| Pointer(steps.iter().map(ToString::to_string).collect());
        places.into_iter().rev().map(spelled).collect()
    }
}

/// Removes quoted names, whose brackets do not count.
fn without_names(text: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(_) if c == '\\' => drop(chars.next()),
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None => out.push(c),
        }
    }
    out
}

fn nested(bare: &str) -> usize {
    let mut open: usize = 0;
    let mut most = 0;
    for c in bare.chars() {
        match c {
            '[' | '(' => open += 1,
            ']' | ')' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}
