//! `validate()` and a JSON Schema validator agree on every body, valid or invalid.

#![cfg(feature = "all-groups")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[rustfmt::skip]
mod generated;
mod support;

use std::collections::BTreeSet;

use propexo::transport::MemoryTransport;
use propexo::{Client, Error};
use serde_json::{Value, json};
use support::Given;
use support::document::Document;
use support::instance::Fill;
use support::random::Random;

/// The number of instances of each body, valid and invalid.
const ROUNDS: u64 = 1_000;

fn judge(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .expect("the description's schema is a schema")
}

#[test]
fn validate_agrees_with_a_json_schema_validator_on_every_body() {
    let (mut good, mut bad, mut unreadable) = (0, 0, 0);
    for operation in Document::load().operations() {
        let call = generated::GROUPS
            .iter()
            .flat_map(|group| group.iter())
            .find(|call| call.method == operation.method && call.path == operation.path)
            .unwrap();
        let (Some(schema), Some(check)) = (&operation.body, call.check) else { continue };
        let judge = judge(schema);
        for seed in 0..ROUNDS {
            let faults = [0, 20, 4][usize::try_from(seed % 3).unwrap()];
            let instance = Random::new(seed).instance(schema, faults);
            let context = format!("{operation}, seed {seed}");
            let Ok(checked) = check(instance.clone()) else {
                // A type that no field can hold: the validator must reject it too.
                assert!(!judge.is_valid(&instance), "{context}: {instance} was not read");
                unreadable += 1;
                continue;
            };
            let theirs: BTreeSet<String> = judge
                .iter_errors(&checked.body)
                .map(|error| dotted(error.instance_path().as_str()))
                .collect();
            let ours: BTreeSet<String> = match &checked.outcome {
                Ok(()) => BTreeSet::new(),
                Err(error) => error.violations().iter().map(|it| it.path().to_owned()).collect(),
            };
            assert_eq!(ours, theirs, "{context}\n  body {}\n  ours {:?}", checked.body, checked.outcome);
            if theirs.is_empty() { good += 1 } else { bad += 1 }
        }
    }
    println!("bodies judged alike: {good} good, {bad} bad, {unreadable} not readable");
    assert!(good > 1000 && bad > 1000 && unreadable > 100, "{good} {bad} {unreadable}");
}

/// Formats `/events/0/notes` as `events[0].notes`. No property name is a number.
fn dotted(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').skip(1) {
        match step.parse::<usize>() {
            Ok(index) => path.push_str(&format!("[{index}]")),
            Err(_) if path.is_empty() => path.push_str(step),
            Err(_) => path.push_str(&format!(".{step}")),
        }
    }
    path
}

/// Whether the setter of a parameter accepts the value.
fn is_takeable(name: &str, schema: &Value, value: &Value) -> bool {
    let types = schema["type"].to_string();
    match value {
        Value::Null => false,
        _ if schema.get("anyOf").is_some() => value.is_boolean() || value.is_string(),
        // An overlay makes these unsigned.
        Value::Number(number) if matches!(name, "limit" | "offset") => number.is_u64(),
        Value::Number(number) => number.is_i64() && types.contains("integer"),
        Value::Bool(_) => types.contains("boolean"),
        Value::String(_) => types.contains("string"),
        Value::Array(items) => types.contains("array") && items.iter().all(Value::is_string),
        Value::Object(_) => false,
    }
}

#[tokio::test]
async fn validate_agrees_with_a_json_schema_validator_on_every_query() {
    let (mut good, mut bad) = (0, 0);
    for (operation, call) in support::operations(generated::GROUPS) {
        let query = operation.parameters.iter().filter(|parameter| parameter.place == "query");
        let query: Vec<_> = query.map(|parameter| (parameter, judge(&parameter.schema))).collect();
        for seed in 0..ROUNDS / 10 {
            let mut random = Random::new(seed);
            let mut given = Given::of(&operation, Fill::Required);
            let mut errors = Vec::new();
            for (parameter, judge) in &query {
                let value = random.instance(&parameter.schema, 4);
                if is_takeable(&parameter.name, &parameter.schema, &value) {
                    errors.extend(judge.iter_errors(&value).map(|it| format!("{}: {it}", parameter.name)));
                    given.query.insert(parameter.name.clone(), value);
                }
            }
            let server = MemoryTransport::new().respond(400, json!(null));
            let client = Client::builder()
                .token("t")
                .base_url("http://test")
                .transport(server)
                .validate_requests(true);
            let query = given.query.clone();
            let ours = (call.run)(client.build().unwrap(), given).await.unwrap_err();
            assert_eq!(
                !matches!(ours, Error::Validation(_)),
                errors.is_empty(),
                "{operation}, seed {seed}: {query:?}\n  ours {ours}\n  theirs {errors:?}"
            );
            if errors.is_empty() { good += 1 } else { bad += 1 }
        }
    }
    println!("queries judged alike: {good} good, {bad} bad");
    assert!(good > 1000 && bad > 1000, "{good} {bad}");
}

#[tokio::test]
async fn validating_client_sends_nothing_that_violates_a_constraint() {
    let server = MemoryTransport::new().respond(200, json!({ "meta": {}, "results": [] }));
    let client = |validate| {
        Client::builder()
            .token("t")
            .base_url("http://test")
            .transport(server.clone())
            .validate_requests(validate)
            .build()
            .unwrap()
    };
    let too_many = |client: &Client| client.leads().list().limit(251);
    let Err(Error::Validation(error)) = too_many(&client(true)).send().await else { panic!("it was sent") };
    assert_eq!(error.violations()[0].to_string(), "limit: is more than 250");
    assert_eq!(server.requests().len(), 0);
    // Without client validation the server validates.
    too_many(&client(false)).send().await.unwrap();
    assert_eq!(too_many(&client(false)).validate().unwrap_err().violations().len(), 1);
}

#[test]
fn a_violation_names_the_field_and_not_the_value() {
    use propexo::leads::{CreateLead, NewEvent};
    let event = NewEvent::new("employee", "2026-02-12T08:30:00Z", "Show".into()).notes("n".repeat(300));
    let lead = CreateLead::new("integration").middle_initial("XY").events(vec![event]);
    let error = lead.validate().unwrap_err();
    let found: Vec<String> = error.violations().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        ["events[0].notes: is longer than 256 characters", "middle_initial: is longer than 1 characters"]
    );
}
