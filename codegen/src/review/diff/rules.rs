//! What each kind of change means for callers.
//!
//! One principle decides, variance: a request that the old document permits must still be permitted, and a response must
//! still be one that a reader of the old document can handle. [`Severity::Error`] violates it, [`Severity::Warning`] may,
//! [`Severity::Info`] does not. A parameter is part of a request. The payload of a webhook or callback counts as a response,
//! and the response to it as a request. `RULES.md` says how an error is decided, and which rules correspond to those of
//! oasdiff.

use serde_json::Value;

use super::difference::Difference;
use super::kind::{ChangeKind, Direction, PayloadKind};
use crate::api::location::{Location, Segment};
use crate::diagnostics::Severity;

/// A rule, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The permanent id.
    pub id: String,
    /// The usual severity.
    pub severity: Severity,
    /// Another severity, and the condition under which it holds.
    pub exception: Option<(Severity, &'static str)>,
    /// A change of a document that the rule applies to.
    pub example: &'static str,
}

impl RuleInfo {
    /// The severities in words: `error; warning if …`.
    pub fn level(&self) -> String {
        match &self.exception {
            None => self.severity.to_string(),
            Some((severity, condition)) => format!("{}; {severity} if {condition}", self.severity),
        }
    }
}

/// What the comparison ignores, because it is not part of the interface.
pub const NOT_COMPARED: [&str; 6] = [
    "descriptions, summaries, titles and comments",
    "examples and external documentation",
    "vendor extensions except `x-fern-availability`",
    "the order of sets",
    "the names of components",
    "components that no operation uses",
];

/// All rules.
pub fn all() -> Vec<RuleInfo> {
    ChangeKind::all()
        .map(|(kind, payload)| {
            let rule = kind.rule();
            let direction = payload.map_or(Direction::Request, PayloadKind::direction);
            let severities = rule.severities(direction);
            let exception = (severities.exceptional, rule.exception(direction));
            RuleInfo {
                id: kind.id(payload),
                severity: severities.usual,
                exception: (severities.usual != severities.exceptional).then_some(exception),
                example: rule.example,
            }
        })
        .collect()
}

/// The severity of a difference by its rule.
pub(super) fn severity(difference: &Difference<'_>) -> Severity {
    let direction = difference.payload.map_or(Direction::Request, PayloadKind::direction);
    let severities = difference.found.kind.rule().severities(direction);
    if difference.found.details.exceptional { severities.exceptional } else { severities.usual }
}

/// The sentence of a finding.
pub(super) fn message(difference: &Difference<'_>) -> String {
    let mut message = difference.found.kind.rule().message;
    let details = &difference.found.details;
    // The second clause names a successor, if there is one.
    if details.new.is_null() {
        message = message.split("; ").next().unwrap_or_default();
    }
    message
        .replace("{subject}", &subject(&difference.location))
        .replace("{old}", &in_words(&details.old))
        .replace("{new}", &in_words(&details.new))
}

/// What a sentence calls a location.
fn subject(location: &Location) -> String {
    let is_variant = |segment: &Segment| matches!(segment, Segment::Variant(_));
    let is_property = |segment: &Segment| matches!(segment, Segment::Property(_));
    match location.segments() {
        [Segment::Parameters(_), Segment::Parameter(_), below @ ..] if below.iter().all(is_variant) => {
            format!("parameter `{}`", location.leaf())
        }
        [Segment::Response(_), Segment::Header(_)] => format!("header `{}`", location.leaf()),
        [Segment::Request] => "request body".to_owned(),
        [Segment::Response(_), below @ ..] if !below.iter().any(is_property) => "response".to_owned(),
        _ => format!("field `{}`", location.leaf()),
    }
}

/// A value in a sentence.
fn in_words(value: &Value) -> String {
    /// The characters that are kept of a long value: the report has the whole value too.
    const MAX_LENGTH: usize = 120;
    let text = match value {
        Value::Null => return "nothing".to_owned(),
        Value::String(text) => text.clone(),
        // A constraint with its keyword.
        Value::Object(constraint) if constraint.len() == 1 => {
            let in_words = |(keyword, value): (&String, &Value)| match value {
                Value::Null => format!("no {keyword}"),
                value => format!("{keyword} {}", in_words(value)),
            };
            return constraint.iter().map(in_words).collect();
        }
        other => other.to_string(),
    };
    let start: String = text.chars().take(MAX_LENGTH).collect();
    if start.len() < text.len() { format!("`{start}…`") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_unique_ids_with_examples() {
        let all = all();
        let mut ids: Vec<&str> = all.iter().map(|it| it.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all.len());
        assert!(all.iter().all(|it| !it.example.is_empty() && !it.level().ends_with("if ")));
    }
}
