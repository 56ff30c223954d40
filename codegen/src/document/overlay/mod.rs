//! Applies OpenAPI Overlays (1.0) to the canonical document.
//!
//! Targets are RFC 9535 JSONPaths into the canonical form. Actions apply in order, file by file; an action
//! without a match is reported. Nodes that an overlay adds can be traced back to it, so that a later diagnostic
//! points into the overlay and not into the document.

mod absent;
mod order;
mod target;

use std::collections::BTreeSet;

use serde_json::Value;

use self::target::Target;
use crate::diagnostics::pointer::{Pointer, child};
use crate::diagnostics::{Diagnostics, Origin, Severity};
use crate::document::limits::{self, MAX_DEPTH, MAX_VALUES};

/// The largest number of value visits of all searches in a run, which take seconds.
const MAX_LOOKS: usize = 100_000_000;

/// A node of the document that an action changed.
#[derive(Debug)]
struct Change {
    target: Pointer,
    /// The part of the update that is now at the target, if the action added the target itself.
    update: Option<Pointer>,
    /// The length of an array before the change: new elements are appended.
    before: usize,
    overlay: usize,
    action: usize,
}

/// The applied changes, for diagnostics.
#[derive(Debug, Default)]
pub struct Applied {
    changes: Vec<Change>,
    /// Upper bounds: the values in the document, and the visits of all searches.
    values: usize,
    looks: usize,
    /// The names, as given, of overlays for other documents.
    pub skipped: Vec<String>,
}

/// Applies overlays, given by name and content, in order.
pub fn apply(document: &mut Value, overlays: &[(&str, Value)], diagnostics: &mut Diagnostics) -> Applied {
    let mut applied = Applied { values: limits::values(document), ..Applied::default() };
    for (number, (name, overlay)) in overlays.iter().enumerate() {
        if is_for_another_document(document, overlay) {
            applied.skipped.push((*name).to_owned());
        } else {
            apply_one(document, number, overlay, &mut applied, diagnostics);
        }
    }
    applied
}

/// Returns whether the overlay names other APIs than this one: by `x-for-title`, the `info.title`, and `x-for-host`, the
/// host of a server. Each is a string or an array of strings; one match is enough.
fn is_for_another_document(document: &Value, overlay: &Value) -> bool {
    let title = document.get("info").and_then(|info| info.get("title")).and_then(Value::as_str);
    let servers = document.get("servers").and_then(Value::as_array).into_iter().flatten();
    let hosts: Vec<&str> = servers.filter_map(|server| host(server.get("url")?.as_str()?)).collect();
    let matches = |key: &str, found: &[&str]| {
        let wanted = overlay.get(key)?;
        let is_one = |wanted: &Value| {
            wanted.as_str().is_some_and(|wanted| found.iter().any(|it| it.eq_ignore_ascii_case(wanted)))
        };
        Some(wanted.as_array().map_or_else(|| is_one(wanted), |list| list.iter().any(is_one)))
    };
    let by_title = matches("x-for-title", title.as_slice());
    let by_host = matches("x-for-host", &hosts);
    (by_title.is_some() || by_host.is_some()) && by_title != Some(true) && by_host != Some(true)
}

/// Returns the host of a URL, without its port.
fn host(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', ':', '?', '#']).next()
}

fn apply_one(
    document: &mut Value,
    number: usize,
    overlay: &Value,
    applied: &mut Applied,
    diagnostics: &mut Diagnostics,
) {
    let mut report = |level, pointer: Pointer, what: String, help: &str| {
        diagnostics.push(level, Origin::Overlay(number, pointer), what, help);
    };
    if !overlay.get("overlay").and_then(Value::as_str).is_some_and(|version| version.starts_with("1.")) {
        let what = "this is not an overlay: it has no `overlay: 1.0.0`".to_owned();
        return report(Severity::Error, Pointer::default(), what, "");
    }
    let Some(actions) = overlay.get("actions").and_then(Value::as_array) else {
        return report(
            Severity::Error,
            Pointer::default(),
            "an overlay has a list of `actions`".to_owned(),
            "",
        );
    };
    for (index, action) in actions.iter().enumerate() {
        let place = place_of(index);
        let Some(target) = action.get("target").and_then(Value::as_str) else {
            report(Severity::Error, place, "an action has a `target`, which is a JSONPath".to_owned(), "");
            continue;
        };
        let path = match Target::parse(target) {
            Ok(path) => path,
            Err(error) => {
                let what = format!("`{target}` is not a JSONPath: {error}");
                report(Severity::Error, place.child("target"), what, "see RFC 9535");
                continue;
            }
        };
        applied.looks = applied.looks.saturating_add(path.cost(applied.values));
        if applied.looks > MAX_LOOKS {
            let what = format!("`{target}` and the targets before it search the document too often");
            let help = "name the places, in place of `..`, `*` and filters";
            return report(Severity::Error, place.child("target"), what, help);
        }
        let targets = path.find(document);
        if targets.is_empty() {
            let help = "upstream may have renamed or removed it: correct the target, or remove the action";
            report(Severity::Warning, place.child("target"), format!("`{target}` matches nothing"), help);
        }
        if action.get("remove") == Some(&Value::Bool(true)) {
            if targets.iter().any(|target| target.0.is_empty()) {
                let help = "name what is to go";
                report(Severity::Error, place, "the whole document cannot be removed".to_owned(), help);
                continue;
            }
            targets.iter().for_each(|target| remove_at(document, target));
            continue;
        }
        let Some(update) = action.get("update") else {
            let what = "an action has an `update`, or `remove: true`".to_owned();
            report(Severity::Error, place, what, "");
            continue;
        };
        if let Err((what, help)) = check_update(update, &targets, &mut applied.values) {
            return report(Severity::Error, place.child("update"), what, help);
        }
        if action.get("x-if-absent") == Some(&Value::Bool(true)) {
            let mut present = Vec::new();
            let mut differences = Vec::new();
            for target in targets {
                let Some(node) = find_mut(document, &target) else { continue };
                let mut outcome = absent::add(node, update, &target, (number, index));
                applied.changes.append(&mut outcome.changes);
                present.append(&mut outcome.present);
                differences.append(&mut outcome.differences);
            }
            if !present.is_empty() {
                let what = format!("upstream has {} now, and its interface is used", listed(&present));
                let help = match differences.as_slice() {
                    [] => "keep names and documentation, and remove the rest of the action".to_owned(),
                    _ => format!(
                        "keep names and documentation, and remove the rest of the action, which differs in: {}",
                        differences.join("; ")
                    ),
                };
                report(Severity::Info, place.child("update"), what, &help);
            }
            continue;
        }
        for target in targets {
            let mut before = 0;
            if let Some(node) = find_mut(document, &target) {
                before = node.as_array().map_or(0, Vec::len);
                merge(node, update);
            }
            applied.changes.push(Change { target, update: None, before, overlay: number, action: index });
        }
    }
}

/// Checks that the document stays an object within the limits after this update at all targets.
fn check_update(
    update: &Value,
    targets: &[Pointer],
    values: &mut usize,
) -> Result<(), (String, &'static str)> {
    if !update.is_object() && targets.iter().any(|target| target.0.is_empty()) {
        return Err(("the document is an object, which only an object can update".to_owned(), ""));
    }
    *values = values.saturating_add(targets.len().saturating_mul(limits::values(update)));
    if *values > MAX_VALUES {
        let what =
            format!("with this update at {} places the document may have {values} values", targets.len());
        return Err((what, "at most 2,000,000 are read: name fewer places"));
    }
    let deepest =
        targets.iter().map(|target| target.0.len()).max().unwrap_or_default() + limits::depth(update);
    if deepest > MAX_DEPTH {
        let what = format!("with this update the document is nested {deepest} levels deep");
        return Err((what, "at most 128 are read: name the inner parts, and refer to them"));
    }
    Ok(())
}

/// Merges as in Overlay 1.0: objects by property; an update of an array is appended; any other value is replaced.
fn merge(node: &mut Value, update: &Value) {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => {
            for (key, value) in update {
                match node.get_mut(key) {
                    Some(old) => merge(old, value),
                    None => {
                        node.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(node), Value::Array(update)) => node.extend(update.iter().cloned()),
        (Value::Array(node), update) => node.push(update.clone()),
        (node, update) => *node = update.clone(),
    }
}

/// Lists names for a message: `a`, `b`.
fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn place_of(action: usize) -> Pointer {
    Pointer(vec!["actions".into(), action.to_string()])
}

fn find_mut<'v>(root: &'v mut Value, pointer: &Pointer) -> Option<&'v mut Value> {
    pointer.0.iter().try_fold(root, |node, step| match node {
        Value::Object(map) => map.get_mut(step),
        Value::Array(list) => list.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })
}

fn remove_at(root: &mut Value, pointer: &Pointer) {
    let Some((last, parents)) = pointer.0.split_last() else { return };
    match find_mut(root, &Pointer(parents.to_vec())) {
        Some(Value::Object(map)) => {
            map.shift_remove(last);
        }
        Some(Value::Array(list)) => {
            if let Some(index) = last.parse::<usize>().ok().filter(|index| *index < list.len()) {
                list.remove(index);
            }
        }
        _ => {}
    }
}

impl Applied {
    /// Returns the actions that changed something: the number of the overlay, from 1, and the position in it.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (usize, Pointer)> {
        let all: BTreeSet<(usize, usize)> =
            self.changes.iter().map(|change| (change.overlay + 1, change.action)).collect();
        all.into_iter().map(|(overlay, action)| (overlay, place_of(action)))
    }

    /// Returns the nodes that the action at a position changed.
    pub(crate) fn targets(&self, overlay: usize, place: &Pointer) -> Vec<&Pointer> {
        let own = |change: &&Change| change.overlay + 1 == overlay && place_of(change.action) == *place;
        self.changes.iter().filter(own).map(|change| &change.target).collect()
    }

    /// Returns the overlay that added a node, and the position in it: the last action whose update contains the node.
    pub fn trace(&self, overlays: &[(&str, Value)], pointer: &Pointer) -> Option<(usize, Pointer)> {
        self.changes.iter().rev().find_map(|change| {
            let below = pointer.0.strip_prefix(change.target.0.as_slice())?;
            let mut place = place_of(change.action).child("update");
            let added = change.update.iter().flat_map(|pointer| &pointer.0);
            place = added.fold(place, |place, step| place.child(step));
            let mut node = place.find(&overlays.get(change.overlay)?.1)?;
            let mut steps = below;
            if change.before > 0
                && let Some((element, rest)) = below.split_first()
            {
                let index = element.parse::<usize>().ok()?.checked_sub(change.before)?;
                // An update that is not an array is one element.
                match node {
                    Value::Array(list) => {
                        node = list.get(index)?;
                        place = place.child(index.to_string());
                    }
                    _ if index > 0 => return None,
                    _ => {}
                }
                steps = rest;
            }
            for step in steps {
                node = child(node, step)?;
                place = place.child(step);
            }
            (!below.is_empty() || change.update.is_some()).then_some((change.overlay, place))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::source::parse;

    fn run(document: &str, overlay: &str) -> (Value, Diagnostics) {
        let mut document = parse(document).unwrap();
        let mut diagnostics = Diagnostics::default();
        apply(&mut document, &[("o.yaml", parse(overlay).unwrap())], &mut diagnostics);
        (document, diagnostics)
    }

    #[test]
    fn update_merges_objects_and_appends_to_arrays() {
        let (document, diagnostics) = run(
            "{info: {title: T}, tags: [{name: a}], paths: {/x: {get: {tags: [a]}}}}",
            "overlay: 1.0.0\nactions:\n- {target: '$.tags', update: {name: b}}\n- {target: \"$.paths['/x'].get\", update: {operationId: one, tags: [c]}}",
        );
        assert_eq!(diagnostics.0, []);
        assert_eq!(
            document.to_string(),
            r#"{"info":{"title":"T"},"tags":[{"name":"a"},{"name":"b"}],"paths":{"/x":{"get":{"tags":["a","c"],"operationId":"one"}}}}"#
        );
    }

    #[test]
    fn remove_removes_every_match() {
        let (document, _) = run(
            "{a: [1, 2, 3], b: {c: 1}}",
            "overlay: 1.0.0\nactions:\n- {target: '$.a[?@ > 1]', remove: true}\n- {target: $.b.c, remove: true}",
        );
        assert_eq!(document.to_string(), r#"{"a":[1],"b":{}}"#);
    }

    #[test]
    fn warns_about_target_without_match() {
        let (_, diagnostics) = run("{a: 1}", "overlay: 1.0.0\nactions:\n- {target: $.b, remove: true}");
        let place = Pointer(vec!["actions".into(), "0".into(), "target".into()]);
        assert_eq!(diagnostics.0[0].origin, Origin::Overlay(0, place));
        assert_eq!(diagnostics.0[0].level, Severity::Warning);
    }

    #[test]
    fn skips_overlay_for_other_title() {
        let mut document = parse("{info: {title: Petstore}}").unwrap();
        let overlay =
            parse("{overlay: 1.0.0, x-for-title: Propexo API, actions: [{target: $, remove: true}]}")
                .unwrap();
        let applied = apply(&mut document, &[("o.yaml", overlay)], &mut Diagnostics::default());
        assert_eq!(applied.skipped, ["o.yaml"]);
    }

    #[test]
    fn traces_node_to_overlay_that_added_it() {
        let mut document = parse("{a: {b: 1}}").unwrap();
        let overlays =
            [("o.yaml", parse("{overlay: 1.0.0, actions: [{target: $.a, update: {c: {d: 2}}}]}").unwrap())];
        let applied = apply(&mut document, &overlays, &mut Diagnostics::default());
        let d = Pointer::from_fragment("#/a/c/d").unwrap();
        assert_eq!(applied.trace(&overlays, &d).unwrap().1.to_string(), "#/actions/0/update/c/d");
        assert_eq!(applied.trace(&overlays, &Pointer::from_fragment("#/a/b").unwrap()), None);
    }

    #[test]
    fn traces_appended_but_not_existing_elements() {
        let mut document = parse("{tags: [{name: a}]}").unwrap();
        let actions = "[{target: $.tags, update: [{name: b}]}, {target: $.tags, update: {name: c}}]";
        let overlays = [("o.yaml", parse(&format!("{{overlay: 1.0.0, actions: {actions}}}")).unwrap())];
        let applied = apply(&mut document, &overlays, &mut Diagnostics::default());
        let traced = |place: &str| {
            let found = applied.trace(&overlays, &Pointer::from_fragment(place).unwrap());
            found.map(|(_, place)| place.to_string())
        };
        assert_eq!(traced("#/tags/0/name"), None);
        assert_eq!(traced("#/tags/1/name").unwrap(), "#/actions/0/update/0/name");
        assert_eq!(traced("#/tags/2/name").unwrap(), "#/actions/1/update/name");
    }
}
