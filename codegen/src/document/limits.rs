//! The maximum size of a document. Each limit is far above the size of real documents, and low enough that a run takes
//! less than a minute and does not exhaust the memory.

use serde_json::Value;

use crate::diagnostics::pointer::At;

/// Bytes of a document or overlay. (Propexo's document has 1.2 MB, the largest of the well-known public ones 12 MB.)
pub const MAX_BYTES: usize = 16 << 20;
/// Values of a document, with aliases expanded. (Propexo's has 60,000.)
pub const MAX_VALUES: usize = 2_000_000;
/// Bytes of one key or string.
pub const MAX_STRING_BYTES: usize = 1 << 20;
/// Properties of one object, or elements of one array.
pub const MAX_MEMBERS: usize = 20_000;
/// Alternatives or parts of one schema.
pub const MAX_ALTERNATIVES: usize = 500;
/// Tags of operations, each of which is a module and a feature of the client.
pub const MAX_GROUPS: usize = 1_000;
/// Entries of `x-operation-patterns`, each of which is compared with each operation.
pub const MAX_PATTERNS: usize = 1_000;
/// Steps from the root to a value: the recursion limit of the YAML and JSON parsers.
pub const MAX_DEPTH: usize = 128;

/// Calls `report` for each node that exceeds a limit, with its location, the error and the help.
pub fn check(node: &Value, at: &At<'_>, report: &mut dyn FnMut(&At<'_>, String, &str)) {
    match node {
        Value::Object(members) => {
            if members.len() > MAX_MEMBERS {
                let what = format!("{} members; at most {MAX_MEMBERS} are read", members.len());
                return report(at, what, "part it into several, or leave some out");
            }
            for (key, member) in members {
                let at = at.key(key);
                let alternatives = member.as_array().map_or(0, Vec::len);
                if matches!(key.as_str(), "anyOf" | "oneOf" | "allOf") && alternatives > MAX_ALTERNATIVES {
                    let what = format!("{alternatives} parts; at most {MAX_ALTERNATIVES} are read");
                    report(&at, what, "describe it as a free-form object");
                } else {
                    check(member, &at, report);
                }
            }
        }
        Value::Array(items) if items.len() > MAX_MEMBERS => {
            let what = format!("{} elements; at most {MAX_MEMBERS} are read", items.len());
            report(at, what, "describe the value without listing all that it may be");
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| check(item, &at.index(index), report))
        }
        _ => {}
    }
}

/// Counts the values of a document, including itself.
pub fn values(node: &Value) -> usize {
    1 + match node {
        Value::Object(members) => members.values().map(values).sum(),
        Value::Array(items) => items.iter().map(values).sum(),
        _ => 0_usize,
    }
}

/// Counts the steps from a value to the deepest value in it.
pub fn depth(node: &Value) -> usize {
    match node {
        Value::Object(members) => members.values().map(|member| 1 + depth(member)).max(),
        Value::Array(items) => items.iter().map(|item| 1 + depth(item)).max(),
        _ => None,
    }
    .unwrap_or_default()
}
