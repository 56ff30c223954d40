//! The records that a fake holds. Those of a collection are made when they are first needed.

use serde_json::{Map, Value, json};

use super::calendar::{self, DAY, START};
use super::check::Checker;
use super::generate::{self, NewRecord};
use super::world::{Place, World};

/// A record as JSON.
pub(super) type Row = Map<String, Value>;

/// Before its clock starts, the records of a fake were created within so many days.
const DAYS_OF_HISTORY: i64 = 350;

/// The records.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) world: World,
    collections: Vec<Rows>,
    /// When the landlord's system was read last, in milliseconds of Unix time.
    last_sync: i64,
}

/// The records of a collection.
#[derive(Debug, Default)]
struct Rows {
    /// In the order of their creation; `None` if they are not made yet.
    rows: Option<Vec<Row>>,
    /// The number of records that were added.
    added: usize,
}

impl Store {
    pub(super) fn new(world: World) -> Self {
        let collections = world.catalog.collections.iter().map(|_| Rows::default()).collect();
        Self { world, collections, last_sync: (START - DAY / 4) * 1_000 }
    }

    /// Returns the records of a collection, oldest first.
    pub(super) fn rows(&mut self, checker: &mut Checker, collection: usize) -> &mut Vec<Row> {
        let (world, last_sync) = (&self.world, self.last_sync);
        if self.collections.len() <= collection {
            // An index of the catalog always has its rows.
            self.collections.resize_with(collection + 1, Rows::default);
        }
        #[expect(clippy::indexing_slicing)] // The rows were added above.
        let rows = &mut self.collections[collection].rows;
        rows.get_or_insert_with(|| {
            let numbers = 0..world.count(collection);
            numbers.map(|number| initial(world, checker, collection, number, last_sync)).collect()
        })
    }

    /// Returns the number of records of a collection if they are not made yet.
    pub(super) fn unmade(&self, collection: usize) -> Option<usize> {
        let is_made = self.collections.get(collection).is_some_and(|own| own.rows.is_some());
        (!is_made).then(|| self.world.count(collection))
    }

    /// Makes one of the records that a collection starts with, and does not store it.
    pub(super) fn initial(&self, checker: &mut Checker, collection: usize, number: usize) -> Row {
        initial(&self.world, checker, collection, number, self.last_sync)
    }

    /// Returns the number of records of a collection, without making them.
    #[cfg(feature = "fake-server")]
    pub(super) fn count(&self, collection: usize) -> usize {
        let made = self.collections.get(collection).and_then(|own| own.rows.as_ref());
        made.map_or_else(|| self.world.count(collection), Vec::len)
    }

    /// Returns a record.
    pub(super) fn get(&mut self, checker: &mut Checker, collection: usize, id: &str) -> Option<&mut Row> {
        self.rows(checker, collection).iter_mut().find(|row| is(row, id))
    }

    /// Adds a record, or replaces the one with the same id.
    pub(super) fn put(&mut self, checker: &mut Checker, collection: usize, row: Row) {
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        match self.get(checker, collection, &id) {
            Some(old) => *old = row,
            None => self.rows(checker, collection).push(row),
        }
    }

    /// Removes a record.
    pub(super) fn remove(&mut self, checker: &mut Checker, collection: usize, id: &str) -> Option<Row> {
        let rows = self.rows(checker, collection);
        let index = rows.iter().position(|row| is(row, id))?;
        Some(rows.remove(index))
    }

    /// Makes a record that is not stored. Its number is not used again.
    pub(super) fn make(
        &mut self,
        checker: &mut Checker,
        collection: usize,
        place: Option<Place>,
        now: i64,
    ) -> Row {
        let count = self.world.count(collection);
        let added = self.collections.get_mut(collection).map_or(0, |rows| {
            rows.added += 1;
            rows.added - 1
        });
        let number = count + added;
        let place = place.unwrap_or_else(|| self.world.place(collection, number));
        let times = NewRecord { collection, number, place, created: now, updated: now, last_seen: now };
        generate::record(&self.world, checker, times)
    }

    /// Marks all records as seen in the landlord's system.
    pub(super) fn sync(&mut self, now: i64) {
        self.last_sync = now;
        let seen = Value::from(calendar::date_time(now));
        for row in self.collections.iter_mut().filter_map(|own| own.rows.as_mut()).flatten() {
            if let Some(last_seen) = row.get_mut("last_seen") {
                last_seen.clone_from(&seen);
            }
        }
    }
}

/// Makes one of the records that a collection starts with.
fn initial(world: &World, checker: &mut Checker, collection: usize, number: usize, last_seen: i64) -> Row {
    let span = DAYS_OF_HISTORY * DAY * 1_000;
    let step = span / (i64::try_from(world.count(collection)).unwrap_or(i64::MAX - 1) + 1);
    let created = START * 1_000 - span + step * i64::try_from(number).unwrap_or_default();
    let place = world.place(collection, number);
    let new = NewRecord { collection, number, place, created, updated: created + step / 2, last_seen };
    generate::record(world, checker, new)
}

/// Returns whether a record has an id.
fn is(row: &Row, id: &str) -> bool {
    row.get("id").is_some_and(|own| own == id)
}

/// Sets the time of the last change.
pub(super) fn touch(row: &mut Row, now: i64) {
    if let Some(updated) = row.get_mut("updated_at") {
        *updated = json!(calendar::date_time(now));
    }
}
