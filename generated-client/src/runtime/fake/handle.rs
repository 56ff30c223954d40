//! The handle of a fake.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::calendar;
use super::events::WebhookDelivery;
use super::fault::Fault;
use super::jobs::{Job, Outcome};
use super::log::{RecordedRequest, RecordedWrite};
use super::store::Row;
use super::transport::{FakeClock, FakeTransport, Shared};
use crate::WriteState;
use crate::runtime::builder::ClientBuilder;
use crate::runtime::client::Client;
use crate::runtime::record::Model;
use crate::transport::Transport;
use crate::webhook::Trigger;

/// A fake of Propexo and of the landlord's systems behind it, in the process of a test.
///
/// Clones share everything. See the [module](crate::fake) for an example.
#[derive(Clone)]
pub struct Fake {
    shared: Arc<Shared>,
}

impl Fake {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Returns what all handles share.
    #[cfg(feature = "fake-server")]
    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Returns a client of the fake with the default settings.
    #[must_use]
    pub fn client(&self) -> Client {
        #[expect(clippy::expect_used)] // The settings are constants, and a test builds them.
        self.client_builder().build().expect("the settings of the fake are complete")
    }

    /// Returns the builder of a client of the fake, to change its settings.
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder()
            .token("token-of-the-fake")
            .base_url("http://fake.invalid")
            .transport(self.transport())
            .clock(FakeClock(Arc::clone(&self.shared)))
    }

    /// Returns the transport of the clients, for a transport that wraps it.
    #[must_use]
    pub fn transport(&self) -> impl Transport + Clone + use<> {
        FakeTransport(Arc::clone(&self.shared))
    }

    /// Returns all records of a type, oldest first; those that do not decode are omitted.
    #[must_use]
    pub fn records<T: Model>(&self) -> Vec<T> {
        let mut state = self.shared.current();
        let Some(collection) = state.store.world.catalog.of_model(T::NAME) else { return Vec::new() };
        let state = &mut *state;
        let rows = state.store.rows(&mut state.checker, collection).iter();
        rows.filter_map(|row| decoded(row.clone())).collect()
    }

    /// Returns a record by its id.
    #[must_use]
    pub fn record<T: Model>(&self, id: impl AsRef<str>) -> Option<T> {
        let mut state = self.shared.current();
        let collection = state.store.world.catalog.of_model(T::NAME)?;
        let state = &mut *state;
        let row = state.store.get(&mut state.checker, collection, id.as_ref())?;
        decoded(row.clone())
    }

    /// Returns the records of the list at a path, such as `/v1/appointments/`, as JSON: for lists whose records have the
    /// type of those of another list.
    #[must_use]
    pub fn records_at(&self, path: &str) -> Vec<Value> {
        let mut state = self.shared.current();
        let Some(collection) = state.store.world.catalog.at(path) else { return Vec::new() };
        let state = &mut *state;
        let rows = state.store.rows(&mut state.checker, collection).iter();
        rows.map(|row| Value::Object(row.clone())).collect()
    }

    /// Makes a record with a new id, which is not stored: change it, and pass it to [`Fake::insert`]. `None` if the fake
    /// has no records of the type.
    #[must_use]
    pub fn sample<T: Model>(&self) -> Option<T> {
        let mut state = self.shared.current();
        let collection = state.store.world.catalog.of_model(T::NAME)?;
        let now = state.calendar();
        let state = &mut *state;
        decoded(state.store.make(&mut state.checker, collection, None, now))
    }

    /// Stores a record as if it had appeared in the landlord's system, or replaces the one with its id. Webhooks
    /// receive an event.
    ///
    /// Returns `false` if the fake has no records of the type, or if the record has no id.
    pub fn insert<T: Model>(&self, record: T) -> bool {
        let mut state = self.shared.current();
        let collection = state.store.world.catalog.of_model(T::NAME);
        let Ok(Value::Object(row)) = serde_json::to_value(record) else { return false };
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(collection) = collection.filter(|_| !id.is_empty()) else { return false };
        let own = &mut *state;
        match own.store.get(&mut own.checker, collection, &id) {
            Some(_) => drop(state.update(collection, &id, &row)),
            None => state.create(collection, row),
        }
        true
    }

    /// Removes a record, as a landlord may do: Propexo sends no event. Returns the record.
    pub fn remove<T: Model>(&self, id: impl AsRef<str>) -> Option<T> {
        let mut state = self.shared.current();
        let collection = state.store.world.catalog.of_model(T::NAME)?;
        let state = &mut *state;
        state.store.remove(&mut state.checker, collection, id.as_ref()).and_then(decoded)
    }

    /// Returns the ids of the integrations with their vendors.
    #[must_use]
    pub fn integrations(&self) -> Vec<(String, String)> {
        let state = self.shared.locked();
        state.store.world.integrations.iter().map(|own| (own.id.clone(), own.vendor.clone())).collect()
    }

    /// Reads the landlord's systems now: records that wait for a sync appear, and webhooks receive an event.
    pub fn sync(&self) {
        self.shared.current().sync();
    }

    /// Sets or ends the changes of [`FakeBuilder::change_interval`](super::FakeBuilder::change_interval).
    pub fn set_change_interval(&self, interval: Option<Duration>) {
        self.shared.current().set_change_interval(interval);
    }

    /// Returns the requests so far, oldest first; at most the last 50,000.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.locked().log.requests().cloned().collect()
    }

    /// Returns the number of all requests so far.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.shared.locked().log.count
    }

    /// Returns the requests to an operation, by method and path template: `GET /v1/leads/{id}`.
    #[must_use]
    pub fn requests_to(&self, operation: &str) -> Vec<RecordedRequest> {
        let state = self.shared.locked();
        state.log.requests().filter(|request| request.operation == operation).cloned().collect()
    }

    /// Returns how many requests of the current minute were used, with those of other programs, and the limit.
    #[must_use]
    pub fn budget(&self) -> (u32, u32) {
        let mut state = self.shared.current();
        let now = state.now;
        (state.rate.used(now), state.rate.limit)
    }

    /// Returns all accepted writes with their jobs, in the order of their requests.
    #[must_use]
    pub fn writes(&self) -> Vec<RecordedWrite> {
        self.shared.current().jobs.all().iter().map(Job::recorded).collect()
    }

    /// Returns the calendar time of the fake and of its clients.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        calendar::system_time(self.shared.now())
    }

    /// Returns the faults, to plan some.
    #[must_use]
    pub fn faults(&self) -> Faults<'_> {
        Faults { fake: self }
    }

    /// Registers an active webhook for all events, as `POST /v1/webhooks/` does. Returns its id.
    pub fn register_webhook(&self, url: &str, secret: &str) -> String {
        let mut state = self.shared.current();
        let Some(collection) = state.webhooks() else { return String::new() };
        let now = state.calendar();
        let own = &mut *state;
        let mut row = own.store.make(&mut own.checker, collection, None, now);
        let triggers = ALL_TRIGGERS.iter().enumerate().map(|(number, trigger)| {
            json!({ "id": format!("trigger_{}", number + 1), "model": null, "trigger": trigger.as_str() })
        });
        row.insert("triggers".to_owned(), triggers.collect());
        row.insert("active".to_owned(), Value::Bool(true));
        row.insert("headers".to_owned(), json!([]));
        row.insert("url".to_owned(), url.into());
        row.insert("secret".to_owned(), secret.into());
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        own.store.put(&mut own.checker, collection, row);
        id
    }

    /// Sends an event to the webhooks that are registered for it. `data` has the properties of the event.
    pub fn send_event(&self, trigger: &Trigger, data: Value) {
        let mut data = if let Value::Object(data) = data { data } else { Row::new() };
        data.entry("event").or_insert_with(|| trigger.as_str().into());
        self.shared.current().emit(trigger, &Value::Object(data));
    }

    /// Returns the deliveries to webhooks that are due. Each is repeated after 15 minutes, at most ten times, unless it is
    /// accepted.
    #[must_use]
    pub fn deliveries(&self) -> Vec<WebhookDelivery> {
        let mut state = self.shared.current();
        let now = state.now;
        state.outbox.take(now)
    }

    /// Ends a delivery, as a response with a status of 200 to 299 does.
    pub fn accept_delivery(&self, delivery: &WebhookDelivery) {
        self.shared.locked().outbox.accept(delivery);
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.locked();
        f.debug_struct("Fake")
            .field("requests", &state.log.count)
            .field("writes", &state.jobs.all().len())
            .finish_non_exhaustive()
    }
}

/// The events of webhooks.
pub(super) const ALL_TRIGGERS: [Trigger; 6] = [
    Trigger::DataNew,
    Trigger::DataUpdate,
    Trigger::FirstSyncComplete,
    Trigger::JobFailure,
    Trigger::SyncComplete,
    Trigger::WriteOperationFailure,
];

fn decoded<T: Model>(row: Row) -> Option<T> {
    serde_json::from_value(Value::Object(row)).ok()
}

/// Plans faults of a [`Fake`].
///
/// Operations are named by method and path template: `POST /v1/leads/`. Of several faults, those that occur once come
/// first, then those of an operation, then those of a share of all requests.
#[derive(Clone, Copy, Debug)]
pub struct Faults<'a> {
    fake: &'a Fake,
}

impl Faults<'_> {
    /// Affects a share of all requests, from 0 to 1.
    pub fn rate(&self, fault: Fault, share: f64) {
        self.fake.shared.locked().faults.rate(fault, share);
    }

    /// Returns the share of requests that a fault affects.
    #[must_use]
    pub fn rate_of(&self, fault: Fault) -> f64 {
        self.fake.shared.locked().faults.rate_of(fault)
    }

    /// Affects the next request.
    pub fn once(&self, fault: Fault) {
        self.fake.shared.locked().faults.once(None, fault);
    }

    /// Affects the next request to an operation.
    pub fn once_at(&self, operation: &str, fault: Fault) {
        self.fake.shared.locked().faults.once(Some(operation), fault);
    }

    /// Affects every request to an operation.
    pub fn always_at(&self, operation: &str, fault: Fault) {
        self.fake.shared.locked().faults.always(operation, fault);
    }

    /// Makes a share of the rows of lists violate the API document, as vendors' data does.
    pub fn odd_rows(&self, share: f64) {
        self.fake.shared.locked().odd_rows = share;
    }

    /// Sets the outcome of the next write.
    pub fn next_write<E: Into<String>>(&self, state: WriteState, errors: impl IntoIterator<Item = E>) {
        let errors = errors.into_iter().map(Into::into).collect();
        self.fake.shared.locked().jobs.plan(Outcome { state, errors });
    }

    /// Makes a share of all writes fail.
    pub fn failed_writes(&self, share: f64) {
        self.fake.shared.locked().jobs.failure_rate = share;
    }

    /// Delivers a share of the events of webhooks twice.
    pub fn repeated_deliveries(&self, share: f64) {
        self.fake.shared.locked().outbox.repeat_rate = share;
    }

    /// Delays each event of a webhook by a random time up to this one, so that their order changes.
    pub fn delayed_deliveries(&self, longest: Duration) {
        self.fake.shared.locked().outbox.delay = longest;
    }

    /// Ends all faults of requests, rows and deliveries.
    pub fn clear(&self) {
        let mut state = self.fake.shared.locked();
        state.faults = Default::default();
        state.odd_rows = 0.0;
        state.jobs.failure_rate = 0.0;
        (state.outbox.repeat_rate, state.outbox.delay) = (0.0, Duration::ZERO);
    }
}
