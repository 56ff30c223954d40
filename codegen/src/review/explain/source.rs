//! Where the facts of an item come from: `x-source` of the operation, with `x-inferred` at the node.

use serde_json::Value;

use super::{Explainer, Statement};
use crate::diagnostics::pointer::{Pointer, child};

impl Explainer<'_, '_> {
    /// The pages of the operations that have these nodes, and whether the pages document the nodes.
    pub(super) fn sources(&self, pointers: &[Pointer]) -> Vec<Statement> {
        let mut out: Vec<Statement> = Vec::new();
        for statement in pointers.iter().filter_map(|pointer| self.source(pointer)) {
            if !out.contains(&statement) {
                out.push(statement);
            }
        }
        out
    }

    fn source(&self, node: &Pointer) -> Option<Statement> {
        let operation = Pointer(node.0.get(..3)?.to_vec());
        let source = operation.child("x-source");
        let facts = source.find(self.reading.effective())?;
        let text = |key: &str| child(facts, key).and_then(Value::as_str).unwrap_or_default();
        let inferred = (operation.0.len()..=node.0.len()).rev().find_map(|length| {
            let marked = Pointer(node.0.get(..length)?.to_vec()).child("x-inferred");
            Some((marked.find(self.reading.effective())?.as_str()?, marked))
        });
        let (how, position) = match inferred {
            Some((reason, marked)) => (format!("inferred: {reason}"), marked),
            None => match node.find(self.reading.effective()).map_or(0, count_inferred) {
                0 => ("documented".to_owned(), source),
                count => (format!("documented, except for inferred facts: {count}"), source),
            },
        };
        let text = format!("{}, read {}: {how}", text("page"), text("read"));
        Some(Statement { text, position: self.position(position) })
    }
}

/// Counts the marks of inferred facts in a node.
fn count_inferred(node: &Value) -> usize {
    match node {
        Value::Object(keys) => {
            usize::from(keys.contains_key("x-inferred")) + keys.values().map(count_inferred).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(count_inferred).sum(),
        _ => 0,
    }
}
