//! Compiles a generated tree with the runtime in a separate package below the target folder, so that any document can
//! be tested without changing the client.

#[cfg(test)]
mod random;
#[cfg(test)]
mod wire;

use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use codegen::client::tree::Tree;
use serde_json::Value;

use crate::{Result, cargo, files, generate, root, shown, target};

/// All groups, and the features of the runtime that affect generated items and do not need TLS.
const FEATURES: &str = "all-groups,blocking,webhook";

/// The folder in which trees are compiled.
pub(crate) struct TreePackage {
    folder: PathBuf,
    /// All packages share one, so that dependencies are compiled once.
    target: PathBuf,
}

/// The compiler's result for a tree.
pub(crate) struct Compiled {
    /// The operations in the compiled crate.
    pub(crate) operations: usize,
    /// All warnings, as the compiler reports them.
    pub(crate) warnings: Vec<String>,
    /// All errors, as the compiler reports them.
    pub(crate) errors: Vec<String>,
    /// The duration of the compilation.
    pub(crate) time: Duration,
}

impl TreePackage {
    /// Returns the folder for this repository.
    pub(crate) fn new() -> Self {
        let folder = target().join("tree_package");
        TreePackage { target: folder.join("target"), folder }
    }

    /// Compiles a tree with all its groups enabled.
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
            .env("CARGO_TARGET_DIR", &self.target)
            // Another document shares nothing that an incremental build could reuse.
            .env("CARGO_INCREMENTAL", "0")
            // Cargo sets this variable for xtask only.
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .context("cargo cannot be run")?;
        let time = start.elapsed();
        let mut compiled = Compiled { operations: 0, warnings: Vec::new(), errors: Vec::new(), time };
        let stdout = String::from_utf8_lossy(&output.stdout);
        for message in stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
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

    /// Returns a folder of its own for tests, which may run at the same time as others.
    #[cfg(test)]
    fn named(name: &str) -> Self {
        let TreePackage { folder, target } = TreePackage::new();
        TreePackage { folder: folder.join(name), target }
    }

    /// Runs tests, given as names and texts of their files, against a tree; returns the output if one fails.
    #[cfg(test)]
    fn test(&self, tree: &Tree, tests: &[(String, String)]) -> Result<Option<String>> {
        self.put(tree)?;
        let client = self.folder.join("generated-client");
        let paths = tests.iter().map(|(name, text)| (client.join("tests").join(name), text.as_str()));
        files::write_all(&paths.collect::<Vec<_>>())?;
        let output = Command::new(cargo())
            .args(["test", "--test", "*", "--quiet", "--no-fail-fast"])
            .args(["--no-default-features", "--features", FEATURES])
            .current_dir(client)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .context("cargo cannot be run")?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((!output.status.success()).then(|| text(&output.stdout) + &text(&output.stderr)))
    }

    /// Creates the package: the unchanged runtime, with the tree instead of the generated half.
    fn put(&self, tree: &Tree) -> Result<()> {
        let (own, other) = (root().join("generated-client"), self.folder.join("generated-client"));
        let action = || format!("{} cannot be removed", shown(&other));
        if other.exists() {
            fs::remove_dir_all(&other).with_context(action)?;
        }
        let workspace = files::read(&root().join("Cargo.toml"))?;
        let workspace = sections(&workspace, |name| name.starts_with("workspace"));
        let only_client = |line| match line {
            members if str::starts_with(members, "members = ") => "members = [\"generated-client\"]",
            other => other,
        };
        let workspace = workspace.lines().map(only_client).collect::<Vec<_>>().join("\n");
        let manifest = generate::with_features(&own.join("Cargo.toml"), &tree.features)?;
        // The package contains no tests, examples and programs, so it declares neither them nor their dependencies.
        let manifest = sections(&manifest, |name| name != "dev-dependencies" && !name.starts_with('['));
        let lock = files::read(&root().join("Cargo.lock"))?;
        let mut texts = vec![
            (self.folder.join("Cargo.toml"), workspace),
            (self.folder.join("Cargo.lock"), lock),
            (other.join("Cargo.toml"), manifest),
        ];
        let source = own.join("src");
        let others = ["generated", "bin"].map(|name| source.join(name));
        let is_other = |path: &PathBuf| others.iter().any(|other| path.starts_with(other));
        for path in files::list(&source)?.into_iter().filter(|path| !is_other(path)) {
            let below = path.strip_prefix(&own).unwrap_or(&path);
            texts.push((other.join(below), files::read(&path)?));
        }
        let generated = other.join("src/generated");
        texts.push((generated.join("fake.json"), tree.fake.clone()));
        texts.extend(tree.files.iter().map(|(path, text)| (generated.join(path), text.clone())));
        let texts: Vec<(PathBuf, &str)> =
            texts.iter().map(|(path, text)| (path.clone(), text.as_str())).collect();
        files::write_all(&texts)
    }

    /// Counts the operations in the compiled crate.
    ///
    /// The compiler lists the files that it has read in a file next to its artifact. The list does not contain
    /// modules whose feature is disabled, nor files that no module declares, so this counts compiled and not written
    /// operations. Each operation has a constant; an unused one would be a warning.
    fn operations(&self, artifact: &Path) -> Result<usize> {
        let generated = self.folder.join("generated-client/src/generated");
        let sources = sources(artifact, &self.folder)?;
        sources.iter().filter(|path| path.starts_with(&generated)).map(|path| constants(path)).sum()
    }
}

/// The files that the compiler has read for an artifact. Relative paths start at `folder`, in which it ran.
pub(crate) fn sources(artifact: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let name = artifact.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let list = artifact.with_file_name(format!("{}.d", name.trim_start_matches("lib")));
    let list = files::read(&list)?;
    let read = list.lines().next().and_then(|line| line.split_once(": ")).map_or("", |(_, read)| read);
    // Spaces in paths are escaped.
    let read = read.replace("\\ ", "\0");
    Ok(read.split(' ').map(|path| folder.join(path.replace('\0', " "))).collect())
}

/// Counts the constants in a file that are operations.
fn constants(path: &Path) -> Result<usize> {
    let file = syn::parse_file(&files::read(path)?).with_context(|| shown(path))?;
    let is_operation = |item: &&syn::Item| match item {
        syn::Item::Const(item) => matches!(&*item.ty, syn::Type::Path(ty) if ty.path.is_ident("Operation")),
        _ => false,
    };
    Ok(file.items.iter().filter(is_operation).count())
}

/// The sections of a manifest with the wanted names.
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
