//! Dates and times as the wire has them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One text newtype with its conversions: the three differ in what the text should be, not in what they do.
macro_rules! wire_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text, unchanged.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, unchanged.
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
    /// A day, normally `YYYY-MM-DD`.
    ///
    /// Holds whatever text the wire had, so an odd date never costs a record; order and equality are those of the
    /// text. The features `jiff` and `chrono` convert it.
    ///
    /// ```
    /// let date = propexo::Date::from("2026-02-12");
    /// assert_eq!(date.as_str(), "2026-02-12");
    /// ```
    Date
}

wire_text! {
    /// A moment, normally RFC 3339 (`2026-02-12T08:30:00Z`).
    ///
    /// Holds whatever text the wire had, so an odd moment never costs a record; order and equality are those of
    /// the text. The features `jiff` and `chrono` convert it.
    DateTime
}

wire_text! {
    /// A day or a moment: a field that takes either.
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
    /// Whether the text has the length and the dashes of a day.
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
    fn an_odd_date_survives_json() {
        for text in ["\"2026-02-30\"", "\"\"", "\"next week\"", "\"0000-00-00T00:00:00\""] {
            let date: DateTime = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&date).unwrap(), text);
        }
    }
}
