//! Replaces files atomically.

use anyhow::{Context, anyhow, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use codegen::client::format::FIRST_LINE;
use codegen::document::limits::MAX_BYTES;
use sha2::{Digest, Sha256};

use crate::{Result, shown};

/// Reads a file as a string, up to a maximum length, because a device may be endless.
pub(crate) fn read(path: &Path) -> Result<String> {
    String::from_utf8(read_bytes(path)?).map_err(|_| anyhow!("{}: this is not UTF-8 text", shown(path)))
}

/// Reads the bytes of a file, up to a maximum length.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let name = || shown(path);
    let file = fs::File::open(path).with_context(name)?;
    let length = file.metadata().with_context(name)?.len();
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(name)?;
    if bytes.len() > MAX_BYTES {
        let size = if length > MAX_BYTES as u64 { format!("{length} bytes") } else { "endless".to_owned() };
        bail!("{}: {size}; at most {MAX_BYTES} bytes are read", shown(path));
    }
    Ok(bytes)
}

/// The SHA-256 of a file's bytes, in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The overlays of a folder, in the order of their file names.
pub(crate) fn overlays(folder: &Path) -> Result<Vec<PathBuf>> {
    let name = || shown(folder);
    let entries = fs::read_dir(folder).with_context(name)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .with_context(name)?;
    paths.retain(|path| is_overlay(path));
    paths.sort();
    Ok(paths)
}

/// The documents in a folder, sorted by name.
pub(crate) fn documents(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| is_document(path))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Whether a file may be a document.
pub(crate) fn is_document(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    // Facts of reference pages are not documents.
    path.is_file() && matches!(ending, Some("yml" | "yaml" | "json")) && !name.starts_with("reference-")
}

/// Whether a file in the overlay folder is an overlay.
pub(crate) fn is_overlay(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

/// Writes files: first all of them to temporary files, then renames these. If this is interrupted at any time, even
/// by a kill, each file has either its old or its new content. A device or pipe is written directly.
pub(crate) fn write_all(files: &[(PathBuf, &str)]) -> Result<()> {
    let mut ready: Vec<(PathBuf, PathBuf)> = Vec::new();
    let staged = files.iter().filter(|(path, _)| !is_device(path)).try_for_each(|(path, text)| {
        let action = || format!("{} cannot be written", shown(path));
        // Symbolic links stay links.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        if path.exists() && !path.is_file() {
            bail!("{} cannot be replaced: it is not a regular file", shown(&path));
        }
        let parent = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).with_context(action)?;
        let (temporary, mut file) = create_temporary(parent, &path).with_context(action)?;
        ready.push((temporary, path));
        file.write_all(text.as_bytes()).with_context(action)
    });
    let staged = staged.map_err(|reason| anyhow!("{reason:#}; nothing was written"));
    let renamed = staged.and_then(|()| {
        ready.iter().try_for_each(|(temporary, path)| {
            fs::rename(temporary, path).map_err(|error| {
                anyhow!("{} cannot be replaced: {error}; others may be: run it again", shown(path))
            })
        })
    });
    if renamed.is_err() {
        for (temporary, _) in &ready {
            // A file that could not be written may not exist.
            let _ = fs::remove_file(temporary);
        }
    }
    sweep(files);
    renamed?;
    files.iter().filter(|(path, _)| is_device(path)).try_for_each(|(path, text)| write_device(path, text))
}

/// Whether a path is a device or a pipe, such as `/dev/stdout`, which cannot be replaced.
pub(crate) fn is_device(path: &Path) -> bool {
    let is_special = |kind: fs::FileType| !kind.is_file() && !kind.is_dir();
    // These may be regular files, to which the shell has redirected the output.
    let is_stream = ["/dev/stdout", "/dev/stderr", "/dev/fd"].iter().any(|it| path.starts_with(it));
    is_stream || fs::metadata(path).is_ok_and(|it| is_special(it.file_type()))
}

fn write_device(path: &Path, text: &str) -> Result<()> {
    let written = match path.to_str() {
        Some("/dev/stdout") => std::io::stdout().write_all(text.as_bytes()),
        Some("/dev/stderr") => std::io::stderr().write_all(text.as_bytes()),
        _ => fs::OpenOptions::new().write(true).open(path).and_then(|mut it| it.write_all(text.as_bytes())),
    };
    written.with_context(|| format!("{} cannot be written", shown(path)))
}

/// Creates a temporary file for a path. A file or link that has its name is left alone.
fn create_temporary(parent: &Path, path: &Path) -> std::io::Result<(PathBuf, fs::File)> {
    let process = u64::from(std::process::id());
    let mut names = (0..1_000).map(|attempt| parent.join(temporary(path, process + (attempt << 32))));
    names
        .find_map(|name| match fs::OpenOptions::new().write(true).create_new(true).open(&name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => None,
            opened => Some(opened.map(|file| (name, file))),
        })
        .unwrap_or_else(|| Err(ErrorKind::AlreadyExists.into()))
}

/// Waits until no other run writes to a folder, which is created if it does not exist. The lock ends with the returned
/// value or with the process.
pub(crate) fn lock(folder: &Path) -> Result<fs::File> {
    let action = || format!("{} cannot be locked", shown(folder));
    fs::create_dir_all(folder).with_context(action)?;
    let handle = fs::File::open(folder).with_context(action)?;
    handle.lock().with_context(action)?;
    Ok(handle)
}

/// Rejects a path below a folder that leads through a symbolic link, which may end outside of the folder.
pub(crate) fn check_links(folder: &Path, path: &Path) -> Result<()> {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    let mut at = folder.to_owned();
    for step in inside.components() {
        at.push(step);
        if at.is_symlink() {
            bail!(
                "{} is a symbolic link, which may lead out of {}; nothing was written: remove it",
                shown(&at),
                shown(folder)
            );
        }
    }
    Ok(())
}

/// Restores the earlier contents of files; `None` is a file that did not exist.
pub(crate) fn restore(files: &[(PathBuf, Option<String>)]) -> Result<()> {
    let there: Vec<(PathBuf, &str)> =
        files.iter().filter_map(|(path, text)| Some((path.clone(), text.as_deref()?))).collect();
    write_all(&there)?;
    let new = files.iter().filter(|(path, text)| text.is_none() && path.exists());
    new.map(|(path, _)| path.clone()).try_for_each(|path| {
        fs::remove_file(&path).with_context(|| format!("{} cannot be deleted", shown(&path)))
    })
}

/// `.lib.rs.4711.tmp`
fn temporary(path: &Path, number: u64) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    format!(".{name}.{number}.tmp")
}

/// The destination of a temporary file.
fn meant(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?.strip_prefix('.')?.strip_suffix(".tmp")?;
    let (name, process) = name.rsplit_once('.')?;
    (!process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit())).then_some(name)
}

/// Removes temporary files of these paths that killed runs have left behind.
pub(crate) fn sweep(files: &[(PathBuf, &str)]) {
    let texts: BTreeMap<&Path, &str> = files.iter().map(|(path, text)| (path.as_path(), *text)).collect();
    let folders: BTreeSet<&Path> = texts.keys().filter_map(|path| path.parent()).collect();
    for folder in folders {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let left = entry.path();
            let text = meant(&left).and_then(|name| texts.get(folder.join(name).as_path()));
            if text.is_some_and(|text| is_left_behind(&left, text)) {
                // A leftover file is harmless, so failing to remove it is not an error.
                let _ = fs::remove_file(left);
            }
        }
    }
}

/// Whether a temporary file is part of an earlier version of this text, and not a file of the user.
fn is_left_behind(path: &Path, text: &str) -> bool {
    /// Enough to tell `// @generated` from other comments.
    const HEAD: u64 = 8;
    let is_regular = path.symlink_metadata().is_ok_and(|it| it.is_file());
    let mut head = Vec::new();
    let read = |file: fs::File| file.take(HEAD).read_to_end(&mut head);
    is_regular && fs::File::open(path).and_then(read).is_ok() && text.as_bytes().starts_with(&head)
}

/// Rejects an existing file that the generator has not made.
pub(crate) fn is_ours(path: &Path, first_line: &str) -> Result<()> {
    if !path.exists() || read(path)?.starts_with(first_line) {
        return Ok(());
    }
    Err(anyhow!(
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
            check_links(dir, &path)?;
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
        let left = |path: &&PathBuf| {
            meant(path).is_some_and(|name| name.ends_with(".rs")) && is_left_behind(path, FIRST_LINE)
        };
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
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => bail!("{}: {error}", shown(dir)),
    };
    for entry in entries {
        let entry = entry.with_context(|| shown(dir))?;
        let path = entry.path();
        // A link to a folder is not part of this one.
        if path.is_dir() && !path.is_symlink() {
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
            Err(error) if error.kind() != ErrorKind::NotFound => {
                bail!("{} cannot be deleted: {error}", shown(path));
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
        assert!(
            Difference::of(dir.path(), &BTreeMap::new()).unwrap_err().to_string().contains("was not made by")
        );
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
