//! How large a document may be. Each limit lies far beyond what people write, and well below what would take a minute or
//! the machine's memory.

use serde_json::Value;

use crate::pointer::At;

/// Bytes of a text. (Propexo's document has 1.2 MB, the largest of the well-known public ones 12 MB.)
pub const MOST_BYTES: usize = 16 << 20;
/// Values of a document, aliases followed. (Propexo's has 60,000.)
pub const MOST_VALUES: usize = 2_000_000;
/// Bytes of one name or text.
pub const LONGEST_TEXT: usize = 1 << 20;
/// Members of one object, elements of one list.
pub const MOST_MEMBERS: usize = 20_000;
/// Alternatives or parts of one schema.
pub const MOST_ALTERNATIVES: usize = 500;
/// Tags of operations, each of which is a module and a feature of the client.
pub const MOST_GROUPS: usize = 1_000;
/// Steps from the root to a value: what the readers of YAML and JSON go down to.
pub const MOST_DEPTH: usize = 128;
/// Messages of one run: nobody reads more.
pub const MOST_MESSAGES: usize = 500;

/// What is too large, if anything is: calls `report` with its place, what it is, and the way out.
pub fn check(node: &Value, at: &At<'_>, report: &mut dyn FnMut(&At<'_>, String, &str)) {
    match node {
        Value::Object(members) => {
            if members.len() > MOST_MEMBERS {
                let what = format!("{} members; at most {MOST_MEMBERS} are read", members.len());
                return report(at, what, "part it into several, or leave some out");
            }
            for (key, member) in members {
                let at = at.key(key);
                let alternatives = member.as_array().map_or(0, Vec::len);
                if matches!(key.as_str(), "anyOf" | "oneOf" | "allOf") && alternatives > MOST_ALTERNATIVES {
                    let what = format!("{alternatives} parts; at most {MOST_ALTERNATIVES} are read");
                    report(&at, what, "describe it as a free-form object");
                } else {
                    check(member, &at, report);
                }
            }
        }
        Value::Array(items) if items.len() > MOST_MEMBERS => {
            let what = format!("{} elements; at most {MOST_MEMBERS} are read", items.len());
            report(at, what, "describe the value without listing all that it may be");
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| check(item, &at.index(index), report))
        }
        _ => {}
    }
}

/// Values of a document, itself and all that is in it.
pub fn values(node: &Value) -> usize {
    1 + match node {
        Value::Object(members) => members.values().map(values).sum(),
        Value::Array(items) => items.iter().map(values).sum(),
        _ => 0_usize,
    }
}

/// Steps from a value to the deepest in it.
pub fn depth(node: &Value) -> usize {
    match node {
        Value::Object(members) => members.values().map(|member| 1 + depth(member)).max(),
        Value::Array(items) => items.iter().map(|item| 1 + depth(item)).max(),
        _ => None,
    }
    .unwrap_or_default()
}
