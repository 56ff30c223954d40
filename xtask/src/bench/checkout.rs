//! The two checkouts of a comparison, and how cargo runs in them.

use anyhow::{Context, anyhow};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use crate::diff::input::git;
use crate::{Result, cargo, files, root, shown};

/// A checkout of this repository, and its target folder.
pub(crate) struct Checkout {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

impl Checkout {
    /// The working tree.
    pub(crate) fn working_tree() -> Self {
        Checkout { root: root(), target: crate::target() }
    }

    /// Returns a cargo command for this checkout; both checkouts use the compiler of the working tree.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo());
        command.args(arguments).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        // Cargo sets this variable for xtask only.
        command.env_remove("CARGO_MANIFEST_DIR");
        command
    }
}

/// Runs a command that has to succeed.
pub(crate) fn succeed(command: &mut Command) -> Result<Output> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let output = command.output().with_context(|| format!("`{line}` cannot be run"))?;
    if output.status.success() {
        return Ok(output);
    }
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    Err(anyhow!("`{line}` failed with {}:\n{stdout}{stderr}", output.status))
}

/// A commit checked out as a git worktree, which is removed on drop.
pub(crate) struct Worktree {
    pub(crate) commit: String,
    pub(crate) checkout: Checkout,
}

impl Worktree {
    /// Checks a revision out below the target folder. The build artifacts of each commit have their own folder.
    pub(crate) fn add(revision: &str) -> Result<Self> {
        let commit = git(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")], revision);
        let commit = commit.with_context(|| format!("{revision}: not a commit"))?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let folder = crate::target().join("bench");
        let checkout =
            Checkout { root: folder.join("checkout"), target: folder.join(format!("{commit:.12}")) };
        let worktree = Worktree { commit, checkout };
        // A killed run leaves its worktree behind.
        worktree.remove()?;
        let path = worktree.checkout.root.to_string_lossy();
        // The hooks of the repository must not run here.
        let add = ["-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", &path, &worktree.commit];
        git(&add, revision)?;
        worktree.set_times()?;
        Ok(worktree)
    }

    /// Gives each file the time of the commit, so that cargo reuses earlier artifacts of the same commit.
    fn set_times(&self) -> Result<()> {
        let time = git(&["show", "--no-patch", "--format=%ct", &self.commit], &self.commit)?;
        let time: u64 = String::from_utf8_lossy(&time).trim().parse().unwrap_or_default();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time);
        for path in files::list(&self.checkout.root)? {
            let file = fs::File::options().write(true).open(&path);
            file.and_then(|file| file.set_modified(time)).with_context(|| shown(&path))?;
        }
        Ok(())
    }

    fn remove(&self) -> Result<()> {
        let path: &Path = &self.checkout.root;
        // Fails if it is not registered or the folder is damaged.
        let _ = git(&["worktree", "remove", "--force", &path.to_string_lossy()], "");
        if path.exists() {
            fs::remove_dir_all(path).with_context(|| format!("{} cannot be removed", shown(path)))?;
        }
        git(&["worktree", "prune"], "").map(drop)
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        if let Err(reason) = self.remove() {
            eprintln!("{reason:#}");
        }
    }
}
