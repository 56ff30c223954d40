//! Runs the passes, and turns their diagnostics into messages with file, line and column.

mod reading;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::api::model::Api;
use crate::api::names::Names;
use crate::api::refine::Untyped;
use crate::api::resolve::Ungrouped;
use crate::api::{constructors, names, never_null, refine, resolve};
use crate::client::docs::{Coverage, Docs};
use crate::client::tree::Tree;
use crate::client::{fake, render, surface};
use crate::diagnostics::pointer::{At, Pointer};
use crate::diagnostics::{Diagnostic, Diagnostics, MAX_MESSAGES, Message, Origin, Severity};
use crate::document::canonical::Counts;
use crate::document::overlay::Applied;
use crate::document::published::{self, Moves};
use crate::document::skip::{LeftOut, Unit, Users};
use crate::document::source::{self, LineCol, Source, Unreadable};
use crate::document::source_map::SourceMap;
use crate::document::{canonical, limits, lower, overlay};

pub(crate) use reading::Action;
pub use reading::{Position, Reading, SpecForm};

/// What to do with a document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Keep upstream's descriptions in the output.
    pub keep_prose: bool,
    /// Leave out operations that cannot be generated, and lengthen names that collide, instead of reporting an error.
    pub skip_unsupported: bool,
    /// Lengthen names that collide, instead of reporting an error.
    pub lengthen_names: bool,
}

/// The client that was generated from a document.
#[derive(Debug)]
pub struct Generated {
    /// The files.
    pub tree: Tree,
    /// One line per operation, type, field and variant, in Rust's terms.
    pub surface: String,
    /// The number of operations.
    pub operations: usize,
    /// The number of structs, enums and unions.
    pub types: usize,
    /// The number of inline types that occur several times and are emitted once.
    pub merged: usize,
    /// Equal types that no entry of `x-shared-types` names.
    pub ungrouped: Vec<Ungrouped>,
    /// The fields and parameters that have a sentence.
    pub coverage: Coverage,
    /// The fields and parameters that look like an id, a date or an amount, and have no such type.
    pub untyped: Vec<Untyped>,
    /// Overlays for another document.
    pub skipped: Vec<String>,
    /// Operations that are left out, each with its reasons.
    pub left_out: Vec<LeftOut>,
    /// The warnings.
    pub warnings: Vec<Message>,
}

/// The reason for missing output: at least one error, and the warnings.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure(pub Vec<Message>);

impl Failure {
    /// Returns the errors, without the warnings.
    pub fn errors(&self) -> Vec<String> {
        self.0.iter().filter(|it| it.level == Severity::Error).map(Message::to_string).collect()
    }
}

/// A canonical interface snapshot.
#[derive(Debug)]
pub struct Snapshot {
    /// The content of the file.
    pub yaml: String,
    /// `openapi` of the document.
    pub version: String,
    /// The numbers of paths, operations and schemas.
    pub counts: Counts,
    /// The warnings.
    pub warnings: Vec<Message>,
}

/// Generates the client of a document with overlays.
///
/// # Errors
///
/// [`Failure`] with all errors and warnings.
pub fn generate(spec: Source<'_>, overlays: &[Source<'_>], options: Options) -> Result<Generated, Failure> {
    let mut run = Run::new(spec, overlays);
    run.complete(options, |run| {
        let Read { api, names, ungrouped, untyped } = run.read(options)?;
        let docs = Docs::new(&api, &names);
        let tree = render::render(&api, &names, &docs);
        let tree = tree.map_err(|unprintable| {
            let what = format!("the generator made something that is not Rust: {}", unprintable.0);
            run.diagnostics.push(
                Severity::Error,
                Origin::Raw(Pointer::default()),
                what,
                "please report this",
            );
        });
        let mut tree = tree.ok()?;
        tree.fake = fake::table(&run.document, &api, &names);
        Some(Generated {
            tree,
            surface: surface::surface(&api, &names),
            operations: api.operations.len(),
            types: names.types.len(),
            merged: api.merged,
            ungrouped,
            coverage: docs.coverage(),
            untyped,
            skipped: std::mem::take(&mut run.applied.skipped),
            left_out: run.left_out(),
            warnings: run.shortened_messages(),
        })
    })
}

/// Converts a document to the canonical form.
///
/// # Errors
///
/// [`Failure`] with all errors and warnings.
pub fn snapshot(spec: Source<'_>, options: Options) -> Result<Snapshot, Failure> {
    let mut run = Run::new(spec, &[]);
    let document = run.canonical(options).ok_or_else(|| run.failure())?;
    let yaml = source::to_yaml(&document).map_err(|reason| {
        run.diagnostics.push(Severity::Error, Origin::Raw(Pointer::default()), reason, "");
        run.failure()
    })?;
    Ok(Snapshot {
        yaml,
        version: document.get("openapi").and_then(Value::as_str).unwrap_or_default().to_owned(),
        counts: canonical::counts(&document),
        warnings: run.shortened_messages(),
    })
}

/// Reads a document with overlays into the IR, and names its items.
///
/// # Errors
///
/// [`Failure`] with all errors and warnings.
pub fn read(spec: Source<'_>, overlays: &[Source<'_>], options: Options) -> Result<(Api, Names), Failure> {
    let mut run = Run::new(spec, overlays);
    let read = run.complete(options, |run| run.read(options))?;
    Ok((read.api, read.names))
}

/// Returns the document that the client is generated from: the canonical form with the overlays applied. Use it to check
/// the client against its description.
///
/// # Errors
///
/// [`Failure`] with all errors and warnings.
pub fn effective(spec: Source<'_>, overlays: &[Source<'_>], options: Options) -> Result<Value, Failure> {
    let mut run = Run::new(spec, overlays);
    run.complete(options, |run| match options.skip_unsupported {
        true => run.read(options).map(drop),
        false => run.effective(options),
    })?;
    Ok(run.document)
}

struct Read {
    api: Api,
    names: Names,
    ungrouped: Vec<Ungrouped>,
    untyped: Vec<Untyped>,
}

/// One run, with the inputs that its messages refer to.
#[derive(Debug)]
struct Run<'a> {
    texts: SourceMap<'a>,
    /// The document as it was read; the export of a documentation site is undone.
    raw: Value,
    moves: Moves,
    document: Value,
    overlays: Vec<(&'a str, Value)>,
    applied: Applied,
    diagnostics: Diagnostics,
    /// The operations that are left out, each with the errors that prevent it.
    left_out: BTreeMap<Unit, Vec<Message>>,
}

impl<'a> Run<'a> {
    fn new(spec: Source<'a>, sources: &'a [Source<'a>]) -> Self {
        Run {
            texts: SourceMap { spec, overlays: sources },
            raw: Value::Null,
            moves: Moves::default(),
            document: Value::Null,
            overlays: Vec::new(),
            applied: Applied::default(),
            diagnostics: Diagnostics::default(),
            left_out: BTreeMap::new(),
        }
    }

    /// Runs the passes. If the options allow it, repeats them without the operations that have errors.
    fn complete<T>(
        &mut self,
        options: Options,
        passes: impl Fn(&mut Self) -> Option<T>,
    ) -> Result<T, Failure> {
        loop {
            match passes(self) {
                Some(done) => return Ok(done),
                None if !options.skip_unsupported => return Err(self.all_errors(&passes)),
                None if self.leave_out() => {}
                None => return Err(self.failure()),
            }
        }
    }

    /// Returns the messages of a failed run, and the errors of later passes: it repeats the passes without the operations
    /// that have errors.
    fn all_errors<T>(&mut self, passes: &impl Fn(&mut Self) -> Option<T>) -> Failure {
        /// Enough for the passes, one after another.
        const MAX_ROUNDS: usize = 6;
        let mut all = Vec::new();
        for _ in 0..MAX_ROUNDS {
            let diagnostics = self.diagnostics.0.clone();
            let is_first = all.is_empty();
            for message in self.shortened_messages() {
                // What is wrong with the rest only, or less severe, is not news.
                let is_news = message.level == Severity::Error && message.what != canonical::NOTHING_LEFT;
                if (is_first || is_news) && !all.contains(&message) && all.len() < MAX_MESSAGES {
                    all.push(message);
                }
            }
            self.diagnostics.0 = diagnostics;
            if !self.leave_out() || passes(self).is_some() {
                break;
            }
        }
        Failure(all)
    }

    /// Leaves out the operations that have errors; returns `false` if an error is not part of an operation.
    fn leave_out(&mut self) -> bool {
        let users = (Users::of(&self.raw), Users::of(&self.document));
        let mut units: Vec<BTreeSet<Unit>> = Vec::new();
        for diagnostic in &self.diagnostics.0 {
            let of_problem = match &diagnostic.origin {
                Origin::Raw(place) => users.0.units(place),
                Origin::Canonical(at) | Origin::Caused { at, .. } => users.1.units(at),
                _ => BTreeSet::new(),
            };
            if diagnostic.level == Severity::Error
                && of_problem.iter().all(|unit| self.left_out.contains_key(unit))
            {
                return false;
            }
            units.push(of_problem);
        }
        for (message, units) in self.messages().into_iter().zip(units) {
            for unit in units.into_iter().filter(|_| message.level == Severity::Error) {
                self.left_out.entry(unit).or_default().push(message.clone());
            }
        }
        true
    }

    fn left_out(&self) -> Vec<LeftOut> {
        let left_out = self.left_out.iter();
        left_out.map(|(unit, reasons)| LeftOut { unit: unit.clone(), reasons: reasons.clone() }).collect()
    }

    fn canonical(&mut self, options: Options) -> Option<Value> {
        // A repeated run has already parsed it.
        if self.left_out.is_empty() {
            match source::parse(self.texts.spec.text) {
                Ok(raw) => (self.raw, self.moves) = published::undo(raw),
                Err(Unreadable { line, column, reason, help }) => {
                    self.diagnostics.push(Severity::Error, Origin::Text { line, column }, reason, help);
                    return None;
                }
            }
        }
        let options = canonical::Options { keep_prose: options.keep_prose, ..canonical::Options::default() };
        let left_out = self.left_out.keys().cloned().collect();
        let document = canonical::canonical(&self.raw, options, &left_out, &mut self.diagnostics);
        (!self.diagnostics.has_errors()).then_some(document)
    }

    /// The canonical form with the parts that no client supports; the document was read without errors.
    fn with_unsupported(&self) -> Value {
        let options = canonical::Options { keep_unsupported: true, ..canonical::Options::default() };
        canonical::canonical(&self.raw, options, &BTreeSet::new(), &mut Diagnostics::default())
    }

    fn effective(&mut self, options: Options) -> Option<()> {
        let document = self.canonical(options)?;
        self.overlaid(document)
    }

    /// Applies the overlays to a canonical document.
    fn overlaid(&mut self, document: Value) -> Option<()> {
        self.document = document;
        self.overlays.clear();
        for (overlay, source) in self.texts.overlays.iter().enumerate() {
            match source::parse(source.text) {
                Ok(value) => self.overlays.push((source.name, value)),
                Err(Unreadable { line, column, reason, help }) => {
                    self.overlays.push((source.name, Value::Null));
                    self.diagnostics.push(
                        Severity::Error,
                        Origin::OverlayText { overlay, line, column },
                        reason,
                        help,
                    );
                }
            }
        }
        if self.diagnostics.has_errors() {
            return None;
        }
        self.applied = overlay::apply(&mut self.document, &self.overlays, &mut self.diagnostics);
        self.applied.sort_titled(&mut self.document, canonical::variant_rank);
        // An overlay may have added a unit again.
        self.left_out.keys().for_each(|unit| unit.remove_from(&mut self.document));
        let diagnostics = &mut self.diagnostics;
        limits::check(&self.document, &At::ROOT, &mut |at, what, help| diagnostics.error(at, what, help));
        (!self.diagnostics.has_errors()).then_some(())
    }

    fn read(&mut self, options: Options) -> Option<Read> {
        self.effective(options)?;
        self.lowered(options.skip_unsupported || options.lengthen_names)
    }

    fn lowered(&mut self, lenient: bool) -> Option<Read> {
        let lowered = lower::lower(self.document.clone(), &mut self.diagnostics)?;
        let (mut api, ungrouped) = resolve::resolve(&lowered, &mut self.diagnostics);
        let mut names = names::names(&api, lenient, &mut self.diagnostics);
        let untyped = refine::refine(&mut api, &names, &mut self.diagnostics);
        let never_null = lowered.extensions.get(never_null::TABLE);
        never_null::apply(never_null, &mut api, &names, &mut self.diagnostics);
        let pinned = lowered.extensions.get(constructors::TABLE);
        constructors::pin(pinned, &mut api, &names, &mut self.diagnostics);
        names.name_required(&api);
        (!self.diagnostics.has_errors()).then_some(Read { api, names, ungrouped, untyped })
    }

    /// Returns all errors, including those of operations that were left out: they may be why the rest has no client.
    fn failure(&mut self) -> Failure {
        let mut messages: Vec<Message> = Vec::new();
        for reason in self.left_out.values().flatten() {
            if messages.len() < MAX_MESSAGES && !messages.contains(reason) {
                messages.push(reason.clone());
            }
        }
        messages.extend(self.shortened_messages());
        Failure(messages)
    }

    /// Returns the messages, at most [`MAX_MESSAGES`].
    fn shortened_messages(&mut self) -> Vec<Message> {
        self.diagnostics.shorten();
        self.messages()
    }

    /// Converts the diagnostics to messages; parses each text once for all of them.
    fn messages(&mut self) -> Vec<Message> {
        let diagnostics = std::mem::take(&mut self.diagnostics.0);
        let tracer = canonical::Tracer::new(&self.raw, &self.document);
        let traced: Vec<(usize, Pointer)> =
            diagnostics.iter().map(|diagnostic| self.trace(diagnostic, &tracer)).collect();
        let positions = self.texts.positions(&traced);
        diagnostics
            .into_iter()
            .zip(traced)
            .zip(positions)
            .map(|((diagnostic, (file, pointer)), position)| {
                let (LineCol { line, column }, pointer) = match diagnostic.origin {
                    Origin::Text { line, column } | Origin::OverlayText { line, column, .. } => {
                        (LineCol { line, column }, None)
                    }
                    _ => (position, Some(pointer)),
                };
                let file = self.texts.file(file).name.to_owned();
                Message {
                    level: diagnostic.level,
                    file,
                    line,
                    column,
                    pointer,
                    what: diagnostic.what,
                    help: diagnostic.help,
                }
            })
            .collect()
    }

    /// Returns the position in an overlay if one wrote the node or a cause, else that in the document.
    fn trace_canonical(
        &self,
        at: &Pointer,
        causes: &[Pointer],
        tracer: &canonical::Tracer<'_>,
    ) -> (usize, Pointer) {
        let in_overlay = |pointer| self.applied.trace(&self.overlays, pointer);
        match std::iter::once(at).chain(causes).find_map(in_overlay) {
            Some((overlay, place)) => (overlay + 1, place),
            None => (0, self.moves.published(&tracer.trace(at))),
        }
    }

    /// Returns the index of the text that a diagnostic refers to, and the pointer in it.
    fn trace(&self, diagnostic: &Diagnostic, tracer: &canonical::Tracer<'_>) -> (usize, Pointer) {
        match &diagnostic.origin {
            Origin::Raw(pointer) => (0, self.moves.published(pointer)),
            Origin::Overlay(overlay, pointer) => (overlay + 1, pointer.clone()),
            Origin::Text { .. } => (0, Pointer::default()),
            Origin::OverlayText { overlay, .. } => (overlay + 1, Pointer::default()),
            Origin::Canonical(at) => self.trace_canonical(at, &[], tracer),
            Origin::Caused { at, causes } => self.trace_canonical(at, causes, tracer),
        }
    }
}
