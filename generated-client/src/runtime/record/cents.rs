//! Reads and writes [`Cents`] by the text of the number in JSON: a float would lose digits.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Unexpected, Visitor};
use serde::ser::{Error, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Node, Slot, View};
use crate::Cents;

/// The name of the newtype by which `serde_json` passes on a value as text, without an allocation. `RawValue` itself
/// either allocates or cannot be read from a `Value`. Where the name means nothing, the number arrives as a number.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

impl Node for Cents {
    fn empty() -> Self {
        Self::ZERO
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Cents(self)
    }
    fn slot_of_option(option: &mut Option<Self>) -> Slot<'_> {
        Slot::MaybeCents(option)
    }
    fn view(&self) -> View<'_> {
        View::Cents(*self)
    }
    fn fit(value: &Value) -> Option<usize> {
        value.is_number().then_some(1)
    }
}

/// Reads an amount.
#[inline(never)]
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cents, D::Error> {
    let error = || de::Error::invalid_value(Unexpected::Other("number"), &"an amount of at most 18 digits");
    Number::deserialize(deserializer)?.0.ok_or_else(error)
}

/// Reads an amount that may be null; a number beyond the range is `None`, too.
#[inline(never)]
pub(super) fn read_maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cents>, D::Error> {
    Ok(Option::<Number>::deserialize(deserializer)?.and_then(|number| number.0))
}

/// A number in cents; `None` beyond their range.
struct Number(Option<Cents>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_VALUE, NumberVisitor)
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of cents")
    }

    fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
        Ok(Number(Some(Cents::from(value))))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Number, E> {
        Ok(Number(i64::try_from(value).ok().map(Cents::from)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Number, E> {
        Ok(Number(Cents::parse(&value.to_string())))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Number, D::Error> {
        deserializer.deserialize_any(self)
    }

    /// The text of any JSON value is a map of one entry.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Number, A::Error> {
        match map.next_key::<&str>()? {
            Some(RAW_VALUE) => map.next_value(),
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        let unexpected = match text.as_bytes().first() {
            Some(b'-' | b'0'..=b'9') => return Ok(Number(Cents::parse(text))),
            Some(b'"') => Unexpected::Other("string"),
            Some(b'[') => Unexpected::Seq,
            Some(b'{') => Unexpected::Map,
            Some(b'n') => Unexpected::Unit,
            _ => Unexpected::Other("boolean"),
        };
        Err(E::invalid_type(unexpected, &self))
    }
}

/// Writes whole cents as an integer, and a fraction as a float if that has all digits: up to 15, each number has a float of
/// its own. The shortest text of a float with more depends on who writes it.
pub(super) fn write<S: Serializer>(cents: Cents, serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(whole) = cents.whole() {
        return serializer.serialize_i64(whole);
    }
    let text = cents.number();
    match text.parse::<f64>() {
        Ok(float) if cents.digits() <= 15 => serializer.serialize_f64(float),
        _ => RawValue::from_string(text).map_err(S::Error::custom)?.serialize(serializer),
    }
}
