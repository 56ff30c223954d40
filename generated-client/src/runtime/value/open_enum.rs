//! Enums that may gain values on the server's side.

use std::cmp::Ordering;
use std::fmt;

use serde::Deserializer;
use serde::de::{self, Visitor};

/// An enum over strings, with a variant for strings that this version does not know.
///
/// Every generated enum implements it. An unknown value keeps its string and is sent back unchanged. A `match` needs a
/// wildcard arm, since the enums are `#[non_exhaustive]`.
pub trait OpenEnum: Clone + Sized + 'static {
    /// The known strings with their variants, sorted by string.
    const VALUES: &'static [(&'static str, Self)];

    /// Returns the string on the wire.
    fn as_str(&self) -> &str;

    /// Returns the variant for a string that this version does not know.
    fn unknown(text: String) -> Self;
}

/// Returns the known variant of a string.
pub(crate) fn find<E: OpenEnum>(text: &str) -> Option<E> {
    let place = bisect(E::VALUES.len(), &|place| E::VALUES[place].0, text);
    place.map(|place| E::VALUES[place].1.clone())
}

/// Binary search for a string. It does not depend on the enum, so that it is compiled once for all of them.
fn bisect(count: usize, known: &dyn Fn(usize) -> &'static str, text: &str) -> Option<usize> {
    let (mut from, mut to) = (0, count);
    while from < to {
        let middle = from.midpoint(to);
        match known(middle).cmp(text) {
            Ordering::Less => from = middle + 1,
            Ordering::Equal => return Some(middle),
            Ordering::Greater => to = middle,
        }
    }
    None
}

/// Returns whether a string is listed in the API document.
pub(crate) fn is_listed<E: OpenEnum>(text: &str) -> bool {
    find::<E>(text).is_some()
}

/// Returns the message for a string that the API document does not list.
pub fn violation<E: OpenEnum>(text: &str) -> Option<String> {
    let values = || E::VALUES.iter().map(|(value, _)| *value).collect::<Vec<_>>().join("`, `");
    (!is_listed::<E>(text)).then(|| format!("is none of `{}`", values()))
}

/// Returns the variant of a string, which is moved into it if unknown.
pub(crate) fn from_string<E: OpenEnum>(text: String) -> E {
    match find(&text) {
        Some(variant) => variant,
        None => E::unknown(text),
    }
}

/// Returns the variant of a string, which is copied into it if unknown.
pub(crate) fn from_str<E: OpenEnum>(text: &str) -> E {
    match find(text) {
        Some(variant) => variant,
        None => E::unknown(text.to_owned()),
    }
}

/// Reads an enum without an allocation for a known value.
pub(crate) fn deserialize<'de, E: OpenEnum, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    let mut variant = None;
    deserializer.deserialize_str(Text(&mut |text| variant = Some(from_str(text))))?;
    variant.ok_or_else(|| de::Error::custom("a text is missing"))
}

/// Passes a string on. It does not depend on the enum, so that it is compiled once for all of them.
struct Text<'a>(&'a mut dyn FnMut(&str));

impl Visitor<'_> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        (self.0)(text);
        Ok(())
    }
}

/// The items of [`OpenEnum`], from the strings of the variants in sorted order.
macro_rules! open_enum_values {
    ({ $($text:literal => $variant:ident),* $(,)? }) => {
        const VALUES: &'static [(&'static str, Self)] = &[$(($text, Self::$variant)),*];

        fn as_str(&self) -> &str {
            match self {
                $(Self::$variant => $text,)*
                Self::Unknown(text) => text,
            }
        }

        fn unknown(text: ::std::string::String) -> Self {
            Self::Unknown(text)
        }
    };
}
pub(crate) use open_enum_values;

/// An open enum, from the strings of its variants in sorted order: [`OpenEnum`], its methods, the conversions, and serde.
macro_rules! open_enum {
    ($name:ident, $values:tt) => {
        impl $crate::OpenEnum for $name {
            $crate::runtime::value::open_enum::open_enum_values! { $values }
        }

        impl $name {
            /// Returns the string on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                <Self as $crate::OpenEnum>::as_str(self)
            }

            /// Returns whether this version of the crate knows the value.
            #[must_use]
            pub fn is_known(&self) -> bool {
                $crate::runtime::value::open_enum::is_listed::<Self>(self.as_str())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::runtime::value::open_enum::from_str(text)
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                $crate::runtime::value::open_enum::from_string(text)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            // `Self::Err` is ambiguous if a value of the enum is called `err`.
            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                ::std::result::Result::Ok($crate::runtime::value::open_enum::from_str(text))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::runtime::value::open_enum::deserialize(deserializer)
            }
        }
    };
}
pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Size {
        Large,
        Small,
        Unknown(String),
    }

    #[allow(unreachable_pub)]
    mod methods {
        use super::Size;
        open_enum!(Size, { "LARGE" => Large, "SMALL" => Small });
    }

    #[test]
    fn keeps_known_and_unknown_values_in_json() {
        for (value, json) in [
            (Size::Large, r#""LARGE""#),
            (Size::Small, r#""SMALL""#),
            (Size::Unknown("HUGE\n".to_owned()), r#""HUGE\n""#),
            (Size::Unknown(String::new()), r#""""#),
        ] {
            assert_eq!(serde_json::from_str::<Size>(json).unwrap(), value);
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
    }

    #[test]
    fn recognises_escaped_string() {
        assert_eq!(serde_json::from_str::<Size>(r#""SM\u0041LL""#).unwrap(), Size::Small);
    }

    #[test]
    fn converts_string_to_known_variant() {
        assert_eq!(Size::from("SMALL"), Size::Small);
        assert_eq!(Size::from("SMALL".to_owned()), Size::Small);
        assert_eq!("small".parse::<Size>().unwrap(), Size::Unknown("small".to_owned()));
        assert!(Size::Small.is_known());
        assert!(!Size::from("small").is_known());
    }

    #[test]
    fn rejects_number() {
        let error = serde_json::from_str::<Size>("7").unwrap_err();
        assert!(error.to_string().contains("expected a string"), "{error}");
    }
}
