//! The comparison of two documents: what it has found, and what it compares.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use super::difference::{Difference, Pair, Payload};
use super::graph::Graph;
use crate::diagnostics::pointer::Pointer;

/// The differences between two documents, and the payloads for counterexamples.
pub(super) struct Comparison<'d> {
    pub(super) documents: Pair<&'d Value>,
    pub(super) differences: Vec<Difference<'d>>,
    pub(super) payloads: Vec<Payload<'d>>,
    /// Components that differ, or refer to one that does.
    pub(super) changed: BTreeSet<&'d str>,
    pub(super) graph: Graph<'d>,
}

/// An operation or webhook of a document.
#[derive(Clone, Debug)]
pub(super) struct Operation<'d> {
    pub(super) method: &'d str,
    /// The template, or the name of a webhook or callback.
    pub(super) path: Cow<'d, str>,
    /// The API sends the request.
    pub(super) webhook: bool,
    pub(super) pointer: Pointer,
    pub(super) value: &'d Value,
}

impl Operation<'_> {
    pub(super) fn name(&self) -> String {
        let kind = if self.webhook { "WEBHOOK " } else { "" };
        format!("{kind}{} {}", self.method.to_uppercase(), self.path)
    }
}
