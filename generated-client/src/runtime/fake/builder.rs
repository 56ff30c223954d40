//! The settings of a fake.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;

use super::catalog::Catalog;
use super::handle::Fake;
use super::state::{Settings, State};
use super::table::Table;
use super::transport::Shared;
use super::world::World;
use crate::runtime::clock::{Clock, TokioClock};
use crate::runtime::record::Model;

/// The number of records of each collection unless [`FakeBuilder::records`] sets it.
const DEFAULT_RECORDS: usize = 10;

/// An interval is at least so long, so that time passes between two events.
const MIN_INTERVAL: Duration = Duration::from_millis(1);

/// Builds a [`Fake`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct FakeBuilder {
    table: Arc<(Arc<Table>, Arc<Catalog>)>,
    seed: u64,
    vendors: Vec<String>,
    default_records: usize,
    records: BTreeMap<usize, usize>,
    clock: Option<Arc<dyn Clock>>,
    settings: Settings,
}

impl FakeBuilder {
    /// Creates a builder with the table of the API document, which is parsed once.
    pub(crate) fn of(json: &'static str) -> Self {
        static PARSED: OnceLock<Arc<(Arc<Table>, Arc<Catalog>)>> = OnceLock::new();
        let table = PARSED.get_or_init(|| {
            let table = Arc::new(Table::parse(json));
            let catalog = Arc::new(Catalog::new(&table));
            Arc::new((table, catalog))
        });
        Self {
            table: Arc::clone(table),
            seed: 0,
            vendors: Vec::new(),
            default_records: DEFAULT_RECORDS,
            records: BTreeMap::new(),
            clock: None,
            settings: Settings {
                token: None,
                latency: Duration::ZERO,
                job_duration: Duration::from_secs(3),
                sync_interval: Duration::from_secs(12 * 3_600),
                change_interval: None,
                accepts_unknown_ids: false,
                rate_limit: 150,
                other_requests: 0,
            },
        }
    }

    /// Sets the seed of records and faults; the default is 0. Equal seeds give equal records.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Adds an integration with a vendor, such as `IntegrationVendor::Resman` or `"RESMAN"`. Without any, the fake has
    /// two, of the first two vendors of the API document.
    ///
    /// The ids of integrations are `integration_1` and so on.
    pub fn integration(mut self, vendor: impl ToString) -> Self {
        self.vendors.push(vendor.to_string());
        self
    }

    /// Sets how many records of a type there are. Records refer to one another, so that a fake with many leads and few
    /// properties has many leads of each property.
    pub fn records<T: Model>(mut self, count: usize) -> Self {
        if let Some(collection) = self.table.1.of_model(T::NAME) {
            self.records.insert(collection, count);
        }
        self
    }

    /// Sets how many records of every other type there are; the default is 10. Webhooks are not among them.
    pub const fn default_records(mut self, count: usize) -> Self {
        self.default_records = count;
        self
    }

    /// Accepts only this token; the default is any.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.settings.token = Some(token.into());
        self
    }

    /// Sets the number of requests in each minute; the default is 150. From 80 % on, responses take two seconds longer.
    pub const fn rate_limit(mut self, requests: u32) -> Self {
        self.settings.rate_limit = requests;
        self
    }

    /// Sets how many requests other programs send with the same token in each minute; the default is 0.
    pub const fn other_programs(mut self, requests: u32) -> Self {
        self.settings.other_requests = requests;
        self
    }

    /// Sets how long each response takes; the default is zero.
    pub const fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// Sets how long a write job takes on average, from half to one and a half of it; the default is three seconds.
    pub const fn job_duration(mut self, duration: Duration) -> Self {
        self.settings.job_duration = duration;
        self
    }

    /// Sets the time between two syncs; the default is twelve hours.
    pub fn sync_interval(mut self, interval: Duration) -> Self {
        self.settings.sync_interval = interval.max(MIN_INTERVAL);
        self
    }

    /// Lets something change in the landlord's system at this interval: records appear, change and disappear. By default
    /// nothing does.
    pub fn change_interval(mut self, interval: Duration) -> Self {
        self.settings.change_interval = Some(interval.max(MIN_INTERVAL));
        self
    }

    /// Accepts ids that do not exist: a read returns a record with that id, and a write is carried out. By default, the
    /// response is 404, or 400 for an integration.
    pub const fn accept_unknown_ids(mut self, accept: bool) -> Self {
        self.settings.accepts_unknown_ids = accept;
        self
    }

    /// Sets the clock; the default is that of tokio, which a test can pause.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Builds the fake.
    #[must_use]
    pub fn build(self) -> Fake {
        let (table, catalog) = (Arc::clone(&self.table.0), Arc::clone(&self.table.1));
        let vendors = if self.vendors.is_empty() { default_vendors(&table, &catalog) } else { self.vendors };
        let counts = (0..catalog.collections.len()).map(|index| {
            let is_webhook = catalog.collections.get(index).is_some_and(|own| own.stem == "webhook");
            let default = if is_webhook { 0 } else { self.default_records };
            self.records.get(&index).copied().unwrap_or(default)
        });
        let counts = counts.collect();
        let world = World::new(table, catalog, self.seed, &vendors, counts);
        let clock = self.clock.unwrap_or_else(|| Arc::new(TokioClock::default()));
        let state = Mutex::new(State::new(world, self.settings));
        Fake::new(Arc::new(Shared { start: clock.now(), state, clock }))
    }
}

/// Returns the first two vendors that the records of properties may have.
fn default_vendors(table: &Table, catalog: &Catalog) -> Vec<String> {
    let properties = catalog.referred_by("property_id").and_then(|index| catalog.collections.get(index));
    let shape = properties.and_then(|own| table.property(*own.shapes.first()?, "integration_vendor"));
    let values = shape.and_then(|shape| table.shape(shape).values.as_ref());
    values.into_iter().flatten().filter_map(Value::as_str).take(2).map(str::to_owned).collect()
}
