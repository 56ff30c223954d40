//! `cargo xtask history`: every published document becomes a client that compiles, and keeps its names from one
//! version to the next.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::bail;
use codegen::api::model::Api;
use codegen::api::names::Names;
use codegen::stability::Version;
use codegen::{Options, Source, pipeline};

use crate::messages::Messages;
use crate::tree_package::{Compiled, TreePackage};
use crate::{Outcome, Result, data, files, finish, generate, root, shown};

/// The documents to test.
struct Arguments {
    documents: Vec<PathBuf>,
    /// Whether they are versions of one document, in order.
    versions: bool,
    overlays: Vec<PathBuf>,
    options: Options,
}

impl Arguments {
    fn read(mut arguments: pico_args::Arguments) -> Result<Self> {
        let overlays = if arguments.contains("--no-overlays") {
            Vec::new()
        } else {
            files::overlays(&root().join("spec/overlays"))?
        };
        let skip_unsupported = arguments.contains("--skip-unsupported");
        let given: Vec<PathBuf> =
            std::iter::from_fn(|| arguments.opt_free_from_str().ok().flatten()).collect();
        finish(arguments)?;
        let from = std::env::var_os("PROPEXO_HISTORY").map(PathBuf::from);
        let (documents, versions) = match (given.as_slice(), from) {
            ([], Some(folder)) => (files::documents(&folder)?, true),
            ([], None) => {
                // Both forms: the files of the repository, then what the documentation site publishes.
                let folders = ["propexo/history", "propexo", "propexo/published"];
                let documents: Vec<Vec<PathBuf>> = folders
                    .iter()
                    .map(|folder| files::documents(&data().join(folder)))
                    .collect::<Result<_>>()?;
                (documents.concat(), true)
            }
            ([folder], _) if folder.is_dir() => (files::documents(folder)?, true),
            (files, _) => (files.to_vec(), false),
        };
        if documents.is_empty() {
            bail!("there is no document to try: name a folder with some, or set PROPEXO_HISTORY");
        }
        let options = Options { skip_unsupported, ..Options::default() };
        Ok(Arguments { documents, versions, overlays, options })
    }
}

/// Runs the command.
pub(crate) fn run(arguments: pico_args::Arguments, messages: Messages) -> Result {
    let arguments = Arguments::read(arguments)?;
    let overlays = generate::texts(&arguments.overlays)?;
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let package = TreePackage::new();
    let mut names = Changes::default();
    let mut failed = 0;
    println!(
        "{:<24} {:>10} {:>6} {:>8} {:>8} {:>8} {:>8}  result",
        "version", "operations", "types", "skipped", "warnings", "gen ms", "check s"
    );
    let mut progress = messages.progress(arguments.documents.len());
    for path in &arguments.documents {
        let name = shown(path);
        progress.step(&name);
        let text = files::read(path)?;
        let tried = Try {
            spec: Source { name: &name, text: &text },
            overlays: &overlays,
            options: arguments.options,
        };
        let row = tried.run(&package, messages)?;
        let version = path.file_stem().unwrap_or_default().to_string_lossy();
        progress.clear();
        println!("{version:<24} {row}");
        failed += usize::from(row.result != "ok");
        row.complaints.iter().for_each(|complaint| eprintln!("{complaint}"));
        if arguments.versions
            && let Some(read) = row.read
        {
            names.next(version.into_owned(), read);
        }
    }
    drop(progress);
    println!("documents tried {}, failed {failed}", arguments.documents.len());
    if arguments.versions {
        names.print();
    }
    Ok(if failed + names.renamed == 0 { Outcome::Done } else { Outcome::Found })
}

/// A document to test.
struct Try<'a> {
    spec: Source<'a>,
    overlays: &'a [Source<'a>],
    options: Options,
}

/// The result of a document.
#[derive(Default)]
struct Row {
    /// The number of operations in the compiled crate.
    operations: usize,
    types: usize,
    skipped: usize,
    /// The number of compiler warnings.
    warnings: usize,
    generate_ms: u128,
    check_s: f64,
    result: String,
    /// Messages after the table.
    complaints: Vec<String>,
    read: Option<(Api, Names)>,
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Row { operations, types, skipped, warnings, generate_ms, check_s, result, .. } = self;
        write!(
            f,
            "{operations:>10} {types:>6} {skipped:>8} {warnings:>8} {generate_ms:>8} {check_s:>8.1}  {result}"
        )
    }
}

impl Try<'_> {
    fn run(&self, package: &TreePackage, messages: Messages) -> Result<Row> {
        let refused = |failure: &codegen::Failure, spec: Source<'_>| {
            let texts: Vec<Source<'_>> = std::iter::once(spec).chain(self.overlays.iter().copied()).collect();
            let result = format!("FAILED: {}", messages.refused(failure, &texts));
            Ok(Row { result, ..Row::default() })
        };
        let name = format!("{} (its snapshot)", self.spec.name);
        let snapshot = codegen::snapshot(self.spec, self.options);
        let start = Instant::now();
        let canonical = match &snapshot {
            Ok(snapshot) => Source { name: &name, text: &snapshot.yaml },
            // An element that prevents a snapshot can only be left out of the document itself.
            Err(_) if self.options.skip_unsupported => self.spec,
            Err(failure) => return refused(failure, self.spec),
        };
        let generated = match codegen::generate(canonical, self.overlays, self.options) {
            Ok(generated) => generated,
            Err(failure) => return refused(&failure, canonical),
        };
        let generate_ms = start.elapsed().as_millis();
        let compiled = package.check(&generated.tree)?;
        let (result, complaints) = judge(&compiled, generated.operations);
        Ok(Row {
            operations: compiled.operations,
            types: generated.types,
            skipped: generated.left_out.len(),
            warnings: compiled.warnings.len(),
            generate_ms,
            check_s: compiled.time.as_secs_f64(),
            result,
            complaints,
            read: pipeline::read(canonical, self.overlays, self.options).ok(),
        })
    }
}

/// Judges a compiled client; returns the result and the messages of a faulty client.
fn judge(compiled: &Compiled, generated: usize) -> (String, Vec<String>) {
    /// The number of messages that are shown.
    const SHOWN: usize = 3;
    let some = |all: &[String]| all.iter().take(SHOWN).cloned().collect();
    if !compiled.errors.is_empty() {
        return ("FAILED: does not compile".to_owned(), some(&compiled.errors));
    }
    if !compiled.warnings.is_empty() {
        return ("FAILED: compiles with warnings".to_owned(), some(&compiled.warnings));
    }
    if compiled.operations != generated {
        return (format!("FAILED: {generated} operations were generated"), Vec::new());
    }
    ("ok".to_owned(), Vec::new())
}

/// The changes of names from each version to the next.
#[derive(Default)]
struct Changes {
    before: Option<(String, (Api, Names))>,
    compared: usize,
    renamed: usize,
    named: usize,
    lines: Vec<String>,
}

impl Changes {
    fn next(&mut self, version: String, read: (Api, Names)) {
        if let Some((old, (api, names))) = &self.before {
            let found = Version::new(api, names).stability(&Version::new(&read.0, &read.1));
            self.compared += found.compared;
            for rename in &found.renames {
                let what = match &rename.named {
                    Some(_) => "named upstream",
                    None => "RENAMED",
                };
                self.lines.push(format!("{what}, {old} to {version}: {} -> {}", rename.old, rename.new));
                let places =
                    rename.sites.iter().map(|(operation, location)| format!("{operation} {location}"));
                self.lines.push(format!("    at {}", places.collect::<Vec<_>>().join(", ")));
                match &rename.named {
                    Some(named) => {
                        self.named += 1;
                        let keeps = format!("    it goes with the component `{}`", named.component);
                        let keeps =
                            named.action.as_ref().map_or(keeps, |action| format!("    keep it by: {action}"));
                        self.lines.push(keeps);
                    }
                    None => self.renamed += 1,
                }
            }
        }
        self.before = Some((version, read));
    }

    fn print(&self) {
        self.lines.iter().for_each(|line| println!("{line}"));
        println!(
            "rename stability: {} items compared, {} renamed, {} named upstream",
            self.compared, self.renamed, self.named
        );
    }
}
