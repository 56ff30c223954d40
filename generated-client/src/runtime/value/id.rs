//! Ids of records, each kind of record with a type of its own.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Patch;

/// The id of one kind of record: a string, which `Kind` only distinguishes from the ids of other kinds.
///
/// The module `ids` of this crate has an alias for each kind. A string from elsewhere converts to an id of any kind; an
/// id converts to no other kind.
///
/// ```
/// enum Lead {}
/// type LeadId = propexo::Id<Lead>;
///
/// let lead = LeadId::from("clx4w0k9a");
/// assert_eq!(lead, "clx4w0k9a");
/// assert_eq!(serde_json::to_string(&lead).unwrap(), r#""clx4w0k9a""#);
/// ```
///
/// An id of another kind does not compile:
///
/// ```compile_fail,E0277
/// enum Lead {}
/// enum ExternalLead {}
/// fn get(_: impl Into<propexo::Id<Lead>>) {}
///
/// get(propexo::Id::<ExternalLead>::from("4711"));
/// ```
pub struct Id<Kind> {
    text: String,
    kind: PhantomData<fn() -> Kind>,
}

// The implementations are by hand: derived ones would require the same traits of the kind.

impl<Kind> Id<Kind> {
    /// Returns the string, unchanged.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the string, unchanged.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    pub(crate) fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }
}

impl<Kind> Clone for Id<Kind> {
    fn clone(&self) -> Self {
        self.text.clone().into()
    }
}

impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Id").field(&self.text).finish()
    }
}

impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<Kind> PartialEq for Id<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<Kind> Eq for Id<Kind> {}

impl<Kind> PartialEq<str> for Id<Kind> {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl<Kind> PartialEq<&str> for Id<Kind> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<Kind> PartialEq<String> for Id<Kind> {
    fn eq(&self, other: &String) -> bool {
        self.text == *other
    }
}

impl<Kind> PartialOrd for Id<Kind> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<Kind> Ord for Id<Kind> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<Kind> Hash for Id<Kind> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<Kind> AsRef<str> for Id<Kind> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<Kind> From<String> for Id<Kind> {
    fn from(text: String) -> Self {
        Self { text, kind: PhantomData }
    }
}

impl<Kind> From<&str> for Id<Kind> {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl<Kind> From<&String> for Id<Kind> {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl<Kind> From<&Id<Kind>> for Id<Kind> {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl<Kind> From<Id<Kind>> for String {
    fn from(id: Id<Kind>) -> Self {
        id.text
    }
}

impl<Kind> From<&str> for Patch<Id<Kind>> {
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}

impl<Kind> Serialize for Id<Kind> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, Kind> Deserialize<'de> for Id<Kind> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[derive(Debug)]
    enum Lead {}

    type LeadId = Id<Lead>;

    proptest! {
        #[test]
        fn keeps_every_string_in_json(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let id: LeadId = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(id.as_str(), &text);
            prop_assert_eq!(serde_json::to_string(&id).unwrap(), json);
        }

        #[test]
        fn compares_and_hashes_as_its_string(a in any::<String>(), b in any::<String>()) {
            let (one, other) = (LeadId::from(&a), LeadId::from(&b));
            prop_assert_eq!(one.cmp(&other), a.cmp(&b));
            prop_assert_eq!(one == other, a == b);
            prop_assert_eq!(HashSet::from([one, other]).len(), HashSet::from([a, b]).len());
        }
    }

    #[test]
    fn rejects_other_json_types() {
        for json in ["7", "null", "[]", "true"] {
            assert!(serde_json::from_str::<LeadId>(json).is_err(), "{json}");
        }
    }
}
