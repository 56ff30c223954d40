//! Replaces files atomically.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use codegen::client::format::FIRST_LINE;
use codegen::document::limits::MAX_BYTES;
use sha2::{Digest, Sha256};

use crate::{Result, shown};

/// Reads a file as a string, up to a maximum length, because a device may be endless.
pub(crate) fn read(path: &Path) -> Result<String> {
    let failed = |error: std::io::Error| format!("{}: {error}", shown(path));
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(failed)?;
    String::from_utf8(bytes).map_err(|_| format!("{}: this is not UTF-8 text", shown(path)))
}

/// The SHA-256 of a file's bytes, in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The overlays of a folder, in the order of their file names.
pub(crate) fn overlays(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| format!("{}: {error}", shown(folder));
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(failed)?;
    paths.retain(|path| is_overlay(path));
    paths.sort();
    Ok(paths)
}

/// Whether a file in the overlay folder is an overlay.
pub(crate) fn is_overlay(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

/// Writes files: first all of them to temporary files, then renames these. If this is interrupted at any time, even
/// by a kill, each file has either its old or its new content.
pub(crate) fn write_all(files: &[(PathBuf, &str)]) -> Result<()> {
    let mut ready: Vec<(PathBuf, PathBuf)> = Vec::new();
    let staged = files.iter().try_for_each(|(path, text)| {
        let failed = |error: std::io::Error| format!("{} cannot be written: {error}", shown(path));
        // Symbolic links stay links; devices, which a rename would replace, stay devices.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        if path.exists() && !path.is_file() {
            return Err(format!("{} cannot be replaced: it is not a regular file", shown(&path)));
        }
        let parent = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(failed)?;
        let temporary = parent.join(temporary(&path, std::process::id()));
        ready.push((temporary.clone(), path));
        fs::write(&temporary, text).map_err(failed)
    });
    let staged = staged.map_err(|reason| format!("{reason}; nothing was written"));
    let renamed = staged.and_then(|()| {
        ready.iter().try_for_each(|(temporary, path)| {
            fs::rename(temporary, path).map_err(|error| {
                format!("{} cannot be replaced: {error}; others may be: run it again", shown(path))
            })
        })
    });
    if renamed.is_err() {
        for (temporary, _) in &ready {
            // A file that could not be written may not exist.
            let _ = fs::remove_file(temporary);
        }
    }
    sweep(ready.iter().map(|(_, path)| path.as_path()));
    renamed
}

/// Restores the earlier contents of files; `None` is a file that did not exist.
pub(crate) fn restore(files: &[(PathBuf, Option<String>)]) -> Result<()> {
    let there: Vec<(PathBuf, &str)> =
        files.iter().filter_map(|(path, text)| Some((path.clone(), text.as_deref()?))).collect();
    write_all(&there)?;
    let new = files.iter().filter(|(path, text)| text.is_none() && path.exists());
    new.map(|(path, _)| path.clone()).try_for_each(|path| {
        fs::remove_file(&path).map_err(|error| format!("{} cannot be deleted: {error}", shown(&path)))
    })
}

/// `.lib.rs.4711.tmp`
fn temporary(path: &Path, process: u32) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    format!(".{name}.{process}.tmp")
}

/// The destination of a temporary file.
fn meant(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?.strip_prefix('.')?.strip_suffix(".tmp")?;
    let (name, process) = name.rsplit_once('.')?;
    (!process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit())).then_some(name)
}

/// Removes temporary files of these paths that killed runs have left behind.
pub(crate) fn sweep<'p>(paths: impl IntoIterator<Item = &'p Path>) {
    let paths: BTreeSet<&Path> = paths.into_iter().collect();
    let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
    for folder in folders {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let left = entry.path();
            if meant(&left).is_some_and(|name| paths.contains(folder.join(name).as_path())) {
                // A leftover file is harmless, so failing to remove it is not an error.
                let _ = fs::remove_file(left);
            }
        }
    }
}

/// Rejects an existing file that the generator has not made.
pub(crate) fn is_ours(path: &Path, first_line: &str) -> Result<()> {
    if !path.exists() || read(path)?.starts_with(first_line) {
        return Ok(());
    }
    Err(format!(
        "{} was not made by `cargo xtask gen`, so nothing is written there: choose an empty folder, or move it away",
        shown(path)
    ))
}

/// The differences between a folder and its expected files.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    /// Files that do not exist.
    pub(crate) missing: Vec<PathBuf>,
    /// Files with other contents.
    pub(crate) stale: Vec<PathBuf>,
    /// Files that are not generated any more, or that a killed run has left behind.
    pub(crate) orphaned: Vec<PathBuf>,
}

impl Difference {
    /// Compares a folder that contains only generated files with its expected files.
    ///
    /// A Rust file that the generator has not made is an error: the folder belongs to other code.
    pub(crate) fn of(dir: &Path, files: &BTreeMap<String, String>) -> Result<Self> {
        let there = list(dir)?;
        let mut difference = Difference::default();
        for (path, text) in files {
            let path = dir.join(path);
            if !there.contains(&path) {
                difference.missing.push(path);
            } else if read(&path)? != *text {
                difference.stale.push(path);
            }
        }
        let wanted: BTreeSet<PathBuf> = files.keys().map(|path| dir.join(path)).collect();
        for path in there.iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")) {
            is_ours(path, FIRST_LINE)?;
            if !wanted.contains(path) {
                difference.orphaned.push(path.clone());
            }
        }
        let left = |path: &&PathBuf| meant(path).is_some_and(|name| name.ends_with(".rs"));
        difference.orphaned.extend(there.iter().filter(left).cloned());
        Ok(difference)
    }

    /// Whether the folder has no differences.
    pub(crate) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.stale.is_empty() && self.orphaned.is_empty()
    }
}

/// All files below a folder; empty if the folder does not exist.
pub(crate) fn list(dir: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut out = BTreeSet::new();
    list_into(dir, &mut out)?;
    Ok(out)
}

fn list_into(dir: &Path, out: &mut BTreeSet<PathBuf>) -> Result<()> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{}: {error}", shown(dir))),
    };
    for entry in entries {
        let entry = entry.map_err(|error| format!("{}: {error}", shown(dir)))?;
        let path = entry.path();
        if path.is_dir() {
            list_into(&path, out)?;
        } else {
            out.insert(path);
        }
    }
    Ok(())
}

/// Deletes files, and the folders that become empty.
pub(crate) fn delete(paths: &[PathBuf], up_to: &Path) -> Result<()> {
    for path in paths {
        match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("{} cannot be deleted: {error}", shown(path)));
            }
            // Already deleted: leftovers of a killed run are swept first.
            _ => {}
        }
        let mut parent = path.parent();
        while let Some(dir) = parent.filter(|dir| *dir != up_to && dir.starts_with(up_to)) {
            // Fails for a folder that is not empty, where the ascent ends.
            if fs::remove_dir(dir).is_err() {
                break;
            }
            parent = dir.parent();
        }
    }
    Ok(())
}

/// Replaces the text between two marker lines; `None` if the markers are missing.
pub(crate) fn replace_block(text: &str, begin: &str, end: &str, block: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}\n{block}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_foreign_file() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("lib.rs"), "fn main() {}").unwrap();
        assert!(Difference::of(dir.path(), &BTreeMap::new()).unwrap_err().contains("was not made by"));
    }

    #[test]
    fn distinguishes_missing_stale_and_orphaned_files() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("old.rs"), FIRST_LINE).unwrap();
        fs::write(dir.path().join("same.rs"), FIRST_LINE).unwrap();
        fs::write(dir.path().join("other.rs"), FIRST_LINE).unwrap();
        let files = BTreeMap::from([
            ("new.rs".to_owned(), String::new()),
            ("same.rs".to_owned(), FIRST_LINE.to_owned()),
            ("other.rs".to_owned(), "x".to_owned()),
        ]);
        let difference = Difference::of(dir.path(), &files).unwrap();
        assert_eq!(difference.missing, [dir.path().join("new.rs")]);
        assert_eq!(difference.stale, [dir.path().join("other.rs")]);
        assert_eq!(difference.orphaned, [dir.path().join("old.rs")]);
    }

    #[test]
    fn a_failed_write_leaves_everything_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let good = dir.path().join("a.txt");
        fs::write(&good, "old").unwrap();
        // A file at the path of a parent folder.
        let bad = dir.path().join("a.txt/b.txt");
        assert!(write_all(&[(good.clone(), "new"), (bad, "new")]).is_err());
        assert_eq!(fs::read_to_string(&good).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_block_is_replaced_between_its_markers() {
        let text = "a\n# begin\nold\n# end\nb\n";
        assert_eq!(replace_block(text, "# begin", "# end", "new\n").unwrap(), "a\n# begin\nnew\n# end\nb\n");
    }
}
