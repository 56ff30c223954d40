//! `--skip-unsupported`: finds the operations that depend on the position of an error.
//!
//! The passes do not know about it. Each error is traced to the operations that depend on its position; these are
//! removed, and the passes run again on the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::diagnostics::Message;
use crate::diagnostics::pointer::Pointer;
use crate::document::METHODS;

/// An operation that is not generated, with the reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// The operation.
    pub unit: Unit,
    /// The errors that prevent its generation.
    pub reasons: Vec<Message>,
}

/// The unit of omission: one method of a path or webhook, or all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    section: String,
    name: String,
    method: Option<String>,
}

impl Unit {
    /// Creates a unit for one operation, or for all operations of a path.
    pub(crate) fn new(section: &str, name: &str, method: Option<&str>) -> Self {
        Unit { section: section.to_owned(), name: name.to_owned(), method: method.map(str::to_owned) }
    }

    /// Returns the operation that contains a position.
    fn of(place: &Pointer) -> Option<Self> {
        match place.0.as_slice() {
            [section, name, rest @ ..] if section == "paths" || section == "webhooks" => {
                let method = rest.first().map(String::as_str).filter(|method| METHODS.contains(method));
                Some(Unit::new(section, name, method))
            }
            _ => None,
        }
    }

    /// Removes the unit from a document.
    pub(crate) fn remove_from(&self, document: &mut Value) {
        let section = document.get_mut(&self.section).and_then(Value::as_object_mut);
        let Some(section) = section else { return };
        let item = section.get_mut(&self.name).and_then(Value::as_object_mut);
        let nothing_is_left = match (item, &self.method) {
            (Some(item), Some(method)) => item.shift_remove(method).is_some() && item.is_empty(),
            (_, method) => method.is_none(),
        };
        if nothing_is_left {
            section.shift_remove(&self.name);
        }
    }
}

impl fmt::Display for Unit {
    /// `GET /v1/leads/`, `/v1/leads/`, `POST lead.created (a webhook)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(method) = &self.method {
            write!(f, "{} ", method.to_uppercase())?;
        }
        write!(f, "{}{}", self.name, if self.section == "webhooks" { " (a webhook)" } else { "" })
    }
}

/// The reversed reference graph: maps a component or operation to those that refer to it.
pub(crate) struct Users(BTreeMap<Pointer, BTreeSet<Pointer>>);

impl Users {
    /// Collects all references of a document.
    pub(crate) fn of(document: &Value) -> Self {
        let mut users = Users(BTreeMap::new());
        let mut place = Pointer::default();
        users.read(document, &mut place);
        users
    }

    fn read(&mut self, node: &Value, at: &mut Pointer) {
        match node {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str)
                    && let Some(target) = Pointer::from_fragment(target)
                {
                    self.0.entry(owner_of(&target)).or_default().insert(owner_of(at));
                }
                for (key, member) in members {
                    at.0.push(key.clone());
                    self.read(member, at);
                    at.0.pop();
                }
            }
            Value::Array(list) => list.iter().for_each(|item| self.read(item, at)),
            _ => {}
        }
    }

    /// Returns the operations that depend on a position; empty if it concerns the entire document.
    pub(crate) fn units(&self, place: &Pointer) -> BTreeSet<Unit> {
        // An error in one method of a shared path item does not affect its other methods.
        let method = match place.0.as_slice() {
            [components, kind, _, method, ..] if components == "components" && kind == "pathItems" => {
                Some(method.as_str()).filter(|method| METHODS.contains(method))
            }
            _ => None,
        };
        let mut units = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![owner_of(place)];
        while let Some(place) = open.pop() {
            if let Some(mut unit) = Unit::of(&place) {
                unit.method = unit.method.or_else(|| method.map(str::to_owned));
                units.insert(unit);
            }
            // A reference to a path item includes all of its methods.
            let around = Pointer(place.0.iter().take(2).cloned().collect());
            let users = [&place, &around].into_iter().filter_map(|place| self.0.get(place)).flatten();
            let users: Vec<Pointer> = users.cloned().collect();
            if seen.insert(place) {
                open.extend(users);
            }
        }
        units
    }
}

/// Returns the component or operation that contains a position.
fn owner_of(place: &Pointer) -> Pointer {
    let steps = match Unit::of(place) {
        Some(Unit { method: None, .. }) => 2,
        _ => 3,
    };
    Pointer(place.0.iter().take(steps).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needing(place: &str) -> Vec<String> {
        let document = serde_json::json!({
            "paths": {
                "/a": {"get": {"x": [{"$ref": "#/components/schemas/A"}]}, "put": {}},
                "/b": {"get": {"$ref": "#/components/responses/R"}, "parameters": [{"$ref": "#/components/parameters/P"}]},
                "/c": {"$ref": "#/components/pathItems/I"},
                "/d": {"$ref": "#/paths/~1a"},
            },
            "webhooks": {"w": {"post": {"$ref": "#/components/responses/R"}}},
            "components": {
                "schemas": {"A": {"$ref": "#/components/schemas/B/properties/b"}, "B": {"$ref": "#/components/schemas/A"}},
                "responses": {"R": {"$ref": "#/components/schemas/B"}},
                "parameters": {"P": {}},
                "pathItems": {"I": {"get": {}, "put": {}}},
            },
        });
        let place = Pointer::from_fragment(place).unwrap();
        Users::of(&document).units(&place).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn maps_position_in_operation_to_that_operation() {
        assert_eq!(needing("#/paths/~1b/get/responses/200"), ["GET /b"]);
        assert_eq!(needing("#/paths/~1b/parameters/0"), ["/b"]);
        assert_eq!(needing("#/webhooks/w/post/requestBody"), ["POST w (a webhook)"]);
    }

    #[test]
    fn maps_component_to_all_users_through_cycles() {
        assert_eq!(needing("#/components/schemas/B/type"), ["GET /a", "GET /b", "/d", "POST w (a webhook)"]);
        assert_eq!(needing("#/components/parameters/P"), ["/b"]);
        assert_eq!(needing("#/components/pathItems/I/put/tags"), ["PUT /c"]);
        assert_eq!(needing("#/components/pathItems/I/servers"), ["/c"]);
    }

    #[test]
    fn maps_document_errors_to_no_operation() {
        assert!(needing("#/info").is_empty() && needing("#").is_empty() && needing("#/paths").is_empty());
        assert!(needing("#/x-shared-types/A").is_empty() && needing("#/components/schemas/None").is_empty());
    }
}
