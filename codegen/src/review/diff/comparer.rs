//! The comparison of two nodes: what it has found, and the nodes below them.

use std::rc::Rc;

use serde_json::Value;

use super::difference::{Finding, Pair, ValueStep};
use super::kind::PayloadKind;
use super::view::Node;
use crate::api::location::Segment;
use crate::diagnostics::pointer::Pointer;

/// A keyword with its pointer.
pub(super) type Keyword<'d> = Option<(Pointer, &'d Value)>;

/// What differs in two nodes, and the pairs of nodes that they lead to.
#[derive(Default)]
pub(super) struct Differences<'d> {
    pub(super) found: Vec<Rc<Finding<'d>>>,
    pub(super) edges: Vec<Edge<'d>>,
    /// Both have several alternatives.
    pub(super) are_unions: bool,
}

/// Two nodes that are part of others.
pub(super) struct Edge<'d> {
    pub(super) segments: Vec<Segment>,
    /// The steps below the alternative.
    pub(super) steps: Vec<ValueStep>,
    pub(super) alternative: Option<Pair<usize>>,
    pub(super) nodes: Pair<Node<'d>>,
    /// No message has a value of them.
    pub(super) hidden: bool,
}

/// The comparison of two nodes.
pub(super) struct Comparer<'c, 'd> {
    pub(super) documents: Pair<&'d Value>,
    pub(super) nodes: &'c Rc<Pair<Node<'d>>>,
    pub(super) kind: PayloadKind,
    /// The values are written as text, as those of parameters without a media type.
    pub(super) is_text: bool,
    /// The location of the alternatives that are being compared, below that of the nodes.
    pub(super) at: Vec<Segment>,
    pub(super) alternative: Option<Pair<usize>>,
    pub(super) out: Differences<'d>,
}
