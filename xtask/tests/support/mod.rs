//! Runs the program as a user does, in a separate folder per test.
#![allow(dead_code, clippy::unwrap_used)] // Each test binary uses its own part of this.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The first code block in a language after a text in a document.
pub(crate) fn block(document: &str, behind: &str, language: &str) -> String {
    let (_, rest) = document.split_once(behind).unwrap();
    let (_, rest) = rest.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// Output without digits and spaces: line numbers change with every version of the documents.
pub(crate) fn unnumbered(text: &str) -> String {
    text.replace(|c: char| c.is_ascii_digit() || c == ' ', "")
}

/// The two documents of the tests.
pub(crate) const OLD: &str = include_str!("../diff/old.yaml");
pub(crate) const NEW: &str = include_str!("../diff/new.yaml");

/// A separate repository: neither overlays nor settings of the real one apply.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// With `old.yaml` and `new.yaml`.
    pub(crate) fn new() -> Self {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write("old.yaml", OLD);
        folder.write("new.yaml", NEW);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// `cargo xtask` with these arguments.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(env!("CARGO_BIN_EXE_xtask"), arguments).output().unwrap())
    }

    /// A command that is not started yet, in the environment that cargo would set in this repository.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path())
            .env("CARGO_MANIFEST_DIR", self.path().join("xtask"))
            .env("GIT_CEILING_DIRECTORIES", self.path().parent().unwrap());
        command
    }

    /// `cargo xtask diff` with these arguments.
    pub(crate) fn diff(&self, arguments: &[&str]) -> Ran {
        self.xtask(&[&["diff"], arguments].concat())
    }

    /// A git command without user settings.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits all changes.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// All files with their contents.
    pub(crate) fn tree(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        walk(self.path(), self.path(), &mut out);
        out
    }

    /// The files of the folder, without those of git.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = fs::read_dir(self.path()).unwrap().map(|it| it.unwrap().path()).collect();
        all.sort();
        all
    }
}

fn walk(root: &Path, folder: &Path, out: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, out);
        } else {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            out.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn ends(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }
}
