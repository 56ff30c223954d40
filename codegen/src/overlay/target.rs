//! The target of an action: a JSONPath, and what it takes to search for it. An overlay is input too, and a short path can
//! name more nodes than there is time for.

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use crate::pointer::{Pointer, Step};

/// Bytes of a path.
const LONGEST: usize = 2_000;
/// Brackets within brackets: the time that the parser takes doubles with each.
const MOST_NESTED: usize = 8;
/// How many times a value is met at most by two `..` on one path: as often as there are values above it.
const USUAL_DEPTH: usize = 32;
/// What a node costs that `..` finds, against one that is looked at on the way.
const FOUND: usize = 10;

pub(super) struct Target {
    path: JsonPath,
    /// Path without its quoted names.
    bare: String,
}

impl Target {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a path of {} bytes; at most {LONGEST} are read", text.len()));
        }
        let bare = without_names(text);
        if nested(&bare) > MOST_NESTED {
            return Err(format!("brackets within brackets; at most {MOST_NESTED} deep are read"));
        }
        // The expression would be compiled for each node anew, which a few signs can make take forever.
        if ["match(", "search("].iter().any(|function| bare.contains(function)) {
            return Err("regular expressions are not read here; list the names in their place".to_owned());
        }
        JsonPath::parse(text).map(|path| Target { path, bare }).map_err(|error| error.to_string())
    }

    /// How many looks at a value a search takes in a document of so many, at the very most.
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
        // `['a', 'b']` goes on from two nodes for each that it comes from, and `$` in a filter begins anew for each.
        let forks = self.bare.split('[').map(|rest| 1 + rest.matches(',').count());
        forks
            .fold(searched, usize::saturating_mul)
            .saturating_mul(times(USUAL_DEPTH, everywhere.saturating_sub(1)))
            .saturating_mul(times(values, count("$").saturating_sub(1)))
    }

    /// The nodes, each once, what stands behind or in another one before it: so each can be removed without moving those
    /// that are still to come.
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

/// Brackets in a name are no brackets.
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
