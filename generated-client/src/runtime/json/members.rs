//! An object whose values are not decoded, to edit and to search it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// Returns the JSON text of an object with a property set; the others keep their text and their order.
pub(crate) fn with_member(object: &[u8], name: &str, value: &Value) -> Option<Vec<u8>> {
    let value = serde_json::value::to_raw_value(value).ok()?;
    let Members::<String>(mut members) = super::read(object).ok()?;
    members.retain(|(known, _)| known != name);
    members.push((name.to_owned(), &value));
    serde_json::to_vec(&Members(members)).ok()
}

/// Returns the value of a property of an object, unless it is null.
pub(crate) fn property<'a>(object: &'a RawValue, name: &str) -> Option<&'a RawValue> {
    let Members::<&RawValue>(members) = serde_json::from_str(object.get()).ok()?;
    members.into_iter().find(|(own, value)| is(own, name) && value.get() != "null").map(|(_, value)| value)
}

/// Returns whether the JSON text of a name spells `wanted`.
pub(super) fn is(name: &RawValue, wanted: &str) -> bool {
    let text = name.get();
    if text.contains('\\') {
        return serde_json::from_str(text).is_ok_and(|name: String| name == wanted);
    }
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) == Some(wanted)
}

/// The properties in order. A tenth of the code that a `BTreeMap` needs.
pub(super) struct Members<'a, K>(pub(super) Vec<(K, &'a RawValue)>);

impl<'de, K: Deserialize<'de>> Deserialize<'de> for Members<'de, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor(PhantomData))
    }
}

struct MembersVisitor<K>(PhantomData<K>);

impl<'de, K: Deserialize<'de>> Visitor<'de> for MembersVisitor<K> {
    type Value = Members<'de, K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl Serialize for Members<'_, String> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
