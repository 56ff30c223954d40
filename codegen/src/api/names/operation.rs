//! The name of an operation: its `operationId`, the pattern of its path, or a rule over method, path and group.

use super::case::{singular, snake, split};
use crate::api::model::{Api, Operation, ParameterIn, Repr, ResponseContent};

/// Words in the last path segment that denote an action rather than a resource.
const ACTIONS: [&str; 16] = [
    "archive", "assign", "approve", "cancel", "disable", "enable", "merge", "reject", "restore", "resume",
    "retry", "search", "send", "start", "stop", "sync",
];

/// Returns the method name of an operation.
///
/// It depends only on the operation and its group, so that no other operation can change it.
pub(super) fn method_name(api: &Api, operation: &Operation, group: &str, tag: &str) -> String {
    match &operation.id {
        // `group.method`, as in our overlay; other documents have one word, often including the group.
        Some(id) => match id.split_once('.') {
            Some((owner, method)) if snake(owner) == group || snake(owner) == snake(tag) => snake(method),
            _ => snake(id),
        },
        None => match operation.pattern.as_ref().and_then(|pattern| pattern.name.as_ref()) {
            Some(name) => snake(name),
            None => by_rule(operation, group, returns_list(api, operation)),
        },
    }
}

/// Returns whether the response is an array, bare or as `results`. Paging is ignored: it may be added later. Where the
/// document does not describe the response, a plural at the end of the path says so.
fn returns_list(api: &Api, operation: &Operation) -> bool {
    let of = match operation.response {
        ResponseContent::Json(of) => of,
        ResponseContent::Empty => return !operation.redirect && ends_with_plural(&operation.path),
        _ => return matches!(operation.response, ResponseContent::Page(_)),
    };
    match api.repr(of.ty) {
        Repr::List(_) => true,
        Repr::Struct(it) => it
            .fields
            .iter()
            .any(|field| field.wire_name == "results" && matches!(api.repr(field.of.ty), Repr::List(_))),
        _ => false,
    }
}

fn ends_with_plural(path: &str) -> bool {
    let last = path.split('/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    !last.starts_with('{') && split(last).last().is_some_and(|word| singular(word) != *word)
}

fn by_rule(operation: &Operation, group: &str, lists: bool) -> String {
    let segments: Vec<&str> = operation.path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_param = |segment: &str| segment.starts_with('{');
    let mut verb = match operation.method.as_str() {
        "get" if lists => "list".to_owned(),
        "post" => "create".to_owned(),
        "put" | "patch" => "update".to_owned(),
        other => other.to_owned(),
    };
    // Each literal segment, and whether it denotes a single resource, which depends on the next segment.
    let mut literals: Vec<(&str, bool)> = Vec::new();
    for (index, segment) in
        segments.iter().enumerate().filter(|(_, segment)| !is_param(segment) && !is_version(segment))
    {
        let last = index + 1 == segments.len();
        let one = if last {
            operation.method != "get"
        } else {
            segments.get(index + 1).is_some_and(|next| is_param(next))
        };
        literals.push((segment, one));
    }
    // `POST …/cancel` is an action, not a creation.
    if operation.method == "post"
        && let Some((last, _)) = literals.last().copied()
        && segments.last() == Some(&last)
        && split(last).iter().any(|word| ACTIONS.contains(&word.as_str()))
    {
        verb = snake(last);
        literals.pop();
    }
    let mut words = vec![verb];
    for (literal, one) in literals {
        let mut rest = without_group(&split(literal), &split(group));
        if one && let Some(last) = rest.last_mut() {
            *last = singular(last);
        }
        words.append(&mut rest);
    }
    // Distinguishes the list for one parent record from the list of all.
    if lists && let Some(param) = segments.last().and_then(|last| last.strip_prefix('{')) {
        words.push(format!("by_{}", snake(param.trim_end_matches('}'))));
    }
    snake(&words.join("_"))
}

/// Returns a name from method and complete path: `GET /users/{id}/keys` is `get_users_by_id_keys`.
pub(super) fn whole_path(operation: &Operation) -> String {
    let segments = operation.path.split('/').map(|segment| segment.replace('{', "by_"));
    snake(&std::iter::once(operation.method.clone()).chain(segments).collect::<Vec<_>>().join("_"))
}

/// Removes the group from the words: `lead-sources` in the group `leads` is `sources`.
fn without_group(words: &[String], group: &[String]) -> Vec<String> {
    let same = |(a, b): (&String, &String)| singular(a) == singular(b);
    let all = words.len() >= group.len() && words.iter().zip(group).all(same);
    words.get(if all { group.len() } else { 0 }..).unwrap_or_default().to_vec()
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns the words for the types of an operation: `create` in `leads` is `CreateLead`.
pub(super) fn type_words(method: &str, group: &str) -> String {
    match method {
        "list" => format!("list_{group}"),
        "get" | "create" | "update" | "delete" | "patch" | "head" | "replace" => {
            let mut words = split(group);
            if let Some(last) = words.last_mut() {
                *last = singular(last);
            }
            format!("{method}_{}", words.join("_"))
        }
        _ => method.to_owned(),
    }
}

/// Returns whether a parameter is an argument of the method: path parameters are, in the order of the path.
pub(super) fn is_argument(place: ParameterIn) -> bool {
    place == ParameterIn::Path
}
