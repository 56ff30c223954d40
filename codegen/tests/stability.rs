//! A change of one type renames nothing else. The committed snapshot is tested with one site of a shared type
//! changed, with all its sites changed alike, and with an operation that sorts before all others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;
mod mutate;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use codegen::api::model::Api;
use codegen::api::names::Names;
use codegen::api::{names, resolve};
use codegen::client::item_index::{ItemKind, items};
use codegen::diagnostics::{Diagnostics, Severity};
use codegen::document::lower;
use codegen::stability::Version;
use codegen::{Options, Source, pipeline};
use mutate::Dice;
use serde_json::{Value, json};

/// Reads a document to which its overlays are already applied.
fn read(document: &Value) -> Result<(Api, Names), String> {
    let mut diagnostics = Diagnostics::default();
    let lowered = lower::lower(document.clone(), &mut diagnostics);
    let read = lowered.map(|lowered| {
        let (api, _) = resolve::resolve(&lowered, &mut diagnostics);
        let names = names::names(&api, false, &mut diagnostics);
        (api, names)
    });
    let error = diagnostics.0.iter().find(|diagnostic| diagnostic.level == Severity::Error);
    error.map_or_else(|| Ok(read.unwrap()), |error| Err(format!("{error:?}")))
}

/// The committed snapshot, and the sites of each shared type.
struct Base {
    document: Value,
    api: Api,
    names: Names,
    /// The JSON pointers of the sites in document order, by type name.
    shared: BTreeMap<String, Vec<String>>,
}

static BASE: LazyLock<Base> = LazyLock::new(Base::new);

impl Base {
    fn new() -> Self {
        let spec = data::own("spec/openapi.yaml");
        let overlays = data::overlays();
        let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
        let document =
            pipeline::effective(Source { name: "spec", text: &spec }, &overlays, Options::default()).unwrap();
        let (api, names) = read(&document).unwrap();
        let pointers = walk::pointers(&document);
        let mut shared: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let entries = document["x-shared-types"].as_object().unwrap();
        for item in items(&api, &names).iter().filter(|item| item.kind == ItemKind::Type) {
            let Some(name) = item.path.strip_prefix("models::").filter(|name| entries.contains_key(*name))
            else {
                continue;
            };
            let key = (item.operation.to_string(), item.location.to_string());
            let pointer =
                pointers.get(&key).unwrap_or_else(|| panic!("{key:?}, which is a {name}, was not found"));
            let own = shared.entry(name.to_owned()).or_default();
            if !own.contains(pointer) {
                own.push(pointer.clone());
            }
        }
        Base { document, api, names, shared }
    }

    /// The unchanged items that have another name after a change of these sites.
    fn renamed_by(&self, change: fn(&mut Value), pointer: &String) -> Vec<String> {
        let (api, names) = match read(&self.changed(change, std::slice::from_ref(pointer))) {
            Ok(read) => read,
            Err(error) => return vec![error],
        };
        let found = Version::new(&self.api, &self.names).stability(&Version::new(&api, &names));
        assert!(found.compared > 10_000, "only {} compared", found.compared);
        found.renames.iter().map(|it| format!("{} -> {} at {:?}", it.old, it.new, it.sites)).collect()
    }

    /// The locations whose Rust name differs after a change of these sites, including changed items.
    fn other_names_by(&self, change: fn(&mut Value), pointers: &[String]) -> Vec<String> {
        let (api, names) = match read(&self.changed(change, pointers)) {
            Ok(read) => read,
            Err(error) => return vec![error],
        };
        let by_place = |api: &Api, names: &Names| {
            let items = items(api, names).into_iter();
            items
                .map(|item| ((item.operation, item.location, item.kind), item.path))
                .collect::<BTreeMap<_, _>>()
        };
        let (before, after) = (by_place(&self.api, &self.names), by_place(&api, &names));
        before
            .iter()
            .filter(|(place, rust)| after.get(*place) != Some(*rust))
            .map(|(place, rust)| format!("{place:?}: {rust} -> {:?}", after.get(place)))
            .collect()
    }

    fn changed(&self, change: fn(&mut Value), pointers: &[String]) -> Value {
        let mut document = self.document.clone();
        for pointer in pointers {
            change(document.pointer_mut(pointer).unwrap());
        }
        document
    }

    /// Changes a shared type at each of these sites alone, then at all of its sites alike.
    fn check(&self, name: &str, places: &[usize]) -> Vec<String> {
        let all = &self.shared[name];
        let mut wrong = Vec::new();
        for place in places.iter().filter_map(|index| all.get(*index)).collect::<BTreeSet<_>>() {
            // If there is only one site, this is the same as changing all sites.
            if all.len() > 1 {
                for (what, change) in [("more", add as fn(&mut Value)), ("less", remove)] {
                    let renamed = self.renamed_by(change, place);
                    wrong.extend(renamed.into_iter().map(|it| format!("{name} has {what} at {place}: {it}")));
                }
            }
        }
        // `remove` is not tested on all sites: an entry that selects its sites by a property cannot apply without
        // that property.
        let renamed = self.other_names_by(add, all);
        wrong.extend(renamed.into_iter().map(|it| format!("{name} has more everywhere: {it}")));
        wrong
    }
}

/// Adds a value, a property or an alternative.
fn add(schema: &mut Value) {
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        return values.push(json!("ZZ_ADDED"));
    }
    if let Some(properties) = schema.get_mut("properties") {
        properties["zz_added"] = json!({"type": "string"});
        return;
    }
    let key = if schema.get("anyOf").is_some() { "anyOf" } else { "oneOf" };
    let list = schema.get_mut(key).and_then(Value::as_array_mut).unwrap();
    // A union of an enum and any other string.
    match list.iter_mut().find(|part| part.get("enum").is_some()) {
        Some(values) => add(values),
        None => list.push(json!({"type": "object", "title": "ZZ", "properties": {"zz": {"type": "string"}}})),
    }
}

/// Removes the first value or property; does not remove alternatives.
fn remove(schema: &mut Value) {
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.remove(0);
    } else if let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let Some(first) = members.keys().next().cloned().filter(|_| members.len() > 1) else { return };
        members.remove(&first);
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| *name != first);
        }
    }
}

/// Checks shared types, as many in parallel as the machine permits.
fn check_all(names: &[&String], places: impl Fn(usize) -> Vec<usize> + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let places = &places;
        let check = |name: &&String| BASE.check(name, &places(BASE.shared[*name].len()));
        let workers = names
            .chunks(names.len().div_ceil(threads))
            .map(|own| scope.spawn(move || own.iter().flat_map(check).collect::<Vec<_>>()));
        let workers: Vec<_> = workers.collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_change_of_some_shared_types_renames_nothing_else() {
    let mut dice = Dice(20);
    let names: Vec<&String> = BASE.shared.keys().collect();
    let some = [names[dice.below(names.len())], names[dice.below(names.len())]];
    check_all(&some, |_| vec![0]);
}

#[test]
#[ignore = "takes minutes; `cargo xtask ci --full` runs it"]
fn a_change_of_any_shared_type_renames_nothing_else() {
    println!("shared types to change: {}", BASE.shared.len());
    check_all(&BASE.shared.keys().collect::<Vec<_>>(), |_| vec![0]);
}

#[test]
fn an_operation_before_all_others_renames_nothing() {
    let base = &*BASE;
    let mut document = base.document.clone();
    let first = json!({"get": {"tags": ["aaa"], "responses": {"200": {"description": ""}}}});
    let paths = document["paths"].as_object_mut().unwrap();
    // Its types occur elsewhere too, so that this operation would be the first of their sites.
    let mut copy = paths["/v1/applicants/"].clone();
    for operation in copy.as_object_mut().unwrap().values_mut() {
        operation["tags"] = json!(["applicants"]);
        operation["operationId"] =
            json!(format!("applicants.aaa_{}", operation["parameters"].as_array().map_or(0, Vec::len)));
    }
    let others = std::mem::take(paths);
    paths.insert("/aaa/".to_owned(), first);
    paths.insert("/aaa/applicants/".to_owned(), copy);
    paths.extend(others);
    let (api, names) = read(&document).unwrap();
    let found = Version::new(&base.api, &base.names).stability(&Version::new(&api, &names));
    assert_eq!(found.renames, []);
    assert_eq!(api.operations.len(), base.api.operations.len() + 3);
}
