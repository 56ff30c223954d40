//! `Debug` of models over [`View`], without a derive for each struct.

use std::fmt::{self, Debug};

use super::{Map, Record, View};

/// Writes a struct with its properties by wire name. Absent properties are omitted: most records use a few of many.
pub fn debug(record: &dyn Record, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shape = record.shape();
    let mut out = f.debug_struct(shape.name);
    for (index, member) in shape.members.iter().enumerate() {
        let view = record.view(index);
        if !matches!(view, View::Absent) {
            out.field(member.name, &view);
        }
    }
    if let Some(extra) = record.extra_view() {
        each(extra, |name, view| {
            out.field(name, view);
        });
    }
    out.finish()
}

impl Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent | Self::Null => f.write_str("null"),
            Self::Text(text) | Self::Unlisted(text, _) => text.fmt(f),
            Self::Secret(_) => f.write_str("[redacted]"),
            Self::Integer(value) => value.fmt(f),
            Self::Unsigned(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Cents(value) => value.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Any(value) | Self::Unfit(value) => fmt::Display::fmt(value, f),
            Self::Record(record) => debug(*record, f),
            Self::List(list) => {
                f.debug_list().entries((0..list.count()).map(|index| list.view(index))).finish()
            }
            Self::Map(map) => {
                let mut out = f.debug_map();
                each(*map, |name, view| {
                    out.entry(&name, view);
                });
                out.finish()
            }
            Self::Upload(upload) => upload.fmt(f),
            Self::Union(union) => union.fmt(f),
        }
    }
}

fn each(map: &dyn Map, mut show: impl FnMut(&str, &View<'_>)) {
    map.each(&mut |name, view| {
        show(name, &view);
        true
    });
}
