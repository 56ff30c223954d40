//! Dates and times as sent over the wire.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A string newtype with its conversions: the three types differ only in the expected format.
macro_rules! wire_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
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
    use super::*;

    #[test]
    fn keeps_invalid_date_in_json() {
        for text in ["\"2026-02-30\"", "\"\"", "\"next week\"", "\"0000-00-00T00:00:00\""] {
            let date: DateTime = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&date).unwrap(), text);
        }
    }
}
