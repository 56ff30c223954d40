//! What each kind of difference does to callers.
//!
//! One rule decides, that of variance: after the change a request that was taken must still be taken (requests accept no
//! less), and an answer must still be one that a reader of the old document can handle (answers give no less).
//! [`Severity::Error`] breaks that, [`Severity::Warning`] may, [`Severity::Info`] does not. A parameter counts as a request; the
//! payload of a webhook is something that callers are given, and what they answer is something that they send.
//!
//! Ids are permanent: people put them into `spec/diff.toml`.

use serde_json::Value;

use super::fact::{Fact, Part};
use crate::error::Severity;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// The document or an operation: the stem is the id.
    Whole,
    /// A schema of a parameter.
    Param,
    /// A schema of a parameter or of what callers send.
    Sent,
    /// A schema of what callers are given.
    Given,
    /// Any schema.
    Any,
}

/// A level, and the one that holds where the change is of the harmless sort.
type Levels = [Severity; 2];

/// A kind of change.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    stem: &'static str,
    of: Of,
    sent: Levels,
    given: Levels,
    /// The sentence of a finding: `{what}`, `{old}` and `{new}` stand for its own.
    says: &'static str,
    /// What the harmless sort is, where there is one.
    harmless: &'static str,
    example: &'static str,
}

const E: Levels = [Severity::Error; 2];
const W: Levels = [Severity::Warning; 2];
const I: Levels = [Severity::Info; 2];
const E_OR_I: Levels = [Severity::Error, Severity::Info];
const E_OR_W: Levels = [Severity::Error, Severity::Warning];
const W_OR_I: Levels = [Severity::Warning, Severity::Info];

const fn rule(
    stem: &'static str,
    of: Of,
    [sent, given]: [Levels; 2],
    says: &'static str,
    harmless: &'static str,
    example: &'static str,
) -> Rule {
    Rule { stem, of, sent, given, says, harmless, example }
}

/// Every kind of change: levels where callers send it, and where they are given it.
const RULES: [Rule; 47] = [
    rule("op-added", Of::Whole, [I, I], "new operation", "", "`POST /v1/tours/` appears"),
    rule(
        "op-removed",
        Of::Whole,
        [E, E],
        "the operation is gone; the nearest new path is {new}",
        "",
        "`GET /v1/leads/` disappears",
    ),
    rule(
        "op-path-trailing-slash-changed",
        Of::Whole,
        [W, W],
        "the path is now {new}",
        "",
        "`/v1/leads` becomes `/v1/leads/`",
    ),
    rule(
        "path-param-renamed",
        Of::Whole,
        [I, I],
        "the argument {old} of the path is now called {new}",
        "",
        "`/v1/leads/{id}` becomes `/v1/leads/{lead_id}`",
    ),
    rule(
        "op-deprecated",
        Of::Whole,
        [I, I],
        "the operation is deprecated now",
        "",
        "`deprecated: true` appears",
    ),
    rule(
        "op-undeprecated",
        Of::Whole,
        [I, I],
        "the operation is no longer deprecated",
        "",
        "`deprecated: true` disappears",
    ),
    rule(
        "op-availability-changed",
        Of::Whole,
        [I, I],
        "the availability was {old} and is {new}",
        "",
        "`x-fern-availability: beta` appears",
    ),
    rule(
        "op-tags-changed",
        Of::Whole,
        [I, I],
        "the tags were {old} and are {new}",
        "",
        "`tags: [leads]` becomes `tags: [crm]`",
    ),
    rule(
        "op-id-changed",
        Of::Whole,
        [I, I],
        "the operation id was {old} and is {new}",
        "",
        "`operationId: leads.list` appears",
    ),
    rule(
        "op-security-changed",
        Of::Whole,
        [W, W],
        "the security was {old} and is {new}",
        "",
        "`security: [bearerAuth: []]` becomes `[]`",
    ),
    rule(
        "security-schemes-changed",
        Of::Whole,
        [W, W],
        "the security schemes were {old} and are {new}",
        "",
        "a scheme `apiKey` appears",
    ),
    rule(
        "servers-changed",
        Of::Whole,
        [W, W],
        "the servers were {old} and are {new}",
        "",
        "the sandbox moves to another host",
    ),
    rule(
        "document-version-changed",
        Of::Whole,
        [I, I],
        "the version of the document was {old} and is {new}",
        "",
        "`info.version` goes from `1.0.0` to `1.1.0`",
    ),
    rule(
        "serialization-changed",
        Of::Param,
        [E, E],
        "the {what} is written {new} and no longer {old}",
        "",
        "`?ids=1&ids=2` becomes `?ids=1,2` (`explode: false`)",
    ),
    rule(
        "request-body-added-required",
        Of::Whole,
        [E_OR_I, E_OR_I],
        "a body has to be sent now",
        "a webhook sends it",
        "a `DELETE` asks for a body",
    ),
    rule(
        "request-body-added-optional",
        Of::Whole,
        [I, I],
        "a body may be sent now",
        "",
        "a `DELETE` takes a body",
    ),
    rule(
        "request-body-removed",
        Of::Whole,
        [W, W],
        "no body is taken any more",
        "",
        "a `DELETE` takes no body",
    ),
    rule(
        "request-body-became-required",
        Of::Whole,
        [E_OR_I, E_OR_I],
        "the body has to be sent now",
        "a webhook sends it",
        "`requestBody.required: true` appears",
    ),
    rule(
        "request-body-became-optional",
        Of::Whole,
        [I, I],
        "the body may be left away now",
        "",
        "`requestBody.required: true` disappears",
    ),
    rule(
        "content-type-added",
        Of::Whole,
        [I, I],
        "the media type {new} is new",
        "",
        "`text/csv` appears beside `application/json`",
    ),
    rule(
        "content-type-removed",
        Of::Whole,
        [E, E],
        "the media type {old} is gone",
        "",
        "`application/json` disappears",
    ),
    rule("response-status-added", Of::Whole, [I, I], "the status {new} is new", "", "a `404` appears"),
    rule(
        "response-status-removed",
        Of::Whole,
        [E_OR_I, E_OR_I],
        "the status {old} is gone",
        "it is no success (2xx)",
        "`200` disappears in favour of `201`",
    ),
    rule(
        "added-required",
        Of::Sent,
        [E, E],
        "new {what}, which has to be sent",
        "",
        "`notes` appears and is required",
    ),
    rule("added-optional", Of::Sent, [I, I], "new optional {what}", "", "`notes` appears"),
    rule("added", Of::Given, [I, I], "new {what}", "", "`notes` appears"),
    rule(
        "removed",
        Of::Any,
        [W, E_OR_W],
        "the {what} is gone",
        "it was not always there",
        "`notes` disappears",
    ),
    rule("became-required", Of::Any, [E, I], "the {what} is required now", "", "`required: [notes]` appears"),
    rule(
        "became-optional",
        Of::Any,
        [I, E],
        "the {what} is no longer required",
        "",
        "`required: [notes]` disappears",
    ),
    rule(
        "became-nullable",
        Of::Any,
        [I, E],
        "the {what} may be null now",
        "",
        "`type: string` becomes `type: [string, 'null']`",
    ),
    rule(
        "became-not-nullable",
        Of::Any,
        [E, I],
        "the {what} may no longer be null",
        "",
        "`type: [string, 'null']` becomes `type: string`",
    ),
    rule(
        "type-changed",
        Of::Any,
        [E_OR_I, E_OR_I],
        "the type of the {what} was {old} and is {new}",
        "the type that is read takes all that is written",
        "`integer` becomes `string`",
    ),
    rule(
        "variant-added",
        Of::Any,
        [I, E],
        "the {what} may also be {new} now",
        "",
        "`anyOf` gets another entry",
    ),
    rule(
        "variant-removed",
        Of::Any,
        [E, I],
        "the {what} may no longer be {old}",
        "",
        "`anyOf` loses an entry",
    ),
    rule(
        "enum-value-added",
        Of::Any,
        [I, W],
        "the {what} has the new value {new}",
        "",
        "`enum: [NEW]` becomes `enum: [NEW, OLD]`",
    ),
    rule(
        "enum-value-removed",
        Of::Any,
        [E, I],
        "the {what} no longer has the value {old}",
        "",
        "`enum: [NEW, OLD]` becomes `enum: [NEW]`",
    ),
    rule(
        "enum-introduced",
        Of::Any,
        [E, I],
        "the {what} is one of {new} now",
        "",
        "`enum: [NEW, OLD]` appears",
    ),
    rule(
        "enum-dropped",
        Of::Any,
        [I, E],
        "the {what} is no longer limited to {old}",
        "",
        "`enum: [NEW, OLD]` disappears",
    ),
    rule(
        "format-changed",
        Of::Any,
        [W_OR_I, W],
        "the format of the {what} was {old} and is {new}",
        "the format goes away",
        "`format: uuid` becomes `format: cuid`",
    ),
    rule(
        "constraint-tightened",
        Of::Any,
        [E, I],
        "the limit of the {what} was {old} and is {new}",
        "",
        "`maximum: 250` becomes `maximum: 100`",
    ),
    rule(
        "constraint-loosened",
        Of::Any,
        [I, I],
        "the limit of the {what} was {old} and is {new}",
        "",
        "`maximum: 100` becomes `maximum: 250`",
    ),
    rule(
        "constraint-changed",
        Of::Any,
        [W, I],
        "the limit of the {what} was {old} and is {new}",
        "",
        "a `pattern` becomes another",
    ),
    rule(
        "default-changed",
        Of::Any,
        [W, I],
        "the default of the {what} was {old} and is {new}",
        "",
        "`default: 100` becomes `default: 50`",
    ),
    rule(
        "additional-properties-changed",
        Of::Any,
        [E_OR_W, W],
        "the {what} had {old} for other members and has {new}",
        "they are not forbidden",
        "`additionalProperties: false` appears",
    ),
    rule(
        "access-mode-changed",
        Of::Any,
        [W, W],
        "the {what} was {old} and is {new}",
        "",
        "`readOnly: true` appears",
    ),
    rule("deprecated", Of::Any, [I, I], "the {what} is deprecated now", "", "`deprecated: true` appears"),
    rule(
        "undeprecated",
        Of::Any,
        [I, I],
        "the {what} is no longer deprecated",
        "",
        "`deprecated: true` disappears",
    ),
];

impl Rule {
    /// Its ids with their levels: the one that holds usually, and the one of the harmless sort.
    fn ids(&self) -> Vec<(String, Levels)> {
        let parts: &[Part] = match self.of {
            Of::Whole => return vec![(self.stem.to_owned(), self.sent)],
            Of::Param => &[Part::Param],
            Of::Sent => &[Part::Param, Part::Request],
            Of::Given => &[Part::Response],
            Of::Any => &[Part::Param, Part::Request, Part::Response],
        };
        let levels = |part: Part| if part.is_sent() { self.sent } else { self.given };
        parts.iter().map(|part| (format!("{}-{}", part.prefix(), self.stem), levels(*part))).collect()
    }
}

/// An id with what is to be known of it, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The id.
    pub id: String,
    /// The level, and where it depends, on what.
    pub level: String,
    /// What a document did.
    pub example: &'static str,
}

/// All ids, in the order of the table.
pub fn explain() -> Vec<Explained> {
    let one = |rule: &'static Rule, (id, [level, harmless]): (String, Levels)| Explained {
        id,
        level: if level == harmless {
            level.to_string()
        } else {
            format!("{level}; {harmless} where {}", rule.harmless)
        },
        example: rule.example,
    };
    RULES.iter().flat_map(|rule| rule.ids().into_iter().map(move |id| one(rule, id))).collect()
}

/// The rule of a fact, and the level that it gives.
pub(super) fn judge(fact: &Fact<'_>) -> Option<(&'static Rule, Severity)> {
    let rule =
        RULES.iter().find(|rule| rule.stem == fact.stem && (rule.of == Of::Whole) == fact.part.is_none())?;
    let [level, harmless] = if fact.part.is_none_or(Part::is_sent) { rule.sent } else { rule.given };
    Some((rule, if fact.harmless { harmless } else { level }))
}

/// The sentence of a finding.
pub(super) fn message(rule: &Rule, fact: &Fact<'_>) -> String {
    let (_, leaf) = fact.location.rsplit_once('.').unwrap_or(("", &fact.location));
    let what = match fact.part {
        Some(Part::Param) if fact.location.matches(['.', '[', '{']).count() == 1 => {
            format!("parameter `{leaf}`")
        }
        _ if matches!(fact.location.as_str(), "request") => "body".to_owned(),
        _ if fact.location.starts_with("response.") && fact.location.matches('.').count() == 1 => {
            "answer".to_owned()
        }
        _ => format!("field `{leaf}`"),
    };
    // What is said of a successor goes where there is none.
    let says = if fact.new.is_null() { rule.says.split("; ").next().unwrap_or_default() } else { rule.says };
    let sentence = says.replace("{what}", &what);
    sentence.replace("{old}", &shown(&fact.old)).replace("{new}", &shown(&fact.new))
}

/// A value in a sentence.
fn shown(value: &Value) -> String {
    /// Longer values are cut: the whole one stands beside the sentence.
    const MOST: usize = 120;
    let text = match value {
        Value::Null => return "nothing".to_owned(),
        Value::String(text) => text.clone(),
        // A limit, by its keyword.
        Value::Object(members) if members.len() == 1 => {
            let limit = |(key, value): (&String, &Value)| match value {
                Value::Null => format!("no {key}"),
                value => format!("{key} {}", shown(value)),
            };
            return members.iter().map(limit).collect();
        }
        other => other.to_string(),
    };
    let cut: String = text.chars().take(MOST).collect();
    if cut.len() < text.len() { format!("`{cut}…`") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_each_has_an_example() {
        let all = explain();
        let mut ids: Vec<&str> = all.iter().map(|it| it.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all.len());
        assert!(all.iter().all(|it| !it.example.is_empty() && !it.level.ends_with("where ")));
    }
}
