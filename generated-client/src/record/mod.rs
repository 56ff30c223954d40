//! How models travel as JSON, without serde's derives.
//!
//! A derived `Deserialize` is a visitor of its own for each struct and each format, and most of what the compiler
//! does for a large client. Here a struct only says which members it has, in one table; the code that walks JSON
//! sees it as [`dyn Record`](Record) and exists once per format. Measured on 450 structs of 18 fields: `cargo check`
//! takes a sixth of the time that the derives take.

mod decode;
mod encode;
mod format;
mod macros;
mod order;
mod pattern;
mod rule;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::value::Upload;
use crate::{Object, Patch};

pub(crate) use decode::{from_value, read};
pub(crate) use encode::write;
pub(crate) use format::{Format, unix_seconds};
pub(crate) use macros::{member_rule, record, serde, union};
pub(crate) use order::Order;
pub(crate) use rule::{Rule, broken_by_query, rule, violations};
pub(crate) use text::text_enum;

/// What a struct says of one of its members.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    /// Its name on the wire.
    pub(crate) name: &'static str,
    /// When it must be there.
    pub(crate) presence: Presence,
    /// What its value is asked to be.
    pub(crate) rule: Option<&'static Rule>,
}

/// When a member must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Always, and never null.
    Required,
    /// Always, maybe null. An answer without it is read as one with null.
    Nullable,
    /// Or not at all.
    Optional,
}

/// The members of a struct.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The struct's name, for messages.
    pub(crate) name: &'static str,
    /// In the order of their names, so that one is found by bisection.
    pub(crate) members: &'static [Member],
    /// In which order they were read the last time.
    pub(crate) order: Order,
}

/// A struct, to the code that walks JSON.
pub(crate) trait Record {
    /// Its members.
    fn shape(&self) -> &'static Shape;
    /// Where the value of a member goes, by its place in the table.
    fn slot(&mut self, member: usize) -> Slot<'_>;
    /// The value of a member, by its place in the table.
    fn view(&self, member: usize) -> View<'_>;
    /// Where members go that the table does not name; without such a place they are passed over.
    fn extra(&mut self) -> Option<&mut dyn Map> {
        None
    }
    /// The members that the table does not name.
    fn extra_view(&self) -> Option<&dyn Map> {
        None
    }
}

/// A value that can stand in a model.
pub(crate) trait Node {
    /// A value to be filled.
    fn empty() -> Self
    where
        Self: Sized;
    /// Where what is read goes.
    fn slot(&mut self) -> Slot<'_>;
    /// Where what is read goes if there may be none.
    fn slot_of_option(option: &mut Option<Self>) -> Slot<'_>
    where
        Self: Sized,
    {
        Slot::Maybe(option)
    }
    /// What is written.
    fn view(&self) -> View<'_>;
    /// How well a JSON value fits, where one of several types must be chosen: the more of its members it would keep, the
    /// better.
    fn fit(value: &Value) -> Option<usize>
    where
        Self: Sized;
}

/// Where a value goes that is read.
pub(crate) enum Slot<'a> {
    /// A text.
    String(&'a mut String),
    /// A text or nothing. Most members are that, and so they are spared the two calls of [`Maybe`].
    MaybeString(&'a mut Option<String>),
    /// A text that is more than that: an enum, a date.
    Text(&'a mut dyn Text),
    /// A whole number.
    Integer(&'a mut i64),
    /// A number.
    Number(&'a mut f64),
    /// A flag.
    Bool(&'a mut bool),
    /// Anything.
    Any(&'a mut Value),
    /// A struct.
    Record(&'a mut dyn Record),
    /// Something or nothing.
    Maybe(&'a mut dyn Maybe),
    /// A list.
    List(&'a mut dyn List),
    /// An object of like members.
    Map(&'a mut dyn Map),
    /// One of several types.
    Union(&'a mut dyn Union),
    /// Nowhere.
    Skip,
}

/// What a value is that is written.
pub(crate) enum View<'a> {
    /// Not there: left out, or null where something must stand.
    Absent,
    /// Null.
    Null,
    /// A text.
    Text(&'a str),
    /// A text that is none of those which an enum lists.
    Unlisted(&'a str),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A flag.
    Bool(bool),
    /// Anything.
    Any(&'a Value),
    /// Anything, where one of several types should be.
    Unfit(&'a Value),
    /// A struct.
    Record(&'a dyn Record),
    /// A list.
    List(&'a dyn List),
    /// An object of like members.
    Map(&'a dyn Map),
    /// A file to upload.
    Upload(&'a Upload),
}

/// A text that is more than that.
pub(crate) trait Text {
    /// Takes the text that was read.
    fn set(&mut self, text: &str);
}

/// Something or nothing.
pub(crate) trait Maybe {
    /// Null was read.
    fn null(&mut self);
    /// Something is about to be read.
    fn fill(&mut self) -> Slot<'_>;
}

/// A list.
pub(crate) trait List {
    /// Another element is about to be read.
    fn push(&mut self) -> Slot<'_>;
    /// How many there are.
    fn count(&self) -> usize;
    /// One of them.
    fn view(&self, index: usize) -> View<'_>;
}

/// An object of like members.
pub(crate) trait Map {
    /// Another member is about to be read.
    fn insert(&mut self, name: String) -> Slot<'_>;
    /// Shows each member in turn, until one call fails.
    fn each(&self, show: &mut dyn FnMut(&str, View<'_>) -> bool);
}

/// One of several types.
pub(crate) trait Union {
    /// Takes the value that was read.
    fn set(&mut self, value: Value);
}

macro_rules! scalar {
    ($type:ty, $slot:ident $(or $maybe:ident)?, $empty:expr, |$it:ident| $view:expr, |$value:ident| $fits:expr) => {
        impl Node for $type {
            fn empty() -> Self {
                $empty
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::$slot(self)
            }
            $(fn slot_of_option(option: &mut Option<Self>) -> Slot<'_> {
                Slot::$maybe(option)
            })?
            fn view(&self) -> View<'_> {
                let $it = self;
                $view
            }
            fn fit($value: &Value) -> Option<usize> {
                $fits.then_some(1)
            }
        }
    };
}

scalar!(String, String or MaybeString, String::new(), |it| View::Text(it), |value| value.is_string());
scalar!(i64, Integer, 0, |it| View::Integer(*it), |value| value.is_i64());
scalar!(f64, Number, 0.0, |it| View::Number(*it), |value| value.is_number());
scalar!(bool, Bool, false, |it| View::Bool(*it), |value| value.is_boolean());

impl Node for Value {
    fn empty() -> Self {
        Self::Null
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Any(self)
    }
    fn view(&self) -> View<'_> {
        View::Any(self)
    }
    fn fit(_: &Value) -> Option<usize> {
        Some(0)
    }
}

// What stands below is compiled for each type that occurs, so it is spelled out: a `map_or` and its closure would be two
// functions more for each of them.

impl<T: Node> Node for Option<T> {
    fn empty() -> Self {
        None
    }
    fn slot(&mut self) -> Slot<'_> {
        T::slot_of_option(self)
    }
    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Absent,
        }
    }
    fn fit(value: &Value) -> Option<usize> {
        if value.is_null() { Some(1) } else { T::fit(value) }
    }
}

impl<T: Node> Maybe for Option<T> {
    fn null(&mut self) {
        *self = None;
    }
    fn fill(&mut self) -> Slot<'_> {
        *self = Some(T::empty());
        match self {
            Some(value) => value.slot(),
            None => Slot::Skip,
        }
    }
}

impl<T: Node> Node for Patch<T> {
    fn empty() -> Self {
        Self::Absent
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Maybe(self)
    }
    fn view(&self) -> View<'_> {
        match self {
            Self::Absent => View::Absent,
            Self::Null => View::Null,
            Self::Value(value) => value.view(),
        }
    }
    fn fit(value: &Value) -> Option<usize> {
        Option::<T>::fit(value)
    }
}

impl<T: Node> Maybe for Patch<T> {
    fn null(&mut self) {
        *self = Self::Null;
    }
    fn fill(&mut self) -> Slot<'_> {
        *self = Self::Value(T::empty());
        match self {
            Self::Value(value) => value.slot(),
            _ => Slot::Skip,
        }
    }
}

impl<T: Node> Node for Box<T> {
    fn empty() -> Self {
        Self::new(T::empty())
    }
    fn slot(&mut self) -> Slot<'_> {
        self.as_mut().slot()
    }
    fn view(&self) -> View<'_> {
        self.as_ref().view()
    }
    fn fit(value: &Value) -> Option<usize> {
        T::fit(value)
    }
}

impl<T: Node> Node for Vec<T> {
    fn empty() -> Self {
        Self::new()
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    fn fit(value: &Value) -> Option<usize> {
        value.is_array().then_some(1)
    }
}

impl<T: Node> List for Vec<T> {
    fn push(&mut self) -> Slot<'_> {
        Vec::push(self, T::empty());
        match self.last_mut() {
            Some(item) => item.slot(),
            None => Slot::Skip,
        }
    }
    fn count(&self) -> usize {
        self.len()
    }
    fn view(&self, index: usize) -> View<'_> {
        match self.get(index) {
            Some(item) => item.view(),
            None => View::Absent,
        }
    }
}

impl<T: Node> Node for BTreeMap<String, T> {
    fn empty() -> Self {
        Self::new()
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
    fn fit(value: &Value) -> Option<usize> {
        // It keeps every member, so only a struct that knows all of them is better.
        value.as_object().map(|object| 2 * object.len())
    }
}

impl<T: Node> Map for BTreeMap<String, T> {
    fn insert(&mut self, name: String) -> Slot<'_> {
        self.entry(name).or_insert_with(T::empty).slot()
    }
    fn each(&self, show: &mut dyn FnMut(&str, View<'_>) -> bool) {
        for (name, value) in self {
            if !show(name, value.view()) {
                return;
            }
        }
    }
}

/// How well an object fits a struct: it has every required member; the more of the others, the better.
pub(crate) fn fit_record(shape: &Shape, value: &Value) -> Option<usize> {
    let object = value.as_object()?;
    let mut known = 0;
    for member in shape.members {
        match object.get(member.name) {
            Some(_) => known += 1,
            None if member.presence == Presence::Required => return None,
            None => {}
        }
    }
    Some(2 * known + 1)
}

/// Chooses by the member that tells alternatives apart, where its value is one of theirs; `only`: or nothing fits.
pub(crate) fn fit_tag(fits: &mut [Option<usize>], value: &Value, member: &str, tags: &[&[&str]], only: bool) {
    let text = match value.get(member) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return,
    };
    let means = |own: &&[&str]| own.contains(&text.as_str());
    if only || tags.iter().any(&means) {
        for (fit, own) in fits.iter_mut().zip(tags) {
            if !means(own) {
                *fit = None;
            }
        }
    }
}

/// Checks what the description asks of a model.
pub(crate) fn validate<T: Node>(model: &T) -> Result<(), crate::ValidationError> {
    check(&model.view())
}

fn check(model: &View<'_>) -> Result<(), crate::ValidationError> {
    let found = violations(model);
    if found.is_empty() { Ok(()) } else { Err(crate::ValidationError::new(found)) }
}
