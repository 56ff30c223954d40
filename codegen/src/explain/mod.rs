//! From a Rust item, an operation or a line of the document to everything that belongs together: the lines, the actions of
//! overlays, the Rust items, and why these are called as they are.

mod line;
mod reason;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diff::locations::{Locations, locations};
use crate::docs::Docs;
use crate::ir::{Api, TypeId};
use crate::names::Names;
use crate::pipeline::{Action, Position, Reading, SpecForm};
use crate::places::{Item, Place, places};
use crate::pointer::{Pointer, child};
use crate::surface;

pub use line::end as end_of_node;

/// What there is to say of one Rust item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Its path from the crate's root: `leads::CreateLead::notes`.
    pub rust: String,
    /// As the surface writes it; may be empty.
    pub signature: String,
    /// Where it stands on the wire.
    pub sites: Vec<Site>,
    /// The overlays' actions that have changed it, and the entries of tables that speak of it.
    pub overlays: Vec<Said>,
    /// The items that belong to it, with their signatures.
    pub items: Vec<(String, String)>,
    /// Why it is called that: each part of its path.
    pub names: Vec<Said>,
}

/// A place on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// `GET /v1/leads/`.
    pub operation: String,
    /// Where in the operation; empty for the operation itself.
    pub location: String,
    /// In the document, or in the overlay that has added it.
    pub position: Position,
}

/// A statement, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What is said.
    pub what: String,
    /// Where; a rule of the generator has no place.
    pub position: Option<Position>,
}

/// Why nothing is explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// There is no such item; these are called alike.
    Name(Vec<String>),
    /// The document and the overlays have no such line.
    Line,
}

/// A document with all that is asked of it.
struct Explainer<'r, 'd> {
    reading: &'r Reading<'d>,
    api: &'r Api,
    names: &'r Names,
    docs: Docs<'r>,
    places: Vec<Place>,
    locations: BTreeMap<String, Locations>,
    actions: Vec<Action<'r>>,
    functions: BTreeMap<String, surface::Function<'r>>,
    types: BTreeMap<String, TypeId>,
}

/// Explains `leads.create`, `POST /v1/leads/`, `CreateLead::notes` or `openapi.yaml:1234`; what several items are called
/// is explained for each. A line that becomes no Rust item has no explanation, and is none.
///
/// # Errors
///
/// [`Unknown`] where there is no such item or line.
pub fn explain(
    reading: &Reading<'_>,
    (api, names): &(Api, Names),
    what: &str,
) -> Result<Vec<Explained>, Unknown> {
    let places = places(api, names);
    let of_type = |place: &Place| {
        (place.item == Item::Type).then_some(place.of).flatten().map(|of| (place.rust.clone(), of.ty))
    };
    let explainer = Explainer {
        reading,
        api,
        names,
        docs: Docs::new(api, names),
        types: places.iter().filter_map(of_type).collect(),
        places,
        locations: locations(reading.effective()),
        actions: reading.actions(),
        functions: surface::functions(api, names).into_iter().map(|it| (it.path.clone(), it)).collect(),
    };
    let found = match line::parse(what) {
        Some((file, line)) => explainer.at_line(file, line)?,
        None => explainer.called(what).map_err(Unknown::Name)?,
    };
    Ok(found.into_iter().map(|(rust, own)| explainer.item(rust, &own)).collect())
}

impl<'r> Explainer<'r, '_> {
    /// One item, with all its places.
    fn item(&self, rust: &str, own: &[&Place]) -> Explained {
        let mut seen: BTreeSet<Pointer> = BTreeSet::new();
        let mut pointers: Vec<(&Place, Pointer)> = Vec::new();
        for place in own {
            if let Some(pointer) = self.pointer(place)
                && seen.insert(pointer.clone())
            {
                pointers.push((place, pointer));
            }
        }
        let asked: Vec<Pointer> = pointers.iter().map(|(_, at)| at.clone()).collect();
        let site = |((place, _), position): (&(&Place, Pointer), Position)| Site {
            operation: place.operation.to_string(),
            location: place.location.to_string(),
            position,
        };
        let sites =
            pointers.iter().zip(self.reading.positions(SpecForm::Effective, &asked)).map(site).collect();
        let mut overlays: Vec<Said> = self.actions_on(&seen);
        let first = own.first().copied();
        overlays.extend(first.and_then(|place| self.sentence(place)));
        Explained {
            rust: rust.to_owned(),
            signature: first.map_or_else(String::new, |place| self.signature(place)),
            sites,
            overlays,
            items: first.map_or_else(Vec::new, |place| self.belonging(place)),
            names: first.map_or_else(Vec::new, |place| self.reasons(place)),
        }
    }

    /// Where an item stands in the document.
    fn pointer(&self, place: &Place) -> Option<Pointer> {
        let pointers = self.locations.get(&*place.operation)?.get(&*place.location)?;
        let Item::Value(text) = &place.item else { return pointers.first().cloned() };
        let value = |at: &Pointer| {
            let values = child(at.find(self.reading.effective())?, "enum")?.as_array()?;
            let index = values.iter().position(|value| value == text)?;
            Some(at.child("enum").child(index.to_string()))
        };
        pointers.iter().find_map(value).or_else(|| pointers.first().cloned())
    }

    fn signature(&self, place: &Place) -> String {
        let (api, names) = (self.api, self.names);
        match &place.item {
            Item::Method => {
                self.functions.get(&place.rust).map(|it| it.signature.clone()).unwrap_or_default()
            }
            Item::Argument => place.of.map_or_else(String::new, |of| surface::plain(api, names, of.ty)),
            _ => surface::signature(api, names, place).unwrap_or_default(),
        }
    }

    /// Of an operation, what it takes and answers; of a type, what is in it; of anything else, the type that it holds.
    fn belonging(&self, place: &Place) -> Vec<(String, String)> {
        let same = |other: &&Place| other.operation == place.operation && other.rust != place.rust;
        let near = |other: &&Place| match &place.item {
            Item::Method | Item::Request => match other.item {
                Item::Request | Item::Argument | Item::Setter | Item::Method => true,
                Item::Type => answered(&other.location),
                _ => false,
            },
            Item::Type => other.rust.rsplit_once("::").is_some_and(|(owner, _)| owner == place.rust),
            _ => other.item == Item::Type && other.location == place.location,
        };
        let mut out: Vec<(String, String)> = Vec::new();
        for other in self.places.iter().filter(same).filter(near) {
            let item = (other.rust.clone(), self.signature(other));
            if !out.contains(&item) {
                out.push(item);
            }
        }
        out
    }

    /// The actions that have written one of these nodes, or something that is said of it.
    fn actions_on(&self, pointers: &BTreeSet<Pointer>) -> Vec<Said> {
        /// Below these begins another item.
        const OTHERS: [&str; 5] = ["properties", "parameters", "requestBody", "responses", "paths"];
        let touches = |action: &Action<'_>, target: &Pointer, at: &Pointer| {
            if let Some(below) = target.0.strip_prefix(at.0.as_slice()) {
                return !below.iter().any(|step| OTHERS.contains(&step.as_str()));
            }
            let Some(below) = at.0.strip_prefix(target.0.as_slice()) else { return false };
            let update = child(action.value, "update");
            update.and_then(|update| Pointer(below.to_vec()).find(update)).is_some()
        };
        let own = |action: &&Action<'_>| {
            action.targets.iter().any(|target| pointers.iter().any(|at| touches(action, target, at)))
        };
        let said = |action: &Action<'_>| {
            let description = child(action.value, "description").and_then(Value::as_str);
            let update = match child(action.value, "update") {
                Some(Value::Object(update)) => {
                    let keys: Vec<String> = update.keys().map(|key| format!("`{key}`")).collect();
                    format!("sets {}", keys.join(", "))
                }
                Some(other) => format!("is {other}"),
                None => "is removed".to_owned(),
            };
            let why = description.map_or_else(String::new, |why| format!(": {}", why.trim()));
            Said { what: format!("{update}{why}"), position: Some(action.position.clone()) }
        };
        self.actions.iter().filter(own).map(said).collect()
    }

    fn position(&self, pointer: Pointer) -> Option<Position> {
        pointer.find(self.reading.effective())?;
        self.reading.positions(SpecForm::Effective, &[pointer]).pop()
    }
}

/// Whether a location is that of a body, of an answer or of its records.
fn answered(location: &str) -> bool {
    let rest = location.strip_prefix("response.").and_then(|rest| rest.split_once('.').map(|(_, rest)| rest));
    location == "request"
        || matches!(rest, Some("results" | "results[]"))
        || (location.starts_with("response.") && rest.is_none() && !location.contains(['[', '{', '<']))
}
