//! Changes of request bodies, some of which violate the document.

use serde_json::{Value, json};

/// The properties of a body that are changed.
const MAX_PROPERTIES: usize = 6;

/// Bodies that differ from this one in one property: without it, or with another value.
pub(crate) fn of_body(body: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    for name in body.as_object().into_iter().flat_map(serde_json::Map::keys).take(MAX_PROPERTIES) {
        let mut without = body.clone();
        without.as_object_mut().unwrap().remove(name);
        out.push(without);
        for value in [json!({ "unexpected": 1 }), json!("x".repeat(5_000)), json!(-1e9)] {
            let mut changed = body.clone();
            changed[name] = value;
            out.push(changed);
        }
    }
    out
}
