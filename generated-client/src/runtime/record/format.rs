//! The string formats of JSON Schema that the API uses.

use std::fmt;

/// A string format.
#[derive(Clone, Copy)]
pub enum Format {
    DateTime,
    Date,
    Email,
    Uri,
}

impl Format {
    /// Returns whether a string has the format.
    pub fn holds(self, text: &str) -> bool {
        match self {
            Self::DateTime => unix_seconds(text).is_some(),
            Self::Date => days(text).is_some(),
            Self::Email => is_email(text),
            Self::Uri => is_uri(text),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DateTime => "date and time of RFC 3339",
            Self::Date => "date `YYYY-MM-DD`",
            Self::Email => "e-mail address",
            Self::Uri => "address with a scheme",
        })
    }
}

/// Converts a `full-date` of RFC 3339 to days since 1970-01-01.
fn days(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    // A year begins in March here, so that the leap day ends it: the months before have 30.6 days, rounded.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let before = 365 * year + leap_days + (153 * month + 2) / 5 - 719_469;
    (1..=days).contains(&day).then(|| i64::from(before + day))
}

/// Converts a `date-time` of RFC 3339 to Unix time, without fractions of a second.
pub fn unix_seconds(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(['T', 't'])?;
    let (time, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let minutes = clock(zone.get(1..)?, 2)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let (time, fraction) =
        time.split_once('.').map_or((time, None), |(time, fraction)| (time, Some(fraction)));
    if fraction.is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (minutes, seconds) = time.rsplit_once(':')?;
    let (minutes, seconds) = (clock(minutes, 2)? - offset, number(seconds, 2)?);
    // A leap second ends a day of UTC.
    let is_time = seconds < 60 || (seconds == 60 && minutes.rem_euclid(24 * 60) == 24 * 60 - 1);
    let days = days(date)?;
    is_time.then(|| days * 86_400 + i64::from(minutes * 60 + seconds))
}

/// Parses `HH:MM` to minutes.
fn clock(text: &str, width: usize) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (number(hours, width)?, number(minutes, width)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Parses a number of exactly `width` digits.
fn number(text: &str, width: usize) -> Option<i32> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Checks for one `@` between something and a host; anything stricter is up to mail servers.
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let host_is_plain = !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    !name.is_empty() && !name.contains([' ', '@']) && host_is_plain
}

/// Checks for a scheme, a colon, and only characters that a URI permits.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        && rest.bytes().all(|byte| {
            byte.is_ascii_graphic()
                && !matches!(byte, b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_dates() {
        for good in ["2026-02-28", "2024-02-29", "2000-02-29", "1999-12-31"] {
            assert!(Format::Date.holds(good), "{good}");
        }
        for bad in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "2026-02-30T",
            "",
            "26-02-01",
        ] {
            assert!(!Format::Date.holds(bad), "{bad}");
        }
    }

    #[test]
    fn requires_zone_in_date_time() {
        for good in [
            "2026-02-12T08:30:00Z",
            "2026-02-12t08:30:00.123+01:00",
            "2016-12-31T23:59:60Z",
            "2016-12-31T15:59:60-08:00",
        ] {
            assert!(Format::DateTime.holds(good), "{good}");
        }
        for bad in [
            "2026-02-12",
            "2026-02-12T08:30:00",
            "2026-02-12T24:00:00Z",
            "2026-02-12T08:30Z",
            "2026-02-12T08:30:60Z",
            "2026-02-12T08:30:00.Z",
            "2026-02-12 08:30:00Z",
        ] {
            assert!(!Format::DateTime.holds(bad), "{bad}");
        }
    }

    #[test]
    fn converts_any_zone_to_unix_time() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-03-01T00:00:00.999Z", 59 * 86_400),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2000-03-01T00:00:00+05:30", 951_868_800 - 19_800),
            ("2026-02-12T08:30:00-08:00", 1_770_913_800),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(unix_seconds(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn checks_email_and_uri() {
        assert!(
            Format::Email.holds("ada@example.com")
                && !Format::Email.holds("ada")
                && !Format::Email.holds("@example.com")
        );
        assert!(
            Format::Uri.holds("https://example.com/a?b=c")
                && !Format::Uri.holds("example")
                && !Format::Uri.holds("http://a b")
        );
    }
}
