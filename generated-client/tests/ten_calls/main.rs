//! `llms.txt` and `API.md` say all that a caller needs: `calls.rs` uses nothing else, and runs against the fake.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "all-groups", feature = "blocking", feature = "fake"))]

mod calls;

use std::collections::BTreeSet;

use propexo::WriteState;
use propexo::fake::{Fake, FakeBuilder};
use propexo::leads::Lead;
use serde_json::{Value, json};

fn fake() -> FakeBuilder {
    Fake::builder().integration("RESMAN")
}

#[tokio::test(start_paused = true)]
async fn create_sends_enums_dates_and_nested_types_and_wait_returns_the_id() {
    let fake = fake().records::<Lead>(0).build();
    let client = fake.client();
    let receipt = calls::create(&client).await.unwrap();
    let id = calls::wait(&client, &receipt).await.unwrap();
    assert_eq!(fake.records::<Lead>()[0].id, id);
    let body = &fake.writes()[0].body;
    assert_eq!(body["events"][0]["event_name"], "WalkIn");
    assert_eq!((&body["status"], &body["phone_1_type"]), (&json!("ACTIVE"), &json!("MOBILE")));
    assert_eq!(body["desired_max_rent_in_cents"], 150_000);

    fake.faults().next_write(WriteState::Failure, ["no such employee"]);
    let receipt = calls::create(&client).await.unwrap();
    assert_eq!(calls::wait(&client, &receipt).await.unwrap(), "no such employee");
}

#[tokio::test(start_paused = true)]
async fn null_is_sent_as_null() {
    let fake = fake().build();
    calls::null(&fake.client()).await.unwrap();
    assert_eq!(fake.writes()[0].body, json!({ "bathrooms": "1.5", "bedrooms": Value::Null }));
}

#[tokio::test(start_paused = true)]
async fn webhook_is_registered_and_receives_signed_events_only() {
    let fake = fake().build();
    let secret = calls::register(&fake.client()).await.unwrap().expect("a new webhook has a secret");
    assert!(fake.insert(fake.sample::<Lead>().unwrap()));
    let delivery = fake.deliveries().remove(0);
    assert_eq!(calls::receive(&secret, delivery.signature(), &delivery.body), 204);
    assert_eq!(calls::receive(&secret, delivery.signature(), b"{}"), 401);
}

#[tokio::test(start_paused = true)]
async fn errors_distinguish_a_missing_record() {
    let fake = fake().build();
    let client = fake.client();
    assert!(calls::errors(&client, "lead_1").await.unwrap().is_some());
    assert!(calls::errors(&client, "no such lead").await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn upload_and_appointment_are_accepted() {
    let fake = fake().build();
    let client = fake.client();
    for receipt in [calls::upload(&client, "JVBERi0=".to_owned()).await, calls::appointment(&client).await] {
        assert!(client.write_jobs().wait(receipt.unwrap()).await.unwrap().is_success());
    }
    let operations: Vec<_> = fake.writes().into_iter().map(|write| write.operation).collect();
    let expected = [
        "POST /v1/applicants/resman/{applicant_id}/file-upload",
        "POST /v1/events/appointments/leads/resman/",
    ];
    assert_eq!(operations, expected);
}

#[test]
fn blocking_calls_need_no_runtime() {
    let fake = fake().records::<Lead>(5).build();
    assert_eq!(calls::blocking(&fake.client()).unwrap(), 2);
}

/// Names of the standard library and of `#[tokio::test]`.
const STANDARD: [&str; 24] = [
    "Duration",
    "Err",
    "None",
    "Ok",
    "Some",
    "all",
    "as_ref",
    "contains",
    "div_ceil",
    "filter",
    "for_each",
    "from_secs",
    "is_empty",
    "is_some_and",
    "iter",
    "join",
    "len",
    "map",
    "push",
    "time",
    "to_owned",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
];

/// Every field, method, variant and type of the calls is in code of the documents.
#[test]
fn documents_contain_every_name_of_the_calls() {
    let documents = [include_str!("../../llms.txt"), include_str!("../../API.md")];
    let documented: String = documents.into_iter().map(code_of_markdown).collect();
    let documented: BTreeSet<&str> = words(&documented).map(|(_, word)| word).collect();
    let calls = code_of_rust(include_str!("calls.rs"));
    let is_of_client = |(before, word): &(Option<char>, &str)| {
        matches!(before, Some('.' | ':')) || word.starts_with(|first: char| first.is_ascii_uppercase())
    };
    let used: BTreeSet<&str> = words(&calls).filter(is_of_client).map(|(_, word)| word).collect();
    let missing: Vec<_> =
        used.iter().filter(|word| !documented.contains(*word) && !STANDARD.contains(word)).collect();
    assert!(used.len() > 80, "{used:?}");
    assert!(missing.is_empty(), "neither llms.txt nor API.md has {missing:?}");
}

/// Returns code blocks and inline code.
fn code_of_markdown(text: &str) -> String {
    let mut is_block = false;
    let mut code = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            is_block = !is_block;
        } else if is_block {
            code += line;
        } else {
            line.split('`').skip(1).step_by(2).for_each(|part| code.extend([part, " "]));
        }
        code.push('\n');
    }
    code
}

/// Returns code without comments and the content of strings.
fn code_of_rust(text: &str) -> String {
    let without_strings = |line: &str| line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
    let code = text.lines().map(|line| without_strings(line.split("//").next().unwrap_or_default()));
    code.collect::<Vec<_>>().join("\n")
}

/// Returns the identifiers of a text, each with the character before it.
fn words(text: &str) -> impl Iterator<Item = (Option<char>, &str)> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_part)?;
        let length = text[start..].find(|char| !is_part(char)).unwrap_or(text.len() - start);
        rest = start + length;
        Some((text[..start].chars().next_back(), &text[start..rest]))
    })
}
