//! Tests `gen` and `fetch` under failures: a kill, a full disk, a folder that is not writable. After each failure,
//! every file has either its old or its new content.
//!
//! `PROPEXO_KILLS` sets the number of kills per command (20), `PROPEXO_SEED` the first seed; both are printed.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use support::{Folder, Ran};

type Tree = BTreeMap<String, String>;

/// The two commands, without their document.
const GEN: &[&str] = &["gen", "--no-overlays", "--out", "out", "--spec"];
const FETCH: &[&str] = &["fetch", "--out", "out/api.yaml", "--from"];

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// A document with a module for each of its groups, so that writing takes a while.
fn document(parameter: &str, groups: impl Iterator<Item = usize>) -> String {
    let path = |group| {
        format!(
            "  /{group}/:\n    get:\n      tags: [group {group}]\n      parameters: [{{name: {parameter}, in: query, \
             schema: {{type: string}}}}]\n      responses: {{'204': {{description: ''}}}}\n"
        )
    };
    format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n{}",
        groups.map(path).collect::<String>()
    )
}

/// Creates two documents: some of their files have different contents, others exist for one document only.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("a.yaml", &document("old", 0..25));
    folder.write("b.yaml", &document("new", 5..30));
    folder
}

/// The folder after an undisturbed run, without the earlier files.
fn whole(folder: &Folder, command: &[&str], document: &str) -> Tree {
    folder.xtask(&[command, &[document]].concat()).ends(0);
    out(folder)
}

/// The written files.
fn out(folder: &Folder) -> Tree {
    let mut tree = folder.tree();
    tree.retain(|path, _| path.starts_with("out/"));
    tree
}

#[test]
fn a_kill_at_any_moment_leaves_whole_files_and_the_next_run_ends_the_work() {
    let (kills, seed) = (number("PROPEXO_KILLS", 20), number("PROPEXO_SEED", 1));
    println!("PROPEXO_SEED={seed} PROPEXO_KILLS={kills}");
    // The approximate duration of the writing, in microseconds.
    for (command, writing) in [(GEN, 3_000), (FETCH, 100)] {
        let folder = folder();
        let mut dice = fastrand::Rng::with_seed(seed);
        let trees = ["b.yaml", "a.yaml"].map(|name| (name, whole(&folder, command, name)));
        let (mut now, mut halfway) = (1, 0);
        for kill in 0..kills {
            let other = 1 - now;
            let mut child = folder
                .command(env!("CARGO_BIN_EXE_xtask"), &[command, &[trees[other].0]].concat())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Every other kill waits for the writing, which is the shorter part.
            let most = if kill % 2 == 0 {
                10 * writing
            } else {
                await_writing(&folder, &mut child);
                writing
            };
            sleep(Duration::from_micros(dice.u64(0..most)));
            child.kill().unwrap();
            child.wait().unwrap();

            let mut found = out(&folder);
            let left = found.len();
            found.retain(|path, _| !path.ends_with(".tmp"));
            let [old, new] = [&trees[now].1, &trees[other].1];
            for (path, text) in &found {
                assert!([old, new].iter().any(|tree| tree.get(path) == Some(text)), "{path} is\n{text}");
            }
            for path in old.keys().filter(|path| new.contains_key(*path)) {
                assert!(found.contains_key(path), "{path} is gone");
            }
            halfway += u64::from(left > found.len() || (found != *old && found != *new));
            // The next run generates this or the earlier document; in both cases it removes the leftovers of the
            // killed run.
            now = if dice.bool() { now } else { other };
            assert_eq!(whole(&folder, command, trees[now].0), trees[now].1);
        }
        println!("{}: killed {kills} times, {halfway} of them in the midst of its writing", command[0]);
    }
}

/// Waits for the first written file.
fn await_writing(folder: &Folder, child: &mut Child) {
    let is_temporary = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy().ends_with(".tmp"))
    };
    let begun = || std::fs::read_dir(folder.path().join("out")).unwrap().any(is_temporary);
    while !begun() && child.try_wait().unwrap().is_none() {}
}

#[test]
#[cfg(unix)]
fn reports_failed_write_and_changes_nothing() {
    for command in [GEN, FETCH] {
        let folder = folder();
        whole(&folder, command, "a.yaml");
        let old = out(&folder);
        // Files may not grow beyond two blocks, so that writing the temporary file of a larger one fails as on a full
        // disk.
        let full = "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$@\"";
        let arguments = [&["-c", full, env!("CARGO_BIN_EXE_xtask")], command, &["b.yaml"]].concat();
        let ran = Ran::from(folder.command("sh", &arguments).output().unwrap()).ends(2);
        assert!(ran.err.contains("cannot be written: File too large"), "{ran:#?}");
        assert!(ran.err.contains("nothing was written"), "{ran:#?}");
        assert_eq!(out(&folder), old);
    }
}

#[test]
#[cfg(unix)]
fn reports_read_only_folder_and_changes_nothing() {
    use std::fs::{Permissions, copy, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    for command in [GEN, FETCH] {
        let folder = folder();
        let before = whole(&folder, command, "a.yaml");
        // In a folder that all users may read.
        let bin = Folder::new();
        let program = bin.path().join("xtask");
        copy(env!("CARGO_BIN_EXE_xtask"), &program).unwrap();
        let mode = |path: &str, mode| {
            set_permissions(folder.path().join(path), Permissions::from_mode(mode)).unwrap();
        };
        set_permissions(bin.path(), Permissions::from_mode(0o755)).unwrap();
        mode(".", 0o755);
        mode("out", 0o555);
        let mut run = folder.command(&program.display().to_string(), &[command, &["b.yaml"]].concat());
        // Root ignores permissions, so the command runs as another user.
        if write(folder.path().join("out/probe"), "").is_ok() {
            std::fs::remove_file(folder.path().join("out/probe")).unwrap();
            run.uid(65534);
        }
        let ran = Ran::from(run.output().unwrap()).ends(2);
        mode("out", 0o755);
        assert!(ran.err.contains("Permission denied"), "{ran:#?}");
        assert!(ran.err.contains("nothing was written"), "{ran:#?}");
        assert_eq!(out(&folder), before);
    }
}
