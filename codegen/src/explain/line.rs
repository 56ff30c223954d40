//! The items that a line of the document or of an overlay is about.

use std::collections::BTreeSet;

use super::search::{Found, MOST};
use super::{Explainer, Unknown};
use crate::ir::Origin;
use crate::pipeline::{Position, SpecForm};
use crate::places::Item;
use crate::pointer::Pointer;

/// `spec/openapi.yaml:1234`, also with a column behind it.
pub(super) fn parse(what: &str) -> Option<(&str, usize)> {
    let (file, line) = what.rsplit_once(':')?;
    let line: usize = line.parse().ok()?;
    Some(match file.rsplit_once(':') {
        Some((inner, outer)) if !outer.is_empty() => match outer.parse() {
            Ok(outer) => (inner, outer),
            Err(_) => (file, line),
        },
        _ => (file, line),
    })
}

impl Explainer<'_, '_> {
    /// The innermost items whose lines this is one of; for a line of an overlay that speaks of nodes elsewhere, these.
    pub(super) fn at_line(&self, file: &str, line: usize) -> Result<Found<'_>, Unknown> {
        let source = self.reading.source(file).ok_or(Unknown::Line)?;
        let overlay = self.reading.overlays().iter().any(|it| it.name == source.name).then_some(source.name);
        let lines: Vec<&str> = source.text.lines().collect();
        if line == 0 || line > lines.len() {
            return Err(Unknown::Line);
        }
        let here = |position: &Position| {
            position.overlay.as_deref() == overlay
                && position.line <= line
                && end(&lines, position.line) >= line
        };
        let all = self.locations.iter().flat_map(|(operation, own)| {
            own.iter().flat_map(move |(location, at)| at.iter().map(move |at| (operation, location, at)))
        });
        let all: Vec<(&String, &String, &Pointer)> = all.collect();
        let asked: BTreeSet<&Pointer> = all.iter().map(|(_, _, at)| *at).collect();
        let asked: Vec<Pointer> = asked.into_iter().cloned().collect();
        let positions = self.reading.positions(SpecForm::Effective, &asked);
        let inside = asked.iter().zip(&positions).filter(|(_, position)| here(position));
        let inner = inside.map(|(at, position)| (position.line, position.column, at)).max();
        let mut nodes: BTreeSet<&Pointer> = inner.map(|(_, _, at)| at).into_iter().collect();
        if nodes.is_empty() && overlay.is_some() {
            let own = self.actions.iter().filter(|action| here(&action.position));
            nodes = own.flat_map(|action| action.targets.iter().copied()).collect();
        }
        let mut items: BTreeSet<&str> = BTreeSet::new();
        for (operation, location, _) in all.iter().filter(|(_, _, at)| nodes.contains(at)) {
            let own =
                self.places.iter().filter(|it| &*it.operation == *operation && &*it.location == *location);
            let own: Vec<_> = own.collect();
            // What a place holds is told with it; a value has its own line.
            let value = own.iter().find(|it| {
                matches!(&it.item, Item::Value(text) if lines.get(line - 1).is_some_and(|own| own.trim().trim_start_matches("- ").trim_matches(['\'', '"']) == text))
            });
            let rank = |item: &Item| match item {
                Item::Method | Item::Field | Item::Argument | Item::Setter => 0,
                Item::Variant => 1,
                Item::Type => 2,
                Item::Request | Item::Value(_) => 3,
            };
            let first = own.iter().min_by_key(|it| rank(&it.item));
            items.extend(value.or(first).map(|place| place.rust.as_str()));
        }
        if items.is_empty() && overlay.is_some() {
            items = self.of_entry(&here);
        }
        Ok(self.with_places(items))
    }

    /// The items that an entry of a table of overlays speaks of: shared types and the glossary.
    fn of_entry(&self, here: &impl Fn(&Position) -> bool) -> BTreeSet<&str> {
        let entry = |table: &str, name: &str| Pointer(vec![table.to_owned(), name.to_owned()]);
        let shared = self.types.iter().filter_map(|(rust, id)| match &self.api.get(*id).origin {
            Origin::Shared(name) => Some((entry("x-shared-types", name), Some(rust.as_str()), name.as_str())),
            _ => None,
        });
        let words = self.api.glossary.keys().map(|key| (entry("x-glossary", key), None, key.as_str()));
        let entries: Vec<(Pointer, Option<&str>, &str)> = shared.chain(words).collect();
        let asked: Vec<Pointer> = entries.iter().map(|(at, ..)| at.clone()).collect();
        let positions = self.reading.positions(SpecForm::Effective, &asked);
        let inside = entries.iter().zip(&positions).filter(|(_, position)| here(position));
        match inside.max_by_key(|(_, position)| position.line) {
            Some(((_, Some(rust), _), _)) => [*rust].into(),
            Some(((_, None, key), _)) => {
                let own = self.places.iter().filter(|place| self.glossary_key(place) == Some(key));
                own.map(|place| place.rust.as_str()).take(MOST).collect()
            }
            None => BTreeSet::new(),
        }
    }
}

/// The last line of what begins on a line, both from 1: all that is indented deeper, and the list of a key beside it.
pub fn end(lines: &[&str], start: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(first) = lines.get(start.saturating_sub(1)) else { return start };
    let inside = |line: &&&str| {
        let deeper = indent(line) > indent(first);
        let beside = indent(line) == indent(first) && line.trim_start().starts_with("- ");
        line.trim().is_empty() || deeper || (beside && !first.trim_start().starts_with("- "))
    };
    start + lines.iter().skip(start).take_while(inside).count()
}
