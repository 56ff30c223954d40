//! `cargo xtask diff`: its arguments, its exit status, and that it does not change files.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use support::{Folder, NEW, OLD};

/// A git repository with the old document on `main`, and the new one on a branch.
fn repository() -> Folder {
    let folder = Folder::new();
    folder.git(&["init", "--quiet", "--initial-branch", "main"]);
    folder.write("spec/openapi.yaml", OLD);
    folder.commit("old");
    folder.git(&["switch", "--quiet", "--create", "change"]);
    folder.write("spec/openapi.yaml", NEW);
    folder.commit("new");
    folder
}

/// The two lines above the findings: the compared documents and the summary.
fn head(text: &str) -> (&str, &str) {
    let mut lines = text.lines();
    (lines.next().unwrap(), lines.next().unwrap())
}

const FOUND: &str = "7 errors, 2 warnings, 3 info; version bump of generated-client: major";
const NOTHING: &str = "no changes on the wire; version bump of generated-client: none";

#[test]
fn exit_status_follows_fail_on() {
    let folder = Folder::new();
    let warned = OLD.replace("      - {name: sort, in: query, schema: {type: string}}\n", "");
    folder.write("warned.yaml", &warned);
    folder.write("noted.yaml", &OLD.replace("maximum: 250", "maximum: 300"));
    for (new, fail_on, status) in [
        ("new.yaml", "error", 1),
        ("new.yaml", "warning", 1),
        ("new.yaml", "never", 0),
        ("warned.yaml", "error", 0),
        ("warned.yaml", "warning", 1),
        ("noted.yaml", "warning", 0),
        ("old.yaml", "warning", 0),
    ] {
        folder.diff(&["old.yaml", new, "--fail-on", fail_on]).ends(status);
    }
}

#[test]
fn failed_comparison_exits_with_2_and_prints_no_report() {
    let folder = repository();
    folder.write("wrong.yaml", "openapi: 3.1.0\npaths: {");
    folder.write("page.yaml", "<html></html>");
    folder.git(&["rm", "--quiet", "--cached", "spec/openapi.yaml"]);
    folder.git(&["commit", "--quiet", "--message", "without a document"]);
    for (arguments, said) in [
        (&["old.yaml", "none.yaml"][..], "none.yaml: neither a file nor a git revision"),
        (&["old.yaml", "wrong.yaml"], "wrong.yaml cannot be compared"),
        (&["wrong.yaml", "old.yaml"], "wrong.yaml cannot be compared"),
        (&["old.yaml", "page.yaml"], "page.yaml"),
        (&["old.yaml", "spec"], "spec: neither a file nor a git revision"),
        (&["HEAD"], "HEAD: there is no spec/openapi.yaml at this revision"),
        (&["old.yaml", "new.yaml", "third.yaml"], "compares two documents, not 3"),
        (&["old.yaml", "new.yaml", "--format", "html"], "`html` is not one of text, markdown"),
        (&["old.yaml", "new.yaml", "--fail-on", "info"], "`info` is not one of error, warning, never"),
        (&["old.yaml", "--upload-pack=x"], "not understood: --upload-pack=x"),
        (&["old.yaml", "new.yaml", "--out", "old.yaml/report"], "old.yaml/report"),
        (&["--explain", "op-remove"], "there is no rule `op-remove`: perhaps op-removed"),
    ] {
        let ran = folder.diff(arguments).ends(2);
        assert!(ran.out.is_empty() && ran.err.contains(said), "{arguments:?}: {ran:#?}");
    }
}

#[test]
fn outside_of_git_compares_files_and_rejects_revisions() {
    let folder = Folder::new();
    folder.write("spec/openapi.yaml", NEW);
    for arguments in [&[][..], &["main"], &["main", "new.yaml"]] {
        let ran = folder.diff(arguments).ends(2);
        assert!(ran.err.contains("not a git repository"), "{ran:#?}");
    }
    folder.diff(&["old.yaml"]).ends(1);
}

#[test]
fn failure_keeps_the_earlier_report() {
    let folder = Folder::new();
    folder.diff(&["old.yaml", "new.yaml", "--out", "report"]).ends(1);
    let before = (folder.files(), folder.read("report"));
    assert!(before.1.starts_with("old.yaml -> new.yaml\n"));
    folder.write("new.yaml", "paths: {");
    folder.diff(&["old.yaml", "new.yaml", "--out", "report"]).ends(2);
    assert_eq!((folder.files(), folder.read("report")), before);
}

#[test]
fn without_arguments_compares_working_tree_with_merge_base() {
    let folder = repository();
    // Later commits on `main` are not changes of the branch.
    folder.git(&["switch", "--quiet", "main"]);
    folder.write("spec/openapi.yaml", "openapi: 3.1.0\n");
    folder.commit("later");
    folder.git(&["switch", "--quiet", "change"]);
    let base = folder.git(&["rev-parse", "change~1"]);
    let ran = folder.diff(&[]).ends(1);
    let between = format!("{}:spec/openapi.yaml -> spec/openapi.yaml", &base[..12]);
    assert_eq!(head(&ran.out), (between.as_str(), FOUND));
    assert!(ran.err.contains("the merge base of HEAD and main"), "{}", ran.err);
    // Uncommitted changes count.
    folder.write("spec/openapi.yaml", OLD);
    assert_eq!(head(&folder.diff(&[]).ends(0).out).1, NOTHING);
}

#[test]
fn default_branch_is_that_of_origin() {
    let origin = repository();
    let clone = Folder::new();
    origin.git(&["branch", "--quiet", "trunk", "main"]);
    clone.git(&["init", "--quiet", "--initial-branch", "work"]);
    clone.git(&["remote", "add", "origin", &origin.path().display().to_string()]);
    clone.git(&["fetch", "--quiet", "origin"]);
    clone.git(&["reset", "--quiet", "--hard", "origin/change"]);
    let branch = || {
        let ran = clone.diff(&[]).ends(1);
        ran.err
            .lines()
            .find_map(|line| Some(line.split_once("HEAD and ")?.1.split_once(';')?.0.to_owned()))
            .unwrap()
    };
    assert_eq!(branch(), "origin/main");
    clone.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
    assert_eq!(branch(), "origin/HEAD");
    clone.git(&["symbolic-ref", "--delete", "refs/remotes/origin/HEAD"]);
    clone.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let ran = clone.diff(&[]).ends(2);
    assert!(ran.err.contains("name a revision"), "{}", ran.err);
}

#[test]
fn reports_histories_without_a_merge_base() {
    let folder = repository();
    folder.git(&["switch", "--quiet", "--orphan", "other"]);
    folder.write("spec/openapi.yaml", NEW);
    folder.commit("other");
    let ran = folder.diff(&[]).ends(2);
    assert!(ran.err.contains("have no merge base") && ran.err.contains("--unshallow"), "{}", ran.err);
}

#[test]
fn file_takes_precedence_over_revision_of_the_same_name() {
    let folder = repository();
    folder.write("main", NEW);
    assert_eq!(head(&folder.diff(&["main"]).ends(0).out), ("main -> spec/openapi.yaml", NOTHING));
    assert_eq!(
        head(&folder.diff(&["refs/heads/main", "change"]).ends(1).out),
        ("refs/heads/main:spec/openapi.yaml -> change:spec/openapi.yaml", FOUND)
    );
    assert_eq!(
        head(&folder.diff(&["change", "old.yaml", "--fail-on", "never"]).ends(0).out).0,
        "change:spec/openapi.yaml -> old.yaml"
    );
}

#[test]
fn never_changes_the_working_tree() {
    let folder = repository();
    folder.write("spec/openapi.yaml", OLD);
    let before = folder.git(&["status", "--porcelain"]);
    folder.diff(&["change"]).ends(1);
    assert_eq!(folder.git(&["status", "--porcelain"]), before);
    assert_eq!(folder.read("spec/openapi.yaml"), OLD);
}

/// An overlay that deprecates an operation.
const REPAIR: &str = "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n\
                      - {target: \"$.paths['/pets/'].post\", update: {deprecated: true}}\n";

#[test]
fn revision_has_its_own_overlays() {
    let folder = repository();
    folder.write("spec/overlays/10.yaml", REPAIR);
    folder.commit("an overlay");
    let ran = folder.diff(&["HEAD~1", "--format", "json"]).ends(0);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["changes"][0]["kind"], "op-deprecated");
    let site = &report["changes"][0]["sites"][0];
    assert_eq!((&site["file"], &site["line"]), (&"spec/overlays/10.yaml".into(), &4.into()));
    // The same overlays on both sides, then none.
    assert_eq!(head(&folder.diff(&["HEAD"]).ends(0).out).1, NOTHING);
    assert_eq!(head(&folder.diff(&["HEAD~1", "--no-overlays"]).ends(0).out).1, NOTHING);
    // Files use the overlays of the working tree.
    assert_eq!(head(&folder.diff(&["new.yaml"]).ends(0).out).1, NOTHING);
}

#[test]
fn error_in_overlay_of_a_revision_names_the_revision() {
    let folder = repository();
    folder.write("spec/overlays/10.yaml", "overlay: 1.0.0\nactions: {");
    folder.commit("a wrong overlay");
    folder.write("spec/overlays/10.yaml", REPAIR);
    let ran = folder.diff(&["HEAD"]).ends(2);
    assert!(ran.err.contains("HEAD:spec/openapi.yaml cannot be compared"), "{}", ran.err);
    assert!(ran.err.contains("spec/overlays/10.yaml:3:1"), "{}", ran.err);
}

#[test]
fn explains_rules() {
    let folder = Folder::new();
    let all = folder.diff(&["--explain"]).ends(0).out;
    assert!(all.lines().count() > 80, "{all}");
    assert!(
        all.lines().skip(1).all(|line| line.split("  ").filter(|part| !part.is_empty()).count() >= 3),
        "{all}"
    );
    let one = folder.diff(&["--explain", "response-field-removed"]).ends(0).out;
    assert_eq!(
        one,
        "response-field-removed\n  level    error; warning if it was not required\n  example  `notes` disappears\n"
    );
}

#[test]
fn prints_no_colours_to_a_pipe() {
    assert!(!Folder::new().diff(&["old.yaml", "new.yaml"]).ends(1).out.contains('\x1b'));
}
