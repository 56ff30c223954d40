//! Tests `gen` and `fetch` as commands: the files they write, their output, and the files they do not change.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use support::{block, unnumbered};

const SPEC: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /things/:\n    get:\n      description: Upstream's words.\n      tags: [things]\n      responses: {'200': {description: fine}}\n  /others/:\n    get:\n      tags: [others]\n      responses: {'200': {description: fine}}\n";

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// All files of a folder, with their contents.
fn tree(dir: &Path) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(tree(&path));
        } else {
            out.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    out.sort();
    out
}

/// Creates a folder with a document and its client.
fn made() -> (tempfile::TempDir, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("api.yaml").display().to_string();
    let out = dir.path().join("out").display().to_string();
    fs::write(&spec, SPEC).unwrap();
    let first = xtask(&["gen", "--spec", &spec, "--no-overlays", "--out", &out]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert!(text(&first.stdout).contains("operations 2, types 0, merged 0"), "{}", text(&first.stdout));
    (dir, spec, out)
}

#[test]
fn gen_writes_what_changed_and_nothing_else() {
    let (_dir, spec, out) = made();
    let before = tree(Path::new(&out));
    let again = xtask(&["gen", "--spec", &spec, "--no-overlays", "--out", &out]);
    assert!(text(&again.stdout).starts_with("written 0, deleted 0"), "{}", text(&again.stdout));
    assert_eq!(tree(Path::new(&out)), before);
    let check = xtask(&["gen", "--check", "--spec", &spec, "--no-overlays", "--out", &out]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
}

#[test]
fn explain_types_lists_what_has_no_type_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let parameters = "parameters: [{name: a_id, in: query, schema: {type: string}}, {name: b_id, in: query, schema: {type: string}}]";
    let spec = file("api.yaml", &SPEC.replacen("      tags", &format!("      {parameters}\n      tags"), 1));
    let tables = "x-untyped: {b_id: You choose it.}";
    let overlay =
        file("overlay.yaml", &format!("overlay: 1.0.0\nactions:\n  - target: $\n    update: {{{tables}}}\n"));
    let out = dir.path().join("out").display().to_string();
    let ran = xtask(&["gen", "--spec", &spec, "--overlay", &overlay, "--out", &out, "--explain-types"]);
    let expected = "no type: a_id of ListThings: no entry of `x-ids`, `x-formats` or `x-untyped`\n\
                    no type: b_id of ListThings: You choose it.\n";
    assert_eq!((text(&ran.stdout).as_str(), ran.status.code()), (expected, Some(0)), "{}", text(&ran.stderr));
    assert!(!Path::new(&out).exists());
}

#[test]
fn gaps_of_the_overlays_are_told_and_denied_for_the_own_client_only() {
    let (dir, _, out) = made();
    let spec = dir.path().join("api.yaml").display().to_string();
    let parameter = "parameters: [{name: size, in: query, schema: {type: string}}]";
    fs::write(&spec, SPEC.replacen("      tags", &format!("      {parameter}\n      tags"), 1)).unwrap();
    // Without `--out` it compares with the project's own client, and `--check` writes nothing.
    let own = ["gen", "--check", "--deny-warnings", "--spec", &spec, "--no-overlays"];
    let denied = xtask(&own);
    let gap = "the overlays are incomplete: 1 fields and parameters have no sentence, at most 0";
    assert!(text(&denied.stderr).contains(gap), "{}", text(&denied.stderr));
    assert!(text(&denied.stderr).contains("1 warnings, and --deny-warnings"), "{}", text(&denied.stderr));
    assert_eq!(denied.status.code(), Some(2));
    let foreign = xtask(&[&own[..], &["--out", &out]].concat());
    assert!(!text(&foreign.stderr).contains("overlays are incomplete"), "{}", text(&foreign.stderr));
    assert_eq!(foreign.status.code(), Some(1));
}

#[test]
fn check_names_what_is_stale_missing_and_orphaned_and_writes_nothing() {
    let (_dir, spec, out) = made();
    let file = |name: &str| Path::new(&out).join(name);
    let head = fs::read_to_string(file("mod.rs")).unwrap().lines().next().unwrap().to_owned();
    fs::write(file("things.rs"), &head).unwrap();
    fs::remove_file(file("others.rs")).unwrap();
    fs::write(file("gone.rs"), &head).unwrap();
    fs::remove_file(file("llms.txt")).unwrap();
    let before = tree(Path::new(&out));
    let check = xtask(&["gen", "--check", "--spec", &spec, "--no-overlays", "--out", &out]);
    assert_eq!(check.status.code(), Some(1));
    let said = text(&check.stderr);
    for line in [
        format!("stale: {out}/things.rs"),
        format!("missing: {out}/others.rs"),
        format!("orphaned: {out}/gone.rs"),
        format!("stale: {out}/llms.txt"),
    ] {
        assert!(said.contains(&line), "{line} is not in\n{said}");
    }
    assert!(said.contains("run `cargo xtask gen`"), "{said}");
    assert_eq!(tree(Path::new(&out)), before);
    // `gen` restores all of it.
    let gen_ = xtask(&["gen", "--spec", &spec, "--no-overlays", "--out", &out]);
    assert!(text(&gen_.stdout).starts_with("written 3, deleted 1"), "{}", text(&gen_.stdout));
    assert!(!file("gone.rs").exists());
}

#[test]
fn invalid_document_does_not_change_the_tree() {
    let (_dir, spec, out) = made();
    let before = tree(Path::new(&out));
    fs::write(&spec, SPEC.replace("{'200': {description: fine}}", "{'200': {$ref: '#/nowhere'}}")).unwrap();
    let failed = xtask(&["gen", "--spec", &spec, "--no-overlays", "--out", &out]);
    assert_eq!(failed.status.code(), Some(2));
    assert!(text(&failed.stderr).contains("api.yaml:8:"), "{}", text(&failed.stderr));
    assert_eq!(tree(Path::new(&out)), before);
}

#[test]
fn rejects_folder_with_foreign_files() {
    let (dir, spec, _) = made();
    let theirs = dir.path().join("theirs");
    fs::create_dir(&theirs).unwrap();
    fs::write(theirs.join("main.rs"), "fn main() {}").unwrap();
    let refused = xtask(&["gen", "--spec", &spec, "--no-overlays", "--out", &theirs.display().to_string()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("was not made by `cargo xtask gen`"), "{}", text(&refused.stderr));
    assert_eq!(tree(&theirs).len(), 1);
    fs::remove_file(theirs.join("main.rs")).unwrap();
    fs::write(theirs.join("API.md"), "# Ours").unwrap();
    let refused = xtask(&["gen", "--spec", &spec, "--no-overlays", "--out", &theirs.display().to_string()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("API.md was not made by"), "{}", text(&refused.stderr));
    assert_eq!(tree(&theirs).len(), 1);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let (dir, spec, _) = made();
    // A file at the path of the folder, which stops root too.
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let out = file.join("out").display().to_string();
    let failed = xtask(&["gen", "--spec", &spec, "--no-overlays", "--out", &out]);
    assert_eq!(failed.status.code(), Some(2), "{}", text(&failed.stderr));
    assert_eq!(fs::read_to_string(&file).unwrap(), "");
}

#[test]
fn denies_warnings_and_skips_overlays_of_other_documents() {
    let (dir, spec, out) = made();
    let overlay = dir.path().join("o.yaml").display().to_string();
    fs::write(&overlay, "overlay: 1.0.0\nactions:\n- {target: $.nothing, remove: true}\n").unwrap();
    let warned = xtask(&["gen", "--spec", &spec, "--overlay", &overlay, "--out", &out]);
    assert_eq!(warned.status.code(), Some(0));
    let said = text(&warned.stderr);
    assert!(said.starts_with("warning: `$.nothing` matches nothing\n --> "), "{said}");
    assert!(said.contains("o.yaml:3:4\n"), "{said}");
    let denied = xtask(&["gen", "--deny-warnings", "--spec", &spec, "--overlay", &overlay, "--out", &out]);
    assert_eq!(denied.status.code(), Some(2));
    // The repository's own overlays are for Propexo's document.
    let skipped = xtask(&["gen", "--deny-warnings", "--spec", &spec, "--out", &out]);
    assert_eq!(skipped.status.code(), Some(0), "{}", text(&skipped.stderr));
    assert!(text(&skipped.stderr).contains("10-names.yaml: for another document, skipped"));
}

#[test]
fn json_messages_are_one_object_per_line() {
    let (_dir, spec, out) = made();
    fs::write(&spec, "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: 1, /b: 2}\n").unwrap();
    let json = |command: &[&str]| {
        let failed = xtask(&[command, &["--message-format", "json"]].concat());
        assert_eq!(failed.status.code(), Some(2));
        let lines = text(&failed.stderr);
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>()
    };
    for command in
        [&["gen", "--no-overlays", "--spec", &spec, "--out", &out][..], &["fetch", "--from", &spec]]
    {
        let objects = json(command);
        let places: Vec<_> =
            objects.iter().map(|object| (object["line"].as_u64(), object["column"].as_u64())).collect();
        assert_eq!(places, [(Some(3), Some(9)), (Some(3), Some(16)), (None, None)], "{objects:?}");
        assert_eq!(objects[2]["message"], "2 errors; nothing was written");
    }
    assert!(
        json(&["gen", "--spec", "no such file"])[0]["message"].as_str().unwrap().contains("no such file")
    );
    assert_eq!(xtask(&["gen", "--message-format", "xml"]).status.code(), Some(2));
}

#[test]
fn history_reports_failing_documents_and_tries_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().display().to_string();
    assert_eq!(xtask(&["history", &folder]).status.code(), Some(2), "nothing to try is not a success");
    for name in ["000-old.yml", "001-new.yml"] {
        fs::write(dir.path().join(name), "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: 1}\n")
            .unwrap();
    }
    // This document has a snapshot, from which the client is generated.
    let endless = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {tags: [x], responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}}\ncomponents: {schemas: {A: {oneOf: [{$ref: '#/components/schemas/B'}]}, B: {anyOf: [{$ref: '#/components/schemas/A'}, {type: string}]}}}\n";
    fs::write(dir.path().join("002-endless.yml"), endless).unwrap();
    let failed = xtask(&["history", "--no-overlays", &folder]);
    assert_eq!(failed.status.code(), Some(1));
    let table = text(&failed.stdout);
    assert_eq!(
        table.lines().filter(|line| line.ends_with("FAILED: 1 error; nothing was written")).count(),
        3
    );
    assert!(table.contains("documents tried 3, failed 3\n"), "{table}");
    let said = text(&failed.stderr);
    assert!(said.contains("002-endless.yml (its snapshot):"), "{said}");
    assert!(text(&failed.stderr).contains("001-new.yml:3:9\n"), "{}", text(&failed.stderr));
}

#[test]
fn the_readme_shows_a_true_error_and_the_overlay_that_settles_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let document = fs::read_to_string(root.join("spec/openapi.yaml")).unwrap();
    let (before, leads) = document.split_once("  /v1/leads/:\n").unwrap();
    let (get, _) = leads.split_once("    post:\n").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("openapi.yaml").display().to_string();
    fs::write(&spec, format!("{before}  /v1/leads:\n{get}  /v1/leads/:\n{leads}")).unwrap();
    let out = dir.path().join("out").display().to_string();
    // With `--out`, a name would be lengthened instead.
    let failed = xtask(&["gen", "--check", "--spec", &spec]);
    assert_eq!(failed.status.code(), Some(2));
    let said = text(&failed.stderr).replace(&spec, "spec/openapi.yaml");
    // A newer snapshot may have notes and warnings too.
    let is_error = |told: &&str| told.starts_with("error") || told.starts_with("1 error;");
    let errors: Vec<&str> = said.split_inclusive("\n\n").filter(is_error).collect();
    assert_eq!(
        unnumbered(&errors.concat()),
        unnumbered(&block(&readme, "When the document cannot be generated", "text"))
    );

    let overlay = dir.path().join("overlay.yaml").display().to_string();
    fs::write(&overlay, block(&readme, "Fix it with an overlay", "yaml")).unwrap();
    let mut arguments = vec!["gen".to_owned(), "--spec".to_owned(), spec, "--out".to_owned(), out];
    let own = tree(&root.join("spec/overlays")).into_iter().map(|(path, _)| path);
    arguments.extend(own.chain([overlay]).flat_map(|path| ["--overlay".to_owned(), path]));
    let settled = xtask(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(settled.status.code(), Some(0), "{}", text(&settled.stderr));
    assert!(text(&settled.stdout).contains("operations "), "{}", text(&settled.stdout));
}

#[test]
fn keeps_prose_only_on_request() {
    let (_dir, spec, out) = made();
    let docs = || fs::read_to_string(Path::new(&out).join("things/requests.rs")).unwrap();
    assert!(!docs().contains("Upstream's words."));
    xtask(&["gen", "--keep-prose", "--spec", &spec, "--no-overlays", "--out", &out]);
    assert!(docs().contains("/// Upstream's words."));
}

#[test]
fn fetch_is_idempotent_and_a_failed_one_changes_nothing() {
    let (dir, spec, _) = made();
    let out = dir.path().join("snapshot.yaml");
    let fetch = |from: &str| xtask(&["fetch", "--from", from, "--out", &out.display().to_string()]);
    assert_eq!(fetch(&spec).status.code(), Some(0));
    let snapshot = fs::read_to_string(&out).unwrap();
    let lock = fs::read_to_string(dir.path().join("snapshot.lock.toml")).unwrap();
    assert!(!snapshot.contains("Upstream's words."));
    for line in [
        "source = \"api.yaml\"",
        "openapi = \"3.1.0\"",
        "paths = 2",
        "operations = 2",
        "schemas = 0",
        "sha256 = \"",
    ] {
        assert!(lock.contains(line), "{line} is not in\n{lock}");
    }
    fs::write(&spec, SPEC.replace("Upstream's words.", "Other words.")).unwrap();
    assert!(text(&fetch(&spec).stdout).contains("the interface is as it was"));
    assert_eq!(fetch(&out.display().to_string()).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&out).unwrap(), snapshot);

    let before = (snapshot, fs::read_to_string(dir.path().join("snapshot.lock.toml")).unwrap());
    for wrong in [
        "<!DOCTYPE html><html></html>",
        "hello: world",
        "openapi: 3.1.0\npaths: {",
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}",
    ] {
        fs::write(&spec, wrong).unwrap();
        let failed = fetch(&spec);
        assert_eq!(failed.status.code(), Some(2), "{wrong}");
        assert!(text(&failed.stderr).contains("nothing was written"), "{}", text(&failed.stderr));
        let after = (
            fs::read_to_string(&out).unwrap(),
            fs::read_to_string(dir.path().join("snapshot.lock.toml")).unwrap(),
        );
        assert_eq!(after, before, "{wrong}");
    }
}

#[test]
fn unknown_command_or_option_suggests_the_nearest() {
    for (wrong, said) in [
        (&["generate"][..], "there is no command `generate`"),
        (&["dif"], "there is no command `dif`; perhaps `diff`\n"),
        (&["gen", "--chek"], "not understood: --chek; perhaps `--check`\n"),
        (&["diff", "--fromat", "text"], "not understood: --fromat; perhaps `--format`\n"),
        (&["--chek"], "not understood: --chek; perhaps `--check`\n"),
    ] {
        let failed = xtask(wrong);
        assert_eq!(failed.status.code(), Some(2), "{wrong:?}");
        assert!(text(&failed.stderr).starts_with(said), "{}", text(&failed.stderr));
    }
}

#[test]
fn prints_overview_without_a_command() {
    let alone = xtask(&[]);
    assert_eq!(alone.status.code(), Some(0));
    let all = xtask(&["--help"]);
    assert_eq!(all.status.code(), Some(0));
    for command in ["gen", "fetch", "diff", "explain", "update", "conformance", "history", "bench", "ci"] {
        assert!(text(&alone.stdout).contains(&format!("\n  {command} ")), "{}", text(&alone.stdout));
        for help in [xtask(&[command, "--help"]), xtask(&[command, "-h"])] {
            assert_eq!(help.status.code(), Some(0));
            let help = text(&help.stdout);
            assert!(help.starts_with(&format!("usage: cargo xtask {command}")), "{help}");
            assert!(help.contains(&format!("e.g. cargo xtask {command}")), "{help}");
            assert!(help.len() < all.stdout.len());
        }
    }
}
