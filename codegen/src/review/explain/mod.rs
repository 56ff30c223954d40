//! Explains a Rust item, an operation or a line of the document: the lines, overlay actions and Rust items that belong
//! together, and the reasons of their names.

mod line;
mod reason;
mod search;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::api::location::{Location, Segment};
use crate::api::model::{Api, TypeId};
use crate::api::names::Names;
use crate::client::docs::Docs;
use crate::client::item_index::{ItemKind, RustItem, items};
use crate::client::surface;
use crate::diagnostics::pointer::{Pointer, child};
use crate::pipeline::{Action, Position, Reading, SpecForm};
use crate::review::diff::locations::{Locations, locations};

pub use line::end as end_of_node;

/// The explanation of one Rust item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Its path from the crate's root: `leads::CreateLead::notes`.
    pub path: String,
    /// Its signature, as the surface writes it; may be empty.
    pub signature: String,
    /// Its locations.
    pub sites: Vec<Site>,
    /// The pages that its facts come from, if not the document, and whether these document it.
    pub sources: Vec<Statement>,
    /// The overlay actions that changed it, and the entries of overlay tables that apply to it.
    pub overlays: Vec<Statement>,
    /// The paths of the items that belong to it, with their signatures.
    pub items: Vec<(String, String)>,
    /// The reason of each part of its path.
    pub names: Vec<Statement>,
}

/// A location with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// `GET /v1/leads/`.
    pub operation: String,
    /// The location in the operation.
    pub location: Location,
    /// The position in the document, or in the overlay that added the node.
    pub position: Position,
}

/// A statement with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement.
    pub text: String,
    /// The position of its source; None for a rule of the generator.
    pub position: Option<Position>,
}

/// The reason why nothing is explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// No item has this name; these have a similar one.
    Name(Vec<String>),
    /// The document and the overlays do not have this line.
    Line,
}

/// A document with the indexes that an explanation needs.
struct Explainer<'r, 'd> {
    reading: &'r Reading<'d>,
    api: &'r Api,
    names: &'r Names,
    docs: Docs<'r>,
    items: Vec<RustItem>,
    locations: BTreeMap<String, Locations>,
    actions: Vec<Action<'r>>,
    functions: BTreeMap<String, surface::Function<'r>>,
    types: BTreeMap<String, TypeId>,
}

/// Explains `leads.create`, `POST /v1/leads/`, `CreateLead::notes` or `openapi.yaml:1234`. If several items have the name,
/// explains each of them; if a line has no Rust item, the result is empty.
///
/// # Errors
///
/// [`NotFound`] if no item or line has this name.
pub fn explain(
    reading: &Reading<'_>,
    (api, names): &(Api, Names),
    name: &str,
) -> Result<Vec<Explained>, NotFound> {
    let items = items(api, names);
    let types = items.iter().filter(|item| item.kind == ItemKind::Type);
    let explainer = Explainer {
        reading,
        api,
        names,
        docs: Docs::new(api, names),
        types: types.filter_map(|item| Some((item.path.clone(), item.type_ref?.ty))).collect(),
        items,
        locations: locations(reading.effective()),
        actions: reading.actions(),
        functions: surface::functions(api, names).into_iter().map(|it| (it.path.clone(), it)).collect(),
    };
    let found = match line::parse(name) {
        Some((file, line)) => explainer.at_line(file, line)?,
        None => explainer.by_name(name).map_err(NotFound::Name)?,
    };
    Ok(found.into_iter().map(|(path, entries)| explainer.item(path, &entries)).collect())
}

impl<'r> Explainer<'r, '_> {
    /// Explains one item by its entries in the index.
    fn item(&self, path: &str, entries: &[&RustItem]) -> Explained {
        let mut seen: BTreeSet<Pointer> = BTreeSet::new();
        let mut located: Vec<&RustItem> = Vec::new();
        let mut pointers: Vec<Pointer> = Vec::new();
        for entry in entries {
            if let Some(pointer) = self.pointer(entry)
                && seen.insert(pointer.clone())
            {
                located.push(entry);
                pointers.push(pointer);
            }
        }
        let positions = self.reading.positions(SpecForm::Effective, &pointers);
        let site = |(item, position): (&RustItem, Position)| Site {
            operation: item.operation.to_string(),
            location: item.location.clone(),
            position,
        };
        let first = entries.first().copied();
        let mut overlays = self.actions_on(&seen);
        overlays.extend(first.and_then(|item| self.refinement(item)));
        overlays.extend(first.and_then(|item| self.sentence(item)));
        Explained {
            sources: self.sources(&pointers),
            path: path.to_owned(),
            signature: first.map_or_else(String::new, |item| self.signature(item)),
            sites: located.into_iter().zip(positions).map(site).collect(),
            overlays,
            items: first.map_or_else(Vec::new, |item| self.related(item)),
            names: first.map_or_else(Vec::new, |item| self.reasons(item)),
        }
    }

    /// The node of an item in the document.
    fn pointer(&self, item: &RustItem) -> Option<Pointer> {
        let pointers = self.locations.get(&*item.operation)?.get(&item.location)?;
        let ItemKind::Value(text) = &item.kind else { return pointers.first().cloned() };
        let value = |schema: &Pointer| {
            let values = child(schema.find(self.reading.effective())?, "enum")?.as_array()?;
            let index = values.iter().position(|value| value == text)?;
            Some(schema.child("enum").child(index.to_string()))
        };
        pointers.iter().find_map(value).or_else(|| pointers.first().cloned())
    }

    fn signature(&self, item: &RustItem) -> String {
        let (api, names) = (self.api, self.names);
        match &item.kind {
            ItemKind::Method => {
                self.functions.get(&item.path).map(|it| it.signature.clone()).unwrap_or_default()
            }
            ItemKind::Argument => {
                item.type_ref.map_or_else(String::new, |of| surface::plain(api, names, of.ty))
            }
            _ => surface::signature(api, names, item).unwrap_or_default(),
        }
    }

    /// The items that belong to one: of an operation, its parameters, body and response; of a type, its fields,
    /// values or variants; of any other item, its type.
    fn related(&self, item: &RustItem) -> Vec<(String, String)> {
        let is_related = |other: &RustItem| match &item.kind {
            ItemKind::Method | ItemKind::Request => match other.kind {
                ItemKind::Request | ItemKind::Argument | ItemKind::Setter | ItemKind::Method => true,
                ItemKind::Type => is_body_or_record(&other.location),
                _ => false,
            },
            ItemKind::Type => other.path.rsplit_once("::").is_some_and(|(owner, _)| owner == item.path),
            _ => other.kind == ItemKind::Type && other.location == item.location,
        };
        let others =
            self.items.iter().filter(|other| other.operation == item.operation && other.path != item.path);
        let mut out: Vec<(String, String)> = Vec::new();
        for other in others.filter(|other| is_related(other)) {
            let entry = (other.path.clone(), self.signature(other));
            if !out.contains(&entry) {
                out.push(entry);
            }
        }
        out
    }

    /// The overlay actions that wrote one of these nodes, or a keyword of it.
    fn actions_on(&self, pointers: &BTreeSet<Pointer>) -> Vec<Statement> {
        /// Below these keys, other items begin.
        const OTHER_ITEMS: [&str; 5] = ["properties", "parameters", "requestBody", "responses", "paths"];
        let touches = |action: &Action<'_>, target: &Pointer, node: &Pointer| {
            if let Some(below) = target.0.strip_prefix(node.0.as_slice()) {
                return !below.iter().any(|step| OTHER_ITEMS.contains(&step.as_str()));
            }
            let Some(below) = node.0.strip_prefix(target.0.as_slice()) else { return false };
            let update = child(action.value, "update");
            update.and_then(|update| Pointer(below.to_vec()).find(update)).is_some()
        };
        let applies = |action: &&Action<'_>| {
            action.targets.iter().any(|target| pointers.iter().any(|node| touches(action, target, node)))
        };
        self.actions.iter().filter(applies).map(statement).collect()
    }

    fn position(&self, pointer: Pointer) -> Option<Position> {
        pointer.find(self.reading.effective())?;
        self.reading.positions(SpecForm::Effective, &[pointer]).pop()
    }
}

/// What an overlay action does, and why.
fn statement(action: &Action<'_>) -> Statement {
    let update = match child(action.value, "update") {
        Some(Value::Object(update)) => {
            let keys: Vec<String> = update.keys().map(|key| format!("`{key}`")).collect();
            format!("sets {}", keys.join(", "))
        }
        Some(other) => format!("is {other}"),
        None => "is removed".to_owned(),
    };
    let description = child(action.value, "description").and_then(Value::as_str);
    let reason = description.map_or_else(String::new, |reason| format!(": {}", reason.trim()));
    Statement { text: format!("{update}{reason}"), position: Some(action.position.clone()) }
}

/// Whether a location is the request body, a response, or the records of a response.
fn is_body_or_record(location: &Location) -> bool {
    match location.segments() {
        [Segment::Request] | [Segment::Response(_)] => true,
        [Segment::Response(_), Segment::Property(name)]
        | [Segment::Response(_), Segment::Property(name), Segment::Items] => &**name == "results",
        _ => false,
    }
}
