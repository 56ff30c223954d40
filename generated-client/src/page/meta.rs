//! Where a page stands in its list.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::Object;

/// What the server says about a page. Nothing in it can fail to decode: a member that is not of its usual form is kept in
/// `other`, as unknown ones are.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PageMeta {
    /// Rows before this page.
    pub offset: Option<i64>,
    /// Rows that the page may have.
    pub limit: Option<i64>,
    /// The order of the list, one object per field.
    pub order_by: Vec<Object>,
    /// Whether there are rows after this page.
    pub has_more: Option<bool>,
    /// Rows of the whole list.
    pub total: Option<i64>,
    /// Everything else, by its name on the wire.
    pub other: Object,
}

impl<'de> Deserialize<'de> for PageMeta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Object(members) => Self::from_members(object(members)),
            Value::Null => Self::default(),
            odd => Self { other: object(std::iter::once(("meta".to_owned(), odd))), ..Self::default() },
        })
    }
}

impl PageMeta {
    /// Takes out what has its usual form; a `null` or an empty order stays behind, so that it is written again.
    fn from_members(mut other: Object) -> Self {
        let offset = take(&mut other, "offset", Value::as_i64);
        let limit = take(&mut other, "limit", Value::as_i64);
        let has_more = take(&mut other, "hasMore", Value::as_bool);
        let total = take(&mut other, "total", Value::as_i64);
        let order_by = take(&mut other, "orderBy", objects).unwrap_or_default();
        Self { offset, limit, order_by, has_more, total, other }
    }
}

fn take<T>(members: &mut Object, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
    let value = members.get(name).and_then(read)?;
    members.remove(name);
    Some(value)
}

/// The objects of a list that holds at least one, and nothing else.
fn objects(value: &Value) -> Option<Vec<Object>> {
    let list = value.as_array().filter(|list| !list.is_empty())?;
    list.iter().map(|item| Some(object(item.as_object()?.clone()))).collect()
}

/// One by one: collecting sorts first, which is more code than all else here.
fn object(members: impl IntoIterator<Item = (String, Value)>) -> Object {
    let mut object = Object::new();
    object.extend(members);
    object
}

impl Serialize for PageMeta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.order_by.is_empty() {
            map.serialize_entry("orderBy", &self.order_by)?;
        }
        for (name, value) in [("offset", self.offset), ("limit", self.limit), ("total", self.total)] {
            if let Some(value) = value {
                map.serialize_entry(name, &value)?;
            }
        }
        if let Some(has_more) = self.has_more {
            map.serialize_entry("hasMore", &has_more)?;
        }
        for (name, value) in &self.other {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn usual_members_are_read() {
        let meta: PageMeta = serde_json::from_value(json!({
            "offset": 100, "limit": 50, "total": 1000, "hasMore": true,
            "orderBy": [{ "field": "created_at", "direction": "desc" }],
        }))
        .unwrap();
        assert_eq!(
            (meta.offset, meta.limit, meta.total, meta.has_more),
            (Some(100), Some(50), Some(1000), Some(true))
        );
        assert_eq!(meta.order_by[0]["field"], "created_at");
        assert!(meta.other.is_empty());
    }

    #[test]
    fn nothing_fails_and_nothing_is_lost() {
        for json in [
            json!({}),
            json!({ "hasMore": null, "total": "12", "offset": 1.5, "orderBy": [] }),
            json!({ "orderBy": ["created_at"], "cursor": { "next": 7 } }),
            json!({ "orderBy": null, "limit": -1 }),
            json!({ "offset": 0, "orderBy": [{ "field": "a" }], "hasMore": false }),
        ] {
            let meta: PageMeta = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(serde_json::to_value(&meta).unwrap(), json);
        }
        assert_eq!(serde_json::from_value::<PageMeta>(json!(null)).unwrap(), PageMeta::default());
        assert!(serde_json::from_value::<PageMeta>(json!(7)).is_ok());
    }
}
