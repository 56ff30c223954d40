//! What is different, where; nothing about what it means.

use std::rc::Rc;

use serde_json::Value;

use super::view::Node;
use crate::pointer::Pointer;

/// Whose words a schema is, which begins the id of a fact about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A parameter.
    Param,
    /// What callers send.
    Request,
    /// What callers are given; the payload of a webhook too.
    Response,
}

impl Part {
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Part::Param => "param",
            Part::Request => "request-field",
            Part::Response => "response-field",
        }
    }

    /// Callers send it.
    pub(super) fn is_sent(self) -> bool {
        self != Part::Response
    }
}

/// A difference at one place.
#[derive(Clone, Debug)]
pub(super) struct Fact<'d> {
    pub(super) operation: String,
    pub(super) location: String,
    /// The id, or what follows the part in it.
    pub(super) stem: &'static str,
    /// `None` where the stem is the whole id.
    pub(super) part: Option<Part>,
    /// What decides the level where the rule has two.
    pub(super) harmless: bool,
    pub(super) old: Value,
    pub(super) new: Value,
    /// The pointer is one of the old document.
    pub(super) removed: bool,
    pub(super) pointer: Pointer,
    pub(super) proof: Proof<'d>,
}

impl Fact<'_> {
    pub(super) fn id(&self) -> String {
        match self.part {
            Some(part) => format!("{}-{}", part.prefix(), self.stem),
            None => self.stem.to_owned(),
        }
    }
}

/// Where to look for a witness.
#[derive(Clone, Debug)]
pub(super) enum Proof<'d> {
    /// A request line: of the operation of that index in the old document.
    Operation(usize),
    /// A value of a schema.
    Schema(Spot<'d>),
    /// It breaks nobody whatever it is.
    None,
}

/// A place inside of a body or a parameter.
#[derive(Clone, Debug)]
pub(super) struct Spot<'d> {
    /// A schema that a value which shows the difference has to break.
    pub(super) broken: Option<Value>,
    /// Index of the body or parameter in the comparison.
    pub(super) root: usize,
    /// From there to the node.
    pub(super) steps: Rc<Vec<Step>>,
    /// How many of the steps lead to the outermost union around the node, or to the node itself.
    pub(super) decided_at: usize,
    /// The two schemas there.
    pub(super) decided: Rc<(Node<'d>, Node<'d>)>,
    /// The two schemas of the node.
    pub(super) nodes: Rc<(Node<'d>, Node<'d>)>,
}

/// One step inside of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A member of an object.
    Member(String),
    /// An element of a list.
    Item,
    /// A member that has no name in the schema.
    Extra,
    /// One of several alternatives, by its index in either document.
    Alternative { old: usize, new: usize },
}

/// A schema that stands for itself on the wire: a body or a parameter.
#[derive(Clone, Debug)]
pub(super) struct Root<'d> {
    pub(super) part: Part,
    /// The two operations, in the order of old and new.
    pub(super) operations: (usize, usize),
    /// Place and name, of a parameter.
    pub(super) param: Option<(String, String)>,
    pub(super) old: Node<'d>,
    pub(super) new: Node<'d>,
}
