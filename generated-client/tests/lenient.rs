//! Invalid rows do not affect other rows: on a full page, and in every list.

#![cfg(feature = "all-groups")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[rustfmt::skip]
mod generated;
mod support;

use std::collections::BTreeSet;

use common::{client, next};
use propexo::Error;
use propexo::transport::{HttpResponse, MemoryTransport};
use serde_json::{Value, json};
use support::document::{Document, Operation};
use support::instance::{Fill, KEY, instance, takes_null};
use support::{Given, Log};

/// The schema of the rows, if the response of the operation is a list.
fn row_schema(operation: &Operation) -> Option<&Value> {
    let is_asked_for = |name| operation.parameters.iter().any(|parameter| parameter.name == name);
    let results = &operation.response_schema()?["properties"]["results"];
    (is_asked_for("limit") && is_asked_for("offset")).then(|| results.get("items")).flatten()
}

fn page(rows: &[Value]) -> Value {
    json!({ "results": rows, "meta": { "orderBy": [], "hasMore": false } })
}

/// 250 valid residents.
fn residents() -> Vec<Value> {
    let document = Document::load();
    let operation =
        document.operations().find(|operation| operation.to_string() == "GET /v1/residents/").unwrap();
    let row = instance(row_schema(&operation).unwrap(), Fill::Everything { variant: 0 });
    let numbered = |number| {
        let mut row = row.clone();
        row["id"] = json!(format!("r{number}"));
        row
    };
    (0..250).map(numbered).collect()
}

#[tokio::test]
async fn full_page_keeps_249_records_and_reports_index_path_and_reason() {
    type Spoil = fn(&mut Value);
    let faults: [(Spoil, &str, &str); 3] = [
        (|row| row["created_at"] = Value::Null, "results[100].created_at", "null, expected a string"),
        (
            |row| drop(row.as_object_mut().unwrap().remove("created_at")),
            "results[100]",
            "missing field `created_at`",
        ),
        (
            |row| row["balance_in_cents"] = json!("12.50"),
            "results[100].balance_in_cents",
            "string, expected a number of cents",
        ),
    ];
    for (spoil, path, reason) in faults {
        let mut rows = residents();
        spoil(&mut rows[100]);
        let server = MemoryTransport::handler(move |_| Ok(HttpResponse::json(200, &page(&rows))));
        let request = client(&server).residents().list().limit(250);

        let response = request.clone().send().await.unwrap();
        assert_eq!((response.results.len(), response.row_count()), (249, 250));
        let [bad] = response.rejected.as_slice() else { panic!("{:?}", response.rejected) };
        assert_eq!((bad.index, bad.error.path(), bad.error.reason()), (100, path, reason));
        assert_eq!(
            serde_json::from_slice::<Value>(bad.error.body()).unwrap()["id"],
            "r100",
            "the row is kept"
        );

        let mut items = request.items();
        let mut read = Vec::new();
        while let Some(item) = next(&mut items).await {
            read.push(match item {
                Ok(resident) => resident.id.into_string(),
                Err(Error::Decode(error)) => error.path().to_owned(),
                Err(other) => panic!("{other}"),
            });
        }
        let expected =
            (0..250).map(|number| if number == 100 { path.to_owned() } else { format!("r{number}") });
        assert_eq!(read, expected.collect::<Vec<_>>(), "each in its place");
    }
}

/// The possible defects of a property: the invalid value, or `None` for an absent one, with the path and the reason
/// that are reported.
fn faults(schema: &Value, name: &str, is_never_null: bool) -> Vec<(Option<Value>, String, String)> {
    let member = &schema["properties"][name];
    let required = schema["required"].as_array().is_some_and(|required| required.contains(&json!(name)));
    let types = member["type"].to_string();
    let there = format!("results[1].{name}");
    let mut faults = Vec::new();
    if required && is_never_null && !takes_null(member) {
        faults.push((Some(Value::Null), there.clone(), "null, expected".to_owned()));
        faults.push((None, "results[1]".to_owned(), format!("missing field `{name}`")));
    }
    if types.contains("number") || types.contains("integer") {
        faults.push((Some(json!("12.50")), there, "string, expected".to_owned()));
    }
    faults
}

#[tokio::test]
async fn every_list_keeps_other_rows_if_any_property_is_invalid() {
    let never_null = Document::never_null();
    let (mut lists, mut tried) = (0, 0);
    for (operation, call) in support::operations(generated::GROUPS) {
        let Some(schema) = row_schema(&operation) else { continue };
        let row = instance(schema, Fill::Everything { variant: 0 });
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if member.get("anyOf").is_some() {
                continue;
            }
            for (instead, path, reason) in faults(schema, name, never_null.contains(name)) {
                let mut bad = row.clone();
                match instead {
                    Some(value) => bad[name] = value,
                    None => drop(bad.as_object_mut().unwrap().remove(name)),
                }
                let server = MemoryTransport::new().respond(200, page(&[row.clone(), bad, row.clone()]));
                let log = Log::default();
                let given = Given { log: Some(log.clone()), ..Given::of(&operation, Fill::Required) };
                let read = (call.run)(client(&server), given).await.unwrap();
                let context = format!("{operation}: {name}, {reason}");
                assert_eq!(read["results"].as_array().map(Vec::len), Some(2), "{context}");
                let shown = log.take();
                let text =
                    shown.split("RejectedRow { index: 1,").nth(1).unwrap_or_else(|| panic!("{context}"));
                assert!(text.contains(&format!("path: {path:?}")), "{context}: {text}");
                assert!(text.contains(&format!("reason: \"{reason}")), "{context}: {text}");
                tried += 1;
            }
        }
        lists += 1;
    }
    println!("lists: {lists}, faults tried: {tried}");
    assert!(tried > 10 * lists, "{tried} faults in {lists} lists");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/generated");
    let texts = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path().join("requests.rs")).ok());
    let paged: usize = texts.map(|text| text.matches("paged_methods!(").count()).sum();
    assert_eq!(lists, paged, "a list is what takes `limit` and `offset` and returns `results`");
}

/// Types that requests have, too, so that the overlay does not affect them, by the properties that contain them.
const OF_REQUESTS: [&str; 2] = ["custom_sync_schedule", "headers"];

/// Adds the pointers to all properties in a value, except those that are never null. Entries of maps are not properties.
fn nullable(value: &Value, pointer: &str, never_null: &BTreeSet<String>, found: &mut Vec<String>) {
    match value {
        Value::Object(properties) => {
            for (name, value) in properties {
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                if !OF_REQUESTS.contains(&name.as_str()) {
                    nullable(value, &pointer, never_null, found);
                }
                if !never_null.contains(name) && name != KEY {
                    found.push(pointer);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                nullable(item, &format!("{pointer}/{index}"), never_null, found);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn null_rejects_nothing_except_in_properties_that_are_never_null() {
    let never_null = Document::never_null();
    let mut tried = 0;
    for (operation, call) in support::operations(generated::GROUPS) {
        let Some(schema) = operation.response_schema().filter(|_| !operation.redirects) else { continue };
        let response = instance(schema, Fill::Everything { variant: 0 });
        let mut pointers = Vec::new();
        nullable(&response, "", &never_null, &mut pointers);
        for pointer in pointers {
            let mut response = response.clone();
            *response.pointer_mut(&pointer).unwrap() = Value::Null;
            let server = MemoryTransport::new().respond(200, response);
            let log = Log::default();
            let given = Given { log: Some(log.clone()), ..Given::of(&operation, Fill::Required) };
            let read = (call.run)(client(&server), given).await;
            let read = read.unwrap_or_else(|error| panic!("{operation}: {pointer}: {error}"));
            let shown = log.take();
            assert!(!shown.contains("RejectedRow"), "{operation}: {pointer}: {shown}");
            let empty = [Value::Null, json!([]), json!({})];
            assert!(
                read.pointer(&pointer).is_none_or(|it| empty.contains(it)),
                "{operation}: {pointer}: {read}"
            );
            tried += 1;
        }
    }
    println!("nulls tried: {tried}");
    assert!(tried > 2000, "{tried}");
}
