//! The documentation of generated code: sentences of the overlays, constraints and defaults.

use std::collections::BTreeSet;

use serde_json::{Number, Value};

use crate::api::model::{Api, Constraints, Info, Operation, ParameterIn, TypeId, TypeKind, TypeRef};
use crate::api::names::{Names, a, one, owners, words};

pub use crate::client::markdown::lines;
pub(crate) use crate::client::markdown::{fenced, wrapped};

/// A longer value is truncated; of more values, the first ones are shown.
const MAX_VALUE_BYTES: usize = 1_000;
const MAX_VALUES: usize = 200;

/// Looks up the sentences that document fields and parameters.
pub struct Docs<'a> {
    api: &'a Api,
    names: &'a Names,
}

/// How many fields and parameters have a sentence.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Fields and parameters.
    pub places: usize,
    /// Those with a sentence.
    pub documented: usize,
    /// Those without: `Type.field`, each once.
    pub missing: Vec<String>,
    /// Keys of the glossary that no field or parameter uses.
    pub unused: Vec<String>,
}

impl<'a> Docs<'a> {
    /// Creates the documentation of an API.
    pub fn new(api: &'a Api, names: &'a Names) -> Self {
        Docs { api, names }
    }

    /// Returns the sentence of a field: from the document or an overlay at the field, else from the glossary.
    pub fn field(&self, owner: TypeId, wire_name: &str, info: &'a Info) -> Option<&'a str> {
        self.field_found(owner, wire_name, info).and_then(|found| found.sentence(self.api))
    }

    /// Returns the source of a field's sentence.
    pub(crate) fn field_found(&self, owner: TypeId, wire_name: &str, info: &'a Info) -> Option<Found<'a>> {
        self.look_up(owners::of_type(self.api, self.names, owner), wire_name, info)
    }

    /// Returns the sentence of a parameter.
    pub fn param(&self, operation: usize, wire_name: &str, info: &'a Info) -> Option<&'a str> {
        self.param_found(operation, wire_name, info).and_then(|found| found.sentence(self.api))
    }

    /// Returns the source of a parameter's sentence.
    pub(crate) fn param_found(&self, operation: usize, wire_name: &str, info: &'a Info) -> Option<Found<'a>> {
        self.look_up(owners::of_operation(self.api, self.names, operation), wire_name, info)
    }

    fn look_up(&self, owners: Vec<&str>, wire_name: &str, info: &'a Info) -> Option<Found<'a>> {
        if let Some(doc) = info.doc.as_deref().filter(|doc| !doc.trim().is_empty()) {
            return Some(Found::OwnText(doc));
        }
        owners::keys(owners, wire_name)
            .find_map(|key| self.api.glossary.get_key_value(&key))
            .map(|(key, _)| Found::Glossary(key))
    }

    /// Counts the fields and parameters that have a sentence.
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let mut count = |found: Option<Found<'a>>, place: String, coverage: &mut Coverage| {
            coverage.places += 1;
            match found {
                Some(found) => {
                    coverage.documented += 1;
                    if let Found::Glossary(key) = found {
                        used.insert(key);
                    }
                }
                None => coverage.missing.push(place),
            }
        };
        for id in self.api.reachable() {
            let Some((_, name)) = self.names.types.get(&id) else { continue };
            for field in self.api.fields(id) {
                let found = self.field_found(id, &field.wire_name, &field.info);
                count(found, format!("{name}.{}", field.wire_name), &mut coverage);
            }
        }
        for (index, operation) in self.api.operations.iter().enumerate() {
            for param in &operation.params {
                let found = self.param_found(index, &param.wire_name, &param.info);
                let stem = self.names.operations.get(index).map_or("", |names| names.stem.as_str());
                count(found, format!("{stem}.{}", param.wire_name), &mut coverage);
            }
        }
        coverage.unused =
            self.api.glossary.keys().filter(|key| !used.contains(key.as_str())).cloned().collect();
        coverage
    }

    /// Returns the documentation of an operation with its remarks.
    pub fn operation(&self, operation: &Operation) -> String {
        let sentences = std::iter::once(self.purpose(operation)).chain(operation.remarks.iter().cloned());
        sentences.collect::<Vec<_>>().join(" ")
    }

    /// Returns the description of an operation; if it has none, a sentence derived from its method and path.
    fn purpose(&self, operation: &Operation) -> String {
        if let Some(doc) = operation.doc.as_deref().filter(|doc| !doc.trim().is_empty()) {
            return doc.trim().to_owned();
        }
        let literals: Vec<&str> = operation
            .path
            .split('/')
            .filter(|segment| !segment.is_empty() && !segment.starts_with('{'))
            .collect();
        let last = literals.last().copied().unwrap_or_default();
        let by_id = operation.params.iter().any(|param| param.place == ParameterIn::Path);
        match operation.method.as_str() {
            "get" if matches!(operation.response, crate::api::model::ResponseContent::Page(_)) => {
                format!("Lists {}.", words(last))
            }
            "get" if by_id => format!("Returns one {} by its id.", one(last)),
            "get" => format!("Returns {}.", words(last)),
            "post" => format!("Creates {}.", a(&one(last))),
            "put" | "patch" => format!("Updates {}.", a(&one(last))),
            "delete" => format!("Deletes {}.", a(&one(last))),
            other => format!("Sends `{}`.", other.to_uppercase()),
        }
    }
}

/// The source of a sentence.
pub(crate) enum Found<'a> {
    /// The description at the field or parameter itself.
    OwnText(&'a str),
    /// A key of the glossary.
    Glossary(&'a str),
}

impl<'a> Found<'a> {
    fn sentence(self, api: &'a Api) -> Option<&'a str> {
        match self {
            Found::OwnText(doc) => Some(doc),
            Found::Glossary(key) => api.glossary.get(key).map(String::as_str),
        }
    }
}

/// Describes the constraints of a type and the default of a field or parameter.
pub fn constraints(api: &Api, of: TypeRef, info: &Info) -> Option<String> {
    let mut parts = Vec::new();
    let ty = api.get(of.ty);
    describe(&ty.constraints, &mut parts);
    match &ty.kind {
        TypeKind::List(item) => {
            let mut of_items = Vec::new();
            describe(&api.get(item.ty).constraints, &mut of_items);
            parts.extend(of_items.into_iter().map(|part| format!("each {part}")));
        }
        TypeKind::Union(variants)
            if variants.iter().all(|variant| !matches!(api.get(variant.of.ty).kind, TypeKind::Struct(_))) =>
        {
            let mut alternatives = Vec::new();
            for variant in variants {
                let mut own = Vec::new();
                describe(&api.get(variant.of.ty).constraints, &mut own);
                alternatives.extend((!own.is_empty()).then(|| own.join(", ")));
            }
            if alternatives.len() > 1 {
                parts.push(alternatives.join(" or "));
            }
        }
        _ => {}
    }
    let mut text = parts.join(", ");
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
        text.push('.');
    }
    if let Some(default) = &info.default {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("The server's default is {}.", code(default)));
    }
    (!text.is_empty()).then_some(text)
}

/// `openapiv3` reads the bounds of numbers as floats; an integral bound is written without a fraction.
fn bound(number: &Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn describe(constraints: &Constraints, parts: &mut Vec<String>) {
    match (&constraints.minimum.as_ref().map(bound), &constraints.maximum.as_ref().map(bound)) {
        (Some(min), Some(max)) if !constraints.exclusive_minimum && !constraints.exclusive_maximum => {
            parts.push(format!("{min} to {max}"));
        }
        (min, max) => {
            if let Some(min) = min {
                parts.push(format!(
                    "{} {min}",
                    if constraints.exclusive_minimum { "more than" } else { "at least" }
                ));
            }
            if let Some(max) = max {
                parts.push(format!(
                    "{} {max}",
                    if constraints.exclusive_maximum { "less than" } else { "at most" }
                ));
            }
        }
    }
    match constraints.multiple_of.as_ref().map(bound).as_deref() {
        Some("1") => parts.push("a whole number".to_owned()),
        Some(multiple) => parts.push(format!("a multiple of {multiple}")),
        None => {}
    }
    for (min, max, unit) in [
        (constraints.min_length, constraints.max_length, "character"),
        (constraints.min_items, constraints.max_items, "item"),
        (constraints.min_properties, constraints.max_properties, "member"),
    ] {
        let units = |n: usize| format!("{unit}{}", if n == 1 { "" } else { "s" });
        match (min.filter(|min| *min > 0), max) {
            (Some(min), Some(max)) if min == max => parts.push(format!("exactly {min} {}", units(min))),
            (Some(min), Some(max)) => parts.push(format!("{min} to {max} {}", units(max))),
            (Some(min), None) => parts.push(format!("at least {min} {}", units(min))),
            (None, Some(max)) => parts.push(format!("at most {max} {}", units(max))),
            (None, None) => {}
        }
    }
    if constraints.unique_items {
        parts.push("without repeats".to_owned());
    }
    if let Some(pattern) = &constraints.pattern {
        parts.push(format!("matches {}", quoted(pattern)));
    }
    if let Some(format) = &constraints.format {
        parts.push(format!("format {}", quoted(format)));
    }
    if !constraints.allowed.is_empty() {
        let values: Vec<String> = constraints.allowed.iter().take(MAX_VALUES).map(code).collect();
        let more = if constraints.allowed.len() > MAX_VALUES { " and others" } else { "" };
        parts.push(format!("one of {}{more}", values.join(", ")));
    }
}

/// Formats a JSON value as code; a string without its quotes.
fn code(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}

fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(MAX_VALUE_BYTES).collect();
    let cut = if shown.len() < text.len() { "…" } else { "" };
    // Two adjacent backticks are not a code span.
    let quote = if shown.trim().is_empty() { "\"" } else { "" };
    format!("`{quote}{}{cut}{quote}`", fenced(&shown))
}
