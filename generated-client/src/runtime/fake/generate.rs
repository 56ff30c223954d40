//! Makes values that are valid against shapes and plausible by the names of their properties.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::calendar::{self, DAY, START};
use super::check::Checker;
use super::table::{Shape, ShapeId, Type};
use super::words::{self, Identity};
use super::world::{Place, World};

/// Objects in objects end here; deeper ones have their required properties only.
const MAX_DEPTH: usize = 5;

/// Candidates for strings with a pattern; the first that matches is taken.
const CANDIDATES: [&str; 12] = [
    "08:30:00",
    "08:30",
    "2026-02-12",
    "2026-02",
    "-07:00",
    "2025550123",
    "12.5",
    "acme_1",
    "A",
    "a",
    "1",
    "",
];

/// Properties that Propexo always fills, although its document allows null for some of them.
pub(super) const ALWAYS_FILLED: [&str; 8] = [
    "created_at",
    "id",
    "integration_id",
    "integration_vendor",
    "last_seen",
    "property_id",
    "updated_at",
    "x_id",
];

/// Makes the values of one record or response.
pub(super) struct Generator<'a> {
    world: &'a World,
    checker: &'a mut Checker,
    rng: Rng,
    place: Place,
    identity: Identity,
    /// Counts the items of an array.
    offset: usize,
    /// The ids of the record, Propexo's and the vendor's, and its times.
    own: Map<String, Value>,
}

/// A record to be made.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewRecord {
    pub(super) collection: usize,
    pub(super) number: usize,
    pub(super) place: Place,
    /// When the record was created, in milliseconds of Unix time.
    pub(super) created: i64,
    /// When the record was changed last.
    pub(super) updated: i64,
    /// When the record was last seen in the landlord's system.
    pub(super) last_seen: i64,
}

/// Makes a record, with the properties of all shapes of its collection.
pub(super) fn record(world: &World, checker: &mut Checker, new: NewRecord) -> Map<String, Value> {
    let NewRecord { collection, number, place, .. } = new;
    let mut generator =
        Generator::new(world, checker, place, mixed(world.seed, collection, number as u64), number);
    generator.own = Map::from_iter([
        ("id".to_owned(), world.id(collection, number).into()),
        ("x_id".to_owned(), World::vendor_id(collection, number).into()),
        ("created_at".to_owned(), calendar::date_time(new.created).into()),
        ("updated_at".to_owned(), calendar::date_time(new.updated).into()),
        ("last_seen".to_owned(), calendar::date_time(new.last_seen).into()),
    ]);
    let mut record = Map::new();
    for shape in
        world.catalog.collections.get(collection).map(|own| own.shapes.as_slice()).unwrap_or_default()
    {
        if let Value::Object(object) = generator.value("", *shape, 0) {
            for (name, value) in object {
                record.entry(name).or_insert(value);
            }
        }
    }
    record
}

/// Makes a value that is not a record. Equal keys give equal values.
pub(super) fn value(world: &World, checker: &mut Checker, place: Place, shape: ShapeId, key: &str) -> Value {
    let seed = mixed(world.seed, usize::MAX, hashed(0, key));
    Generator::new(world, checker, place, seed, 1).value("", shape, 0)
}

/// Returns a number that depends on a seed and a text.
pub(super) fn hashed(seed: u64, text: &str) -> u64 {
    text.bytes().fold(seed, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()))
}

/// Returns the seed of one record.
fn mixed(seed: u64, collection: usize, number: u64) -> u64 {
    seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (collection as u64).rotate_left(40) ^ number
}

impl<'a> Generator<'a> {
    fn new(world: &'a World, checker: &'a mut Checker, place: Place, seed: u64, number: usize) -> Self {
        let mut rng = Rng::with_seed(seed);
        let identity = Identity::new(&mut rng, number + 1);
        Self { world, checker, rng, place, identity, offset: 0, own: Map::new() }
    }

    fn value(&mut self, name: &str, id: ShapeId, depth: usize) -> Value {
        let shape = self.world.table.shape(id);
        if depth <= 1
            && let Some(own) = self.own.get(name)
        {
            return own.clone();
        }
        let takes_null = shape.types.contains(&Type::Null)
            && shape.values.as_ref().is_none_or(|values| values.contains(&Value::Null));
        // A whole record or response is never null.
        if takes_null && depth > 0 && (depth > MAX_DEPTH || self.is_null(name)) {
            return Value::Null;
        }
        if !shape.any_of.is_empty() {
            let is_value = |of: &&ShapeId| self.world.table.shape(**of).types != [Type::Null];
            let alternatives: Vec<ShapeId> = shape.any_of.iter().filter(is_value).copied().collect();
            return match self.rng.choice(&alternatives) {
                Some(alternative) => self.value(name, *alternative, depth + 1),
                None => Value::Null,
            };
        }
        if !shape.all_of.is_empty() {
            let mut merged = self.object(shape, depth);
            for part in &shape.all_of {
                if let Value::Object(part) = self.value(name, *part, depth) {
                    merged.extend(part);
                }
            }
            return Value::Object(merged);
        }
        if let Some(values) = &shape.values {
            return self.enum_value(name, values);
        }
        match shape.types.iter().find(|of| **of != Type::Null) {
            Some(Type::String) => self.string(name, shape, takes_null),
            Some(Type::Integer | Type::Number) => self.number(name, shape),
            Some(Type::Boolean) => Value::Bool(self.rng.bool()),
            Some(Type::Array) => self.array(name, shape, depth),
            Some(Type::Object) => Value::Object(self.object(shape, depth)),
            Some(Type::Null) | None if shape.types.is_empty() => Value::Object(self.object(shape, depth)),
            Some(Type::Null) | None => Value::Null,
        }
    }

    /// Decides whether a nullable property is null: one in six, if it may be absent in practice.
    fn is_null(&mut self, name: &str) -> bool {
        let is_reliable = ALWAYS_FILLED.contains(&name) || self.world.catalog.referred_by(name).is_some();
        !is_reliable && self.rng.u8(..6) == 0
    }

    /// Returns the vendor of the integration, for a property that names it.
    fn vendor(&self, name: &str) -> Option<String> {
        let names_vendor = matches!(name, "integration_vendor" | "vendor");
        self.world.integration(self.place).filter(|_| names_vendor).map(|own| own.vendor.clone())
    }

    fn enum_value(&mut self, name: &str, values: &[Value]) -> Value {
        if let Some(vendor) = self.vendor(name) {
            return vendor.into();
        }
        let values: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
        self.rng.choice(values).cloned().unwrap_or_default()
    }

    fn string(&mut self, name: &str, shape: &Shape, takes_null: bool) -> Value {
        let string = match self.world.reference(name, self.place, self.offset) {
            Some(Some(id)) => id,
            Some(None) if takes_null => return Value::Null,
            _ => self.plain_string(name, shape),
        };
        let pattern = shape.pattern.as_deref().filter(|pattern| !self.checker.is_found(pattern, &string));
        let string = match pattern {
            Some(pattern) => {
                let found = CANDIDATES.iter().find(|candidate| self.checker.is_found(pattern, candidate));
                found.map_or(string, |found| (*found).to_owned())
            }
            None => string,
        };
        let length = string.chars().count();
        let padding = "x".repeat(shape.min_length.unwrap_or_default().saturating_sub(length));
        let max_length = shape.max_length.unwrap_or(usize::MAX);
        Value::String(string.chars().chain(padding.chars()).take(max_length).collect())
    }

    /// Returns a string that refers to no other record.
    fn plain_string(&mut self, name: &str, shape: &Shape) -> String {
        match shape.format.as_deref() {
            Some("email") => return self.identity.string("email", &mut self.rng),
            Some("uri") => return self.identity.string("url", &mut self.rng),
            Some("date-time") => return self.date_time(name),
            Some("date") => return self.date_time(name).chars().take(10).collect(),
            _ => {}
        }
        if let Some(vendor) = self.vendor(name) {
            return vendor;
        }
        if words::is_date(name) {
            return self.date_time(name);
        }
        if name == "secret" {
            return format!("secret-{:016x}", self.rng.u64(..));
        }
        if name == "id" || name.ends_with("_id") {
            let of = name.trim_end_matches("_id").trim_start_matches("x_");
            let of = if of == "id" { "part" } else { of };
            return format!("{of}_{}", self.rng.u32(1_000..100_000));
        }
        self.identity.string(name, &mut self.rng)
    }

    fn date_time(&mut self, name: &str) -> String {
        let (earliest, latest) = words::days(name);
        let midnight = START - START.rem_euclid(DAY) + self.rng.i64(earliest..=latest) * DAY;
        // Appointments are at full hours; other dates have no time.
        let is_moment = name.ends_with("datetime") || name.ends_with("_at") || name.starts_with("last_");
        let hours = if is_moment { self.rng.i64(9..18) } else { 0 };
        calendar::date_time((midnight + hours * 3_600) * 1_000)
    }

    fn number(&mut self, name: &str, shape: &Shape) -> Value {
        let number = words::integer(name, &mut self.rng) as f64;
        let lowest = shape.minimum.or(shape.exclusive_minimum.map(|bound| bound + 1.0)).unwrap_or(f64::MIN);
        let highest = shape.maximum.or(shape.exclusive_maximum.map(|bound| bound - 1.0)).unwrap_or(f64::MAX);
        let number = number.max(lowest).min(highest);
        // Whole numbers stay integers, which `i64` holds.
        if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
    }

    fn array(&mut self, name: &str, shape: &Shape, depth: usize) -> Value {
        let Some(of) = shape.items else { return json!([]) };
        let least = shape.min_items.unwrap_or_default();
        let wanted = if depth > MAX_DEPTH { least } else { self.rng.usize(..3).max(least) };
        let offset = self.offset;
        let items = (0..wanted.min(shape.max_items.unwrap_or(usize::MAX)))
            .map(|index| {
                self.offset = offset + index;
                self.value(name, of, depth + 2)
            })
            .collect();
        self.offset = offset;
        Value::Array(items)
    }

    fn object(&mut self, shape: &Shape, depth: usize) -> Map<String, Value> {
        let mut object = Map::new();
        for (name, of) in &shape.properties {
            if depth <= MAX_DEPTH || shape.required.contains(name) {
                object.insert(name.clone(), self.value(name, *of, depth + 1));
            }
        }
        if let Some(of) = shape.additional_properties.as_ref().and_then(|additional| additional.shape)
            && shape.properties.is_empty()
            && depth <= MAX_DEPTH
        {
            object.insert("first".to_owned(), self.value("first", of, depth + 1));
        }
        object
    }
}
