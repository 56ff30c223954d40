//! JSON encoding and decoding of models, without serde's derives.
//!
//! A derived `Deserialize` compiles a visitor for each struct and each format, which is most of the compile time of a
//! large client. Here a struct lists its properties in one table. The code that walks JSON sees it as
//! [`dyn Record`](Record) and is compiled once per format. Measured on 450 structs of 18 fields: `cargo check` takes a
//! sixth of the time that it takes with derives.

mod cents;
mod debug;
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

use crate::runtime::value::Upload;
use crate::{Cents, Object, Patch};

pub use debug::debug;
pub use decode::{from_value, read};
pub(crate) use encode::Encoded;
pub use encode::write;
pub use format::{Format, unix_seconds};
pub(crate) use macros::{member_rule, record, serde, union};
pub use order::Order;
pub(crate) use rule::rule;
pub use rule::{QueryRules, Rule, query_violations, violations};
pub(crate) use text::text_enum;

/// A property of a struct.
pub struct Member {
    /// The wire name.
    pub name: &'static str,
    /// Whether it must be present.
    pub presence: Presence,
    /// The constraints on its value.
    pub rule: Option<&'static Rule>,
}

/// Whether a property must be present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always present, and never null.
    Required,
    /// Always present, maybe null. A response without it is decoded as if it were null.
    Nullable,
    /// Always present. A response without it, or with null, is decoded as if the array or map were empty.
    EmptyIfNull,
    /// May be absent.
    Optional,
    /// May be absent, and is not sent in a request.
    ReadOnly,
}

/// The properties of a struct.
pub struct Shape {
    /// The struct's name, for messages.
    pub name: &'static str,
    /// Sorted by name, for binary search.
    pub members: &'static [Member],
    /// The order in which they were last read.
    pub order: Order,
}

/// A struct as the JSON code sees it.
pub trait Record {
    /// Returns its properties.
    fn shape(&self) -> &'static Shape;
    /// Returns where the value of a property is stored, by its index in the table.
    fn slot(&mut self, member: usize) -> Slot<'_>;
    /// Returns the value of a property, by its index in the table.
    fn view(&self, member: usize) -> View<'_>;
    /// Returns where properties that are not in the table are stored; `None` discards them.
    fn extra(&mut self) -> Option<&mut dyn Map> {
        None
    }
    /// Returns the properties that are not in the table.
    fn extra_view(&self) -> Option<&dyn Map> {
        None
    }
}

/// A type of records that a fake may hold, such as `leads::Lead`: every generated struct is one.
#[cfg(feature = "fake")]
pub trait Model: serde::Serialize + serde::de::DeserializeOwned {
    /// The name of the type.
    #[doc(hidden)]
    const NAME: &'static str;
}

/// A value that can be part of a model.
pub trait Node {
    /// Returns an empty value, to be filled.
    fn empty() -> Self
    where
        Self: Sized;
    /// Returns where a decoded value is stored.
    fn slot(&mut self) -> Slot<'_>;
    /// Returns where a decoded value is stored if it may be absent.
    fn slot_of_option(option: &mut Option<Self>) -> Slot<'_>
    where
        Self: Sized,
    {
        Slot::Maybe(option)
    }
    /// Returns the value to encode.
    fn view(&self) -> View<'_>;
    /// Rates how well a JSON value fits this type, to choose a variant of a union: the more of its properties the type
    /// would keep, the better.
    fn fit(value: &Value) -> Option<usize>
    where
        Self: Sized;
}

/// Where a decoded value is stored.
pub enum Slot<'a> {
    /// A string.
    String(&'a mut String),
    /// A nullable string. Most properties are one, so they avoid the two calls of [`Maybe`].
    MaybeString(&'a mut Option<String>),
    /// A type that is a string in JSON: an enum, a date.
    Text(&'a mut dyn Text),
    /// A nullable type that is a string in JSON and is made of one: an id, a date. One call in place of two.
    MaybeText(&'a mut dyn MaybeText),
    /// An integer.
    Integer(&'a mut i64),
    /// An integer up to 2^64 - 1.
    Unsigned(&'a mut u64),
    /// A number.
    Number(&'a mut f64),
    /// An amount of money.
    Cents(&'a mut Cents),
    /// A nullable amount of money: `None` is also a number beyond its range.
    MaybeCents(&'a mut Option<Cents>),
    /// A boolean.
    Bool(&'a mut bool),
    /// Any JSON value.
    Any(&'a mut Value),
    /// A struct.
    Record(&'a mut dyn Record),
    /// A nullable value.
    Maybe(&'a mut dyn Maybe),
    /// An array.
    List(&'a mut dyn List),
    /// A map.
    Map(&'a mut dyn Map),
    /// A union of types.
    Union(&'a mut dyn Union),
    /// Discards the value.
    Skip,
}

/// A value to encode.
pub enum View<'a> {
    /// Absent: omitted, or null where a value is required.
    Absent,
    /// Null.
    Null,
    /// A string.
    Text(&'a str),
    /// A string that `Debug` hides.
    Secret(&'a str),
    /// A string that is not among the values of its enum, and the function that says so.
    Unlisted(&'a str, fn(&str) -> Option<String>),
    /// An integer.
    Integer(i64),
    /// An integer up to 2^64 - 1.
    Unsigned(u64),
    /// A number.
    Number(f64),
    /// An amount of money.
    Cents(Cents),
    /// A boolean.
    Bool(bool),
    /// Any JSON value.
    Any(&'a Value),
    /// A value that fits no variant of its union.
    Unfit(&'a Value),
    /// A struct.
    Record(&'a dyn Record),
    /// An array.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
    /// A file to upload.
    Upload(&'a Upload),
    /// A union of types. What it holds may be secret, so only the union itself knows how `Debug` shows it.
    Union(&'a dyn Union),
}

/// A type that is a string in JSON.
pub trait Text {
    /// Stores the decoded string.
    fn set(&mut self, text: &str);
}

/// A nullable type that is a string in JSON.
pub trait MaybeText {
    /// Stores the decoded string, or null.
    fn set(&mut self, text: Option<String>);
}

/// A nullable value.
pub trait Maybe {
    /// Stores null.
    fn null(&mut self);
    /// Returns where a value other than null is stored.
    fn fill(&mut self) -> Slot<'_>;
}

/// An array.
pub trait List {
    /// Appends an element, and returns where it is stored.
    fn push(&mut self) -> Slot<'_>;
    /// Returns the number of elements.
    fn count(&self) -> usize;
    /// Returns an element.
    fn view(&self, index: usize) -> View<'_>;
}

/// A map.
pub trait Map {
    /// Inserts an entry, and returns where its value is stored.
    fn insert(&mut self, name: String) -> Slot<'_>;
    /// Calls `show` for each entry until one call returns false.
    fn each(&self, show: &mut dyn FnMut(&str, View<'_>) -> bool);
}

/// A union of types.
pub trait Union: std::fmt::Debug {
    /// Stores the decoded value.
    fn set(&mut self, value: Value);
    /// Returns the value of the variant, to encode.
    fn view(&self) -> View<'_>;
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
scalar!(u64, Unsigned, 0, |it| View::Unsigned(*it), |value| value.is_u64());
scalar!(f64, Number, 0.0, |it| View::Number(*it), |value| value.is_number());
scalar!(bool, Bool, false, |it| View::Bool(*it), |value| value.is_boolean());

serde!(Cents);

impl Node for Value {
    fn empty() -> Self {
        Self::Null
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Any(self)
    }
    fn slot_of_option(option: &mut Option<Self>) -> Slot<'_> {
        // Where any value is permitted, null is one, which differs from an absent property.
        Slot::Any(option.get_or_insert(Self::Null))
    }
    fn view(&self) -> View<'_> {
        View::Any(self)
    }
    fn fit(_: &Value) -> Option<usize> {
        Some(0)
    }
}

// The code below is compiled for each type, so it avoids closures: a `map_or` and its closure would be two more
// functions for each of them.

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
        // A map keeps every property, so only a struct that knows all of them fits better.
        value.as_object().map(|object| 2 * object.len())
    }
}

impl<T: Node> Map for BTreeMap<String, T> {
    fn insert(&mut self, name: String) -> Slot<'_> {
        let value = self.entry(name).or_insert_with(T::empty);
        // The last value of a repeated key replaces the first; they are not mixed.
        *value = T::empty();
        value.slot()
    }
    fn each(&self, show: &mut dyn FnMut(&str, View<'_>) -> bool) {
        for (name, value) in self {
            if !show(name, value.view()) {
                return;
            }
        }
    }
}

/// Rates how well an object fits a struct: it must have every required property; the more of the others, the better.
pub fn fit_record(shape: &Shape, value: &Value) -> Option<usize> {
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

/// Chooses a variant by its discriminator, if the value is one of those listed; with `only`, nothing fits otherwise.
pub fn fit_tag(fits: &mut [Option<usize>], value: &Value, member: &str, tags: &[&[&str]], only: bool) {
    let text = match value.get(member) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return,
    };
    let is_listed = |values: &&[&str]| values.contains(&text.as_str());
    if only || tags.iter().any(&is_listed) {
        for (fit, own) in fits.iter_mut().zip(tags) {
            if !is_listed(own) {
                *fit = None;
            }
        }
    }
}

/// Checks the constraints of the API document on a model.
pub fn validate<T: Node>(model: &T) -> Result<(), crate::ValidationError> {
    check(&model.view())
}

fn check(model: &View<'_>) -> Result<(), crate::ValidationError> {
    let found = violations(model);
    if found.is_empty() { Ok(()) } else { Err(crate::ValidationError::new(found)) }
}
