//! The metadata of a page.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::Object;

/// The metadata that the server returns with a page. Decoding never fails: a property without its usual type is kept in
/// `other`, as unknown properties are.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PageMeta {
    /// Rows before this page.
    pub offset: Option<u64>,
    /// Maximum number of rows on the page.
    pub limit: Option<u64>,
    /// The order of the list, one object per field.
    pub order_by: Vec<Object>,
    /// Whether there are rows after this page.
    pub has_more: Option<bool>,
    /// Rows of the whole list.
    pub total: Option<u64>,
    /// All other properties, by wire name.
    pub other: Object,
}

impl<'de> Deserialize<'de> for PageMeta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Object(members) => Self::from_members(members),
            Value::Null => Self::default(),
            odd => Self { other: object(std::iter::once(("meta".to_owned(), odd))), ..Self::default() },
        })
    }
}

impl PageMeta {
    /// Takes properties with their usual type; a `null` or an empty order is kept in `other`, so that it is written
    /// again.
    fn from_members(members: Map<String, Value>) -> Self {
        let mut meta = Self::default();
        for (name, value) in members {
            let taken = match name.as_str() {
                "offset" => take(&mut meta.offset, value.as_u64()),
                "limit" => take(&mut meta.limit, value.as_u64()),
                "hasMore" => take(&mut meta.has_more, value.as_bool()),
                "total" => take(&mut meta.total, value.as_u64()),
                "orderBy" => {
                    meta.order_by = objects(&value).unwrap_or_default();
                    !meta.order_by.is_empty()
                }
                _ => false,
            };
            if !taken {
                meta.other.insert(name, value);
            }
        }
        meta
    }
}

fn take<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

/// Returns the objects of an array, unless it contains anything else.
fn objects(value: &Value) -> Option<Vec<Object>> {
    value.as_array()?.iter().map(|item| Some(object(item.as_object()?.clone()))).collect()
}

/// Inserts one by one: collecting sorts first, which is more code than everything else here.
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
    fn reads_usual_properties() {
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
    fn keeps_properties_of_any_type() {
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
