//! Fields that the document marks as secret are never printed, in any value: bodies, requests, responses, errors.
//!
//! For logs see `tracing.rs`.

#![cfg(feature = "all-groups")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[rustfmt::skip]
mod generated;
mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use support::document::Document;
use support::instance::HIDDEN;
use support::secrecy::exercise;

/// The ids of the secrets in a schema.
fn secrets(schema: &Value) -> BTreeSet<String> {
    match schema {
        Value::Object(members) => {
            let own = members.get("x-rust-secret").and_then(Value::as_str).map(str::to_owned);
            members.values().flat_map(secrets).chain(own).collect()
        }
        Value::Array(items) => items.iter().flat_map(secrets).collect(),
        _ => BTreeSet::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn no_secret_of_the_description_is_printed() {
    let operations = support::operations(generated::GROUPS);
    let sides = operations.iter().flat_map(|(it, _)| [it.body.as_ref(), it.response_schema()]);
    let met: BTreeSet<String> = sides.flatten().flat_map(secrets).collect();
    assert_eq!(met, Document::load().secrets, "what is marked is sent or received");
    println!("secrets: {}", met.len());

    let shown = exercise(&operations).await;
    println!("printed: {} bytes", shown.len());
    for part in ["[redacted]", "POST /v1/admin/integrations/", "400 Bad Request"] {
        assert!(shown.contains(part), "{part} is missing, so not much was tried");
    }
    // Such as `Buildium(BuildiumCredentials { …`: what is not secret in a union is shown.
    let variant = regex_lite::Regex::new(r"credentials: \w+\(\w+ \{ \w").unwrap();
    assert!(variant.is_match(&shown), "no credentials are shown, so not much was tried");
    if let Some((before, _)) = shown.split_once(HIDDEN) {
        let seen: Vec<char> = before.chars().rev().take(300).collect();
        panic!("a secret is seen after: …{}", seen.iter().rev().collect::<String>());
    }
}
