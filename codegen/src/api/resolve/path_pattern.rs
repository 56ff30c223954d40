//! `x-vendors` and `x-operation-patterns`: groups, names and documentation of operations by their paths.

use std::collections::BTreeMap;

use openapiv3::OpenAPI;
use serde_json::Value;

use crate::api::model::OperationPattern;
use crate::api::names::{a, one, words};
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;
use crate::document::limits::MAX_PATTERNS;

/// The placeholder for the vendor, which is in the table of vendors.
const VENDOR: &str = "vendor";

/// Both tables of a document.
#[derive(Default)]
pub(super) struct PathPatterns<'d> {
    /// The segments that name a vendor, each with the vendor's name in prose.
    vendors: BTreeMap<&'d str, &'d str>,
    patterns: Vec<Pattern<'d>>,
}

/// An entry: `POST /v1/<resource>/<vendor>/{}`. `{}` stands for a path parameter, `<resource>` for any other segment
/// that does not name a vendor.
struct Pattern<'d> {
    /// Its index in the table.
    index: usize,
    method: String,
    segments: Vec<&'d str>,
    name: Option<&'d str>,
    doc: Option<&'d str>,
}

impl<'d> PathPatterns<'d> {
    pub(super) fn read(document: &'d OpenAPI, diagnostics: &mut Diagnostics) -> Self {
        let mut all = PathPatterns::default();
        let at = At::ROOT.key("x-vendors");
        match document.extensions.get("x-vendors") {
            None => {}
            Some(Value::Object(vendors)) => {
                for (segment, name) in vendors {
                    match name.as_str() {
                        Some(name) => drop(all.vendors.insert(segment, name)),
                        None => diagnostics.error(&at.key(segment), "the name of a vendor is a string", ""),
                    }
                }
            }
            Some(_) => diagnostics.error(&at, "`x-vendors` is an object: path segment to name", ""),
        }
        let at = At::ROOT.key("x-operation-patterns");
        match document.extensions.get("x-operation-patterns") {
            None => {}
            Some(Value::Array(entries)) if entries.len() > MAX_PATTERNS => {
                let what = format!("{} patterns; at most {MAX_PATTERNS} are read", entries.len());
                diagnostics.error(&at, what, "use placeholders");
            }
            Some(Value::Array(entries)) => {
                for (index, entry) in entries.iter().enumerate() {
                    match Pattern::parse(index, entry) {
                        Ok(pattern) => all.patterns.push(pattern),
                        Err(reason) => diagnostics.error(&at.index(index), reason, ""),
                    }
                }
            }
            Some(_) => diagnostics.error(&at, "`x-operation-patterns` is an array", ""),
        }
        all
    }

    /// Returns the vendor that a segment of a path names.
    pub(super) fn vendor(&self, path: &str) -> Option<&'d str> {
        path.split('/').find_map(|segment| self.vendors.get_key_value(segment)).map(|(segment, _)| *segment)
    }

    /// Returns the name by the first pattern that an operation matches, and the documentation.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<(OperationPattern, Option<String>)> {
        let (pattern, bound) = self.patterns.iter().find_map(|pattern| {
            let bound = (pattern.method == method).then(|| pattern.bind(path, &self.vendors)).flatten();
            bound.map(|bound| (pattern, bound))
        })?;
        let name = pattern.name.map(|template| fill(template, &bound));
        let doc = pattern.doc.map(|template| fill(template, &bound));
        Some((OperationPattern { index: pattern.index, name }, doc))
    }
}

impl<'d> Pattern<'d> {
    fn parse(index: usize, entry: &'d Value) -> Result<Self, String> {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let operation = text("operation").and_then(|operation| operation.split_once(' '));
        let (method, path) =
            operation.ok_or("an entry has an `operation`, such as `POST /leads/<vendor>`")?;
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let pattern =
            Pattern { index, method: method.to_lowercase(), segments, name: text("name"), doc: text("doc") };
        for template in pattern.name.iter().chain(&pattern.doc) {
            if let Some(unknown) = placeholders(template).find(|own| !pattern.has(own)) {
                return Err(format!("`{template}`: `{}` of the operation is not called `<{unknown}>`", path));
            }
        }
        Ok(pattern)
    }

    /// Whether a segment has the placeholder of a template.
    fn has(&self, placeholder: &str) -> bool {
        let name = placeholder.split('.').next();
        self.segments.iter().any(|segment| placeholders(segment).next() == name)
    }

    /// Returns the texts of the placeholders if a path matches.
    fn bind(&self, path: &str, vendors: &BTreeMap<&str, &str>) -> Option<Vec<(&'d str, String)>> {
        let mut bound = Vec::new();
        let mut path = path.split('/').filter(|segment| !segment.is_empty());
        for segment in &self.segments {
            let own = path.next()?;
            let vendor = vendors.get(own).copied();
            let is_parameter = own.starts_with('{');
            let is_same = if *segment == "{}" { is_parameter } else { *segment == own };
            match placeholders(segment).next() {
                Some(VENDOR) => bound.push((VENDOR, vendor?.to_owned())),
                Some(name) if vendor.is_none() && !is_parameter => bound.push((name, words(own))),
                None if is_same => {}
                _ => return None,
            }
        }
        path.next().is_none().then_some(bound)
    }
}

/// Returns the names in `<…>`.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0))
}

/// Replaces `<leads>` by the words of the segment, `<leads.one>` by their singular and `<leads.a>` by the singular with an
/// article.
fn fill(template: &str, bound: &[(&str, String)]) -> String {
    bound.iter().fold(template.to_owned(), |text, (name, words)| {
        text.replace(&format!("<{name}>"), words)
            .replace(&format!("<{name}.one>"), &one(words))
            .replace(&format!("<{name}.a>"), &a(&one(words)))
    })
}
