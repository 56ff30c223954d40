//! Resolves references that name a schema of the same document by its `$anchor` or `$id`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostics::pointer::{At, Pointer};
use crate::document::limits::MAX_DEPTH;

/// The positions of the schemas with a `$anchor` or a `$id`.
#[derive(Clone, Debug, Default)]
pub(super) struct Anchors {
    by_anchor: BTreeMap<String, Pointer>,
    by_id: BTreeMap<String, Pointer>,
}

impl Anchors {
    /// Collects the anchors and identifiers of the components.
    pub(super) fn of(root: &Value) -> Self {
        let mut anchors = Anchors::default();
        if let Some(components) = root.get("components") {
            anchors.collect(components, &At::ROOT.key("components"));
        }
        anchors
    }

    fn collect(&mut self, node: &Value, at: &At<'_>) {
        if at.depth() > MAX_DEPTH {
            return;
        }
        match node {
            Value::Object(properties) => {
                let string = |key: &str| properties.get(key).and_then(Value::as_str).map(str::to_owned);
                if let Some(anchor) = string("$anchor") {
                    self.by_anchor.entry(anchor).or_insert_with(|| at.pointer());
                }
                if let Some(id) = string("$id") {
                    self.by_id.entry(id).or_insert_with(|| at.pointer());
                }
                properties.iter().for_each(|(key, value)| self.collect(value, &at.key(key)));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| self.collect(item, &at.index(index)));
            }
            _ => {}
        }
    }

    /// Returns the position of the schema that a reference names: `#anchor`, `id`, `id#anchor` or `id#/pointer`.
    pub(super) fn find(&self, target: &str) -> Option<Pointer> {
        let (id, fragment) = target.split_once('#').unwrap_or((target, ""));
        let base = if id.is_empty() { Pointer::default() } else { self.by_id.get(id)?.clone() };
        if fragment.is_empty() {
            return (!id.is_empty()).then_some(base);
        }
        match Pointer::from_fragment(&format!("#{fragment}")) {
            Some(inner) => Some(Pointer([base.0, inner.0].concat())),
            None => self.by_anchor.get(fragment).cloned(),
        }
    }
}
