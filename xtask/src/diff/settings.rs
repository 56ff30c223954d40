//! `spec/diff.toml`: findings that were reviewed and are ignored, or have a lower severity.

use anyhow::anyhow;
use std::fmt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use codegen::diagnostics::Severity;
use codegen::diff::{Site, rules};
use toml::de::{DeTable, DeValue};

use crate::{Result, files, shown};

/// The name of the file in messages.
pub(crate) const FILE: &str = "spec/diff.toml";

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Parses `2026-12-31`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let value = DeValue::parse(text).ok();
        let day = value.and_then(|value| Self::of(value.get_ref()));
        day.ok_or_else(|| anyhow!("`{text}` is not a date such as 2026-12-31"))
    }

    fn of(value: &DeValue<'_>) -> Option<Self> {
        let DeValue::Datetime(date) = value else { return None };
        let day = date.date.filter(|_| date.time.is_none())?;
        Some(Day { year: day.year, month: day.month, day: day.day })
    }

    /// The current day in UTC.
    pub(crate) fn today() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut days = now.as_secs() / 86_400;
        let mut year: u16 = 1970;
        loop {
            let long = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
            let february = if long { 29 } else { 28 };
            for (month, length) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                if days < length {
                    // Below 31.
                    return Day { year, month, day: u8::try_from(days + 1).unwrap_or(1) };
                }
                days -= length;
            }
            year += 1;
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The effect of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Ignore,
    Lower(Severity),
}

/// An entry. A pattern that is absent matches everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) line: usize,
    pub(crate) act: Act,
    pub(crate) rule: String,
    pub(crate) operation: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) reason: String,
    /// The last day on which it applies.
    pub(crate) until: Option<Day>,
}

impl Entry {
    pub(crate) fn has_expired(&self, today: Day) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// Whether it applies to a finding at a site.
    pub(crate) fn applies_to(&self, rule: &str, severity: Severity, site: &Site) -> bool {
        let is_match = |pattern: &Option<String>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| matches(pattern, text))
        };
        let lowers = match self.act {
            Act::Ignore => true,
            Act::Lower(to) => to < severity,
        };
        lowers
            && matches(&self.rule, rule)
            && is_match(&self.operation, &site.operation)
            && is_match(&self.location, &site.location.to_string())
    }
}

/// Whether a text matches a pattern, in which `*` matches any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        // The leftmost match leaves the most text for the other parts.
        let Some((_, rest)) = text.split_once(part) else { return false };
        text = rest;
    }
    true
}

/// Reads the file; a missing file has no entries.
pub(crate) fn read(path: &Path) -> Result<Vec<Entry>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    parse(&files::read(path)?).map_err(|(line, reason)| anyhow!("{}:{line}: {reason}", shown(path)))
}

/// An error with its line.
type Invalid = (usize, String);

fn parse(text: &str) -> std::result::Result<Vec<Entry>, Invalid> {
    let line = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    let document = DeTable::parse(text)
        .map_err(|error| (line(error.span().unwrap_or_default().start), error.message().to_owned()))?;
    let mut entries = Vec::new();
    for (key, value) in document.get_ref() {
        let at = line(key.span().start);
        let lowers = match key.get_ref().as_ref() {
            "ignore" => false,
            "lower" => true,
            other => {
                return Err((at, format!("`{other}` is not known; entries are [[ignore]] and [[lower]]")));
            }
        };
        let list = value.get_ref().as_array();
        for item in list.ok_or_else(|| (at, format!("write [[{0}]] and not [{0}]", key.get_ref())))? {
            let at = line(item.span().start);
            let table = item.get_ref().as_table();
            entries.push(entry(
                table.ok_or_else(|| (at, "this is not a table".to_owned()))?,
                at,
                lowers,
                &line,
            )?);
        }
    }
    entries.sort_by_key(|entry| entry.line);
    Ok(entries)
}

fn entry(
    table: &DeTable<'_>,
    at: usize,
    lowers: bool,
    line: &dyn Fn(usize) -> usize,
) -> std::result::Result<Entry, Invalid> {
    let known: &[&str] = match lowers {
        true => &["rule", "operation", "location", "reason", "until", "to"],
        false => &["rule", "operation", "location", "reason", "until"],
    };
    for key in table.keys() {
        if !known.contains(&key.get_ref().as_ref()) {
            let reason = format!("`{}` is not known; an entry has {}", key.get_ref(), known.join(", "));
            return Err((line(key.span().start), reason));
        }
    }
    let text = |key: &str| -> std::result::Result<Option<String>, Invalid> {
        let Some(value) = table.get(key) else { return Ok(None) };
        let wrong = || (line(value.span().start), format!("`{key}` is not a string, or is empty"));
        Ok(Some(value.get_ref().as_str().filter(|text| !text.is_empty()).ok_or_else(wrong)?.to_owned()))
    };
    let needed = |key: &str| text(key)?.ok_or_else(|| (at, format!("the entry has no `{key}`")));
    let until = table.get("until").map(|value| {
        Day::of(value.get_ref())
            .ok_or_else(|| (line(value.span().start), "`until` is not a date such as 2026-12-31".to_owned()))
    });
    let act = if lowers {
        let to = needed("to")?;
        let lower = [Severity::Warning, Severity::Info].into_iter().find(|severity| severity.name() == to);
        Act::Lower(lower.ok_or_else(|| (at, format!("`to` is \"warning\" or \"info\", not `{to}`")))?)
    } else {
        Act::Ignore
    };
    Ok(Entry {
        line: at,
        act,
        rule: needed("rule")?,
        operation: text("operation")?,
        location: text("location")?,
        reason: needed("reason")?,
        until: until.transpose()?,
    })
}

/// The ids that are the most similar to an unknown one.
pub(crate) fn nearest(id: &str) -> Vec<String> {
    let mut all: Vec<(f64, String)> =
        rules::all().into_iter().map(|rule| (strsim::jaro_winkler(id, &rule.id), rule.id)).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.into_iter().take(3).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_matches_any_text() {
        for (pattern, text, expected) in [
            ("query.limit", "query.limit", true),
            ("query.limit", "query.limits", false),
            ("*", "", true),
            ("GET /v1/*", "GET /v1/leads/", true),
            ("GET /v1/*", "POST /v1/leads/", false),
            ("*.status", "response.200.results[].status", true),
            ("*.status", "request.statuses", false),
            ("response.*[]*.id", "response.200.results[].a.id", true),
            ("a*a", "a", false),
            ("a*b*c", "a-b-b-c", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn entries_are_read_in_the_order_of_the_file() {
        let text = "[[lower]]\nrule = 'op-removed'\nto = 'info'\nreason = 'r'\nuntil = 2026-12-31\n\n\
                    [[ignore]]\nrule = '*'\noperation = 'GET /a'\nlocation = 'request'\nreason = 's'\n";
        let entries = parse(text).unwrap();
        assert_eq!(entries.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 7]);
        assert_eq!(entries[0].act, Act::Lower(Severity::Info));
        assert_eq!(entries[0].until.map(|day| day.to_string()).as_deref(), Some("2026-12-31"));
        assert_eq!(entries[1].operation.as_deref(), Some("GET /a"));
    }

    #[test]
    fn entry_applies_on_its_last_day() {
        let entry = &parse("[[ignore]]\nrule = 'x'\nreason = 'r'\nuntil = 2026-12-31\n").unwrap()[0];
        assert!(!entry.has_expired(Day::parse("2026-12-31").unwrap()));
        assert!(entry.has_expired(Day::parse("2027-01-01").unwrap()));
        assert!(Day::parse("2026-02-30").is_err() && Day::parse("soon").is_err());
    }

    #[test]
    fn reports_errors_with_their_lines() {
        for (text, line, part) in [
            ("# c\nignore = 1\n", 2, "write [[ignore]]"),
            ("[[ignored]]\n", 1, "`ignored` is not known"),
            ("[[ignore]]\nrule = 'x'\nreasn = 'r'\n", 3, "`reasn` is not known"),
            ("\n[[ignore]]\nrule = 'x'\n", 2, "no `reason`"),
            ("[[ignore]]\nreason = 'r'\n", 1, "no `rule`"),
            ("[[ignore]]\nrule = 1\nreason = 'r'\n", 2, "`rule` is not a string"),
            ("[[ignore]]\nrule = 'x'\nreason = 'r'\nto = 'info'\n", 4, "`to` is not known"),
            ("[[lower]]\nrule = 'x'\nreason = 'r'\nto = 'error'\n", 1, "\"warning\" or \"info\""),
            ("[[ignore]]\nrule = 'x'\nreason = 'r'\nuntil = 'soon'\n", 4, "`until` is not a date"),
            ("[[ignore]]\nrule = \n", 2, ""),
        ] {
            let (at, reason) = parse(text).unwrap_err();
            assert_eq!(at, line, "{text}: {reason}");
            assert!(reason.contains(part), "{text}: {reason}");
        }
    }
}
