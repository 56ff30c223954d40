//! The JSON of the envelope around rows: `results`, `meta`, and other properties.
//!
//! Written by hand: derived code for a flattened field buffers, and each list has its own page type.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, IntoDeserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Page, PageMeta, Single};
use crate::Object;

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Envelope { results, meta, other } = deserializer.deserialize_map(Envelope::visitor())?;
        Ok(Self { results, meta, raw: Vec::new(), rejected: Vec::new(), other })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Single<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Envelope { results, meta, .. } = deserializer.deserialize_map(Envelope::visitor())?;
        Ok(Self { results, meta })
    }
}

impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(&self.results, &self.meta, &self.other, serializer)
    }
}

impl<T: Serialize> Serialize for Single<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(&self.results, &self.meta, &Object::new(), serializer)
    }
}

fn write<S: Serializer>(
    results: &impl Serialize,
    meta: &PageMeta,
    other: &Object,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("results", results)?;
    map.serialize_entry("meta", meta)?;
    for (name, value) in other {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

/// An envelope, with all rows or the one record in `results`.
struct Envelope<R> {
    results: R,
    meta: PageMeta,
    other: Object,
}

impl<R> Envelope<R> {
    const fn visitor() -> EnvelopeVisitor<R> {
        EnvelopeVisitor(PhantomData)
    }
}

struct EnvelopeVisitor<R>(PhantomData<R>);

impl<'de, R: Deserialize<'de>> Visitor<'de> for EnvelopeVisitor<R> {
    type Value = Envelope<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `results`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<R>, A::Error> {
        let mut results = None;
        let mut meta = PageMeta::default();
        let mut other = Object::new();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "results" => results = Some(map.next_value()?),
                "meta" => meta = map.next_value()?,
                _ => {
                    other.insert(name, map.next_value()?);
                }
            }
        }
        let results = match results {
            Some(results) => results,
            // An optional record may be absent.
            None => R::deserialize(().into_deserializer())
                .map_err(|_: A::Error| A::Error::missing_field("results"))?,
        };
        Ok(Envelope { results, meta, other })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read<T: for<'de> Deserialize<'de>>(json: &Value) -> serde_json::Result<T> {
        serde_json::from_str(&json.to_string())
    }

    #[test]
    fn keeps_everything_in_json() {
        let page = json!({ "results": [1, 2], "meta": { "total": 2 }, "links": { "next": null } });
        assert_eq!(serde_json::to_value(read::<Page<u8>>(&page).unwrap()).unwrap(), page);
        let single = json!({ "results": 7, "meta": {} });
        assert_eq!(serde_json::to_value(read::<Single<u8>>(&single).unwrap()).unwrap(), single);
        assert_eq!(read::<Single<u8>>(&json!({ "links": 1, "results": 7 })).unwrap(), Single::new(7));
    }

    #[test]
    fn only_an_optional_record_may_be_absent() {
        assert_eq!(read::<Single<Option<u8>>>(&json!({})).unwrap(), Single::new(None));
        for error in [
            read::<Single<u8>>(&json!({})).unwrap_err(),
            read::<Page<u8>>(&json!({ "meta": {} })).unwrap_err(),
        ] {
            assert!(error.to_string().starts_with("missing field `results`"), "{error}");
        }
        assert!(read::<Single<u8>>(&json!({ "results": "7" })).is_err());
        assert!(read::<Page<u8>>(&json!([])).is_err());
    }
}
