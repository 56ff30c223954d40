//! A generated tree beside the runtime, compiled: in a package of its own below the target folder, so that any document
//! can be tried without touching the client.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use codegen::tree::Tree;
use serde_json::Value;

use crate::{Result, cargo, files, generate, root, shown, target};

/// What is switched on: all groups, and what of the runtime has to do with generated items and brings no TLS.
const FEATURES: &str = "all-groups,blocking,webhook";

/// The place where trees are compiled. They share one target folder, so what they depend on is compiled once.
pub(crate) struct Beside {
    folder: PathBuf,
}

/// What the compiler made of a tree.
pub(crate) struct Compiled {
    /// The operations in the compiled crate.
    pub(crate) operations: usize,
    /// All warnings, as the compiler words them.
    pub(crate) warnings: Vec<String>,
    /// All errors, as the compiler words them.
    pub(crate) errors: Vec<String>,
    /// How long it took.
    pub(crate) time: Duration,
}

impl Beside {
    /// The place of this repository.
    pub(crate) fn new() -> Self {
        Beside { folder: target().join("beside") }
    }

    /// Compiles a tree with all its groups on.
    pub(crate) fn check(&self, tree: &Tree) -> Result<Compiled> {
        self.put(tree)?;
        let start = Instant::now();
        let output = Command::new(cargo())
            .args([
                "check",
                "--lib",
                "--message-format",
                "json",
                "--no-default-features",
                "--features",
                FEATURES,
            ])
            .current_dir(self.folder.join("generated-client"))
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            // Another document shares nothing with this one that could be compiled again in part.
            .env("CARGO_INCREMENTAL", "0")
            // What cargo has set for this program is not meant for the next one.
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .map_err(|error| format!("cargo cannot be run: {error}"))?;
        let time = start.elapsed();
        let mut compiled = Compiled { operations: 0, warnings: Vec::new(), errors: Vec::new(), time };
        let told = String::from_utf8_lossy(&output.stdout);
        for message in told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            let is_ours = message["target"]["name"] == "propexo";
            match message["reason"].as_str() {
                Some("compiler-message") if is_ours => {
                    let rendered = message["message"]["rendered"].as_str().unwrap_or_default().to_owned();
                    match message["message"]["level"].as_str() {
                        Some("warning") => compiled.warnings.push(rendered),
                        Some("error") => compiled.errors.push(rendered),
                        _ => {}
                    }
                }
                Some("compiler-artifact") if is_ours => {
                    let artifact = message["filenames"][0].as_str().unwrap_or_default();
                    compiled.operations = self.operations(Path::new(artifact))?;
                }
                _ => {}
            }
        }
        if !output.status.success() && compiled.errors.is_empty() {
            compiled.errors.push(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(compiled)
    }

    /// Makes the package: the runtime as it is, and the tree in place of the generated half.
    fn put(&self, tree: &Tree) -> Result<()> {
        let (own, other) = (root().join("generated-client"), self.folder.join("generated-client"));
        let failed = |error: std::io::Error| format!("{} cannot be removed: {error}", shown(&other));
        if other.exists() {
            fs::remove_dir_all(&other).map_err(failed)?;
        }
        let workspace = files::read(&root().join("Cargo.toml"))?;
        let workspace = sections(&workspace, |name| name.starts_with("workspace")).replace(
            "members = [\"codegen\", \"generated-client\", \"xtask\"]",
            "members = [\"generated-client\"]",
        );
        let manifest = generate::with_features(&own.join("Cargo.toml"), &tree.features)?;
        // No tests and examples are there that could be declared, and nothing that only they need.
        let manifest = sections(&manifest, |name| name != "dev-dependencies" && !name.starts_with('['));
        let lock = files::read(&root().join("Cargo.lock"))?;
        let mut texts = vec![
            (self.folder.join("Cargo.toml"), workspace),
            (self.folder.join("Cargo.lock"), lock),
            (other.join("Cargo.toml"), manifest),
        ];
        let source = own.join("src");
        let generated = source.join("generated");
        for path in files::list(&source)?.into_iter().filter(|path| !path.starts_with(&generated)) {
            let below = path.strip_prefix(&own).unwrap_or(&path);
            texts.push((other.join(below), files::read(&path)?));
        }
        let generated = other.join("src/generated");
        texts.extend(tree.files.iter().map(|(path, text)| (generated.join(path), text.clone())));
        let texts: Vec<(PathBuf, &str)> =
            texts.iter().map(|(path, text)| (path.clone(), text.as_str())).collect();
        files::write_all(&texts)
    }

    /// The operations in the crate that the compiler made.
    ///
    /// The compiler lists the files which it has read beside its artifact. A module whose feature is off is not among
    /// them, nor is a file that no module declares, so this counts what was compiled and not what was written. Each
    /// operation has a constant; one that no method used would be a warning.
    fn operations(&self, artifact: &Path) -> Result<usize> {
        let generated = self.folder.join("generated-client/src/generated");
        let sources = sources(artifact, &self.folder)?;
        sources.iter().filter(|path| path.starts_with(&generated)).map(|path| constants(path)).sum()
    }
}

/// The files that the compiler has read for an artifact. Where they are relative, it was called in `folder`.
pub(crate) fn sources(artifact: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let name = artifact.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let list = artifact.with_file_name(format!("{}.d", name.trim_start_matches("lib")));
    let list = files::read(&list)?;
    let read = list.lines().next().and_then(|line| line.split_once(": ")).map_or("", |(_, read)| read);
    // A space in a path is escaped.
    let read = read.replace("\\ ", "\0");
    Ok(read.split(' ').map(|path| folder.join(path.replace('\0', " "))).collect())
}

/// How many constants a file has that are operations.
fn constants(path: &Path) -> Result<usize> {
    let file = syn::parse_file(&files::read(path)?).map_err(|error| format!("{}: {error}", shown(path)))?;
    let is_operation = |item: &&syn::Item| match item {
        syn::Item::Const(item) => matches!(&*item.ty, syn::Type::Path(ty) if ty.path.is_ident("Operation")),
        _ => false,
    };
    Ok(file.items.iter().filter(is_operation).count())
}

/// The sections of a manifest whose names are wanted.
fn sections(manifest: &str, wanted: impl Fn(&str) -> bool) -> String {
    let mut keep = true;
    let mut out = String::new();
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            keep = wanted(name.trim_end_matches(']'));
        }
        if keep {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_only_the_wanted_sections() {
        let text = "[package]\nname = \"a\"\n\n[dev-dependencies]\nb = \"1\"\n\n[[example]]\nname = \"c\"\n";
        let left = sections(text, |name| name != "dev-dependencies" && !name.starts_with('['));
        assert_eq!(left, "[package]\nname = \"a\"\n\n");
    }

    #[test]
    fn operations_are_counted_by_their_constants() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("things.rs");
        let text = "/// const NOT: Operation = 1;\nconst LIST: Operation = Operation::new();\nconst OTHER: u8 = 1;\n";
        fs::write(&file, text).unwrap();
        assert_eq!(constants(&file).unwrap(), 1);
    }
}
