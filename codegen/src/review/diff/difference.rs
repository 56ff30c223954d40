//! Differences between two documents, before they are judged.

use std::rc::Rc;

use serde_json::Value;

use super::kind::{ChangeKind, PayloadKind};
use super::view::Node;
use crate::api::location::{Location, ParameterLocation, Segment};
use crate::diagnostics::pointer::Pointer;

/// The same thing in the old and in the new document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair<T> {
    pub(super) old: T,
    pub(super) new: T,
}

impl<T> Pair<T> {
    pub(super) fn each_ref(&self) -> Pair<&T> {
        Pair { old: &self.old, new: &self.new }
    }

    pub(super) fn swap(self) -> Self {
        Pair { old: self.new, new: self.old }
    }
}

/// A difference at one location.
#[derive(Clone, Debug)]
pub(super) struct Difference<'d> {
    pub(super) operation: Rc<str>,
    pub(super) location: Location,
    /// Set if a schema differs.
    pub(super) payload: Option<PayloadKind>,
    pub(super) found: Rc<Finding<'d>>,
    pub(super) search: Search<'d>,
}

/// What differs, the same at all locations of two nodes.
#[derive(Clone, Debug)]
pub(super) struct Finding<'d> {
    pub(super) kind: ChangeKind,
    pub(super) details: Details,
    pub(super) anchor: Anchor,
    /// The location below that of the nodes.
    pub(super) segments: Vec<Segment>,
    /// The alternatives that differ, if the nodes are unions.
    pub(super) alternative: Option<Pair<usize>>,
    /// The nodes that differ; `None` for a difference outside of schemas.
    pub(super) nodes: Option<Rc<Pair<Node<'d>>>>,
}

impl Finding<'_> {
    /// Whether it is a difference in the values that the schemas accept.
    pub(super) fn is_about_validity(&self) -> bool {
        self.kind.is_about_validity() && !self.details.by_annotation
    }
}

/// The values of a difference; null if there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Details {
    pub(super) old: Value,
    pub(super) new: Value,
    /// The exception of the rule applies.
    pub(super) exceptional: bool,
    /// An annotation makes the difference; the schemas may accept the same values.
    pub(super) by_annotation: bool,
    /// The alternative that was added or removed.
    pub(super) variant: Option<usize>,
}

impl Details {
    pub(super) fn new(old: impl Into<Value>, new: impl Into<Value>) -> Self {
        Details { old: old.into(), new: new.into(), ..Details::default() }
    }

    pub(super) fn except_if(self, exceptional: bool) -> Self {
        Details { exceptional, ..self }
    }
}

/// The node that a message about a difference refers to.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    /// The node is one of the old document.
    pub(super) removed: bool,
    pub(super) pointer: Pointer,
}

impl Anchor {
    pub(super) fn old(pointer: Pointer) -> Self {
        Anchor { removed: true, pointer }
    }

    pub(super) fn new(pointer: Pointer) -> Self {
        Anchor { removed: false, pointer }
    }
}

/// Where to search for a counterexample.
#[derive(Clone, Debug)]
pub(super) enum Search<'d> {
    /// It is a request to the operation with this index in the old document.
    Operation(usize),
    /// It is a value of a payload.
    Schema(SchemaSearch<'d>),
    /// No counterexample is needed.
    None,
}

/// The position of two schemas that differ within a payload.
#[derive(Clone, Debug)]
pub(super) struct SchemaSearch<'d> {
    /// The index of the payload in the comparison.
    pub(super) payload: usize,
    /// The steps from the payload to the nodes.
    pub(super) steps: Rc<Vec<ValueStep>>,
    /// The unions around the nodes, the innermost first.
    pub(super) unions: Option<Rc<Union<'d>>>,
    /// No message has the value, because it is read-only or write-only.
    pub(super) hidden: bool,
}

/// A union within a payload, with the union around it.
#[derive(Debug)]
pub(super) struct Union<'d> {
    /// The number of steps that lead to it.
    pub(super) depth: usize,
    pub(super) nodes: Rc<Pair<Node<'d>>>,
    /// The alternatives that lead further.
    pub(super) alternative: Pair<usize>,
    pub(super) outer: Option<Rc<Union<'d>>>,
}

/// A step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValueStep {
    /// A property of an object.
    Property(String),
    /// An item of an array.
    Item,
    /// The item of an array with an index.
    Position(usize),
    /// An additional property of an object.
    AdditionalProperty,
    /// A property whose name matches a pattern.
    Pattern(String),
    /// One of several alternatives, by its indices.
    Alternative(Pair<usize>),
}

/// A parameter or a body, which is a complete JSON value in HTTP.
#[derive(Clone, Debug)]
pub(super) struct Payload<'d> {
    pub(super) kind: PayloadKind,
    /// The index of its operation in the old document.
    pub(super) old_operation: usize,
    /// Set for a parameter.
    pub(super) parameter: Option<ParameterKey>,
    /// The values are written as text, as those of parameters without a media type.
    pub(super) is_text: bool,
    pub(super) nodes: Pair<Node<'d>>,
}

/// What identifies a parameter of an operation in both documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ParameterKey {
    pub(super) location: ParameterLocation,
    /// Of a header in lower case; of a path parameter its position, `#0`.
    pub(super) name: String,
}
