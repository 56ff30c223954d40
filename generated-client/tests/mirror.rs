//! A sync, a bot and a receiver keep a mirror of a fake for two days, while requests, writes and deliveries fail: the
//! mirror equals the records of the fake, nothing is written twice, and the budget is kept.
//!
//! `cargo test --test mirror -- --ignored` runs many more seeds.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "leads", feature = "properties", feature = "fake"))]

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use propexo::fake::{Fake, Fault, WebhookDelivery};
use propexo::leads::{CreateLead, Lead};
use propexo::properties::Property;
use propexo::webhook::{self, Deduplicator, Event, RecordKind, deduplication_key};
use propexo::{Client, JobReference, TokioClock, WriteJob, WriteOutcome, WriteState};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAYS: Duration = Duration::from_secs(2 * 24 * 3_600);

const SECRET: &str = "a secret of the test";

/// The leads that a program knows, by id.
#[derive(Clone, Debug, Default)]
struct Mirror(Arc<Mutex<BTreeMap<String, Value>>>);

impl Mirror {
    /// Stores a lead unless a newer version is known.
    fn put(&self, lead: &Lead) {
        let lead = serde_json::to_value(lead).unwrap();
        let mut known = self.0.lock().unwrap();
        let id = lead["id"].as_str().unwrap().to_owned();
        let is_old =
            known.get(&id).is_some_and(|own| own["updated_at"].as_str() > lead["updated_at"].as_str());
        if !is_old {
            known.insert(id, lead);
        }
    }

    fn remove(&self, id: &str) {
        self.0.lock().unwrap().remove(id);
    }

    fn keep(&self, wanted: impl Fn(&str) -> bool) {
        self.0.lock().unwrap().retain(|id, _| wanted(id));
    }
}

/// Reads all leads. Returns whether the list was read without a failure and without a shift.
async fn sync(client: &Client, mirror: &Mirror) -> bool {
    let mut leads = client.leads().list().limit(6).items();
    let mut seen = Vec::new();
    let mut is_complete = true;
    while let Some(lead) = leads.next_item().await {
        match lead {
            Ok(lead) => {
                seen.push(serde_json::to_value(&lead.id).unwrap().as_str().unwrap().to_owned());
                mirror.put(&lead);
            }
            Err(_) => is_complete = false,
        }
    }
    let is_complete = is_complete && !leads.report().is_inconsistent();
    if is_complete {
        mirror.keep(|id| seen.iter().any(|own| own == id));
    }
    is_complete
}

/// Creates a lead for each visitor, exactly once unless the vendor refuses. Returns those that were created.
async fn bot(client: Client, fake: Fake, end: Instant) -> Vec<String> {
    let mut created = Vec::new();
    for number in 0.. {
        let name = format!("Visitor {number}");
        sleep(Duration::from_secs(9_000)).await;
        if Instant::now() > end {
            break;
        }
        if create(&client, &fake, &name).await {
            created.push(name);
        }
    }
    created
}

async fn create(client: &Client, fake: &Fake, name: &str) -> bool {
    let integration = fake.integrations()[0].0.clone();
    loop {
        let since = fake.now();
        let lead = CreateLead::new(integration.clone()).first_name(name);
        let job = match client.leads().create(lead).send().await {
            Ok(receipt) => receipt.job_id().to_owned(),
            Err(error) if error.may_have_acted() => {
                // The write log has a job as soon as it has ended.
                sleep(MINUTE).await;
                let found = loop {
                    match client.write_jobs().find_recent(&json!({ "first_name": name }), since).await {
                        Ok(found) => break found,
                        Err(_) => sleep(MINUTE).await,
                    }
                };
                match found.first() {
                    Some(entry) => entry.job.job_id().to_owned(),
                    None => continue,
                }
            }
            Err(_) => {
                sleep(MINUTE).await;
                continue;
            }
        };
        loop {
            match client.write_jobs().wait(WriteJob::new(job.clone())).await {
                Ok(WriteOutcome::StillPending { .. }) | Err(_) => sleep(MINUTE).await,
                Ok(outcome) => return outcome.is_success(),
            }
        }
    }
}

/// Refreshes the lead that a delivery is about; returns whether the delivery is accepted.
async fn receive(client: &Client, mirror: &Mirror, known: &Deduplicator, delivery: &WebhookDelivery) -> bool {
    let Ok(first) = known.begin(deduplication_key(&delivery.body)) else { return true };
    let event = webhook::receive(SECRET, delivery.signature(), &delivery.body).unwrap();
    if let Event::DataNew(change) | Event::DataUpdate(change) = event
        && change.object == Some(RecordKind::Leads)
    {
        let id = change.record_id.unwrap();
        match client.leads().get(id.clone()).send().await {
            Ok(lead) => mirror.put(&lead.results),
            Err(error) if error.status() == Some(404) => mirror.remove(&id),
            Err(_) => return false,
        }
    }
    first.commit();
    true
}

/// Lives through two days; returns a description of what went wrong.
async fn live(seed: u64) -> Result<(), String> {
    let fake = Fake::builder()
        .seed(seed)
        .integration(if seed.is_multiple_of(3) { "ENTRATA" } else { "RESMAN" })
        .default_records(0)
        .records::<Property>(3)
        .records::<Lead>(15)
        .other_programs(30)
        .change_interval(60 * MINUTE)
        .build();
    fake.register_webhook("https://example.com/propexo", SECRET);
    let faults = fake.faults();
    for fault in Fault::ALL {
        faults.rate(fault, 0.01);
    }
    faults.failed_writes(0.1);
    faults.repeated_deliveries(0.2);
    faults.delayed_deliveries(10 * MINUTE);

    let (client, mirror) = (fake.client(), Mirror::default());
    let end = Instant::now() + DAYS;
    let bot = tokio::spawn(bot(client.clone(), fake.clone(), end));
    let receiver = tokio::spawn({
        let (client, mirror, fake) = (client.clone(), mirror.clone(), fake.clone());
        async move {
            let known = Deduplicator::new(TokioClock::default());
            while Instant::now() < end {
                for delivery in fake.deliveries() {
                    if receive(&client, &mirror, &known, &delivery).await {
                        fake.accept_delivery(&delivery);
                    }
                }
                sleep(30 * MINUTE).await;
            }
        }
    });
    while Instant::now() < end {
        sync(&client, &mirror).await;
        sleep(8 * HOUR).await;
    }
    let created = bot.await.unwrap();
    receiver.await.unwrap();

    fake.set_change_interval(None);
    faults.clear();
    sleep_until(Instant::now() + 13 * HOUR).await;
    if !sync(&client, &mirror).await {
        return Err("the last sync was not complete".to_owned());
    }
    judge(&fake, &mirror, &created)
}

fn judge(fake: &Fake, mirror: &Mirror, created: &[String]) -> Result<(), String> {
    let leads = fake.records::<Lead>().into_iter().map(|lead| serde_json::to_value(lead).unwrap());
    let leads: BTreeMap<String, Value> =
        leads.map(|lead| (lead["id"].as_str().unwrap().to_owned(), lead)).collect();
    let known = mirror.0.lock().unwrap().clone();
    if known != leads {
        return Err(format!("the mirror has {} leads, the fake {}", known.len(), leads.len()));
    }
    let writes = fake.writes();
    let written = |name: &str| {
        let own = writes
            .iter()
            .filter(|write| write.body["first_name"] == name && write.state == WriteState::Success);
        own.count()
    };
    if let Some(name) = created.iter().find(|name| written(name) != 1) {
        return Err(format!("{name} was written {} times", written(name)));
    }
    if created.len() < 10 {
        return Err(format!("the bot created only {} leads", created.len()));
    }
    let refused = fake.requests().iter().filter(|request| request.status == Some(429)).count();
    if refused > 0 { Err(format!("{refused} requests exceeded the budget")) } else { Ok(()) }
}

/// Lives through all seeds, on all processors.
fn soak(seeds: RangeInclusive<u64>) {
    let seeds = Mutex::new(seeds);
    let failed = Mutex::new(Vec::new());
    let work = || {
        while let Some(seed) = { seeds.lock().unwrap().next() } {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
            if let Err(reason) = runtime.unwrap().block_on(live(seed)) {
                failed.lock().unwrap().push(format!("seed {seed}: {reason}"));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    assert_eq!(failed.into_inner().unwrap(), Vec::<String>::new());
}

#[test]
fn mirrors_equal_the_fake_after_two_days_of_faults() {
    soak(1..=200);
}

#[test]
#[ignore = "takes minutes; `cargo xtask ci --full` runs it"]
fn mirrors_equal_the_fake_for_many_seeds() {
    soak(201..=5_000);
}
