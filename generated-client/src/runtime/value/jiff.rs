//! Conversions from and to `jiff`, behind the feature of that name.

use jiff::Timestamp;
use jiff::civil;

use super::{Date, DateOrDateTime, DateTime, TimeOfDay};

/// Implements conversions for date strings, and for the date of date-time strings.
macro_rules! civil_date {
    ($type:ident) => {
        impl TryFrom<&$type> for civil::Date {
            type Error = jiff::Error;

            /// Returns the date in the string, in the time zone of the string.
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

/// Implements conversions for date-time strings.
macro_rules! moment {
    ($type:ident) => {
        impl TryFrom<&$type> for Timestamp {
            type Error = jiff::Error;

            /// Returns the moment; fails without an offset from UTC.
            fn try_from(value: &$type) -> Result<Self, Self::Error> {
                value.as_str().parse()
            }
        }

        impl TryFrom<&$type> for civil::DateTime {
            type Error = jiff::Error;

            /// Returns the date and time as written, for a string without an offset.
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

impl TryFrom<&TimeOfDay> for civil::Time {
    type Error = jiff::Error;

    fn try_from(value: &TimeOfDay) -> Result<Self, Self::Error> {
        value.as_str().parse()
    }
}

impl From<civil::Time> for TimeOfDay {
    fn from(time: civil::Time) -> Self {
        Self::from(time.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_dates_and_times_both_ways() {
        let day = civil::date(2026, 2, 12);
        assert_eq!(civil::Date::try_from(&Date::from("2026-02-12")).unwrap(), day);
        assert_eq!(Date::from(day).as_str(), "2026-02-12");
        assert_eq!(DateOrDateTime::from(day).as_str(), "2026-02-12");
        assert_eq!(civil::Date::try_from(&DateOrDateTime::from("2026-02-12T23:30:00-05:00")).unwrap(), day);
        let moment = Timestamp::try_from(&DateTime::from("2026-02-12T08:30:00.5+01:00")).unwrap();
        assert_eq!(DateTime::from(moment).as_str(), "2026-02-12T07:30:00.5Z");
        let local = civil::DateTime::try_from(&DateTime::from("2026-02-12T08:30:00")).unwrap();
        assert_eq!(local, day.at(8, 30, 0, 0));
        let time = civil::Time::try_from(&TimeOfDay::from("15:30:00")).unwrap();
        assert_eq!(TimeOfDay::from(time).as_str(), "15:30:00");
    }

    #[test]
    fn rejects_invalid_string_on_conversion_only() {
        assert!(civil::Date::try_from(&Date::from("2026-02-30")).is_err());
        assert!(Timestamp::try_from(&DateTime::from("2026-02-12T08:30:00")).is_err());
        assert!(Timestamp::try_from(&DateTime::from("")).is_err());
        assert!(civil::Time::try_from(&TimeOfDay::from("25:00:00")).is_err());
    }
}
