//! Decoding: serde's visitors over [`Slot`], each of which is compiled once per format.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::order::PLACES;
use super::{List, Map, Maybe, MaybeText, Node, Presence, Record, Shape, Slot, Text, cents};

/// Reads a model from any serde format.
pub fn read<'de, T: Node, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut value = T::empty();
    value.slot().deserialize(deserializer)?;
    Ok(value)
}

/// Reads a model from a JSON value.
pub fn from_value<T: Node>(value: &Value) -> Result<T, serde_json::Error> {
    read(value)
}

impl<'de> DeserializeSeed<'de> for Slot<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self {
            Slot::String(value) => *value = de::Deserialize::deserialize(deserializer)?,
            Slot::MaybeString(value) => *value = de::Deserialize::deserialize(deserializer)?,
            Slot::Text(value) => deserializer.deserialize_str(TextVisitor(value))?,
            Slot::MaybeText(value) => maybe_text(value, deserializer)?,
            Slot::Integer(value) => *value = deserializer.deserialize_any(IntegerVisitor)?,
            Slot::Unsigned(value) => *value = deserializer.deserialize_any(UnsignedVisitor)?,
            Slot::Number(value) => *value = de::Deserialize::deserialize(deserializer)?,
            Slot::Cents(value) => *value = cents::read(deserializer)?,
            Slot::MaybeCents(value) => *value = cents::read_maybe(deserializer)?,
            Slot::Bool(value) => *value = de::Deserialize::deserialize(deserializer)?,
            Slot::Any(value) => *value = de::Deserialize::deserialize(deserializer)?,
            Slot::Record(record) => deserializer.deserialize_map(RecordVisitor(record))?,
            Slot::Maybe(value) => deserializer.deserialize_option(MaybeVisitor(value))?,
            Slot::List(list) => deserializer.deserialize_seq(ListVisitor(list))?,
            Slot::Map(map) => deserializer.deserialize_map(MapVisitor(map))?,
            Slot::Union(union) => union.set(de::Deserialize::deserialize(deserializer)?),
            Slot::Skip => {
                <IgnoredAny as de::Deserialize>::deserialize(deserializer)?;
            }
        }
        Ok(())
    }
}

// A function of its own, as those for amounts of money: inlined, they make the code above slower for all other values.
#[inline(never)]
fn maybe_text<'de, D: Deserializer<'de>>(value: &mut dyn MaybeText, deserializer: D) -> Result<(), D::Error> {
    value.set(de::Deserialize::deserialize(deserializer)?);
    Ok(())
}

struct TextVisitor<'a>(&'a mut dyn Text);

impl Visitor<'_> for TextVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.set(text);
        Ok(())
    }
}

/// JSON has one kind of number: `3.0` is the integer 3.
struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<i64, E> {
        // Beyond 2^53 not every integer has an exact `f64`.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation)]
        if value.fract() == 0.0 && value.abs() <= EXACT {
            return Ok(value as i64);
        }
        Err(E::invalid_value(de::Unexpected::Float(value), &self))
    }
}

/// As [`IntegerVisitor`], for integers up to 2^64 - 1.
struct UnsignedVisitor;

impl Visitor<'_> for UnsignedVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of at least 0")
    }

    fn visit_u64<E>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<u64, E> {
        IntegerVisitor.visit_f64(value).and_then(|value| self.visit_i64(value))
    }
}

struct MaybeVisitor<'a>(&'a mut dyn Maybe);

impl<'de> Visitor<'de> for MaybeVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.0.null();
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.null();
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.fill().deserialize(deserializer)
    }
}

struct ListVisitor<'a>(&'a mut dyn List);

impl<'de> Visitor<'de> for ListVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Element(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

/// Appends an element only once there is one.
struct Element<'a>(&'a mut dyn List);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.push().deserialize(deserializer)
    }
}

struct MapVisitor<'a>(&'a mut dyn Map);

impl<'de> Visitor<'de> for MapVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            members.next_value_seed(self.0.insert(name))?;
        }
        Ok(())
    }
}

struct RecordVisitor<'a>(&'a mut dyn Record);

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object (`{}`)", self.0.shape().name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let shape = self.0.shape();
        let mut seen = Seen::new(shape);
        let mut unknown = self.0.extra().map(|_| String::new());
        let mut turn = 0;
        while let Some(member) = members.next_key_seed(Key { shape, turn, unknown: unknown.as_mut() })? {
            let slot = match (member, &mut unknown) {
                (Some(member), _) => {
                    if seen.twice(member) {
                        let name = shape.members.get(member).map_or("", |it| it.name);
                        return Err(de::Error::duplicate_field(name));
                    }
                    turn = member + 1;
                    let slot = self.0.slot(member);
                    // Only an array or a map may be empty; most properties are neither.
                    if matches!(slot, Slot::List(_) | Slot::Map(_))
                        && shape.members.get(member).is_some_and(|it| it.presence == Presence::EmptyIfNull)
                    {
                        members.next_value_seed(EmptyIfNull(slot))?;
                        continue;
                    }
                    slot
                }
                (None, Some(name)) => {
                    self.0.extra().map_or(Slot::Skip, |extra| extra.insert(std::mem::take(name)))
                }
                (None, None) => Slot::Skip,
            };
            members.next_value_seed(slot)?;
        }
        match seen.missing(shape) {
            Some(name) => Err(de::Error::missing_field(name)),
            None => Ok(()),
        }
    }
}

/// Decodes an array or a map that may be null.
struct EmptyIfNull<'a>(Slot<'a>);

impl<'de> DeserializeSeed<'de> for EmptyIfNull<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for EmptyIfNull<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.deserialize(deserializer)
    }
}

/// The properties that have been read.
struct Seen {
    first: [bool; PLACES],
    /// For structs with more properties than that.
    more: Vec<bool>,
}

impl Seen {
    fn new(shape: &Shape) -> Self {
        Seen { first: [false; PLACES], more: vec![false; shape.members.len().saturating_sub(PLACES)] }
    }

    fn of(&mut self, member: usize) -> Option<&mut bool> {
        if member < PLACES { self.first.get_mut(member) } else { self.more.get_mut(member - PLACES) }
    }

    /// Marks a property; returns whether it was marked before.
    fn twice(&mut self, member: usize) -> bool {
        self.of(member).is_some_and(|seen| std::mem::replace(seen, true))
    }

    fn missing(mut self, shape: &'static Shape) -> Option<&'static str> {
        let mut members = shape.members.iter().enumerate();
        let missing = members
            .find(|(index, it)| it.presence == Presence::Required && self.of(*index) == Some(&mut false));
        missing.map(|(_, member)| member.name)
    }
}

/// Looks up a key in the table.
struct Key<'a> {
    shape: &'static Shape,
    /// The index in `shape.order` of the next property.
    turn: usize,
    /// Receives the name of an unknown property, if it is kept.
    unknown: Option<&'a mut String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        let hint = self.shape.order.guess(self.turn);
        let hinted = self.shape.members.get(hint).is_some_and(|member| member.name == name);
        Ok(if hinted { Some(hint) } else { self.search(name) })
    }
}

impl Key<'_> {
    fn search(self, name: &str) -> Option<usize> {
        let member = self.shape.members.binary_search_by(|member| member.name.cmp(name)).ok();
        if let Some(member) = member {
            self.shape.order.learn(self.turn, member);
        } else if let Some(unknown) = self.unknown {
            name.clone_into(unknown);
        }
        member
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Member, Order};
    use super::*;

    #[test]
    fn tracks_properties_beyond_inline_capacity() {
        const MEMBER: Member = Member { name: "last", presence: Presence::Required, rule: None };
        static SHAPE: Shape = Shape { name: "Long", members: &[MEMBER; PLACES + 2], order: Order::unknown() };
        let all_but = |left: usize| {
            let mut seen = Seen::new(&SHAPE);
            for member in (0..PLACES + 2).filter(|member| *member != left) {
                assert!(!seen.twice(member) && seen.twice(member), "{member}");
            }
            seen.missing(&SHAPE)
        };
        assert_eq!([0, PLACES - 1, PLACES, PLACES + 1].map(all_but), [Some("last"); 4]);
        assert_eq!(all_but(usize::MAX), None);
    }
}
