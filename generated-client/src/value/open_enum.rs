//! Enums that may grow on the server's side.

use std::cmp::Ordering;
use std::fmt;

use serde::Deserializer;
use serde::de::{self, Visitor};

/// An enum over texts of the wire, with a place for a text that this version does not know.
///
/// Every generated enum is one. An unknown value keeps its text and goes back to the server as it came; whoever
/// matches on the enum needs a last arm anyway, since it is `#[non_exhaustive]`.
pub trait OpenEnum: Clone + Sized + 'static {
    /// The known texts with their variants, sorted by text.
    const VALUES: &'static [(&'static str, Self)];

    /// The text on the wire.
    fn as_str(&self) -> &str;

    /// The variant that keeps a text this version does not know.
    fn unknown(text: String) -> Self;
}

/// The known variant of a text.
pub(crate) fn find<E: OpenEnum>(text: &str) -> Option<E> {
    let place = bisect(E::VALUES.len(), &|place| E::VALUES[place].0, text);
    place.map(|place| E::VALUES[place].1.clone())
}

/// Where a text stands among others in their order. It does not know the enum, so that it is compiled once for all of them.
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

/// Whether a text is one of those that the description lists.
#[allow(dead_code)] // Which of them are asked for depends on the groups that are enabled.
pub(crate) fn is_listed<E: OpenEnum>(text: &str) -> bool {
    find::<E>(text).is_some()
}

/// The variant of a text, which is taken over where it is unknown.
pub(crate) fn from_string<E: OpenEnum>(text: String) -> E {
    match find(&text) {
        Some(variant) => variant,
        None => E::unknown(text),
    }
}

/// The variant of a text, which is copied where it is unknown.
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

/// Hands a text on. It does not know the enum, so that it is compiled once for all of them.
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

/// What every open enum has beside the trait.
#[allow(unused_macros)] // A build without a group has no enum.
macro_rules! open_enum {
    ($name:ident) => {
        impl $name {
            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                <Self as $crate::OpenEnum>::as_str(self)
            }

            /// Whether this version of the crate knows the value.
            #[must_use]
            pub fn is_known(&self) -> bool {
                $crate::open_enum::is_listed::<Self>(self.as_str())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::open_enum::from_str(text)
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                $crate::open_enum::from_string(text)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok($crate::open_enum::from_str(text))
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
                $crate::open_enum::deserialize(deserializer)
            }
        }
    };
}
#[allow(unused_imports)]
pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use super::OpenEnum;

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Size {
        Large,
        Small,
        Unknown(String),
    }

    impl OpenEnum for Size {
        const VALUES: &'static [(&'static str, Self)] = &[("LARGE", Self::Large), ("SMALL", Self::Small)];

        fn as_str(&self) -> &str {
            match self {
                Self::Large => "LARGE",
                Self::Small => "SMALL",
                Self::Unknown(text) => text,
            }
        }

        fn unknown(text: String) -> Self {
            Self::Unknown(text)
        }
    }
    #[allow(unreachable_pub)]
    mod methods {
        use super::Size;
        open_enum!(Size);
    }

    #[test]
    fn known_and_unknown_values_survive_json() {
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
    fn an_escaped_text_is_recognised() {
        assert_eq!(serde_json::from_str::<Size>(r#""SM\u0041LL""#).unwrap(), Size::Small);
    }

    #[test]
    fn a_text_becomes_its_known_variant() {
        assert_eq!(Size::from("SMALL"), Size::Small);
        assert_eq!(Size::from("SMALL".to_owned()), Size::Small);
        assert_eq!("small".parse::<Size>().unwrap(), Size::Unknown("small".to_owned()));
        assert!(Size::Small.is_known());
        assert!(!Size::from("small").is_known());
    }

    #[test]
    fn a_number_is_no_text() {
        let error = serde_json::from_str::<Size>("7").unwrap_err();
        assert!(error.to_string().contains("expected a string"), "{error}");
    }
}
