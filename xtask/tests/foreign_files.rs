//! Tests that commands change no file that is not theirs, and write to devices and pipes.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use support::{Folder, Ran};

const GEN: [&str; 6] = ["gen", "--no-overlays", "--out", "out", "--spec", "api.yaml"];

/// A document with many groups, so that writing takes a while.
fn document(word: &str) -> String {
    let path = |group: usize| {
        format!(
            "  /{group}/{word}: {{get: {{tags: [g {group}], responses: {{'204': {{description: ''}}}}}}}}\n"
        )
    };
    format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n{}",
        (0..30).map(path).collect::<String>()
    )
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("api.yaml", &document("a"));
    folder.write("outside/mine.rs", "fn mine() {}");
    fs::create_dir(folder.path().join("out")).unwrap();
    folder
}

#[test]
fn gen_follows_no_link_out_of_its_folder() {
    for (link, target) in [
        ("out/mod.rs", "../outside/mine.rs"),
        ("out/API.md", "../outside/mine.rs"),
        ("out/features.toml", "../outside/mine.rs"),
        ("out/models", "../outside"),
        ("out/tests", "../outside"),
        ("out/mod.rs", "../outside/new.rs"),
    ] {
        let folder = folder();
        symlink(target, folder.path().join(link)).unwrap();
        let before = folder.files();
        let ran = folder.xtask(&GEN).ends(2);
        assert!(ran.err.contains(&format!("{link} is a symbolic link")), "{link}: {ran:#?}");
        assert_eq!(folder.read("outside/mine.rs"), "fn mine() {}", "{link}");
        assert_eq!(fs::read_dir(folder.path().join("outside")).unwrap().count(), 1, "{link}");
        assert_eq!(folder.files(), before, "{link}");
    }
}

#[test]
fn gen_deletes_nothing_behind_a_link() {
    let folder = folder();
    folder.xtask(&GEN).ends(0);
    let generated = folder.read("out/mod.rs");
    folder.write("outside/gone.rs", &generated);
    symlink("../outside", folder.path().join("out/old")).unwrap();
    folder.xtask(&GEN);
    assert_eq!(folder.read("outside/gone.rs"), generated);
}

#[test]
fn gen_overwrites_no_file_without_its_first_line() {
    for name in ["mod.rs", "API.md", "llms.txt", "features.toml"] {
        let folder = folder();
        folder.write(&format!("out/{name}"), "mine");
        let ran = folder.xtask(&GEN).ends(2);
        assert!(ran.err.contains(&format!("{name} was not made by")), "{ran:#?}");
        assert_eq!(folder.read(&format!("out/{name}")), "mine");
    }
}

#[test]
fn temporary_name_that_is_taken_is_left_alone() {
    let folder = folder();
    folder.write("out/.features.toml.1.tmp", "mine");
    folder.write("out/.mod.rs.2.tmp", "mine");
    // The name of the temporary file contains the id of the shell, which becomes that of the program.
    let script = "ln -s ../outside/mine.rs out/.mod.rs.$$.tmp && exec \"$0\" \"$@\"";
    let arguments = [&["-c", script, env!("CARGO_BIN_EXE_xtask")][..], &GEN].concat();
    Ran::from(folder.command("sh", &arguments).output().unwrap()).ends(0);
    assert_eq!(folder.read("outside/mine.rs"), "fn mine() {}");
    assert_eq!(folder.read("out/.features.toml.1.tmp"), "mine");
    assert_eq!(folder.read("out/.mod.rs.2.tmp"), "mine");
    assert!(folder.read("out/mod.rs").starts_with("// @generated"));
}

#[test]
fn runs_at_the_same_time_leave_the_files_of_one() {
    let folder = folder();
    let others = [("b.yaml", document("b")), ("c.yaml", document("c"))];
    let whole = others.each_ref().map(|(name, text)| {
        folder.write(name, text);
        folder.xtask(&["gen", "--no-overlays", "--out", "out", "--spec", name]).ends(0);
        let mut tree = folder.tree();
        tree.retain(|path, _| path.starts_with("out/"));
        tree
    });
    for _ in 0..3 {
        let runs = others.each_ref().map(|(name, _)| {
            let arguments = ["gen", "--no-overlays", "--out", "out", "--spec", name];
            let mut command = folder.command(env!("CARGO_BIN_EXE_xtask"), &arguments);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        });
        for mut run in runs {
            assert!(run.wait().unwrap().success());
        }
        let mut tree = folder.tree();
        tree.retain(|path, _| path.starts_with("out/"));
        assert!(whole.contains(&tree));
    }
}

#[test]
fn reports_go_to_pipes_and_devices() {
    let folder = folder();
    let commands: [&[&str]; 3] = [
        &["gen", "--no-overlays", "--spec", "api.yaml", "--effective"],
        &["fetch", "--from", "api.yaml", "--out"],
        &["diff", "old.yaml", "old.yaml", "--no-overlays", "--out"],
    ];
    for command in commands {
        let expected = folder.xtask(&[command, &["report"]].concat()).ends(0);
        let text = folder.read("report");
        assert!(!text.is_empty(), "{command:?}: {expected:#?}");
        let ran = folder.xtask(&[command, &["/dev/stdout"]].concat()).ends(0);
        assert_eq!(ran.out, text, "{command:?}");
        // A regular file to which the shell redirects.
        let script = "\"$0\" \"$@\" > redirected";
        let arguments = [&["-c", script, env!("CARGO_BIN_EXE_xtask")], command, &["/dev/stdout"]].concat();
        assert!(folder.command("sh", &arguments).status().unwrap().success());
        assert_eq!(folder.read("redirected"), text, "{command:?}");
        folder.xtask(&[command, &["/dev/null"]].concat()).ends(0);
    }
}

#[test]
fn endless_and_large_files_are_refused_with_their_size() {
    let folder = folder();
    let ran = folder.diff(&["/dev/zero", "old.yaml"]).ends(2);
    assert!(ran.err.contains("/dev/zero: endless; at most 16777216 bytes are read"), "{ran:#?}");
    folder.write("large.yaml", &" ".repeat((16 << 20) + 7));
    let ran = folder.xtask(&["gen", "--no-overlays", "--out", "out", "--spec", "large.yaml"]).ends(2);
    assert!(ran.err.contains("large.yaml: 16777223 bytes; at most 16777216 bytes are read"), "{ran:#?}");
}

#[test]
fn curl_reads_no_settings_and_expands_no_pattern() {
    let folder = folder();
    folder.write("bin/curl", "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$RECORD\"\nexit 3\n");
    let curl = folder.path().join("bin/curl");
    Command::new("chmod").args(["+x", &curl.display().to_string()]).status().unwrap();
    let arguments = ["fetch", "--from", "http://127.0.0.1:1/{a,b}[1-3]", "--out", "spec/api.yaml"];
    let mut command = folder.command(env!("CARGO_BIN_EXE_xtask"), &arguments);
    let path = format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").unwrap());
    command.env("PATH", path).env("RECORD", folder.path().join("record"));
    Ran::from(command.output().unwrap()).ends(2);
    let given = folder.read("record");
    // curl ignores its settings only if this comes first.
    assert!(given.starts_with("--disable\n--globoff\n"), "{given}");
    assert!(given.ends_with("--\nhttp://127.0.0.1:1/{a,b}[1-3]\n"), "{given}");
}

#[test]
fn hidden_characters_of_a_document_are_escaped() {
    let folder = folder();
    let text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  \"/\\u202e\\x1b[2J\": {get: {responses: {'204': {$ref: '#/nowhere'}}}}\n  /a: {get: {operationId: a, responses: {}}}\n";
    folder.write("api.yaml", text);
    let json: Vec<&str> = GEN.into_iter().chain(["--message-format", "json"]).collect();
    let skip: Vec<&str> = GEN.into_iter().chain(["--skip-unsupported"]).collect();
    let new = text.replace("#/nowhere", "#/components/responses/r")
        + "components: {responses: {r: {description: ''}}}\n";
    folder.write("new.yaml", &new);
    folder.write("old.yaml", &new.replace("\\u202e", "\\u202d"));
    let diff =
        |format: &'static str| vec!["diff", "old.yaml", "new.yaml", "--no-overlays", "--format", format];
    let surface = vec!["gen", "--no-overlays", "--spec", "new.yaml", "--surface"];
    let mut commands = vec![GEN.to_vec(), json, skip, surface];
    commands.extend(["text", "markdown", "json", "sarif", "github"].map(diff));
    for command in commands {
        let ran = folder.xtask(&command);
        for text in [&ran.out, &ran.err] {
            let hidden = text.chars().find(|c| matches!(c, '\u{202d}' | '\u{202e}' | '\u{1b}'));
            assert_eq!(hidden, None, "{command:?}: {text}");
        }
    }
}
