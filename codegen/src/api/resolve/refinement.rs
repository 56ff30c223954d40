//! `x-ids`, `x-formats` and `x-untyped`: the fields and parameters whose Rust type the document does not determine.

use openapiv3::OpenAPI;
use serde_json::Value;

use crate::api::model::{Api, IdKind, RefinedKind, Refinement, StringFormat, TypeKind};
use crate::api::names;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

/// The formats of `x-formats`, for messages.
const FORMATS: &str = "a format is `date`, `date-time`, `date-or-date-time`, `time-of-day` or `cents`";

/// Reads the tables of a document into the API; names are compared later, when they exist.
pub(super) fn read(document: &OpenAPI, api: &mut Api, diagnostics: &mut Diagnostics) {
    let mut tables = Tables { document, api, diagnostics };
    tables.ids();
    tables.formats();
    tables.untyped();
}

struct Tables<'d, 'p> {
    document: &'d OpenAPI,
    api: &'p mut Api,
    diagnostics: &'p mut Diagnostics,
}

impl Tables<'_, '_> {
    fn ids(&mut self) {
        let root = At::ROOT.key("x-ids");
        let Some(table) = self.document.extensions.get("x-ids") else { return };
        let kinds_at = root.key("kinds");
        for (name, doc) in self.strings(table.get("kinds"), &kinds_at) {
            if names::pascal(name) != name {
                let what = format!("`{name}` is not a name in Pascal case");
                self.diagnostics.error(&kinds_at.key(name), what, format!("write `{}`", names::pascal(name)));
            }
            let at = kinds_at.key(name).pointer();
            self.api.id_kinds.push(IdKind { name: name.to_owned(), doc: doc.trim().to_owned(), at });
        }
        let at = root.key("fields");
        for (selector, name) in self.strings(table.get("fields"), &at) {
            match self.api.id_kinds.iter().position(|kind| kind.name == name) {
                Some(kind) => {
                    let kind = TypeKind::String(StringFormat::Id(kind));
                    self.add("x-ids", selector, RefinedKind::Kind(kind), &at);
                }
                None => {
                    let what = format!("`{name}` is not among the `kinds` of `x-ids`");
                    self.diagnostics.error(&at.key(selector), what, "add it there with a sentence");
                }
            }
        }
    }

    fn formats(&mut self) {
        let at = At::ROOT.key("x-formats");
        for (selector, format) in self.strings(self.document.extensions.get("x-formats"), &at) {
            let kind = match format {
                "date" => TypeKind::String(StringFormat::Date),
                "date-time" => TypeKind::String(StringFormat::DateTime),
                "date-or-date-time" => TypeKind::String(StringFormat::DateOrDateTime),
                "time-of-day" => TypeKind::String(StringFormat::TimeOfDay),
                "cents" => TypeKind::Cents,
                other => {
                    self.diagnostics.error(&at.key(selector), format!("`{other}` is not a format"), FORMATS);
                    continue;
                }
            };
            self.add("x-formats", selector, RefinedKind::Kind(kind), &at);
        }
    }

    fn untyped(&mut self) {
        let at = At::ROOT.key("x-untyped");
        for (selector, reason) in self.strings(self.document.extensions.get("x-untyped"), &at) {
            self.add("x-untyped", selector, RefinedKind::Same(reason.trim().to_owned()), &at);
        }
    }

    fn add(&mut self, table: &'static str, selector: &str, to: RefinedKind, at: &At<'_>) {
        let at = at.key(selector);
        let refinement = Refinement { table, to, at: at.pointer() };
        if let Some(other) = self.api.refinements.insert(selector.to_owned(), refinement) {
            let what = format!("`{selector}` is in `{}`, too", other.table);
            self.diagnostics.error(&at, what, "remove it from one of the tables");
        }
    }

    /// Returns the entries of a table from string to string, and reports others.
    fn strings<'v>(&mut self, table: Option<&'v Value>, at: &At<'_>) -> Vec<(&'v str, &'v str)> {
        if table.is_some_and(|table| !table.is_object()) {
            self.diagnostics.error(at, "this table is an object of strings", "");
        }
        let mut entries = Vec::new();
        for (key, value) in table.and_then(Value::as_object).into_iter().flatten() {
            match value.as_str() {
                Some(value) => entries.push((key.as_str(), value)),
                None => self.diagnostics.error(&at.key(key), "an entry of this table is a string", ""),
            }
        }
        entries
    }
}
