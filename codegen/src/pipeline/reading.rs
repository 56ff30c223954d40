//! A document with its overlays as the review needs it: both forms, the client, and the positions of nodes.

use serde_json::Value;

use super::{Failure, Options, Run};
use crate::api::model::Api;
use crate::api::names::Names;
use crate::diagnostics::pointer::Pointer;
use crate::document::canonical;
use crate::document::source::{LineCol, Source};

/// A document with its overlays, read for a comparison.
#[derive(Debug)]
pub struct Reading<'a> {
    run: Run<'a>,
    /// The canonical form without the overlays, with the parts that no client supports.
    pub bare: Value,
    /// The API and its names, or the reason why the document has no client.
    pub client: Result<(Api, Names), Failure>,
}

/// The two canonical forms of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecForm {
    /// Without the overlays.
    Bare,
    /// With the overlays applied.
    Effective,
}

/// A position in a document or an overlay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The overlay, as the caller named it; `None` for the document itself.
    pub overlay: Option<String>,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

/// An action of an overlay, and the nodes that it changed.
#[derive(Debug)]
pub(crate) struct Action<'r> {
    /// Its position in the overlay.
    pub(crate) position: Position,
    /// The action itself.
    pub(crate) value: &'r Value,
    /// The nodes of the canonical document that it changed.
    pub(crate) targets: Vec<&'r Pointer>,
}

impl<'a> Reading<'a> {
    /// Reads a document with overlays.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the canonical form with overlays cannot be built; after later errors, only the client is missing.
    pub fn new(spec: Source<'a>, overlays: &'a [Source<'a>]) -> Result<Self, Failure> {
        let mut run = Run::new(spec, overlays);
        let bare = run.canonical(Options::default()).ok_or_else(|| run.failure())?;
        run.overlaid(bare.clone()).ok_or_else(|| run.failure())?;
        let client = run.lowered(false).map(|read| (read.api, read.names)).ok_or_else(|| run.failure());
        let bare = if canonical::has_unsupported(&run.raw) { run.with_unsupported() } else { bare };
        Ok(Reading { run, bare, client })
    }

    /// The canonical form with the overlays applied.
    pub fn effective(&self) -> &Value {
        &self.run.document
    }

    /// The overlays, by name and text.
    pub fn overlays(&self) -> &'a [Source<'a>] {
        self.run.texts.overlays
    }

    /// Finds a document or overlay by its path; either path may be a suffix of the other.
    pub(crate) fn source(&self, name: &str) -> Option<Source<'a>> {
        let ends = |long: &str, short: &str| {
            long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let mut all = std::iter::once(self.run.texts.spec).chain(self.run.texts.overlays.iter().copied());
        all.find(|source| ends(source.name, name) || ends(name, source.name))
    }

    /// Returns the positions of nodes of one form of the document; parses each text once.
    pub fn positions(&self, form: SpecForm, pointers: &[Pointer]) -> Vec<Position> {
        if pointers.is_empty() {
            return Vec::new();
        }
        let document = match form {
            SpecForm::Bare => &self.bare,
            SpecForm::Effective => &self.run.document,
        };
        let tracer = canonical::Tracer::new(&self.run.raw, document);
        let overlaid = |pointer: &Pointer| match form {
            SpecForm::Bare => None,
            SpecForm::Effective => self.run.applied.trace(&self.run.overlays, pointer),
        };
        let traced: Vec<(usize, Pointer)> = pointers
            .iter()
            .map(|pointer| match overlaid(pointer) {
                Some((overlay, pointer)) => (overlay + 1, pointer),
                None => (0, self.run.moves.published(&tracer.trace(pointer))),
            })
            .collect();
        let positions = self.run.texts.positions(&traced);
        traced.iter().zip(positions).map(|((file, _), position)| self.position(*file, position)).collect()
    }

    fn position(&self, file: usize, LineCol { line, column }: LineCol) -> Position {
        Position { overlay: (file > 0).then(|| self.run.texts.file(file).name.to_owned()), line, column }
    }

    /// Returns the actions of the overlays with the nodes that they changed, in their order.
    pub(crate) fn actions(&self) -> Vec<Action<'_>> {
        let places: Vec<(usize, Pointer)> = self.run.applied.actions().collect();
        let positions = self.run.texts.positions(&places);
        let action = |((file, place), position): (&(usize, Pointer), LineCol)| {
            let value =
                self.run.overlays.get(file.checked_sub(1)?).and_then(|(_, overlay)| place.find(overlay))?;
            Some(Action {
                position: self.position(*file, position),
                value,
                targets: self.run.applied.targets(*file, place),
            })
        };
        places.iter().zip(positions).filter_map(action).collect()
    }
}
