//! Checks counterexamples with an independent validator.
#![allow(clippy::unwrap_used)]

use codegen::api::location::Segment;
use codegen::diff::Change;
use serde_json::{Map, Value, json};

use crate::data::escaped;

/// Checks the counterexample of a change. That of a schema change is a minimal value that one document accepts and the other
/// rejects; another part at the location of the change repairs it. That of any other change is a request of the old
/// document.
pub(crate) fn prove(old: &Value, new: &Value, change: &Change) -> Result<(), String> {
    let site = &change.sites[0];
    let (operation, location) = (&site.operation, &site.location);
    let witness = change.counterexample.as_ref().ok_or("no counterexample")?;
    let Some(value) = witness.get("value") else {
        let line = witness["request"].as_str().ok_or("neither value nor request")?;
        if let Some((method, name)) = line.strip_prefix("WEBHOOK ").and_then(|rest| rest.split_once(' ')) {
            let webhook = &old["webhooks"][name][method.to_lowercase()];
            return if webhook.is_object() { Ok(()) } else { Err(format!("no such webhook: {line}")) };
        }
        let (method, target) = line.split_once(' ').ok_or("no method")?;
        let path = target.split('?').next().unwrap();
        return if is_of(old, &method.to_lowercase(), path) {
            Ok(())
        } else {
            Err(format!("no such request: {line}"))
        };
    };
    let judge = |document: &Value| {
        let schema = schema(document, operation, &location.to_string())
            .ok_or_else(|| format!("no schema at {operation} {location}"))?;
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": document["components"],
            "allOf": [schema],
        });
        jsonschema::options().should_validate_formats(true).build(&whole).map_err(|error| error.to_string())
    };
    let (old, new) = (judge(old)?, judge(new)?);
    let (taker, refuser) = if witness["direction"] == "request" { (old, new) } else { (new, old) };
    let shows = |value: &Value| taker.is_valid(value) && !refuser.is_valid(value);
    if !shows(value) {
        return Err(format!(
            "{value} is taken: {}, refused: {}",
            taker.is_valid(value),
            !refuser.is_valid(value)
        ));
    }
    let below = location.below_root();
    let Some(repaired) = &change.repaired else {
        return if below.is_empty() { Ok(()) } else { Err(format!("{value} is not repaired")) };
    };
    if !refuser.is_valid(repaired) {
        return Err(format!("{repaired}, repaired from {value}, is refused"));
    }
    if value == repaired || !differ_only_at(value, repaired, below) {
        return Err(format!("{value} and {repaired} differ elsewhere than at {location}"));
    }
    let smaller = smaller(value).into_iter().zip(smaller(repaired));
    let is_enough = |(value, repaired): &(Value, Value)| {
        shows(value) && refuser.is_valid(repaired) && differ_only_at(value, repaired, below)
    };
    // Both have the same parts if only a leaf differs.
    match { smaller }.find(is_enough) {
        Some((smaller, _)) => Err(format!("{smaller} would do")),
        None => Ok(()),
    }
}

/// Whether two values are equal, except for the parts at a location.
pub(crate) fn differ_only_at(a: &Value, b: &Value, location: &[Segment]) -> bool {
    if a == b {
        return true;
    }
    let same_names = |a: &Map<String, Value>, b: &Map<String, Value>| {
        a.len() == b.len() && a.keys().all(|name| b.contains_key(name))
    };
    match (location, a, b) {
        ([], _, _) => true,
        ([Segment::Variant(_) | Segment::Header(_), below @ ..], a, b) => differ_only_at(a, b, below),
        ([Segment::Property(name), below @ ..], Value::Object(a), Value::Object(b)) => {
            let without = |object: &Map<String, Value>| {
                let mut object = object.clone();
                object.shift_remove(&**name);
                object
            };
            let part = match (a.get(&**name), b.get(&**name)) {
                (Some(a), Some(b)) => differ_only_at(a, b, below),
                _ => below.iter().all(|it| matches!(it, Segment::Variant(_))),
            };
            without(a) == without(b) && part
        }
        ([Segment::AdditionalProperties, below @ ..], Value::Object(a), Value::Object(b)) => {
            same_names(a, b) && a.iter().all(|(name, part)| differ_only_at(part, &b[name], below))
        }
        ([Segment::Items | Segment::Position(_), below @ ..], Value::Array(a), Value::Array(b)) => {
            let is_removed = below.is_empty() && a.len() == b.len() + 1;
            is_removed || (a.len() == b.len() && a.iter().zip(b).all(|(a, b)| differ_only_at(a, b, below)))
        }
        _ => false,
    }
}

/// The schema of the body, response or parameter that contains a location.
fn schema(document: &Value, operation: &str, location: &str) -> Option<Value> {
    let (section, rest) =
        operation.strip_prefix("WEBHOOK ").map_or(("paths", operation), |rest| ("webhooks", rest));
    let (method, path) = rest.split_once(' ')?;
    // The path of the older document may differ in its trailing slash and in its parameter names.
    let bare = |path: &str| {
        let segments = path.trim_end_matches('/').split('/');
        segments.map(|it| if it.contains('{') { "{}" } else { it }.to_owned()).collect::<Vec<_>>()
    };
    let items = document.get(section)?.as_object()?;
    let item = items
        .get(path)
        .or_else(|| items.iter().find(|(own, _)| bare(own) == bare(path)).map(|(_, item)| item))?;
    let operation = item.get(method.to_lowercase())?;
    let mut steps = location.split(['.', '[', '{', '<']);
    match steps.next()? {
        "request" => operation.pointer("/requestBody/content/application~1json/schema").cloned(),
        "response" => operation
            .pointer(&format!("/responses/{}/content/application~1json/schema", escaped(steps.next()?)))
            .cloned(),
        place => {
            let name = location.split_once('.')?.1;
            let params = operation.get("parameters")?.as_array()?;
            let fits = |param: &&Value| {
                let own = param["name"].as_str().unwrap_or_default();
                let position =
                    path.split(&format!("{{{own}}}")).next().unwrap_or_default().matches('{').count();
                let shown = if place == "path" { format!("#{position}") } else { own.to_owned() };
                let rest = name.strip_prefix(shown.as_str());
                param["in"] == place
                    && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', '{', '<']))
            };
            params.iter().find(fits)?.get("schema").cloned()
        }
    }
}

fn is_of(document: &Value, method: &str, path: &str) -> bool {
    let fits = |template: &str| {
        let (a, b): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        a.len() == b.len()
            && a.iter().zip(&b).all(|(a, b)| a == b || (a.contains('{') && !b.is_empty() && !b.contains('{')))
    };
    let paths = document["paths"].as_object().unwrap();
    paths.iter().any(|(template, item)| item.get(method).is_some() && fits(template))
}

/// All values with one property or element less.
fn smaller(value: &Value) -> Vec<Value> {
    let put =
        |inner: Vec<Value>, put: &dyn Fn(Value) -> Value| inner.into_iter().map(put).collect::<Vec<_>>();
    match value {
        Value::Object(members) => members
            .keys()
            .flat_map(|name| {
                let mut less = members.clone();
                less.shift_remove(name);
                let mut out = vec![Value::Object(less)];
                out.extend(put(smaller(&members[name]), &|inner| {
                    let mut members = members.clone();
                    members.insert(name.clone(), inner);
                    Value::Object(members)
                }));
                out
            })
            .collect(),
        Value::Array(items) => (0..items.len())
            .flat_map(|index| {
                let mut less = items.clone();
                less.remove(index);
                let mut out = vec![Value::Array(less)];
                out.extend(put(smaller(&items[index]), &|inner| {
                    let mut items = items.clone();
                    items[index] = inner;
                    Value::Array(items)
                }));
                out
            })
            .collect(),
        _ => Vec::new(),
    }
}
