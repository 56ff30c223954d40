//! Encoding: serde's serializers over [`View`].

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Presence, Record, View, cents};

/// Writes a model to any serde format.
pub fn write<S: Serializer>(view: &View<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    view.serialize(serializer)
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Encoded { view: self, is_request: false }.serialize(serializer)
    }
}

/// A value to encode, as part of a request or on its own.
pub(crate) struct Encoded<'a> {
    pub(crate) view: &'a View<'a>,
    /// Whether properties that only responses have are omitted.
    pub(crate) is_request: bool,
}

impl Serialize for Encoded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.view {
            View::Absent | View::Null => serializer.serialize_unit(),
            View::Text(text) | View::Secret(text) | View::Unlisted(text, _) => serializer.serialize_str(text),
            View::Integer(value) => serializer.serialize_i64(*value),
            View::Unsigned(value) => serializer.serialize_u64(*value),
            View::Number(value) => number(*value, serializer),
            View::Cents(value) => cents::write(*value, serializer),
            View::Bool(value) => serializer.serialize_bool(*value),
            View::Any(value) | View::Unfit(value) => value.serialize(serializer),
            View::Union(union) => {
                Encoded { view: &union.view(), is_request: self.is_request }.serialize(serializer)
            }
            View::Record(record) => members(*record, self.is_request, serializer),
            View::Upload(upload) => match std::str::from_utf8(upload.bytes()) {
                Ok(text) => serializer.serialize_str(text),
                Err(_) => Err(S::Error::custom("a file that is not text has no JSON")),
            },
            View::List(list) => {
                let mut out = serializer.serialize_seq(Some(list.count()))?;
                for index in 0..list.count() {
                    out.serialize_element(&Encoded { view: &list.view(index), is_request: self.is_request })?;
                }
                out.end()
            }
            View::Map(map) => {
                let mut out = serializer.serialize_map(None)?;
                entries(*map, self.is_request, &mut out)?;
                out.end()
            }
        }
    }
}

/// Writes an integral value as an integer, as JavaScript does: `1500`, not `1500.0`. NaN and infinities have no JSON.
fn number<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if !value.is_finite() {
        return Err(S::Error::custom(format_args!("{value} cannot be written as JSON")));
    }
    #[expect(clippy::cast_possible_truncation)]
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        return serializer.serialize_i64(value as i64);
    }
    serializer.serialize_f64(value)
}

fn members<S: Serializer>(record: &dyn Record, is_request: bool, serializer: S) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_map(None)?;
    for (index, member) in record.shape().members.iter().enumerate() {
        let view = &record.view(index);
        let is_written = match member.presence {
            Presence::ReadOnly if is_request => false,
            Presence::Optional | Presence::ReadOnly => !matches!(view, View::Absent),
            Presence::Required | Presence::Nullable | Presence::EmptyIfNull => true,
        };
        if is_written {
            out.serialize_entry(member.name, &Encoded { view, is_request })?;
        }
    }
    if let Some(extra) = record.extra_view() {
        entries(extra, is_request, &mut out)?;
    }
    out.end()
}

fn entries<M: SerializeMap>(map: &dyn super::Map, is_request: bool, out: &mut M) -> Result<(), M::Error> {
    let mut result = Ok(());
    map.each(&mut |name, view| {
        result = out.serialize_entry(name, &Encoded { view: &view, is_request });
        result.is_ok()
    });
    result
}
