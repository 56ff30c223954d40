//! Conversions from and to `jiff`, behind the feature of that name.

use jiff::Timestamp;
use jiff::civil;

use super::{Date, DateOrDateTime, DateTime};

/// From the text of a day, or of a moment whose day is meant.
macro_rules! civil_date {
    ($type:ident) => {
        impl TryFrom<&$type> for civil::Date {
            type Error = jiff::Error;

            /// The day that the text names, in whatever zone the text is.
            fn try_from(value: &$type) -> Result<Self, Self::Error> {
                value.as_str().parse()
            }
        }

        impl From<civil::Date> for $type {
            fn from(date: civil::Date) -> Self {
                Self::from(date.to_string())
            }
        }
    };
}

civil_date!(Date);
civil_date!(DateOrDateTime);

/// From the text of a moment.
macro_rules! moment {
    ($type:ident) => {
        impl TryFrom<&$type> for Timestamp {
            type Error = jiff::Error;

            /// The moment; the text must say how far from UTC it is.
            fn try_from(value: &$type) -> Result<Self, Self::Error> {
                value.as_str().parse()
            }
        }

        impl TryFrom<&$type> for civil::DateTime {
            type Error = jiff::Error;

            /// Day and time as the text has them, for a text that does not say which zone is meant.
            fn try_from(value: &$type) -> Result<Self, Self::Error> {
                value.as_str().parse()
            }
        }

        impl From<Timestamp> for $type {
            fn from(moment: Timestamp) -> Self {
                Self::from(moment.to_string())
            }
        }
    };
}

moment!(DateTime);
moment!(DateOrDateTime);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_moments_go_both_ways() {
        let day = civil::date(2026, 2, 12);
        assert_eq!(civil::Date::try_from(&Date::from("2026-02-12")).unwrap(), day);
        assert_eq!(Date::from(day).as_str(), "2026-02-12");
        assert_eq!(DateOrDateTime::from(day).as_str(), "2026-02-12");
        assert_eq!(civil::Date::try_from(&DateOrDateTime::from("2026-02-12T23:30:00-05:00")).unwrap(), day);
        let moment = Timestamp::try_from(&DateTime::from("2026-02-12T08:30:00.5+01:00")).unwrap();
        assert_eq!(DateTime::from(moment).as_str(), "2026-02-12T07:30:00.5Z");
        let local = civil::DateTime::try_from(&DateTime::from("2026-02-12T08:30:00")).unwrap();
        assert_eq!(local, day.at(8, 30, 0, 0));
    }

    #[test]
    fn an_odd_text_is_an_error_only_here() {
        assert!(civil::Date::try_from(&Date::from("2026-02-30")).is_err());
        assert!(Timestamp::try_from(&DateTime::from("2026-02-12T08:30:00")).is_err());
        assert!(Timestamp::try_from(&DateTime::from("")).is_err());
    }
}
