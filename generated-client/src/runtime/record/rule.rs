//! The constraints of the API document on a value, as data, and the function that checks them.

use std::borrow::Cow;

use crate::Violation;

use super::format::Format;
use super::pattern;
use super::{Node, Record, View};

/// The constraints on one value. As in JSON Schema, each applies to values of its own type only.
pub struct Rule {
    /// In characters.
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    /// Matches anywhere in a string.
    pub pattern: Option<&'static str>,
    pub format: Option<Format>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    pub above: Option<f64>,
    pub below: Option<f64>,
    pub multiple_of: Option<f64>,
    pub one_of: Option<&'static [f64]>,
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
    pub unique: Option<bool>,
    /// Constraints on each element of an array or value of a map.
    pub items: Option<&'static Rule>,
    /// Permits only the values that the API document lists.
    pub listed: Option<bool>,
    /// The same for a string in a query, where the type is unknown: returns the message for a value that is not listed.
    pub known: Option<fn(&str) -> Option<String>>,
    /// A variant of the union accepts any object, so nothing in it is checked.
    pub free: Option<bool>,
    /// At least one of these holds.
    pub any_of: Option<&'static [Rule]>,
}

impl Rule {
    /// No constraints.
    pub const NONE: Rule = Rule {
        min_length: None,
        max_length: None,
        pattern: None,
        format: None,
        minimum: None,
        maximum: None,
        above: None,
        below: None,
        multiple_of: None,
        one_of: None,
        min_items: None,
        max_items: None,
        unique: None,
        items: None,
        listed: None,
        known: None,
        free: None,
        any_of: None,
    };
}

/// `{ max_items: 25, items: { max_length: 3 } }`
macro_rules! rule {
    ({ $($key:ident: $value:tt),* $(,)? }) => {
        $crate::runtime::record::Rule { $($key: $crate::runtime::record::rule!(@ $key $value),)* ..$crate::runtime::record::Rule::NONE }
    };
    (@ items $rule:tt) => {
        Some(&$crate::runtime::record::rule!($rule))
    };
    (@ any_of [$($rule:tt),* $(,)?]) => {
        Some(&[$($crate::runtime::record::rule!($rule)),*])
    };
    (@ one_of $values:tt) => {
        Some(&$values)
    };
    (@ format $format:ident) => {
        Some($crate::runtime::record::Format::$format)
    };
    (@ $key:ident $value:tt) => {
        Some($value)
    };
}
pub(crate) use rule;

/// Constraints on query parameters, by name.
pub type QueryRules = &'static [(&'static str, Rule)];

/// Returns all violations in a query.
pub fn query_violations(query: &[(Cow<'static, str>, String)], rules: QueryRules) -> Vec<Violation> {
    let rule = |name: &str| rules.iter().find(|(ruled, _)| *ruled == name).map(|(_, rule)| rule);
    query
        .iter()
        .filter_map(|(name, value)| Some((name, broken_by_query(value, rule(name)?))))
        .flat_map(|(name, broken)| broken.into_iter().map(|message| Violation::new(name.clone(), message)))
        .collect()
}

/// Returns all violations in a model, in the order of the fields.
pub fn violations(model: &View<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    check(model, None, &mut String::new(), &mut found);
    found
}

/// Checks a value and everything nested in it.
fn check(view: &View<'_>, rule: Option<&Rule>, path: &mut String, found: &mut Vec<Violation>) {
    if let View::Union(union) = view {
        return check(&union.view(), rule, path, found);
    }
    if let Some(rule) = rule {
        if rule.free == Some(true) && !matches!(view, View::Unfit(_)) {
            return;
        }
        found.extend(broken(view, rule).into_iter().map(|message| Violation::new(path.clone(), message)));
    }
    match view {
        View::Record(record) => members(*record, path, found),
        View::List(list) => {
            for index in 0..list.count() {
                step(path, &format!("[{index}]"), |path| {
                    check(&list.view(index), rule.and_then(|rule| rule.items), path, found);
                });
            }
        }
        View::Map(map) => map.each(&mut |name, view| {
            step(path, &dotted(name), |path| check(&view, rule.and_then(|rule| rule.items), path, found));
            true
        }),
        View::Unfit(_) => found.push(Violation::new(path.clone(), "fits none of the alternatives")),
        _ => {}
    }
}

fn members(record: &dyn Record, path: &mut String, found: &mut Vec<Violation>) {
    for (index, member) in record.shape().members.iter().enumerate() {
        let view = record.view(index);
        if !matches!(view, View::Absent | View::Null) {
            step(path, &dotted(member.name), |path| check(&view, member.rule, path, found));
        }
    }
}

/// Extends the path by one step during the call of `below`; the first step of a path has no dot.
fn step(path: &mut String, by: &str, below: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push_str(if length == 0 { by.trim_start_matches('.') } else { by });
    below(path);
    path.truncate(length);
}

fn dotted(name: &str) -> String {
    format!(".{name}")
}

/// Returns the constraints that a value itself violates, as messages without the value.
fn broken(view: &View<'_>, rule: &Rule) -> Vec<String> {
    let mut out = match view {
        View::Text(text) | View::Secret(text) => broken_by_text(text, rule),
        View::Unlisted(text, violation) => {
            let mut out = broken_by_text(text, rule);
            if rule.listed == Some(true) {
                out.extend(violation(text));
            }
            out
        }
        #[expect(clippy::cast_precision_loss)] // Constraints are far below 2^53.
        View::Integer(value) => broken_by_number(*value as f64, rule),
        #[allow(clippy::cast_precision_loss)]
        View::Unsigned(value) => broken_by_number(*value as f64, rule),
        View::Number(value) => broken_by_number(*value, rule),
        View::Cents(value) => broken_by_number(value.to_f64(), rule),
        View::List(list) => {
            let mut out = broken_by_count(list.count(), rule, "item");
            let texts: Vec<String> =
                (0..list.count()).filter_map(|index| serde_json::to_string(&list.view(index)).ok()).collect();
            if rule.unique == Some(true)
                && (1..texts.len()).any(|end| {
                    texts
                        .get(..end)
                        .is_some_and(|before| before.contains(texts.get(end).unwrap_or(&String::new())))
                })
            {
                out.push("repeats an item".to_owned());
            }
            out
        }
        View::Map(map) => {
            let mut count = 0;
            map.each(&mut |_, _| {
                count += 1;
                true
            });
            broken_by_count(count, rule, "member")
        }
        _ => Vec::new(),
    };
    if let Some(alternatives) = rule.any_of {
        let all: Vec<Vec<String>> = alternatives.iter().map(|rule| broken(view, rule)).collect();
        if !all.iter().any(Vec::is_empty) {
            out.push(all.concat().join(", and "));
        }
    }
    out
}

/// Checks a query string as each type that it may represent: constraints on one type do not apply to the others.
fn broken_by_query(text: &str, rule: &Rule) -> Vec<String> {
    let mut out = broken(&View::Text(text), rule);
    out.extend(rule.known.and_then(|violation| violation(text)));
    if let Ok(number) = text.parse() {
        out.extend(broken_by_number(number, rule));
    }
    out
}

fn broken_by_text(text: &str, rule: &Rule) -> Vec<String> {
    let mut out = Vec::new();
    let length = text.chars().count();
    if let Some(least) = rule.min_length
        && length < least
    {
        out.push(format!("is shorter than {least} characters"));
    }
    if let Some(most) = rule.max_length
        && length > most
    {
        out.push(format!("is longer than {most} characters"));
    }
    if let Some(pattern) = rule.pattern
        && !pattern::matches(pattern, text)
    {
        out.push(format!("does not match `{pattern}`"));
    }
    if let Some(format) = rule.format
        && !format.holds(text)
    {
        out.push(format!("is no {format}"));
    }
    out
}

fn broken_by_number(value: f64, rule: &Rule) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(least) = rule.minimum
        && value < least
    {
        out.push(format!("is less than {least}"));
    }
    if let Some(most) = rule.maximum
        && value > most
    {
        out.push(format!("is more than {most}"));
    }
    if let Some(bound) = rule.above
        && value <= bound
    {
        out.push(format!("is not more than {bound}"));
    }
    if let Some(bound) = rule.below
        && value >= bound
    {
        out.push(format!("is not less than {bound}"));
    }
    if let Some(of) = rule.multiple_of
        && !is_multiple(value, of)
    {
        out.push(format!("is not a multiple of {of}"));
    }
    if let Some(values) = rule.one_of
        && !values.contains(&value)
    {
        out.push(format!("is none of {values:?}"));
    }
    out
}

/// Compares in decimal arithmetic, in which 19.99 is a multiple of 0.01: the quotient may differ from an integer by the
/// rounding of both numbers.
fn is_multiple(value: f64, of: f64) -> bool {
    let quotient = value / of;
    let rounding = (quotient.abs() * 4.0 * f64::EPSILON).min(0.25);
    (quotient - quotient.round()).abs() <= rounding
}

fn broken_by_count(count: usize, rule: &Rule, unit: &str) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(least) = rule.min_items
        && count < least
    {
        out.push(format!("has fewer than {least} {unit}s"));
    }
    if let Some(most) = rule.max_items
        && count > most
    {
        out.push(format!("has more than {most} {unit}s"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::is_multiple;

    #[test]
    fn divides_decimals_as_they_are_written() {
        for (value, of) in [(19.99, 0.01), (0.3, 0.1), (1e15, 0.1), (-4.35, 0.05), (0.0, 0.01), (7.0, 7.0)] {
            assert!(is_multiple(value, of), "{value} of {of}");
        }
        for (value, of) in [(19.995, 0.01), (0.35, 0.1), (7.5, 7.0), (1e-9, 0.01)] {
            assert!(!is_multiple(value, of), "{value} of {of}");
        }
    }
}
