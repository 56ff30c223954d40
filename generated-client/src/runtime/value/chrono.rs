//! Conversions from and to `chrono`, behind the feature of that name.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, ParseError, SecondsFormat, TimeZone};

use super::{Date, DateOrDateTime, DateTime, TimeOfDay};

impl TryFrom<&Date> for NaiveDate {
    type Error = ParseError;

    fn try_from(value: &Date) -> Result<Self, Self::Error> {
        value.as_str().parse()
    }
}

impl TryFrom<&DateOrDateTime> for NaiveDate {
    type Error = ParseError;

    /// Returns the date in the string, in the time zone of the string.
    fn try_from(value: &DateOrDateTime) -> Result<Self, Self::Error> {
        if value.is_date() {
            return value.as_str().parse();
        }
        let moment = chrono::DateTime::parse_from_rfc3339(value.as_str());
        moment
            .map(|moment| moment.date_naive())
            .or_else(|_| value.as_str().parse::<NaiveDateTime>().map(|at| at.date()))
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self::from(date.to_string())
    }
}

impl From<NaiveDate> for DateOrDateTime {
    fn from(date: NaiveDate) -> Self {
        Self::from(date.to_string())
    }
}

/// Implements conversions for date-time strings.
macro_rules! moment {
    ($type:ident) => {
        impl TryFrom<&$type> for chrono::DateTime<FixedOffset> {
            type Error = ParseError;

            /// Returns the date and time with its offset from UTC; fails without an offset.
            fn try_from(value: &$type) -> Result<Self, Self::Error> {
                Self::parse_from_rfc3339(value.as_str())
            }
        }

        impl TryFrom<&$type> for NaiveDateTime {
            type Error = ParseError;

            /// Returns the date and time as written, for a string without an offset.
            fn try_from(value: &$type) -> Result<Self, Self::Error> {
                value.as_str().parse()
            }
        }

        impl<Z: TimeZone> From<chrono::DateTime<Z>> for $type {
            fn from(moment: chrono::DateTime<Z>) -> Self {
                Self::from(moment.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
        }
    };
}

moment!(DateTime);
moment!(DateOrDateTime);

impl TryFrom<&TimeOfDay> for NaiveTime {
    type Error = ParseError;

    fn try_from(value: &TimeOfDay) -> Result<Self, Self::Error> {
        value.as_str().parse()
    }
}

impl From<NaiveTime> for TimeOfDay {
    fn from(time: NaiveTime) -> Self {
        Self::from(time.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_dates_and_times_both_ways() {
        let day = NaiveDate::from_ymd_opt(2026, 2, 12).unwrap();
        assert_eq!(NaiveDate::try_from(&Date::from("2026-02-12")).unwrap(), day);
        assert_eq!(Date::from(day).as_str(), "2026-02-12");
        assert_eq!(DateOrDateTime::from(day).as_str(), "2026-02-12");
        for text in ["2026-02-12", "2026-02-12T23:30:00-05:00", "2026-02-12T23:30:00"] {
            assert_eq!(NaiveDate::try_from(&DateOrDateTime::from(text)).unwrap(), day);
        }
        let text = DateTime::from("2026-02-12T08:30:00.5+01:00");
        let moment = chrono::DateTime::<FixedOffset>::try_from(&text).unwrap();
        assert_eq!(DateTime::from(moment).as_str(), "2026-02-12T07:30:00.500Z");
        let local = NaiveDateTime::try_from(&DateTime::from("2026-02-12T08:30:00")).unwrap();
        assert_eq!(local, day.and_hms_opt(8, 30, 0).unwrap());
        let time = NaiveTime::try_from(&TimeOfDay::from("15:30:00")).unwrap();
        assert_eq!(TimeOfDay::from(time).as_str(), "15:30:00");
    }

    #[test]
    fn rejects_invalid_string_on_conversion_only() {
        assert!(NaiveDate::try_from(&Date::from("2026-02-30")).is_err());
        assert!(NaiveDate::try_from(&DateOrDateTime::from("soon")).is_err());
        assert!(NaiveTime::try_from(&TimeOfDay::from("25:00:00")).is_err());
        assert!(chrono::DateTime::<FixedOffset>::try_from(&DateTime::from("2026-02-12T08:30:00")).is_err());
    }
}
