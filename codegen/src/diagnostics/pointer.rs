//! Positions in a document: [`At`] while a pass walks over it, a linked list on the stack, and [`Pointer`], a JSON pointer
//! (RFC 6901) with its own strings, for messages and tables.

use std::borrow::Cow;
use std::fmt::{self, Write};

use percent_encoding::percent_decode_str;

/// One step from a node to its child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step<'a> {
    /// A property of an object.
    Key(&'a str),
    /// An element of an array.
    Index(usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Key(key) => f.write_str(key),
            Step::Index(index) => write!(f, "{index}"),
        }
    }
}

/// The current position of a walk: the last step, and the position of the parent.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

impl<'a> At<'a> {
    /// The root of a document.
    pub const ROOT: At<'static> = At { parent: None, step: Step::Index(0) };

    /// Returns the position of the property `key`.
    pub fn key(&'a self, key: &'a str) -> At<'a> {
        At { parent: Some(self), step: Step::Key(key) }
    }

    /// Returns the position of the element `index`.
    pub fn index(&'a self, index: usize) -> At<'a> {
        At { parent: Some(self), step: Step::Index(index) }
    }

    /// Counts the steps from the root.
    pub fn depth(&self) -> usize {
        std::iter::successors(Some(self), |at| at.parent).count() - 1
    }

    /// Converts the position to a JSON pointer.
    pub fn pointer(&self) -> Pointer {
        let mut steps: Vec<String> = std::iter::successors(Some(self), |at| at.parent)
            .filter(|at| at.parent.is_some())
            .map(|at| at.step.to_string())
            .collect();
        steps.reverse();
        Pointer(steps)
    }
}

/// A JSON pointer (RFC 6901); displays in the fragment form, `#/paths/~1v1~1leads~1/get`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(pub Vec<String>);

impl Pointer {
    /// Converts the pointer to a JSONPath (RFC 9535), such as the target of an overlay action.
    pub fn json_path(&self) -> String {
        // Other arrays have no schemas or parameters; an object may have a property `0`.
        const ARRAYS: [&str; 5] = ["allOf", "anyOf", "oneOf", "parameters", "prefixItems"];
        let mut path = "$".to_owned();
        let mut parent = "";
        for step in &self.0 {
            if ARRAYS.contains(&parent) && step.bytes().all(|byte| byte.is_ascii_digit()) {
                path.push_str(&format!("[{step}]"));
            } else {
                let step = step.replace('\\', "\\\\").replace('\'', "\\'");
                path.push_str(&format!("['{step}']"));
            }
            parent = step;
        }
        path
    }

    /// Parses the fragment form (`#/a/b`); returns `None` for any other string.
    pub fn from_fragment(text: &str) -> Option<Self> {
        match text.strip_prefix('#')? {
            "" => Some(Self::default()),
            rest => Some(Self(rest.strip_prefix('/')?.split('/').map(unescape).collect())),
        }
    }

    /// Returns the pointer with one more step.
    pub fn child(&self, step: impl Into<String>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }

    /// Returns the node at this pointer, if the document has it.
    pub fn find<'v>(&self, root: &'v serde_json::Value) -> Option<&'v serde_json::Value> {
        self.0.iter().try_fold(root, |node, step| child(node, step))
    }
}

/// Returns the child of `node` at one step of a pointer.
pub fn child<'v>(node: &'v serde_json::Value, step: &str) -> Option<&'v serde_json::Value> {
    match node {
        serde_json::Value::Object(map) => map.get(step),
        serde_json::Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

fn unescape(step: &str) -> String {
    // `$ref` is a URI reference, so characters such as braces may be percent-encoded.
    let decoded = percent_decode_str(step).decode_utf8().unwrap_or(Cow::Borrowed(step));
    decoded.replace("~1", "/").replace("~0", "~")
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#")?;
        for step in &self.0 {
            f.write_char('/')?;
            // A fragment needs percent-encoding in addition to the escapes of the pointer.
            step.chars().try_for_each(|c| match c {
                '%' => f.write_str("%25"),
                '~' => f.write_str("~0"),
                '/' => f.write_str("~1"),
                other => f.write_char(other),
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_slashes_tildes_and_percents() {
        let pointer = At::ROOT.key("paths").key("/v1/leads/").key("a~b").key("%41").index(2).pointer();
        assert_eq!(pointer.to_string(), "#/paths/~1v1~1leads~1/a~0b/%2541/2");
        assert_eq!(Pointer::from_fragment(&pointer.to_string()), Some(pointer));
    }

    #[test]
    fn reads_percent_encoded_references() {
        let pointer = Pointer::from_fragment("#/components/schemas/_v1_leads_%7Bid%7D_put").unwrap();
        assert_eq!(pointer.0.last().unwrap(), "_v1_leads_{id}_put");
    }

    #[test]
    fn rejects_reference_to_another_document() {
        assert_eq!(Pointer::from_fragment("other.yaml#/a"), None);
    }
}
