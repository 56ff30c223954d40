//! The collections of records, as the operations that read them show.

use std::collections::HashMap;

use super::table::{Kind, Operation, ShapeId, Table, parameter_name};

/// A collection of records.
#[derive(Debug)]
pub(super) struct Collection {
    /// The path of its list without a slash at the end: `/v1/leads`.
    pub(super) path: String,
    /// The name of one record, which ids begin with: `lead`.
    pub(super) stem: String,
    /// The Rust types of its records.
    pub(super) models: Vec<String>,
    /// The shapes of its records: that of the list, and that of a single record if it is another one.
    pub(super) shapes: Vec<ShapeId>,
}

/// All collections.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    pub(super) collections: Vec<Collection>,
    /// The collection that an operation reads, by index of the operation.
    read: Vec<Option<usize>>,
    /// The collection that the ids of a property refer to, by the name of the property.
    references: HashMap<String, Option<usize>>,
}

/// Writes to this path are about records of the other one.
const WRITTEN_ELSEWHERE: (&str, &str) = ("/v1/events/appointments", "/v1/appointments");

impl Catalog {
    pub(super) fn new(table: &Table) -> Self {
        let mut catalog = Self { read: vec![None; table.operations.len()], ..Self::default() };
        let is_page = |operation: &Operation| operation.kind == Kind::Page;
        let is_record = |operation: &Operation| operation.kind == Kind::Record;
        // Lists that need no other record come first, so that the others become views of them.
        for is_next in [&Operation::is_root_list as &dyn Fn(&Operation) -> bool, &is_page, &is_record] {
            for (index, operation) in table.operations.iter().enumerate() {
                if is_next(operation)
                    && catalog.read_by(index).is_none()
                    && let Some(shape) = table.record(operation)
                {
                    let collection = catalog.collection_of(operation, shape);
                    catalog.read.get_mut(index).into_iter().for_each(|read| *read = Some(collection));
                }
            }
        }
        let names = table.property_names();
        catalog.references = names.map(|name| (name.clone(), catalog.found_by(name))).collect();
        catalog
    }

    /// Returns the collection that an operation reads.
    pub(super) fn read_by(&self, operation: usize) -> Option<usize> {
        self.read.get(operation).copied().flatten()
    }

    /// Returns the collection whose records an operation writes.
    pub(super) fn written_by(&self, path: &str) -> Option<usize> {
        let path = path.replacen(WRITTEN_ELSEWHERE.0, WRITTEN_ELSEWHERE.1, 1);
        let mut prefix = path.trim_end_matches('/');
        while let Some((shorter, segment)) = prefix.rsplit_once('/') {
            let is_own = |collection: &Collection| collection.path == prefix;
            // The list may be part of another record: `/v1/contracts` and `/v1/construction-jobs/{id}/contracts`.
            let is_part = |collection: &Collection| {
                shorter.rsplit('/').count() == 2 && collection.path.ends_with(&format!("}}/{segment}"))
            };
            let found = self.collections.iter().position(is_own);
            if let Some(found) = found.or_else(|| self.collections.iter().position(is_part)) {
                return Some(found);
            }
            prefix = shorter;
        }
        None
    }

    /// Returns the collection of a Rust type: of several, the one that has its name.
    pub(super) fn of_model(&self, model: &str) -> Option<usize> {
        let stem = snake_case(model);
        let has = |collection: &Collection| collection.models.iter().any(|own| own == model);
        let named = self.collections.iter().position(|own| own.stem == stem && has(own));
        named.or_else(|| self.collections.iter().position(has))
    }

    /// Returns the collection whose list has this path, with or without a slash at the end.
    pub(super) fn at(&self, path: &str) -> Option<usize> {
        let path = path.trim_end_matches('/');
        self.collections.iter().position(|collection| collection.path == path)
    }

    /// Returns the collection that the ids of a property refer to: `desired_unit_ids` refers to units.
    pub(super) fn referred_by(&self, property: &str) -> Option<usize> {
        self.references.get(property).copied().unwrap_or_else(|| self.found_by(property))
    }

    fn found_by(&self, property: &str) -> Option<usize> {
        let name = property.strip_prefix("x_").unwrap_or(property);
        let (base, rest) = name.rsplit_once("_id")?;
        if !["", "s", "_next", "_previous", "_preferred"].contains(&rest) {
            return None;
        }
        let is_named =
            |stem: &str| base.strip_suffix(stem).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'));
        let named = self.collections.iter().enumerate().filter(|(_, own)| is_named(&own.stem));
        // The first of the longest stems.
        named.rev().max_by_key(|(_, own)| own.stem.len()).map(|(index, _)| index)
    }

    /// Returns the collection of an operation, which is added if it is new.
    fn collection_of(&mut self, operation: &Operation, shape: ShapeId) -> usize {
        let path = list_path(&operation.path);
        let model = operation.model.as_deref();
        let same_model =
            |own: &Collection| model.is_some_and(|model| own.models.iter().any(|own| own == model));
        let of_model = || self.collections.iter().position(same_model);
        let found = self.at(path).or_else(|| of_model().filter(|_| !operation.is_root_list()));
        let index = found.unwrap_or_else(|| {
            let collection = Collection {
                path: path.to_owned(),
                stem: self.new_stem(path, model),
                models: Vec::new(),
                shapes: Vec::new(),
            };
            self.collections.push(collection);
            self.collections.len() - 1
        });
        if let Some(collection) = self.collections.get_mut(index) {
            if let Some(model) = model.filter(|model| !collection.models.iter().any(|own| own == model)) {
                collection.models.push(model.to_owned());
            }
            if !collection.shapes.contains(&shape) {
                collection.shapes.push(shape);
            }
        }
        index
    }

    fn new_stem(&self, path: &str, model: Option<&str>) -> String {
        let last = path.rsplit('/').find(|segment| parameter_name(segment).is_none()).unwrap_or_default();
        let stem = singular(&last.replace('-', "_"));
        let is_taken = self.collections.iter().any(|own| own.stem == stem);
        model.filter(|_| is_taken).map_or(stem, snake_case)
    }
}

/// Returns the path of the list that a path is part of: without the parameter and the slash at its end.
pub(super) fn list_path(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((list, last)) if parameter_name(last).is_some() => list,
        _ => path,
    }
}

/// Returns `lead` for `leads`.
pub(super) fn singular(plural: &str) -> String {
    if let Some(stem) = plural.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let long = ["sses", "uses", "xes", "ches"].iter().any(|ending| plural.ends_with(ending));
    plural.strip_suffix(if long { "es" } else { "s" }).unwrap_or(plural).to_owned()
}

/// Returns `lead_source` for `LeadSource`.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        let operations: Vec<String> = [
            ("/v1/appointments/", "page", "Event"),
            ("/v1/construction-jobs/", "page", "ConstructionJob"),
            ("/v1/construction-jobs/{id}/contracts", "page", "Contract"),
            ("/v1/events/", "page", "Event"),
            ("/v1/events/{event_id}", "record", "Event"),
            ("/v1/lead-sources/", "page", "LeadSource"),
            ("/v1/leads/", "page", "Lead"),
            ("/v1/leads/{id}/units", "page", "Unit"),
            ("/v1/statuses/", "page", "Status"),
            ("/v1/units/", "page", "Unit"),
        ]
        .iter()
        .map(|(path, kind, model)| {
            let shape = if *kind == "page" { 0 } else { 2 };
            format!(
                r#"{{ "method": "GET", "path": "{path}", "parameters": [], "kind": "{kind}",
                      "model": "{model}", "responses": {{ "200": {shape} }} }}"#
            )
        })
        .collect();
        Catalog::new(&Table::parse(&format!(
            r#"{{ "operations": [{}], "shapes": [
                {{ "properties": {{ "results": 1 }} }}, {{ "items": 3 }}, {{ "properties": {{ "results": 3 }} }}, {{}}
            ] }}"#,
            operations.join(",")
        )))
    }

    fn path(catalog: &Catalog, index: Option<usize>) -> &str {
        index.map_or("-", |index| &catalog.collections[index].path)
    }

    #[test]
    fn views_belong_to_the_collection_of_their_model() {
        let catalog = catalog();
        assert_eq!(path(&catalog, catalog.read_by(7)), "/v1/units");
        assert_eq!(path(&catalog, catalog.read_by(4)), "/v1/events");
        assert_eq!(path(&catalog, catalog.read_by(0)), "/v1/appointments");
        assert_eq!(path(&catalog, catalog.of_model("Event")), "/v1/events");
        assert_eq!(catalog.of_model("Pet"), None);
    }

    #[test]
    fn finds_what_a_write_is_about() {
        let catalog = catalog();
        for (write, expected) in [
            ("/v1/leads/", "/v1/leads"),
            ("/v1/leads/entrata/{lead_id}", "/v1/leads"),
            ("/v1/events/leads/entrata/", "/v1/events"),
            ("/v1/events/appointments/leads/resman/", "/v1/appointments"),
            ("/v1/contracts/", "/v1/construction-jobs/{id}/contracts"),
            ("/crm/v1/leads/", "-"),
            ("/v1/pets/", "-"),
        ] {
            assert_eq!(path(&catalog, catalog.written_by(write)), expected, "{write}");
        }
    }

    #[test]
    fn finds_what_an_id_refers_to() {
        let catalog = catalog();
        for (property, expected) in [
            ("lead_id", "/v1/leads"),
            ("lead_source_id", "/v1/lead-sources"),
            ("x_lead_source_id", "/v1/lead-sources"),
            ("desired_unit_ids", "/v1/units"),
            ("unit_id_next", "/v1/units"),
            ("status_id", "/v1/statuses"),
            ("tax_id", "-"),
            ("id", "-"),
            ("lead_idle", "-"),
        ] {
            assert_eq!(path(&catalog, catalog.referred_by(property)), expected, "{property}");
        }
    }
}
