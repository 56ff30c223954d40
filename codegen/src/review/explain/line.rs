//! Finds the items of a line of the document or of an overlay.

use std::collections::BTreeSet;

use super::search::{MAX_MATCHES, Matches};
use super::{Explainer, NotFound};
use crate::api::location::Location;
use crate::api::model::Origin;
use crate::client::item_index::{ItemKind, RustItem};
use crate::diagnostics::pointer::Pointer;
use crate::pipeline::{Position, SpecForm};

/// Parses `spec/openapi.yaml:1234`, with an optional column behind it.
pub(super) fn parse(name: &str) -> Option<(&str, usize)> {
    let (file, last) = name.rsplit_once(':')?;
    let last: usize = last.parse().ok()?;
    let with_column = file.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
    Some(with_column.unwrap_or((file, last)))
}

/// A line of the document or of an overlay.
struct Line<'t> {
    lines: Vec<&'t str>,
    number: usize,
    overlay: Option<&'t str>,
}

impl Line<'_> {
    /// Whether the node at a position includes this line.
    fn is_in(&self, position: &Position) -> bool {
        position.overlay.as_deref() == self.overlay
            && position.line <= self.number
            && end(&self.lines, position.line) >= self.number
    }

    /// Whether this line is an item of a YAML sequence with this value.
    fn is_value(&self, value: &str) -> bool {
        let text = self.lines.get(self.number - 1).map(|line| line.trim().trim_start_matches("- "));
        text.is_some_and(|text| text.trim_matches(['\'', '"']) == value)
    }
}

impl Explainer<'_, '_> {
    /// The innermost items whose nodes include a line; of an overlay line that changes other nodes, the items of these.
    pub(super) fn at_line(&self, file: &str, number: usize) -> Result<Matches<'_>, NotFound> {
        let source = self.reading.source(file).ok_or(NotFound::Line)?;
        let overlay = self.reading.overlays().iter().any(|it| it.name == source.name).then_some(source.name);
        let line = Line { lines: source.text.lines().collect(), number, overlay };
        if number == 0 || number > line.lines.len() {
            return Err(NotFound::Line);
        }
        let mut nodes: BTreeSet<&Pointer> = self.innermost_node(&line).into_iter().collect();
        if nodes.is_empty() && overlay.is_some() {
            let actions = self.actions.iter().filter(|action| line.is_in(&action.position));
            nodes = actions.flat_map(|action| action.targets.iter().copied()).collect();
        }
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for (operation, locations) in &self.locations {
            for (location, pointers) in locations {
                if pointers.iter().any(|pointer| nodes.contains(pointer)) {
                    found.extend(self.item_of(operation, location, &line).map(|item| item.path.as_str()));
                }
            }
        }
        if found.is_empty() && overlay.is_some() {
            found = self.items_of_entry(&line);
        }
        Ok(self.with_entries(found))
    }

    fn innermost_node(&self, line: &Line<'_>) -> Option<&Pointer> {
        let pointers: BTreeSet<&Pointer> =
            self.locations.values().flat_map(|locations| locations.values().flatten()).collect();
        let queried: Vec<Pointer> = pointers.iter().copied().cloned().collect();
        let positions = self.reading.positions(SpecForm::Effective, &queried);
        let nodes = pointers.into_iter().zip(&positions).filter(|(_, position)| line.is_in(position));
        let innermost = nodes.max_by_key(|(pointer, position)| (position.line, position.column, *pointer));
        innermost.map(|(pointer, _)| pointer)
    }

    /// The item that represents a location: the enum value of the line, else the first in this order of kinds.
    fn item_of(&self, operation: &str, location: &Location, line: &Line<'_>) -> Option<&RustItem> {
        let rank = |item: &RustItem| match item.kind {
            ItemKind::Method | ItemKind::Field | ItemKind::Argument | ItemKind::Setter => 0,
            ItemKind::Variant => 1,
            ItemKind::Type => 2,
            ItemKind::Request | ItemKind::Value(_) => 3,
        };
        let is_value = |item: &RustItem| matches!(&item.kind, ItemKind::Value(value) if line.is_value(value));
        let items = self.items.iter().filter(|it| &*it.operation == operation && it.location == *location);
        items.clone().find(|item| is_value(item)).or_else(|| items.min_by_key(|item| rank(item)))
    }

    /// The items of an entry in a table of overlays: shared types, refined types and the glossary.
    fn items_of_entry(&self, line: &Line<'_>) -> BTreeSet<&str> {
        enum Entry<'e> {
            SharedType(&'e str),
            Glossary(&'e str),
            Refinement(&'e str),
        }
        let pointer = |table: &str, name: &str| Pointer(vec![table.to_owned(), name.to_owned()]);
        let shared = self.types.iter().filter_map(|(path, id)| match &self.api.get(*id).origin {
            Origin::Shared(name) => Some((pointer("x-shared-types", name), Entry::SharedType(path))),
            _ => None,
        });
        let glossary = self.api.glossary.keys().map(|key| (pointer("x-glossary", key), Entry::Glossary(key)));
        let refinements = &self.api.refinements;
        let refined = refinements.iter().map(|(key, it)| (it.at.clone(), Entry::Refinement(key)));
        let (pointers, entries): (Vec<Pointer>, Vec<Entry<'_>>) =
            shared.chain(glossary).chain(refined).unzip();
        let positions = self.reading.positions(SpecForm::Effective, &pointers);
        let nearest = entries
            .into_iter()
            .zip(&positions)
            .filter(|(_, position)| line.is_in(position))
            .max_by_key(|(_, position)| position.line);
        match nearest.map(|(entry, _)| entry) {
            Some(Entry::SharedType(path)) => [path].into(),
            Some(Entry::Glossary(key)) => {
                let items = self.items.iter().filter(|item| self.glossary_key(item) == Some(key));
                items.map(|item| item.path.as_str()).take(MAX_MATCHES).collect()
            }
            Some(Entry::Refinement(key)) => {
                let items = self.items.iter().filter(|item| self.refined_by(item) == Some(key));
                items.map(|item| item.path.as_str()).take(MAX_MATCHES).collect()
            }
            None => BTreeSet::new(),
        }
    }
}

/// The last line of the YAML node that begins on a line, both from 1: includes deeper lines, and the sequence of a key at the
/// same indentation.
pub fn end(lines: &[&str], start: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(first) = lines.get(start.saturating_sub(1)) else { return start };
    let inside = |line: &&&str| {
        let deeper = indent(line) > indent(first);
        let is_sequence = indent(line) == indent(first) && line.trim_start().starts_with("- ");
        line.trim().is_empty() || deeper || (is_sequence && !first.trim_start().starts_with("- "))
    };
    start + lines.iter().skip(start).take_while(inside).count()
}
