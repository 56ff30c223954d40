//! Maps a position in the canonical form back to the position in the original document.
//!
//! The conversion records nothing; the original position is searched for only for the few positions that
//! appear in diagnostics.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::recursion::recursive_machine_components;
use super::{Canon, Options};
use crate::diagnostics::pointer::{At, Pointer, child};

/// Maps any number of positions back.
#[derive(Debug)]
pub struct Tracer<'v> {
    raw: &'v Value,
    canonical: &'v Value,
    /// The recursive components, on which the canonical form of every part depends; computed on the first
    /// comparison of elements of a set.
    recursive: OnceCell<BTreeSet<String>>,
    /// The canonical forms of elements, by address and index in [`FORMS`]: elements of a set are compared with each
    /// position below the set.
    forms: RefCell<HashMap<(usize, usize), Rc<Value>>>,
}

/// The options under which an element may have been converted.
const FORMS: [Options; 3] = [
    Options { keep_prose: false, keep_unsupported: false },
    Options { keep_prose: true, keep_unsupported: false },
    Options { keep_prose: false, keep_unsupported: true },
];

impl<'v> Tracer<'v> {
    /// Creates a tracer. `canonical` is the canonical form of `raw`, with or without overlays applied.
    pub fn new(raw: &'v Value, canonical: &'v Value) -> Self {
        Tracer { raw, canonical, recursive: OnceCell::new(), forms: RefCell::default() }
    }

    /// Returns the canonical form of an element.
    fn form(&self, item: &'v Value, form: usize) -> Rc<Value> {
        let key = (std::ptr::from_ref(item).addr(), form);
        if let Some(known) = self.forms.borrow().get(&key) {
            return Rc::clone(known);
        }
        let recursive = self.recursive.get_or_init(|| recursive_machine_components(self.raw));
        let options = FORMS.get(form).copied().unwrap_or_default();
        let made = Rc::new(Canon::with(self.raw, options, recursive.clone()).schema(item, &At::ROOT));
        self.forms.borrow_mut().insert(key, Rc::clone(&made));
        made
    }

    /// Returns the position in the original document from which `pointer` in the canonical form came, or its nearest
    /// ancestor.
    pub fn trace(&self, pointer: &Pointer) -> Pointer {
        let mut here = TracedNode { tracer: self, node: self.raw, pointer: Pointer::default() };
        let mut shadow = self.canonical;
        let mut item: Option<TracedNode<'_, 'v>> = None;
        for (depth, step) in pointer.0.iter().enumerate() {
            let Some(next_shadow) = child(shadow, step) else { break };
            // The parameters of an operation may come from the path item.
            if depth == 2 && pointer.0.first().is_some_and(|first| first == "paths" || first == "webhooks") {
                item = Some(here.clone());
            }
            // The siblings of a `$ref` take precedence over its target.
            let sibling = here.node.get("$ref").and_then(|_| here.step(step, shadow, next_shadow));
            here.follow();
            let next = sibling.or_else(|| here.step(step, shadow, next_shadow)).or_else(|| {
                let parameters =
                    step == "parameters" || pointer.0.get(depth.checked_sub(1)?)? == "parameters";
                let list = item.as_ref().filter(|_| parameters)?.step("parameters", shadow, next_shadow)?;
                if step == "parameters" { Some(list) } else { list.step(step, shadow, next_shadow) }
            });
            match next {
                Some(next) => here = next,
                None => break,
            }
            shadow = next_shadow;
        }
        here.pointer
    }
}

/// Returns the position in `raw` of a pointer that passes through references as if their targets were inlined.
pub(super) fn behind_references(raw: &Value, walked: &Pointer) -> Pointer {
    let tracer = Tracer::new(raw, raw);
    let mut here = TracedNode { tracer: &tracer, node: raw, pointer: Pointer::default() };
    for (depth, step) in walked.0.iter().enumerate() {
        if child(here.node, step).is_none() {
            here.follow();
        }
        match child(here.node, step) {
            Some(node) => here = TracedNode { node, pointer: here.pointer.child(step), ..here },
            // Keeps the remaining steps, which name the missing part.
            None => {
                return walked.0.iter().skip(depth).fold(here.pointer, |pointer, step| pointer.child(step));
            }
        }
    }
    here.pointer
}

#[derive(Clone)]
struct TracedNode<'t, 'v> {
    tracer: &'t Tracer<'v>,
    node: &'v Value,
    pointer: Pointer,
}

impl<'t, 'v> TracedNode<'t, 'v> {
    /// Follows references that the canonical form has inlined.
    fn follow(&mut self) {
        for _ in 0..32 {
            let target = self.node.get("$ref").and_then(Value::as_str).and_then(Pointer::from_fragment);
            let Some((target, node)) =
                target.and_then(|target| target.find(self.tracer.raw).map(|node| (target, node)))
            else {
                return;
            };
            self.node = node;
            self.pointer = target;
        }
    }

    /// Descends one step; elements of sets are found by content, not by index.
    fn step(&self, step: &str, shadow: &Value, next_shadow: &Value) -> Option<TracedNode<'t, 'v>> {
        let index = match (self.node, shadow) {
            (Value::Array(list), Value::Array(_)) => {
                list.iter().position(|item| self.same(item, next_shadow))?.to_string()
            }
            _ => step.to_owned(),
        };
        let node = child(self.node, &index)?;
        Some(TracedNode { tracer: self.tracer, node, pointer: self.pointer.child(index) })
    }

    fn same(&self, item: &'v Value, canonical: &Value) -> bool {
        let mut place = TracedNode { tracer: self.tracer, node: item, pointer: Pointer::default() };
        place.follow();
        let named = |key| place.node.get(key).is_some() && place.node.get(key) == canonical.get(key);
        if named("name") && named("in") {
            return true;
        }
        if item == canonical {
            return true;
        }
        // Fast path: compares property counts before canonicalizing.
        let members = |schema: &Value| schema.get("properties").and_then(Value::as_object).map(Map::len);
        if !item.is_object() || (members(place.node).is_some() && members(place.node) != members(canonical)) {
            return false;
        }
        (0..FORMS.len()).any(|form| {
            let again = self.tracer.form(item, form);
            match (again.as_object(), canonical.as_object()) {
                // The title of a variant is kept only in a union.
                (Some(again), Some(canonical)) if canonical.contains_key("title") => {
                    let mut others = again.iter().filter(|(key, _)| *key != "title");
                    let count = again.len() - usize::from(again.contains_key("title"));
                    count + 1 == canonical.len()
                        && others.all(|(key, value)| canonical.get(key) == Some(value))
                }
                _ => *again == *canonical,
            }
        })
    }
}
