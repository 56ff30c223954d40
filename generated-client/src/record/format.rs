//! The formats of JSON Schema that the API uses.

use std::fmt;

/// A form that a text should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    DateTime,
    Date,
    Email,
    Uri,
}

impl Format {
    /// Whether a text has it.
    pub(crate) fn holds(self, text: &str) -> bool {
        match self {
            Self::DateTime => is_date_time(text),
            Self::Date => is_date(text),
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

/// `full-date` of RFC 3339.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// `date-time` of RFC 3339.
fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't']) else { return false };
    let Some(zone) = rest.find(['Z', 'z', '+', '-']) else { return false };
    let (time, zone) = rest.split_at(zone);
    let offset = match zone {
        "Z" | "z" => Some(0),
        _ => clock(zone.get(1..).unwrap_or_default(), 2)
            .map(|minutes| if zone.starts_with('-') { -minutes } else { minutes }),
    };
    let (Some(offset), true) = (offset, is_date(date)) else { return false };
    let (time, fraction) =
        time.split_once('.').map_or((time, None), |(time, fraction)| (time, Some(fraction)));
    if fraction.is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    let Some((minutes, seconds)) = time.rsplit_once(':') else { return false };
    let (Some(minutes), Some(seconds)) = (clock(minutes, 2), number(seconds, 2)) else { return false };
    // A leap second ends a day of UTC.
    seconds < 60 || (seconds == 60 && (minutes - offset).rem_euclid(24 * 60) == 24 * 60 - 1)
}

/// `HH:MM` in minutes.
fn clock(text: &str, width: usize) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (number(hours, width)?, number(minutes, width)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A number of exactly so many digits.
fn number(text: &str, width: usize) -> Option<i32> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// One `@` between something and a host; what mail servers take beyond that is theirs to say.
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let host_is_plain = !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    !name.is_empty() && !name.contains([' ', '@']) && host_is_plain
}

/// A scheme, a colon, and no sign that an address cannot hold.
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
    fn dates_exist_or_do_not() {
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
    fn moments_have_a_zone() {
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
    fn addresses() {
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
