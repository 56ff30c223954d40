//! What a fake does over time: records, reads, writes, limits and webhooks.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "all-groups", feature = "fake"))]

use std::collections::BTreeSet;
use std::time::Duration;

use propexo::fake::{Fake, Fault};
use propexo::leads::{CreateLead, Lead, UpdateLead};
use propexo::webhook::{self, Event};
use propexo::{Error, JobReference, RetryPolicy, WriteOutcome, WriteState};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

const SECRET: &str = "0123456789";

fn resman() -> Fake {
    Fake::builder().seed(7).integration("RESMAN").build()
}

fn ids(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn json<T: serde::Serialize>(record: &T) -> Value {
    serde_json::to_value(record).unwrap()
}

/// The names of the invalid parts of a refused request.
fn issues(error: &Error) -> Vec<String> {
    let Error::Api(refused) = error else { panic!("{error:?}") };
    assert_eq!(refused.status(), 400);
    refused.issues().iter().map(|issue| format!("{issue:?}")).collect()
}

#[test]
fn equal_seeds_give_equal_records() {
    let leads = |seed| Fake::builder().seed(seed).build().records_at("/v1/leads/");
    assert_eq!(leads(1), leads(1));
    assert_ne!(leads(1), leads(2));
    assert_eq!(leads(1).len(), 10);
}

#[test]
fn records_refer_to_records_of_their_own_property() {
    let fake = Fake::builder().seed(3).integration("RESMAN").integration("MRI").default_records(24).build();
    let properties = fake.records_at("/v1/properties/");
    for (list, property, target) in [
        ("/v1/leases/", "unit_id", "/v1/units/"),
        ("/v1/residents/", "x_lease_id", "/v1/leases/"),
        ("/v1/service-requests/", "unit_id", "/v1/units/"),
        ("/v1/resident-charges/", "resident_id", "/v1/residents/"),
        ("/v1/units/", "floor_plan_id", "/v1/floor-plans/"),
    ] {
        let (rows, targets) = (fake.records_at(list), fake.records_at(target));
        let key = if property.starts_with("x_") { "x_id" } else { "id" };
        for row in &rows {
            let found = targets.iter().find(|target| target[key] == row[property]);
            let found = found.unwrap_or_else(|| panic!("{list}: {property} {}", row[property]));
            assert_eq!(found["property_id"], row["property_id"], "{list}");
            let own = properties.iter().find(|own| own["id"] == row["property_id"]).unwrap();
            assert_eq!(own["integration_id"], row["integration_id"], "{list}");
        }
        assert_eq!(rows.len(), 24);
    }
}

#[tokio::test(start_paused = true)]
async fn lists_filter_order_and_count() {
    let fake = Fake::builder().records::<Lead>(60).build();
    let client = fake.client();
    let page = client.leads().list().property_id("property_3").limit(4).order_by("id").send().await.unwrap();
    assert_eq!(page.meta.total, Some(6));
    assert_eq!(page.results.len(), 4);
    let rows: Vec<Value> = page.results.iter().map(json).collect();
    assert!(rows.iter().all(|row| row["property_id"] == "property_3"));
    assert!(rows.is_sorted_by_key(|row| row["id"].as_str().unwrap().to_owned()));
    let newest = client.leads().list().limit(1).send().await.unwrap();
    assert_eq!(json(&newest.results[0])["id"], "lead_60");
    let refused = client.leads().list().limit(251).send().await.unwrap_err();
    assert_eq!(issues(&refused).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_changes_the_records_when_its_job_ends() {
    let fake = resman();
    let client = fake.client();
    let lead = CreateLead::new("integration_1").first_name("Ada").email_1("ada@example.com");
    let receipt = client.leads().create(lead).send().await.unwrap();
    assert_eq!(client.write_jobs().status(&receipt).send().await.unwrap().state, WriteState::Pending);
    assert_eq!(fake.records::<Lead>().len(), 10);
    let outcome = client.write_jobs().wait(&receipt).await.unwrap();
    let created = fake.record::<Lead>(outcome.created_record_id().unwrap()).unwrap();
    assert_eq!((created.first_name.as_deref(), created.last_name.as_deref()), (Some("Ada"), None));

    let update = UpdateLead::default().last_name("Lovelace");
    let receipt = client.leads().update("lead_3", update).send().await.unwrap();
    assert!(client.write_jobs().wait(&receipt).await.unwrap().is_success());
    assert_eq!(fake.record::<Lead>("lead_3").unwrap().last_name.as_deref(), Some("Lovelace"));
    let states: Vec<WriteState> = fake.writes().into_iter().map(|write| write.state).collect();
    assert_eq!(states, [WriteState::Success, WriteState::Success]);
}

#[tokio::test(start_paused = true)]
async fn entrata_reports_no_id_and_shows_the_record_after_a_sync() {
    let fake = Fake::builder().integration("ENTRATA").build();
    let client = fake.client();
    let lead = CreateLead::new("integration_1").first_name("Zuleika");
    let receipt = client.leads().create(lead).send().await.unwrap();
    let outcome = client.write_jobs().wait(&receipt).await.unwrap();
    assert_eq!(outcome, WriteOutcome::Success { created_record_id: None });
    let is_there = || fake.records::<Lead>().iter().any(|lead| lead.first_name.as_deref() == Some("Zuleika"));
    assert!(!is_there());
    let before = json(&fake.records::<Lead>()[0]);
    sleep(Duration::from_secs(12 * 3_600)).await;
    assert!(is_there());
    let after = json(&fake.records::<Lead>()[0]);
    assert!(before["last_seen"].as_str() < after["last_seen"].as_str());
    assert_eq!(before["updated_at"], after["updated_at"]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_write_can_be_retried_and_its_body_is_in_the_log() {
    let fake = resman();
    let client = fake.client();
    fake.faults().next_write(WriteState::Failure, ["no such lead source"]);
    let (lead, since) = (CreateLead::new("integration_1").first_name("Ada"), fake.now());
    let receipt = client.leads().create(lead.clone()).send().await.unwrap();
    let outcome = client.write_jobs().wait(&receipt).await.unwrap();
    assert_eq!(outcome, WriteOutcome::Failure { errors: vec!["no such lead source".to_owned()] });
    let found = client.write_jobs().find_recent(&lead, since).await.unwrap();
    assert_eq!(found[0].job.job_id(), receipt.job_id());

    let again = client.write_jobs().retry(&receipt).send().await.unwrap();
    assert!(client.write_jobs().wait(&again).await.unwrap().is_success());
    let error = client.write_jobs().retry(&again).send().await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert_eq!(fake.records::<Lead>().len(), 11);
}

#[tokio::test(start_paused = true)]
async fn refuses_what_the_document_forbids() {
    let fake = resman();
    let client = fake.client();
    let lead = || CreateLead::new("integration_1");
    let unknown = client.leads().create(lead()).body_field("colour", "red");
    assert!(issues(&unknown.clone().send().await.unwrap_err())[0].contains("unrecognized_keys"));
    assert!(unknown.ignore_unknown_fields(true).send().await.is_ok());
    let error = client.leads().create(lead().middle_initial("too long")).send().await.unwrap_err();
    assert!(issues(&error)[0].contains("middle_initial"));
    let error = client.leads().create(CreateLead::new("integration_9")).send().await.unwrap_err();
    assert!(issues(&error)[0].contains("integration_id"));
    assert_eq!(client.leads().get("lead_99").send().await.unwrap_err().status(), Some(404));
    let update = UpdateLead::default();
    assert_eq!(client.leads().update("lead_99", update).send().await.unwrap_err().status(), Some(404));
    assert_eq!(fake.writes().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_may_be_required() {
    let fake = Fake::builder().token("right").build();
    let status = |client: propexo::Client| async move {
        client.leads().list().send().await.map_or_else(|error| error.status(), |_| Some(200))
    };
    assert_eq!(status(fake.client()).await, Some(401));
    assert_eq!(status(fake.client_builder().token("right").build().unwrap()).await, Some(200));
}

#[tokio::test(start_paused = true)]
async fn the_client_keeps_the_budget_beside_other_programs() {
    let fake = Fake::builder().records::<Lead>(3_000).other_programs(60).build();
    let client = fake.client();
    let mut leads = client.leads().list().limit(10).items().prefetch(8);
    let mut count = 0;
    while let Some(lead) = leads.next_item().await {
        lead.unwrap();
        count += 1;
    }
    assert_eq!(count, 3_000);
    assert!(fake.requests().iter().all(|request| request.status == Some(200)));
    let (used, limit) = fake.budget();
    assert!(used <= limit);
}

#[tokio::test(start_paused = true)]
async fn responses_are_slow_near_the_limit_and_refused_beyond_it() {
    let fake = Fake::builder().rate_limit(10).build();
    let builder = fake.client_builder().rate_limit(propexo::RateLimit::unlimited());
    let client = builder.retry(RetryPolicy::none()).build().unwrap();
    let mut seconds = Vec::new();
    for _ in 0..10 {
        let start = Instant::now();
        client.leads().get("lead_1").send().await.unwrap();
        seconds.push(start.elapsed().as_secs());
    }
    assert_eq!(seconds, [0, 0, 0, 0, 0, 0, 0, 2, 2, 2]);
    assert_eq!(client.leads().get("lead_1").send().await.unwrap_err().status(), Some(429));
}

#[tokio::test(start_paused = true)]
async fn faults_break_requests_before_or_after_the_server_acts() {
    for fault in Fault::ALL {
        let fake = resman();
        fake.faults().once_at("POST /v1/leads/", fault);
        let client = fake.client_builder().retry(RetryPolicy::none()).build().unwrap();
        let sent = client.leads().create(CreateLead::new("integration_1")).send().await;
        assert_eq!(fake.writes().len(), usize::from(fault.acts()), "{fault:?}");
        assert_eq!(sent.is_ok(), fault == Fault::SlowBody, "{fault:?}");
        if let Err(error) = sent {
            // The client cannot know that the server has not acted, except without a connection.
            assert_eq!(error.may_have_acted(), fault != Fault::Unreachable, "{fault:?}");
        }
        assert!(client.leads().create(CreateLead::new("integration_1")).send().await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn tests_change_what_the_landlord_has() {
    let fake = resman();
    fake.register_webhook("https://example.com", SECRET);
    let mut lead = fake.sample::<Lead>().unwrap();
    lead.first_name = Some("Grace".to_owned());
    let id = json(&lead)["id"].as_str().unwrap().to_owned();
    assert!(fake.insert(lead.clone()));
    assert_eq!(fake.client().leads().get(id.as_str()).send().await.unwrap().results, lead);
    lead.last_name = Some("Hopper".to_owned());
    assert!(fake.insert(lead));
    let events: Vec<Event> = fake
        .deliveries()
        .iter()
        .map(|delivery| webhook::receive(SECRET, delivery.signature(), &delivery.body).unwrap())
        .collect();
    let [Event::DataNew(new), Event::DataUpdate(change)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((new.record_id.as_ref(), change.record_id.as_ref()), (Some(&id), Some(&id)));
    assert_eq!(change.diff.as_ref().unwrap().new["last_name"], "Hopper");
    assert!(fake.remove::<Lead>(&id).is_some());
    assert_eq!(fake.client().leads().get(id.as_str()).send().await.unwrap_err().status(), Some(404));
}

#[tokio::test(start_paused = true)]
async fn webhooks_are_registered_by_the_api_and_hear_of_failed_writes() {
    use propexo::webhooks::{CreateWebhook, CreateWebhookTrigger};
    let fake = resman();
    let client = fake.client();
    let webhook =
        CreateWebhook::new(vec![CreateWebhookTrigger::WriteOperationFailure], "https://example.com/hook");
    client.webhooks().create(webhook.active(true).secret(SECRET)).send().await.unwrap();
    fake.faults().next_write(WriteState::PartialSuccess, ["agent not set"]);
    let receipt = client.leads().create(CreateLead::new("integration_1")).send().await.unwrap();
    fake.sync();
    assert!(fake.deliveries().is_empty());
    sleep(Duration::from_secs(10)).await;
    let delivery = fake.deliveries().remove(0);
    let Event::WriteOperationFailure(failure) =
        webhook::receive(SECRET, delivery.signature(), &delivery.body).unwrap()
    else {
        panic!("another event")
    };
    assert_eq!(
        (failure.job_id(), failure.errors.as_slice()),
        (receipt.job_id(), &["agent not set".to_owned()][..])
    );
    assert_eq!(delivery.url, "https://example.com/hook");
}

#[tokio::test(start_paused = true)]
async fn changes_go_on_while_time_passes() {
    let fake = Fake::builder().records::<Lead>(40).change_interval(Duration::from_secs(60)).build();
    let before = fake.records_at("/v1/leads/");
    sleep(Duration::from_secs(2 * 24 * 3_600)).await;
    let after = fake.records_at("/v1/leads/");
    assert_ne!(ids(&before), ids(&after));
    let is_changed = |row: &&Value| before.iter().any(|old| old["id"] == row["id"] && old != *row);
    assert!(after.iter().filter(is_changed).count() > 5);
}

#[tokio::test(start_paused = true)]
async fn debug_shows_no_personal_data() {
    let fake = resman();
    fake.register_webhook("https://example.com/hook", SECRET);
    let lead = CreateLead::new("integration_1").first_name("Hunter").email_1("hunter2@example.com");
    fake.client().leads().create(lead).send().await.unwrap();
    fake.client().leads().list().email_1("hunter2@example.com").send().await.unwrap();
    fake.sync();
    let shown = format!(
        "{fake:?} {:?} {:?} {:?} {:?} {:?}",
        fake.requests(),
        fake.writes(),
        fake.deliveries(),
        fake.transport(),
        fake.client(),
    );
    assert!(shown.contains("POST /v1/leads/"));
    for secret in ["unter", SECRET, "example.com"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

#[test]
fn sends_events_on_request() {
    let fake = resman();
    fake.register_webhook("https://example.com", SECRET);
    fake.send_event(&webhook::Trigger::JobFailure, json!({ "job_id": "j", "job_type": "READ" }));
    let delivery = fake.deliveries().remove(0);
    let event = Event::parse(&delivery.body).unwrap();
    let Event::JobFailure(failure) = event else { panic!("{event:?}") };
    assert_eq!((failure.job_id.as_deref(), failure.job_type.as_deref()), (Some("j"), Some("READ")));
}
