//! Compares the security of operations and the security schemes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::comparison::Comparison;
use super::difference::{Anchor, Details, Search};
use super::interface::without_prose;
use super::kind::ChangeKind;
use crate::diagnostics::pointer::{Pointer, child};

/// The scopes of the schemes of one alternative.
type Alternative<'d> = BTreeMap<&'d str, BTreeSet<&'d str>>;

fn alternative(schemes: &Map<String, Value>) -> Alternative<'_> {
    let all =
        schemes.iter().map(|(scheme, scopes)| (scheme.as_str(), scopes.as_array().into_iter().flatten()));
    all.map(|(scheme, scopes)| (scheme, scopes.filter_map(Value::as_str).collect())).collect()
}

/// The alternatives that an operation permits; one without schemes if it is public.
fn alternatives(security: &Value) -> BTreeSet<Alternative<'_>> {
    let all: BTreeSet<Alternative<'_>> =
        security.as_array().into_iter().flatten().filter_map(Value::as_object).map(alternative).collect();
    if all.is_empty() { BTreeSet::from([Alternative::new()]) } else { all }
}

/// The kind of change between the security of two operations; `None` if both permit the same requests.
pub(super) fn change(old: &Value, new: &Value) -> Option<ChangeKind> {
    let (before, after) = (alternatives(old), alternatives(new));
    if before == after {
        return None;
    }
    // The credentials of `given` are enough for `asked`.
    let is_enough = |given: &Alternative<'_>, asked: &Alternative<'_>| {
        asked.iter().all(|(scheme, scopes)| given.get(scheme).is_some_and(|given| scopes.is_subset(given)))
    };
    let still_accepted = |given: &&Alternative<'_>| after.iter().any(|asked| is_enough(given, asked));
    Some(if before.iter().all(|given| still_accepted(&given)) {
        ChangeKind::OperationSecurityLoosened
    } else if before.iter().any(BTreeMap::is_empty) {
        ChangeKind::OperationSecurityAdded
    } else {
        ChangeKind::OperationSecurityChanged
    })
}

/// Compares the security schemes: where a request has its credentials, and everything else.
pub(super) fn compare_schemes<'d>(comparison: &mut Comparison<'d>, old: &'d Value, new: &'d Value) {
    let pointer = Pointer(vec!["components".to_owned(), "securitySchemes".to_owned()]);
    let schemes = |document: &Value| -> Map<String, Value> {
        let all = pointer.find(document).map(without_descriptions_of_scopes);
        all.and_then(|all| all.as_object().cloned()).unwrap_or_default()
    };
    let (before, after) = (schemes(old), schemes(new));
    let mut others = (before.clone(), after.clone());
    for (name, was) in &before {
        let Some(is) = after.get(name) else { continue };
        let credentials = |scheme: &Value| {
            let keys = ["type", "in", "name", "scheme"];
            keys.map(|key| child(scheme, key).cloned().unwrap_or_default())
        };
        // The schemes of HTTP and the names of headers are case-insensitive.
        let lower = |scheme: &Value| credentials(scheme).map(|it| it.to_string().to_lowercase());
        if lower(was) != lower(is) {
            let details = Details::new(was.clone(), is.clone());
            let anchor = Anchor::new(pointer.child(name.as_str()));
            let kind = ChangeKind::SecuritySchemeChanged;
            comparison.operation_difference("*".into(), kind, details, anchor, Search::Operation(0));
            others.0.shift_remove(name);
            others.1.shift_remove(name);
        }
    }
    if others.0 != others.1 {
        let value =
            |schemes: Map<String, Value>| if schemes.is_empty() { Value::Null } else { schemes.into() };
        let anchor = Anchor { removed: after.is_empty(), pointer };
        let details = Details::new(value(others.0), value(others.1));
        let kind = ChangeKind::SecuritySchemesChanged;
        comparison.operation_difference("*".into(), kind, details, anchor, Search::None);
    }
}

/// Security schemes without prose: a scope is described by a string.
fn without_descriptions_of_scopes(schemes: &Value) -> Value {
    let mut out = without_prose(schemes);
    let flows =
        out.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(|it| it.get_mut("flows"));
    let flows = flows.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    for scopes in flows.filter_map(|flow| flow.get_mut("scopes")).filter_map(Value::as_object_mut) {
        scopes.values_mut().for_each(|description| *description = json!(""));
    }
    out
}
