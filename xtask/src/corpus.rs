//! `cargo xtask corpus`: generates, and compiles on request, the clients of other people's documents. The table has a
//! fixed order, so that the tables of two versions of the generator can be compared.

use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use codegen::diagnostics::{Message, Severity};
use codegen::{Failure, Generated, Options, Source};
use serde_json::{Value, json};

use crate::messages::{Messages, visible};
use crate::tree_package::TreePackage;
use crate::{Outcome, Result, files, finish};

/// Names that collide are lengthened, as `gen --out` does.
const WHOLE: Options = Options { keep_prose: false, skip_unsupported: false, lengthen_names: true };
const SKIPPING: Options = Options { skip_unsupported: true, ..WHOLE };

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let compile = arguments.contains("--compile");
    let smallest: Option<usize> = arguments.opt_value_from_str("--smallest")?;
    let json: Option<PathBuf> = arguments.opt_value_from_str("--json")?;
    let folder: PathBuf = arguments.free_from_str().context("`corpus` takes a folder of documents")?;
    finish(arguments)?;
    let documents = documents(&folder, smallest)?;
    let package = compile.then(TreePackage::new);
    println!("{}", HEAD.map(|(name, width)| format!("{name:>width$}")).join(" ") + "  document");
    let mut progress = messages.progress(documents.len());
    let mut rows = Vec::new();
    for path in &documents {
        let name = visible(&path.strip_prefix(&folder).unwrap_or(path).display().to_string());
        progress.step(&name);
        let row = Row::of(name, path, package.as_ref())?;
        progress.clear();
        print!("{row}");
        rows.push(row);
    }
    drop(progress);
    println!("{}", summary(&rows));
    if let Some(path) = json {
        let all: Vec<Value> = rows.iter().map(Row::json).collect();
        files::write_all(&[(path, &format!("{:#}\n", Value::from(all)))])?;
    }
    Ok(if rows.iter().all(Row::is_good) { Outcome::Done } else { Outcome::Found })
}

/// The documents below a folder by path; with `smallest`, only so many.
fn documents(folder: &Path, smallest: Option<usize>) -> Result<Vec<PathBuf>> {
    let mut documents: Vec<PathBuf> = files::list(folder)?.into_iter().collect();
    documents.retain(|path| files::is_document(path));
    if let Some(count) = smallest {
        let size = |path: &PathBuf| path.metadata().map_or(u64::MAX, |it| it.len());
        documents.sort_by_key(|path| (size(path), path.clone()));
        documents.truncate(count);
        documents.sort();
    }
    if documents.is_empty() {
        bail!("{}: there is no document", folder.display());
    }
    Ok(documents)
}

/// The columns before the name of the document, with their widths.
const HEAD: [(&str, usize); 8] = [
    ("operations", 10),
    ("generated", 9),
    ("skipped", 7),
    ("types", 6),
    ("errors", 6),
    ("warnings", 8),
    ("seconds", 7),
    ("tree MiB", 8),
];

/// The result of a document.
struct Row {
    name: String,
    /// The operations in the client.
    generated: usize,
    types: usize,
    /// The operations and webhooks that are left out.
    skipped: Vec<String>,
    /// Numbers of errors by kind: the message without names and numbers.
    errors: BTreeMap<String, usize>,
    warnings: BTreeMap<String, usize>,
    seconds: f64,
    /// The size of the generated files, in bytes.
    size: usize,
    /// The first reason why there is no client that compiles without a warning; `None` if there is one, or if it was
    /// not compiled.
    fault: Option<String>,
    compiled: bool,
}

impl Row {
    fn of(name: String, path: &Path, package: Option<&TreePackage>) -> Result<Self> {
        let text = files::read(path)?;
        let spec = Source { name: &name, text: &text };
        let start = Instant::now();
        let whole = codegen::generate(spec, &[], WHOLE);
        let errors = match &whole {
            Ok(_) => BTreeMap::new(),
            Err(Failure(messages)) => kinds(messages, Severity::Error),
        };
        let generated = whole.or_else(|_| codegen::generate(spec, &[], SKIPPING));
        let seconds = start.elapsed().as_secs_f64();
        let mut row = Row {
            name: name.clone(),
            generated: 0,
            types: 0,
            skipped: Vec::new(),
            errors,
            warnings: BTreeMap::new(),
            seconds,
            size: 0,
            fault: None,
            compiled: false,
        };
        match generated {
            Ok(generated) => row.add(&generated, package)?,
            Err(failure) => row.fault = failure.errors().first().cloned(),
        }
        Ok(row)
    }

    fn add(&mut self, generated: &Generated, package: Option<&TreePackage>) -> Result<()> {
        self.generated = generated.operations;
        self.types = generated.types;
        self.skipped = generated.left_out.iter().map(|it| visible(&it.unit.to_string())).collect();
        self.warnings = kinds(&generated.warnings, Severity::Warning);
        self.size = generated.tree.files.values().map(String::len).sum();
        if let Some(package) = package {
            let compiled = package.check(&generated.tree)?;
            self.compiled = true;
            self.fault = compiled.errors.into_iter().chain(compiled.warnings).next();
            if self.fault.is_none() && compiled.operations != generated.operations {
                self.fault = Some(format!("{} operations are in the crate", compiled.operations));
            }
        }
        Ok(())
    }

    fn is_good(&self) -> bool {
        self.fault.is_none()
    }

    fn mib(&self) -> f64 {
        self.size as f64 / f64::from(1 << 20)
    }

    fn result(&self) -> &'static str {
        match (&self.fault, self.compiled) {
            (Some(_), true) => "FAILED: does not compile without a warning",
            (Some(_), false) => "FAILED: no client",
            (None, true) => "compiles",
            (None, false) => "generated",
        }
    }

    fn json(&self) -> Value {
        json!({
            "document": self.name,
            "operations": self.generated + self.skipped.len(),
            "generated": self.generated,
            "skipped": self.skipped,
            "types": self.types,
            "errors": self.errors,
            "warnings": self.warnings,
            "seconds": self.seconds,
            "bytes": self.size,
            "result": self.result(),
            "fault": self.fault,
        })
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sum = |kinds: &BTreeMap<String, usize>| kinds.values().sum::<usize>().to_string();
        let cells = [
            (self.generated + self.skipped.len()).to_string(),
            self.generated.to_string(),
            self.skipped.len().to_string(),
            self.types.to_string(),
            sum(&self.errors),
            sum(&self.warnings),
            format!("{:.1}", self.seconds),
            format!("{:.1}", self.mib()),
        ];
        let cells = cells.iter().zip(HEAD).map(|(cell, (_, width))| format!("{cell:>width$}"));
        writeln!(f, "{}  {}: {}", cells.collect::<Vec<_>>().join(" "), self.name, self.result())?;
        for (kind, count) in &self.errors {
            writeln!(f, "    {count} × {kind}")?;
        }
        for unit in &self.skipped {
            writeln!(f, "    skipped: {unit}")?;
        }
        for line in self.fault.iter().flat_map(|fault| fault.lines()) {
            writeln!(f, "    | {}", visible(line))?;
        }
        Ok(())
    }
}

fn summary(rows: &[Row]) -> String {
    let count = |test: &dyn Fn(&&Row) -> bool| rows.iter().filter(test).count();
    let skipped: usize = rows.iter().map(|row| row.skipped.len()).sum();
    let operations: usize = rows.iter().map(|row| row.generated).sum::<usize>() + skipped;
    format!(
        "documents {}, complete {}, with operations skipped {}, failed {}; operations {operations}, skipped {skipped}",
        rows.len(),
        count(&|row| row.is_good() && row.errors.is_empty()),
        count(&|row| row.is_good() && !row.errors.is_empty()),
        count(&|row| !row.is_good()),
    )
}

/// Counts messages of a severity by kind.
fn kinds(messages: &[Message], severity: Severity) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    for message in messages.iter().filter(|message| message.level == severity) {
        *out.entry(visible(&kind(&message.what))).or_default() += 1;
    }
    out
}

/// A message without its names and numbers: ``the field `a1` of 3`` is ``the field `…` of N``.
fn kind(message: &str) -> String {
    let mut out = String::new();
    for (index, part) in message.split('`').enumerate() {
        if index % 2 == 1 {
            out.push_str("`…`");
            continue;
        }
        let mut in_number = false;
        for c in part.chars() {
            let is_digit = c.is_ascii_digit();
            if !is_digit {
                out.push(c);
            } else if !in_number {
                out.push('N');
            }
            in_number = is_digit;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_has_no_names_and_numbers() {
        assert_eq!(kind("`a` and `b` want 12 of 3"), "`…` and `…` want N of N");
    }

    #[test]
    fn counts_what_is_generated_and_what_is_skipped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("api.yaml");
        let operation = |schema: &str| {
            format!(
                "{{get: {{responses: {{'200': {{description: '', content: {{application/json: {{schema: {schema}}}}}}}}}}}}}"
            )
        };
        let good = operation("{type: object, properties: {a: {type: string}}}");
        let bad = operation("{$ref: '#/nowhere'}");
        let spec =
            format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n  /a: {good}\n  /b: {bad}\n");
        std::fs::write(&path, spec).unwrap();
        let row = Row::of("api.yaml".to_owned(), &path, None).unwrap();
        assert_eq!((row.generated, row.types, row.skipped.len()), (1, 1, 1));
        assert_eq!(row.errors, BTreeMap::from([("`…` is not in the document".to_owned(), 1)]));
        assert!(row.is_good());
        let expected =
            "documents 1, complete 0, with operations skipped 1, failed 0; operations 2, skipped 1";
        assert_eq!(summary(&[row]), expected);
    }
}
