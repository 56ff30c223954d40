//! Invalid rows do not affect other rows: on a full page, and in every list.

#![cfg(feature = "all-groups")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[rustfmt::skip]
mod generated;
mod support;

use common::{client, next};
use propexo::Error;
use propexo::transport::{HttpResponse, MemoryTransport};
use serde_json::{Value, json};
use support::document::{Document, Operation};
use support::instance::{Fill, instance, takes_null};
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
fn faults(schema: &Value, name: &str) -> Vec<(Option<Value>, String, String)> {
    let member = &schema["properties"][name];
    let required = schema["required"].as_array().is_some_and(|required| required.contains(&json!(name)));
    let types = member["type"].to_string();
    let there = format!("results[1].{name}");
    let mut faults = Vec::new();
    if required && !takes_null(member) {
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
    let (mut lists, mut tried) = (0, 0);
    for (operation, call) in support::operations(generated::GROUPS) {
        let Some(schema) = row_schema(&operation) else { continue };
        let row = instance(schema, Fill::Everything { variant: 0 });
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if member.get("anyOf").is_some() {
                continue;
            }
            for (instead, path, reason) in faults(schema, name) {
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
