//! Measures each pass on the real document with its overlays, and on one with ten times the operations.
//!
//! `cargo bench -p codegen --profile xtask` measures the code that `cargo xtask gen` runs. The documents of `once` and
//! `tenfold` are written to `target/tmp`, for measurements of the complete program.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod tenfold;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, hint::black_box};

use codegen::api::{names, resolve};
use codegen::client::docs::Docs;
use codegen::client::format::{self, Chunk};
use codegen::client::render;
use codegen::diagnostics::Diagnostics;
use codegen::document::{canonical, lower, overlay, source};
use codegen::{Options, Source, generate, pipeline};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use proc_macro2::TokenStream;
use serde_json::{Map, Value, json};

/// A document and its overlays as text.
struct Input {
    spec: String,
    overlays: Vec<(String, String)>,
    options: Options,
}

impl Input {
    fn real() -> Self {
        let spec = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("spec");
        let mut files: Vec<PathBuf> =
            fs::read_dir(spec.join("overlays")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let named = |path: PathBuf| (path.display().to_string(), fs::read_to_string(&path).unwrap());
        let overlays = files.into_iter().map(named).collect();
        let spec = fs::read_to_string(spec.join("openapi.yaml")).unwrap();
        Input { spec, overlays, options: Options::default() }
    }

    /// Returns `copies` copies of the document with the overlays applied. The descriptions come from the overlays, so they
    /// are kept; the tables at the root are not part of the canonical form, so they remain an overlay.
    fn effective(&self, copies: usize) -> Self {
        let effective = pipeline::effective(self.spec(), &self.overlays(), self.options).unwrap();
        let mut document = tenfold::replicated(&effective, copies);
        let tables: Map<String, Value> = ["x-shared-types", "x-glossary"]
            .into_iter()
            .filter_map(|name| document.as_object_mut()?.remove_entry(name))
            .collect();
        let overlay = json!({
            "overlay": "1.0.0",
            "info": { "title": "Tables", "version": "1.0.0" },
            "actions": [{ "target": "$", "update": tables }],
        });
        let overlays = vec![("tables".to_owned(), overlay.to_string())];
        let options = Options { keep_prose: true, ..self.options };
        Input { spec: document.to_string(), overlays, options }
    }

    /// Writes the document and the overlays to files.
    fn write(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(format!("{name}.json")), &self.spec).unwrap();
        for (overlay, text) in &self.overlays {
            fs::write(folder.join(format!("{name}-{overlay}.json")), text).unwrap();
        }
    }

    fn spec(&self) -> Source<'_> {
        Source { name: "openapi", text: &self.spec }
    }

    fn overlays(&self) -> Vec<Source<'_>> {
        self.overlays.iter().map(|(name, text)| Source { name, text }).collect()
    }

    /// Parses the document and the overlays.
    fn load(&self) -> (Value, Vec<(&str, Value)>) {
        let parse = |text: &str| source::parse(text).unwrap_or_else(|error| panic!("{}", error.reason));
        let overlays = self.overlays.iter().map(|(name, text)| (name.as_str(), parse(text))).collect();
        (parse(&self.spec), overlays)
    }

    /// Returns the input of the passes after loading: the canonical form with the overlays applied.
    fn applied(&self, raw: &Value, overlays: &[(&str, Value)], diagnostics: &mut Diagnostics) -> Value {
        let options = canonical::Options { keep_prose: self.options.keep_prose, ..Default::default() };
        let mut document = canonical::canonical(raw, options, &Default::default(), diagnostics);
        overlay::apply(&mut document, overlays, diagnostics);
        document
    }
}

fn passes(criterion: &mut Criterion, name: &str, input: &Input) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    let diagnostics = &mut Diagnostics::default();
    let (raw, overlays) = input.load();
    let document = input.applied(&raw, &overlays, diagnostics);
    let lowered = lower::lower(document.clone(), diagnostics).unwrap();
    let (api, _) = resolve::resolve(&lowered, diagnostics);
    let names = names::names(&api, false, diagnostics);
    let docs = Docs::new(&api, &names);
    let tree = render::render(&api, &names, &docs).unwrap();
    assert!(!diagnostics.has_errors());
    let printed: Vec<TokenStream> =
        tree.files.values().chain(tree.calls.values()).map(|text| text.parse().unwrap()).collect();

    group.bench_function("load", |bencher| bencher.iter_with_large_drop(|| input.load()));
    group.bench_function("canonical form and overlays", |bencher| {
        bencher.iter_with_large_drop(|| input.applied(&raw, &overlays, &mut Diagnostics::default()));
    });
    group.bench_function("lower", |bencher| {
        let lower = |document| lower::lower(document, &mut Diagnostics::default());
        bencher.iter_batched(|| document.clone(), lower, BatchSize::PerIteration);
    });
    group.bench_function("resolve", |bencher| {
        bencher.iter_with_large_drop(|| resolve::resolve(&lowered, &mut Diagnostics::default()));
    });
    group.bench_function("name", |bencher| {
        bencher.iter_with_large_drop(|| names::names(&api, false, &mut Diagnostics::default()));
    });
    group.bench_function("render and format", |bencher| {
        bencher.iter_with_large_drop(|| render::render(&api, &names, &Docs::new(&api, &names)).unwrap());
    });
    // Counts the macro tables as tokens, so this takes slightly longer than formatting does in the row above.
    group.bench_function("format alone, one thread", |bencher| {
        let chunks = || printed.iter().map(|tokens| [Chunk::Tokens(tokens.clone())]).collect::<Vec<_>>();
        let print = |files: Vec<[Chunk; 1]>| {
            files.iter().map(|file| format::file(file).unwrap().len()).sum::<usize>()
        };
        bencher.iter_batched(chunks, print, BatchSize::PerIteration);
    });
    group.bench_function("whole", |bencher| {
        let overlays = input.overlays();
        bencher.iter_with_large_drop(|| black_box(generate(input.spec(), &overlays, input.options).unwrap()));
    });
    group.finish();
}

fn real(criterion: &mut Criterion) {
    passes(criterion, "real", &Input::real());
}

/// Measures the document with its overlays applied, with one and with ten copies.
fn growth(criterion: &mut Criterion) {
    let real = Input::real();
    for (name, copies) in [("once", 1), ("tenfold", 10)] {
        let input = real.effective(copies);
        input.write(name);
        passes(criterion, name, &input);
    }
}

criterion_group!(benches, real, growth);
criterion_main!(benches);
