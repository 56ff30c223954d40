//! Calls every operation of the fake, and validates each response against the API document.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "all-groups", feature = "fake"))]

#[rustfmt::skip]
mod generated;
mod support;

use std::sync::{Arc, Mutex};

use jsonschema::Validator;
use propexo::fake::Fake;
use propexo::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use propexo::{Client, RateLimit, RetryPolicy, WriteState};
use serde_json::{Value, json};
use support::document::Operation;
use support::instance::Fill;
use support::{Call, Given};

/// How to fill the arguments of an operation.
const FILLS: [Fill; 4] = [
    Fill::Required,
    Fill::Everything { variant: 0 },
    Fill::Everything { variant: 1 },
    Fill::Everything { variant: 2 },
];

/// A transport that keeps the last response.
#[derive(Clone, Debug)]
struct Recording<T> {
    transport: T,
    last: Arc<Mutex<Option<HttpResponse>>>,
}

impl<T: Transport + Clone> Transport for Recording<T> {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let (sent, last) = (self.transport.send(request), Arc::clone(&self.last));
        Box::pin(async move {
            let response = sent.await?;
            *last.lock().unwrap() = Some(response.clone());
            Ok(response)
        })
    }
}

/// A strict client of a fake: one attempt without waiting, and an invalid row is an error.
fn client(fake: &Fake) -> (Client, Arc<Mutex<Option<HttpResponse>>>) {
    let last = Arc::default();
    let recording = Recording { transport: fake.transport(), last: Arc::clone(&last) };
    let builder = fake.client_builder().transport(recording).rate_limit(RateLimit::unlimited());
    (builder.retry(RetryPolicy::none()).strict_responses(true).build().unwrap(), last)
}

fn validator(operation: &Operation) -> Validator {
    let options =
        jsonschema::options().with_draft(jsonschema::Draft::Draft202012).should_validate_formats(true);
    options.build(operation.response_schema().unwrap()).unwrap()
}

/// Calls an operation; returns what is wrong with the response.
async fn faults(fake: &Fake, operation: &Operation, call: &Call, given: Given) -> Vec<String> {
    let (client, last) = client(fake);
    let outcome = (call.run)(client, given).await;
    let Some(response) = last.lock().unwrap().take() else {
        return vec![format!("no response: {outcome:?}")];
    };
    if operation.redirects {
        return if response.status() == 302 {
            Vec::new()
        } else {
            vec![format!("status {}", response.status())]
        };
    }
    let body: Value = match serde_json::from_slice(response.body()) {
        Ok(body) if response.status() == 200 => body,
        _ => return vec![format!("{} {}", response.status(), response.text())],
    };
    let mut faults: Vec<String> = validator(operation)
        .iter_errors(&body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    if let Err(error) = outcome {
        faults.push(error.to_string());
    }
    faults
}

#[tokio::test(start_paused = true)]
async fn every_operation_responds_as_the_document_says() {
    let all = support::operations(generated::GROUPS);
    let mut valid = 0;
    for (operation, call) in &all {
        let fake = Fake::builder().seed(7).rate_limit(u32::MAX).accept_unknown_ids(true).build();
        fail_one_write(&fake).await;
        let mut found = Vec::new();
        for fill in FILLS {
            found.extend(faults(&fake, operation, call, with_job(Given::of(operation, fill))).await);
        }
        for fault in &found {
            println!("{operation}: {fault}");
        }
        valid += usize::from(found.is_empty());
    }
    println!("fake: {valid} of {} operations respond as the document says", all.len());
    assert_eq!(valid, all.len());
}

#[tokio::test(start_paused = true)]
async fn every_operation_works_with_ids_that_exist() {
    let all = support::operations(generated::GROUPS);
    let mut valid = 0;
    for (operation, call) in &all {
        let fake = Fake::builder().seed(8).rate_limit(u32::MAX).build();
        fail_one_write(&fake).await;
        fake.register_webhook("https://example.com", "0123456789");
        let given = with_existing_ids(&fake, operation, Given::of(operation, Fill::Required));
        let found = faults(&fake, operation, call, with_job(given)).await;
        for fault in &found {
            println!("{operation}: {fault}");
        }
        valid += usize::from(found.is_empty());
    }
    assert_eq!(valid, all.len());
}

/// Makes `job_1`, which can be retried because it has failed.
async fn fail_one_write(fake: &Fake) {
    fake.faults().next_write(WriteState::Failure, ["no"]);
    let lead = propexo::leads::CreateLead::new("integration_1");
    fake.client().leads().create(lead).send().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
}

fn with_job(mut given: Given) -> Given {
    if given.path.contains_key("root_job_id") {
        given.path.insert("root_job_id".to_owned(), json!("job_1"));
    }
    given
}

/// Replaces the ids of the path and the integration of the body.
fn with_existing_ids(fake: &Fake, operation: &Operation, mut given: Given) -> Given {
    let names: Vec<String> = given.path.keys().cloned().collect();
    for name in names {
        given.path.insert(name.clone(), existing_id(fake, &operation.path, &name).into());
    }
    if let Some(integration) = given.body.as_mut().and_then(|body| body.get_mut("integration_id")) {
        *integration = json!("integration_1");
    }
    given
}

/// Lists whose paths do not follow from the names of the parameters.
const LISTS: [(&str, &str); 2] = [
    ("job_log_id", "/v1/admin/logs/jobs/"),
    ("contract_id", "/v1/construction-jobs/{construction_job_id}/contracts"),
];

/// The id of a record that a path parameter may name: one of the list before it, or of the list with its name.
fn existing_id(fake: &Fake, path: &str, name: &str) -> String {
    let before = path.split(&format!("/{{{name}}}")).next().unwrap();
    let plural =
        |name: &str| name.trim_end_matches("_id").replace('_', "-").replace("property", "propertie") + "s";
    let segment = before.rsplit('/').find(|segment| fake.records_at(&format!("/v1/{segment}")).len() > 1);
    let lists =
        [before.to_owned(), format!("/v1/{}", plural(name)), format!("/v1/{}", segment.unwrap_or_default())];
    let named = LISTS.iter().filter(|(own, _)| *own == name).map(|(_, list)| (*list).to_owned());
    let all: Vec<Value> = lists.into_iter().chain(named).flat_map(|list| fake.records_at(&list)).collect();
    all.first().map_or("1", |row| row["id"].as_str().unwrap()).to_owned()
}
