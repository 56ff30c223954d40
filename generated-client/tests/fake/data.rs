//! The rows of the lists, each made from the seed and its index.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::models::{Kind, Model};
use super::odd::OddRow;

/// The data of the fake. Rows are made on demand, so their number costs no memory.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    pub(crate) seed: u64,
    /// One row in so many is invalid; 0 disables invalid rows.
    pub(crate) odd_every: u64,
    /// The number of rows of each list.
    pub(crate) counts: BTreeMap<&'static str, u64>,
}

/// The integrations that rows belong to in turn, with their vendors.
const INTEGRATIONS: [(&str, &str); 2] = [("int_a", "ENTRATA"), ("int_b", "RESMAN")];

/// The properties that every row has, whatever its model.
const COMMON: [&str; 9] = [
    "created_at",
    "id",
    "integration_id",
    "integration_vendor",
    "last_seen",
    "property_id",
    "updated_at",
    "x_id",
    "x_property_id",
];

impl Default for Data {
    fn default() -> Self {
        let counts = [("residents", 20_000), ("leases", 15_000), ("units", 12_500), ("properties", 2_500)];
        Self { seed: 7, odd_every: 0, counts: counts.into() }
    }
}

impl Data {
    /// The number of rows of a list.
    pub(crate) fn count(&self, list: &str) -> u64 {
        self.counts.get(list).copied().unwrap_or(0)
    }

    /// The id of a row; rows are numbered in the order of their creation.
    pub(crate) fn id(list: &str, index: u64) -> String {
        format!("{}_{index:06}", list.get(..3).unwrap_or(list))
    }

    /// The index of the row with this id, if there is one.
    pub(super) fn index(&self, model: &Model, id: &str) -> Option<u64> {
        let index = id.rsplit_once('_')?.1.parse().ok()?;
        (index < self.count(model.name) && id == Self::id(model.name, index)).then_some(index)
    }

    /// The id of the property that a row belongs to.
    pub(crate) fn property_id(&self, index: u64) -> String {
        Self::id("properties", index % self.count("properties").max(1))
    }

    /// The defect of a row.
    pub(crate) fn oddity(&self, list: &str, index: u64) -> Option<OddRow> {
        let mut rng = self.rng(list, index);
        let odd = self.odd_every > 0 && rng.u64(..self.odd_every) == 0;
        odd.then(|| rng.choice(OddRow::ALL)).flatten()
    }

    /// The JSON of a row.
    pub(super) fn row(&self, model: &Model, index: u64) -> String {
        let row = self.plain_row(model, index);
        match self.oddity(model.name, index) {
            Some(oddity) => oddity.apply(model, row),
            None => Value::Object(row).to_string(),
        }
    }

    /// Whether a row has this value in a property. A property that the model does not have excludes no row.
    pub(super) fn matches(&self, model: &Model, index: u64, name: &str, value: &str) -> bool {
        let own = match self.common(model, index, name) {
            Some(own) => own,
            None => match self.plain_row(model, index).remove(name) {
                None => return true,
                Some(Value::String(own)) => own,
                Some(own) => own.to_string(),
            },
        };
        own == value
    }

    fn plain_row(&self, model: &Model, index: u64) -> Map<String, Value> {
        let mut rng = self.rng(model.name, index);
        let mut row: Map<String, Value> = model
            .properties()
            .map(|(name, kind)| (name.to_owned(), value(name, kind, index, &mut rng)))
            .collect();
        for name in COMMON {
            row.insert(name.to_owned(), self.common(model, index, name).into());
        }
        row.insert("custom_data".to_owned(), json!({ "index": index }));
        row
    }

    /// The value of a property that every row has.
    fn common(&self, model: &Model, index: u64, name: &str) -> Option<String> {
        let (integration, vendor) = INTEGRATIONS[usize::from(index % 2 == 1)];
        Some(match name {
            "created_at" => date(index),
            "id" => Self::id(model.name, index),
            "integration_id" => integration.to_owned(),
            "integration_vendor" => vendor.to_owned(),
            "last_seen" | "updated_at" => "2026-11-01T00:00:00.000Z".to_owned(),
            "property_id" => self.property_id(index),
            "x_id" => format!("x{index}"),
            "x_property_id" => format!("x_{}", self.property_id(index)),
            _ => return None,
        })
    }

    /// The randomness of one row.
    fn rng(&self, list: &str, index: u64) -> fastrand::Rng {
        let list = list.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        fastrand::Rng::with_seed(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ list.rotate_left(32) ^ index)
    }
}

/// A value of a property; one in five is null.
fn value(name: &str, kind: Kind, index: u64, rng: &mut fastrand::Rng) -> Value {
    if kind != Kind::Array && rng.u8(..5) == 0 {
        return Value::Null;
    }
    match kind {
        Kind::String => format!("{name} {index} Ünïcödé").into(),
        Kind::Enum(values) => rng.choice(values).copied().into(),
        Kind::Date => date(rng.u64(..1_000_000)).into(),
        Kind::Number => (rng.f64() * 1e6).round().div_euclid(2.0).into(),
        Kind::Integer => rng.u32(..10_000).into(),
        Kind::Boolean => rng.bool().into(),
        Kind::Array => json!([]),
    }
}

/// A point in time so many minutes after the start of 2015, in a calendar whose months have 28 days.
fn date(minutes: u64) -> String {
    let (hours, minute) = (minutes / 60, minutes % 60);
    let (days, hour) = (hours / 24, hours % 24);
    let (months, day) = (days / 28, days % 28 + 1);
    let (year, month) = (2015 + months / 12, months % 12 + 1);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00.000Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn residents() -> &'static Model {
        Model::named("residents").unwrap()
    }

    #[test]
    fn makes_equal_rows_of_equal_seeds_and_others_of_others() {
        let row = |seed| Data { seed, ..Data::default() }.row(residents(), 4_711);
        assert_eq!(row(1), row(1));
        assert_ne!(row(1), row(2));
    }

    #[test]
    fn rows_have_rising_dates_of_creation() {
        let data = Data::default();
        let created = |index| data.common(residents(), index, "created_at").unwrap();
        assert_eq!(created(0), "2015-01-01T00:00:00.000Z");
        assert_eq!(created(28 * 24 * 60 + 61), "2015-02-01T01:01:00.000Z");
        assert!((1..50_000).all(|index| created(index - 1) < created(index)));
    }

    #[test]
    fn finds_rows_by_their_own_id_only() {
        let data = Data::default();
        assert_eq!(data.index(residents(), "res_000017"), Some(17));
        for other in ["res_17", "uni_000017", "res_020000", "res_", "17", ""] {
            assert_eq!(data.index(residents(), other), None, "{other}");
        }
    }

    #[test]
    fn one_row_in_so_many_is_odd_and_no_kind_is_missing() {
        let data = Data { odd_every: 40, ..Data::default() };
        let odd: Vec<OddRow> = (0..20_000).filter_map(|index| data.oddity("residents", index)).collect();
        assert!((400..600).contains(&odd.len()), "{}", odd.len());
        assert!(OddRow::ALL.iter().all(|kind| odd.contains(kind)));
        assert_eq!((0..20_000).find_map(|index| Data::default().oddity("residents", index)), None);
    }
}
