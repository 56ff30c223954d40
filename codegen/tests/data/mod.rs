//! The documents that are not part of the repository, and the files of the repository that tests read.
#![allow(dead_code, clippy::unwrap_used)] // Each test binary uses its own part of this.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Reads a file of the repository.
pub(crate) fn own(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The committed overlays, as names and contents, in the order in which they apply.
pub(crate) fn overlays() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root().join("spec/overlays")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml"));
    paths.sort();
    let named = |path: PathBuf| (file_name(&path), fs::read_to_string(&path).unwrap());
    paths.into_iter().map(named).collect()
}

/// The number of operations that an overlay adds; each is an action.
pub(crate) fn added_operations() -> usize {
    own("spec/overlays/05-operations.yaml").matches("\"target\": \"$.paths\"").count()
}

/// A file of the data that the project must not include. If it is absent, prints that the test `test` is skipped.
pub(crate) fn outside(test: &str, path: &str) -> Option<PathBuf> {
    let folder = env::var_os("PROPEXO_DATA").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = root().join(folder).join("propexo").join(path);
    if path.exists() {
        return Some(path);
    }
    let line = format!("SKIPPED {test}: PROPEXO_DATA is absent");
    println!("{line}");
    if let Some(log) = env::var_os("PROPEXO_SKIP_LOG") {
        let mut log = fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        writeln!(log, "{line}").unwrap();
    }
    None
}

/// The last component of a path, as test messages show it.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Escapes one segment of a JSON pointer.
pub(crate) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
