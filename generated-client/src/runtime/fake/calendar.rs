//! The calendar of a fake: dates and times as the API writes them.

use std::time::{Duration, SystemTime};

/// The calendar time at which the clock of a fake starts: 2026-01-15T09:00:00Z, in seconds of Unix time.
pub(super) const START: i64 = 1_768_467_600;

pub(super) const DAY: i64 = 24 * 60 * 60;

/// Returns the Unix time, in milliseconds, at a time of the fake's clock.
pub(super) fn unix_millis(now: Duration) -> i64 {
    START * 1_000 + i64::try_from(now.as_millis()).unwrap_or(i64::MAX / 2)
}

/// Returns the calendar time at a time of the fake's clock.
pub(super) fn system_time(now: Duration) -> SystemTime {
    let start = Duration::from_secs(START.unsigned_abs());
    SystemTime::UNIX_EPOCH.checked_add(start.saturating_add(now)).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Returns `2026-01-15T09:00:00.000Z`.
pub(super) fn date_time(unix_millis: i64) -> String {
    let (seconds, millis) = (unix_millis.div_euclid(1_000), unix_millis.rem_euclid(1_000));
    let second = seconds.rem_euclid(DAY);
    let (hours, minutes, seconds_of_minute) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{}T{hours:02}:{minutes:02}:{seconds_of_minute:02}.{millis:03}Z", date(seconds))
}

/// Returns `2026-01-15` for a Unix time in seconds.
pub(super) fn date(unix_seconds: i64) -> String {
    // A year begins in March here, so that the leap day ends it; 146,097 days are 400 years.
    let days = unix_seconds.div_euclid(DAY) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (era * 400 + year_of_era, month + 3);
    let (year, month) = if month > 12 { (year + 1, month - 12) } else { (year, month) };
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::record::unix_seconds;

    #[test]
    fn writes_the_date_of_every_day_of_four_centuries() {
        for day in -30_000..120_000 {
            let written = date_time(day * DAY * 1_000 + 1);
            assert_eq!(unix_seconds(&written), Some(day * DAY), "{written}");
        }
        assert_eq!(date_time(START * 1_000), "2026-01-15T09:00:00.000Z");
        assert_eq!(date(951_782_400), "2000-02-29");
    }

    #[test]
    fn starts_at_the_same_time_in_both_forms() {
        let now = Duration::from_millis(90_061_007);
        assert_eq!(date_time(unix_millis(now)), "2026-01-16T10:01:01.007Z");
        let since = system_time(now).duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(i64::try_from(since.as_millis()), Ok(unix_millis(now)));
    }
}
