//! Reads the lowered document with `openapiv3` and checks that nothing was lost.

use openapiv3::OpenAPI;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::{At, Pointer};

pub(super) fn read(mut document: Value, diagnostics: &mut Diagnostics) -> Option<OpenAPI> {
    // Reads by reference: `openapiv3` buffers untagged enums, and the buffer can then borrow the strings.
    let mut typed = match OpenAPI::deserialize(&document) {
        Ok(typed) => typed,
        Err(error) => {
            report_unread(&document, &error.to_string(), diagnostics);
            return None;
        }
    };
    // Compares path by path: the complete document would be a third copy in memory.
    let paths = std::mem::take(&mut typed.paths);
    let given = document.get_mut("paths").map_or(Value::Null, |paths| std::mem::replace(paths, json!({})));
    let at = At::ROOT.key("paths");
    for (path, given) in given.as_object().into_iter().flatten() {
        let again = match paths.paths.get(path) {
            Some(item) => written(item, &at, diagnostics),
            None => paths.extensions.get(path).cloned(),
        };
        compare_member(path, given, again.as_ref(), &at, diagnostics);
    }
    compare(&document, &written(&typed, &At::ROOT, diagnostics)?, &At::ROOT, diagnostics);
    typed.paths = paths;
    (!diagnostics.has_errors()).then_some(typed)
}

fn written(read: &impl Serialize, at: &At<'_>, diagnostics: &mut Diagnostics) -> Option<Value> {
    serde_json::to_value(read)
        .map_err(|error| diagnostics.error(at, format!("this cannot be written back: {error}"), ""))
        .ok()
}

/// Reports the smallest part that `openapiv3` cannot read, since its error has no position.
fn report_unread(document: &Value, reason: &str, diagnostics: &mut Diagnostics) {
    let mut pointer = Pointer::default();
    let mut reason = reason.to_owned();
    let mut operations = Vec::new();
    for section in ["paths", "x-webhooks"] {
        for (path, item) in document.get(section).and_then(Value::as_object).into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                operations.push((
                    Pointer(vec![section.replace("x-", ""), path.clone(), method.clone()]),
                    operation,
                ));
            }
        }
    }
    for (place, operation) in operations {
        if let Err(error) = serde_json::from_value::<openapiv3::Operation>(operation.clone()) {
            (pointer, reason) = (place, error.to_string());
            descend(operation, &mut pointer, &mut reason);
            break;
        }
    }
    let schemas = document.get("components").and_then(|components| components.get("schemas"));
    for (name, schema) in schemas.and_then(Value::as_object).into_iter().flatten() {
        if pointer.0.is_empty()
            && let Err(error) = serde_json::from_value::<openapiv3::Schema>(schema.clone())
        {
            pointer = Pointer(vec!["components".into(), "schemas".into(), name.clone()]);
            reason = error.to_string();
            descend(schema, &mut pointer, &mut reason);
        }
    }
    diagnostics.push(
        crate::diagnostics::Severity::Error,
        crate::diagnostics::Origin::Canonical(pointer),
        format!("this part is not understood: {reason}"),
        "repair it with an overlay",
    );
}

/// Descends to the deepest schema that cannot be read.
fn descend(node: &Value, pointer: &mut Pointer, reason: &mut String) {
    const SCHEMAS: [&str; 4] = ["schema", "items", "additionalProperties", "not"];
    const MAPS: [&str; 4] = ["properties", "content", "responses", "headers"];
    const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "parameters"];
    let mut children: Vec<(Vec<String>, &Value)> = Vec::new();
    for (key, child) in node.as_object().into_iter().flatten() {
        if SCHEMAS.contains(&key.as_str()) || key == "requestBody" {
            children.push((vec![key.clone()], child));
        } else if MAPS.contains(&key.as_str()) {
            let members = child.as_object().into_iter().flatten();
            children.extend(members.map(|(name, child)| (vec![key.clone(), name.clone()], child)));
        } else if LISTS.contains(&key.as_str()) {
            let items = child.as_array().into_iter().flatten().enumerate();
            children.extend(items.map(|(index, child)| (vec![key.clone(), index.to_string()], child)));
        }
    }
    for (steps, child) in children {
        // An object that only holds schemas has no `type`, so it reads as a schema too.
        if let Err(error) = serde_json::from_value::<openapiv3::ReferenceOr<openapiv3::Schema>>(child.clone())
        {
            pointer.0.extend(steps);
            *reason = error.to_string();
            return descend(child, pointer, reason);
        }
        let before = pointer.0.len();
        pointer.0.extend(steps);
        let deeper = pointer.0.len();
        descend(child, pointer, reason);
        if pointer.0.len() > deeper {
            return;
        }
        pointer.0.truncate(before);
    }
}

/// Compares two values key by key, and numbers by value: 1 equals 1.0.
fn compare(given: &Value, read: &Value, at: &At<'_>, diagnostics: &mut Diagnostics) {
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => {
            for (key, value) in given {
                compare_member(key, value, read.get(key), at, diagnostics);
            }
        }
        (Value::Array(given), Value::Array(read)) if given.len() == read.len() => {
            for (index, (given, read)) in given.iter().zip(read).enumerate() {
                compare(given, read, &at.index(index), diagnostics);
            }
        }
        (Value::Number(given), Value::Number(read)) if given.as_f64() == read.as_f64() => {}
        (given, read) if given == read => {}
        _ => diagnostics.error(at, "this value is not understood here", HELP),
    }
}

fn compare_member(
    key: &str,
    given: &Value,
    read: Option<&Value>,
    at: &At<'_>,
    diagnostics: &mut Diagnostics,
) {
    let at = at.key(key);
    match read {
        Some(again) => compare(given, again, &at, diagnostics),
        // Equivalent to an absent key.
        None if *given == Value::Bool(false) || is_empty(given) || given.is_null() => {}
        None => diagnostics.error(&at, format!("`{key}` is not understood here"), HELP),
    }
}

const HELP: &str = "remove it with an overlay, or leave its operations out with `--skip-unsupported`";

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}
