//! Dates and times as sent over the wire.

use std::fmt;

use crate::{ValidationError, Violation};

/// A string newtype with its conversions: the types differ only in the expected format.
macro_rules! wire_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Returns the string, unchanged.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns the string, unchanged.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(text.clone())
            }
        }

        impl From<&$name> for $name {
            fn from(value: &$name) -> Self {
                value.clone()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for crate::Patch<$name> {
            fn from(text: &str) -> Self {
                Self::Value(text.into())
            }
        }
    };
}

wire_text! {
    /// A date, normally `YYYY-MM-DD`.
    ///
    /// Keeps any string from the wire, so an invalid date never fails a record; order and equality are those of the
    /// string. The features `jiff` and `chrono` convert it.
    ///
    /// ```
    /// let date = propexo::Date::from("2026-02-12");
    /// assert_eq!(date.as_str(), "2026-02-12");
    /// ```
    Date
}

wire_text! {
    /// A date and time, normally RFC 3339 (`2026-02-12T08:30:00Z`).
    ///
    /// Keeps any string from the wire, so an invalid value never fails a record; order and equality are those of the
    /// string. The features `jiff` and `chrono` convert it.
    DateTime
}

wire_text! {
    /// A date, or a date and time: for a field that accepts either.
    ///
    /// ```
    /// use propexo::{Date, DateOrDateTime};
    ///
    /// let day: DateOrDateTime = Date::from("2026-02-12").into();
    /// assert!(day.is_date());
    /// assert!(!DateOrDateTime::from("2026-02-12T08:30:00Z").is_date());
    /// ```
    DateOrDateTime
}

wire_text! {
    /// A time of day without a date, normally `HH:MM:SS`; the API document says in which time zone.
    ///
    /// Keeps any string from the wire, as [`DateTime`] does. The features `jiff` and `chrono` convert it.
    ///
    /// ```
    /// # fn main() -> Result<(), propexo::ValidationError> {
    /// use propexo::TimeOfDay;
    ///
    /// assert_eq!(TimeOfDay::new(15, 30, 0)?.as_str(), "15:30:00");
    /// assert!(TimeOfDay::new(24, 0, 0).is_err());
    /// # Ok(()) }
    /// ```
    TimeOfDay
}

impl TimeOfDay {
    /// Creates a time of day from hour, minute and second.
    ///
    /// # Errors
    ///
    /// The parts that are too large: hours are 0 to 23, minutes and seconds 0 to 59.
    pub fn new(hour: u8, minute: u8, second: u8) -> Result<Self, ValidationError> {
        let parts = [("hour", hour, 23), ("minute", minute, 59), ("second", second, 59)];
        let too_large = parts.into_iter().filter(|(_, value, most)| value > most);
        let violations: Vec<Violation> =
            too_large.map(|(name, _, most)| Violation::new(name, format!("is more than {most}"))).collect();
        match violations.as_slice() {
            [] => Ok(Self(format!("{hour:02}:{minute:02}:{second:02}"))),
            _ => Err(ValidationError::new(violations)),
        }
    }
}

impl DateOrDateTime {
    /// Returns whether the string has the length and the dashes of a date.
    #[must_use]
    pub fn is_date(&self) -> bool {
        let bytes = self.0.as_bytes();
        bytes.len() == 10
            && bytes
                .iter()
                .enumerate()
                .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
    }
}

impl From<Date> for DateOrDateTime {
    fn from(date: Date) -> Self {
        Self(date.0)
    }
}

impl From<DateTime> for DateOrDateTime {
    fn from(moment: DateTime) -> Self {
        Self(moment.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    fn rewritten<T: DeserializeOwned + Serialize>(json: &str) -> String {
        serde_json::to_string(&serde_json::from_str::<T>(json).unwrap()).unwrap()
    }

    #[test]
    fn keeps_invalid_date_in_json() {
        for text in ["\"2026-02-30\"", "\"\"", "\"next week\"", "\"0000-00-00T00:00:00\""] {
            assert_eq!(rewritten::<DateTime>(text), text);
        }
    }

    proptest! {
        #[test]
        fn keeps_every_string_in_json(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(rewritten::<Date>(&json), json.clone());
            prop_assert_eq!(rewritten::<DateTime>(&json), json.clone());
            prop_assert_eq!(rewritten::<DateOrDateTime>(&json), json.clone());
            prop_assert_eq!(rewritten::<TimeOfDay>(&json), json);
        }
    }

    #[test]
    fn names_every_part_of_a_time_that_is_too_large() {
        let error = TimeOfDay::new(24, 59, 60).unwrap_err();
        let paths: Vec<&str> = error.violations().iter().map(Violation::path).collect();
        assert_eq!(paths, ["hour", "second"]);
        assert_eq!(TimeOfDay::new(9, 5, 0).unwrap().as_str(), "09:05:00");
    }
}
