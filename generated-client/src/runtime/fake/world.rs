//! Which records there are at first, and to which others they refer: ids and references follow from numbers, so that a
//! record can refer to one that is not made yet.

use std::sync::Arc;

use super::catalog::Catalog;
use super::table::Table;

/// A connection to a landlord's system.
#[derive(Clone, Debug)]
pub(super) struct Integration {
    pub(super) id: String,
    pub(super) vendor: String,
}

/// The records that a fake starts with.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) table: Arc<Table>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) seed: u64,
    pub(super) integrations: Vec<Integration>,
    /// The number of records of each collection.
    counts: Vec<usize>,
    integration: Option<usize>,
    property: Option<usize>,
}

/// To what a record belongs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// The number of its property.
    pub(super) property: usize,
    /// Its number among the records of the property.
    pub(super) nth: usize,
    /// The number of its integration.
    pub(super) integration: usize,
}

impl World {
    /// Creates a world; `counts` has the number of records of each collection.
    pub(super) fn new(
        table: Arc<Table>,
        catalog: Arc<Catalog>,
        seed: u64,
        vendors: &[String],
        mut counts: Vec<usize>,
    ) -> Self {
        let integration = catalog.referred_by("integration_id");
        let property = catalog.referred_by("property_id");
        if let Some(count) = integration.and_then(|index| counts.get_mut(index)) {
            *count = vendors.len();
        }
        let id = |number: usize| format!("integration_{}", number + 1);
        let integrations = vendors
            .iter()
            .enumerate()
            .map(|(number, vendor)| Integration { id: id(number), vendor: vendor.clone() })
            .collect();
        Self { table, catalog, seed, integrations, counts, integration, property }
    }

    /// Returns the number of records that a collection starts with.
    pub(super) fn count(&self, collection: usize) -> usize {
        self.counts.get(collection).copied().unwrap_or_default()
    }

    /// Returns Propexo's id of a record.
    pub(super) fn id(&self, collection: usize, number: usize) -> String {
        let stem = self.catalog.collections.get(collection).map_or("record", |own| own.stem.as_str());
        format!("{stem}_{}", number + 1)
    }

    /// Returns the vendor's id of a record.
    pub(super) fn vendor_id(collection: usize, number: usize) -> String {
        format!("{}", (collection + 1) * 100_000 + number + 1)
    }

    /// Returns to what a record belongs that the world starts with.
    pub(super) fn place(&self, collection: usize, number: usize) -> Place {
        let properties = self.properties();
        let integrations = self.integrations.len().max(1);
        if Some(collection) == self.integration {
            return Place { property: number, nth: 0, integration: number };
        }
        let (property, nth) = if Some(collection) == self.property {
            (number, 0)
        } else {
            (number % properties, number / properties)
        };
        Place { property, nth, integration: property % integrations }
    }

    /// Returns to what a new record belongs, by the ids of its property and its integration.
    pub(super) fn place_of(&self, property: Option<&str>, integration: Option<&str>, nth: usize) -> Place {
        let number = |id: Option<&str>| {
            let number: usize = id?.rsplit_once('_')?.1.parse().ok()?;
            number.checked_sub(1)
        };
        let integration = self.integrations.iter().position(|own| Some(own.id.as_str()) == integration);
        let property = number(property).or(integration).unwrap_or_default();
        let integrations = self.integrations.len().max(1);
        Place { property, nth, integration: integration.unwrap_or(property % integrations) }
    }

    /// Returns the integration of a place.
    pub(super) fn integration(&self, place: Place) -> Option<&Integration> {
        self.integrations.get(place.integration)
    }

    /// Returns the id that a property refers to, from a record at a place. `offset` counts the items of an array.
    ///
    /// `None` if the name refers to no collection, `Some(None)` if the collection has no record of the property.
    pub(super) fn reference(&self, name: &str, place: Place, offset: usize) -> Option<Option<String>> {
        let target = self.catalog.referred_by(name)?;
        let number = self.referred(target, place, offset);
        let is_vendors = name.starts_with("x_");
        Some(number.map(
            |number| {
                if is_vendors { Self::vendor_id(target, number) } else { self.id(target, number) }
            },
        ))
    }

    fn referred(&self, target: usize, place: Place, offset: usize) -> Option<usize> {
        if Some(target) == self.integration {
            return Some(place.integration);
        }
        let count = self.count(target);
        if Some(target) == self.property {
            return Some(place.property).filter(|property| *property < count);
        }
        // The records of a property have every `properties`-th number.
        let properties = self.properties();
        let others = count.checked_sub(place.property + 1)? / properties;
        Some(place.property + properties * ((place.nth + offset) % (others + 1)))
    }

    fn properties(&self) -> usize {
        self.property.map_or(1, |property| self.count(property)).max(1)
    }
}
