//! Checks `diff` on pairs of small schemas and operations, one of each kind of change that the published documents do not
//! have, and that the checks of a report find a wrong one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;
mod witnesses;

use codegen::Source;
use codegen::diff::{Change, compare};
use codegen::document::source;
use codegen::pipeline::Reading;
use serde_json::{Value, json};

/// The document of one side of a pair.
fn document(pair: &Value, side: &str) -> Value {
    let part = pair["part"].as_str().unwrap();
    let given = pair[side].clone();
    let mut document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}});
    let content = json!({"application/json": {"schema": given}});
    document["paths"] = match part {
        "document" => return given,
        "request" => json!({"/things": {"post": {
            "operationId": "things.create",
            "requestBody": {"required": true, "content": content},
            "responses": {"204": {"description": ""}},
        }}}),
        "response" => json!({"/things": {"get": {
            "operationId": "things.list",
            "responses": {"200": {"description": "", "content": content}},
        }}}),
        "operation" => json!({"/things": {"get": given}}),
        other => panic!("no such part: {other}"),
    };
    for (key, value) in pair[format!("{side}_root")].as_object().into_iter().flatten() {
        // Components alone are schemas.
        document[key] = value.clone();
    }
    document
}

fn bare(document: &Value) -> Value {
    let text = document.to_string();
    Reading::new(Source { name: "api.json", text: &text }, &[]).unwrap().bare
}

/// `severity rule location` of each change, the most severe first.
fn lines(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| {
        let line = format!("{} {} {}", change.severity, change.id(), change.sites[0].location);
        (change.severity, line.trim_end().to_owned())
    };
    let mut lines: Vec<_> = changes.iter().map(line).collect();
    lines.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    lines.into_iter().map(|(_, line)| line).collect()
}

#[test]
fn reports_expected_changes() {
    let pairs: Vec<Value> =
        source::parse(include_str!("changes/pairs.yaml")).unwrap().as_array().unwrap().clone();
    let mut wrong = Vec::new();
    for pair in &pairs {
        let (old, new) = (bare(&document(pair, "old")), bare(&document(pair, "new")));
        let changes = compare(&old, &new);
        let expected: Vec<String> = serde_json::from_value(pair["expected"].clone()).unwrap();
        let found = lines(&changes);
        if found != expected {
            wrong.push(format!("{}: {found:#?} instead of {expected:#?}", pair["name"]));
        }
        for change in changes.iter().filter(|change| change.counterexample.is_some()) {
            // The validator reads bodies of JSON without parameters.
            if change.sites[0].location.to_string().starts_with("re") && change.repaired.is_some() {
                match witnesses::prove(&old, &new, change) {
                    // A status of a range, which only one document has.
                    Err(reason) if reason.starts_with("no schema at") => {}
                    proof => assert_eq!(proof, Ok(()), "{}: {}", pair["name"], change.message),
                }
            }
        }
        // The reverse has no change only if the pair has none.
        assert_eq!(compare(&new, &old).is_empty(), expected.is_empty(), "{}", pair["name"]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(pairs.len() > 60);
}

/// Two independent changes: a new required property and a stricter one.
fn two_changes() -> (Value, Value, Vec<Change>) {
    let body = |required: Value, properties: Value| json!({"type": "object", "required": required, "properties": properties});
    let pair = json!({
        "part": "request",
        "old": body(json!(["id"]), json!({"id": {"type": "string"}, "notes": {"type": "string"}})),
        "new": body(
            json!(["id", "who"]),
            json!({"id": {"type": "string"}, "notes": {"type": "string", "maxLength": 5}, "who": {"type": "string"}}),
        ),
    });
    let (old, new) = (bare(&document(&pair, "old")), bare(&document(&pair, "new")));
    let changes = compare(&old, &new);
    (old, new, changes)
}

#[test]
fn counterexample_shows_its_own_change() {
    let (_, _, changes) = two_changes();
    let values: Vec<&Value> =
        changes.iter().map(|change| &change.counterexample.as_ref().unwrap()["value"]).collect();
    assert_eq!(values, [&json!({"id": ""}), &json!({"id": "", "notes": "000000", "who": ""})]);
}

#[test]
fn counterexample_of_another_change_is_refused() {
    let (old, new, changes) = two_changes();
    let mut change = changes[1].clone();
    assert_eq!(witnesses::prove(&old, &new, &change), Ok(()));
    // It lacks the property, and nothing at the location repairs it.
    change.counterexample = Some(json!({"direction": "request", "value": {"id": ""}}));
    assert!(witnesses::prove(&old, &new, &change).is_err());
    change.repaired = Some(json!({"id": "", "who": ""}));
    assert!(witnesses::prove(&old, &new, &change).is_err());
}

/// A document whose response is the first of `depth` schemas, each of which `link` connects with two of the next level.
fn lattice(depth: usize, leaf: &str, link: &dyn Fn(Value, Value) -> Value) -> Value {
    let reference =
        |level: usize, side: &str| json!({"$ref": format!("#/components/schemas/L{level}{side}")});
    let mut schemas = serde_json::Map::new();
    for (level, side) in (0..depth).flat_map(|level| [(level, "a"), (level, "b")]) {
        let schema = link(reference(level + 1, "a"), reference(level + 1, "b"));
        schemas.insert(format!("L{level}{side}"), schema);
    }
    for side in ["a", "b"] {
        let properties = json!({"v": {"type": leaf}, side: {"type": "string"}});
        schemas.insert(format!("L{depth}{side}"), json!({"type": "object", "properties": properties}));
    }
    let pair = json!({
        "part": "response",
        "side": reference(0, "a"),
        "side_root": {"components": {"schemas": schemas}},
    });
    bare(&document(&pair, "side"))
}

#[test]
fn ends_where_paths_multiply() {
    let properties = |a: Value, b: Value| json!({"type": "object", "properties": {"a": a, "b": b}, "required": ["a", "b"]});
    let any_of = |a: Value, b: Value| json!({"anyOf": [a, b]});
    // Two to the power of thirty paths: it ends only if they are not followed.
    for (depth, link) in [(30, &properties as &dyn Fn(Value, Value) -> Value), (5, &any_of)] {
        let changes = compare(&lattice(depth, "string", link), &lattice(depth, "integer", link));
        assert!(!changes.is_empty());
        let sites: usize = changes.iter().map(|change| change.sites.len()).sum();
        assert!(sites < 5_000, "{sites}");
    }
}
