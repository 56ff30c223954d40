//! `spec/diff.toml`: findings with a lowered severity, and ignored ones.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::Folder;

fn folder(settings: &str) -> Folder {
    let folder = Folder::new();
    folder.write("spec/diff.toml", settings);
    folder
}

/// The report, for any exit status.
fn report(folder: &Folder, arguments: &[&str]) -> Value {
    let ran = folder.diff(&[&["old.yaml", "new.yaml", "--format", "json"], arguments].concat());
    let report = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:#?}"));
    let schema: Value = serde_json::from_str(&folder.diff(&["--schema"]).out).unwrap();
    assert!(jsonschema::is_valid(&schema, &report), "{report:#}");
    report
}

/// `(level, operations)` of the changes of a kind in an array.
fn of_kind(list: &Value, kind: &str) -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let own = list.as_array().unwrap().iter().filter(|change| change["kind"] == kind);
    own.map(|change| {
        let sites = change["sites"].as_array().unwrap();
        (text(&change["level"]), sites.iter().map(|site| text(&site["operation"])).collect())
    })
    .collect()
}

#[test]
fn ignored_changes_are_listed_and_not_counted() {
    let folder = folder("[[ignore]]\nrule = \"*\"\nreason = \"a toy\"\n");
    let report = report(&folder, &[]);
    assert_eq!(report["summary"], json!({ "error": 0, "warning": 0, "info": 0, "bump": "major" }));
    assert_eq!(report["ignored"].as_array().unwrap().len(), 12);
    assert_eq!(report["ignored"][0]["reason"], "spec/diff.toml: a toy");
    let ran = folder.diff(&["old.yaml", "new.yaml", "--fail-on", "warning"]).ends(0);
    assert!(ran.out.contains("no changes on the wire (12 ignored)"), "{}", ran.out);
    assert!(ran.out.contains("op-removed: DELETE /pets/{id} (spec/diff.toml: a toy)"), "{}", ran.out);
}

#[test]
fn entry_applies_only_to_matching_sites() {
    let folder = folder(
        "[[ignore]]\nrule = \"response-field-became-nullable\"\noperation = \"GET /pets/\"\nreason = \"r\"\n\n\
         [[lower]]\nrule = \"response-field-became-*\"\noperation = \"POST *\"\nlocation = \"*.name\"\n\
         to = \"info\"\nreason = \"s\"\n",
    );
    let report = report(&folder, &[]);
    let kind = "response-field-became-nullable";
    let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(of_kind(&report["ignored"], kind), [("error".to_owned(), texts(&["GET /pets/"]))]);
    assert_eq!(
        of_kind(&report["changes"], kind),
        [("error".to_owned(), texts(&["GET /pets/{id}"])), ("info".to_owned(), texts(&["POST /pets/"]))]
    );
    let lowered =
        report["changes"].as_array().unwrap().iter().find(|it| it["kind"] == kind && it["level"] == "info");
    assert_eq!(
        lowered.unwrap()["message"],
        "the field `name` may now be null (error by its rule; spec/diff.toml: s)"
    );
    assert_eq!(report["unused"], json!([]));
}

#[test]
fn exit_status_follows_lowered_severities() {
    let lower = |to: &str| format!("[[lower]]\nrule = \"*\"\nto = \"{to}\"\nreason = \"r\"\n");
    let diff = |to: &str, fail_on: &str, status: i32| {
        folder(&lower(to)).diff(&["old.yaml", "new.yaml", "--fail-on", fail_on]).ends(status);
    };
    diff("warning", "error", 0);
    diff("warning", "warning", 1);
    diff("info", "warning", 0);
}

#[test]
fn every_format_reports_entries_without_effect() {
    let folder = folder(
        "[[ignore]]\nrule = \"op-remved\"\nreason = \"r\"\n\n\
         [[ignore]]\nrule = \"op-removed\"\nreason = \"r\"\nuntil = 2026-03-31\n\n\
         [[lower]]\nrule = \"op-added\"\nto = \"warning\"\nreason = \"it is info already\"\n",
    );
    let unused = |today: &str| {
        let report = report(&folder, &["--today", today]);
        let all = report["unused"].as_array().unwrap().clone();
        all.iter().map(|it| format!("{} {}", it["line"], it["why"].as_str().unwrap())).collect::<Vec<_>>()
    };
    let (wrong, lower) = (
        "1 matches nothing; no such rule: perhaps op-removed or op-deprecated or op-undeprecated?",
        "10 matches nothing",
    );
    assert_eq!(unused("2026-03-31"), [wrong, lower]);
    assert_eq!(unused("2026-04-01"), [wrong, "5 has expired on 2026-03-31", lower]);
    for format in ["text", "markdown", "sarif", "github"] {
        let ran = folder.diff(&["old.yaml", "new.yaml", "--format", format, "--today", "2026-04-01"]).ends(1);
        assert!(ran.out.contains("has expired on 2026-03-31"), "{format}: {}", ran.out);
        assert!(
            ran.err.contains("spec/diff.toml:5: the entry for op-removed has expired on 2026-03-31"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn invalid_settings_stop_the_comparison_with_a_line() {
    for (settings, said) in [
        (
            "[[ignore]]\nrule = \"x\"\nreason = \"r\"\noperaton = \"y\"\n",
            "spec/diff.toml:4: `operaton` is not known",
        ),
        ("\n[[ignore]]\nrule = \"x\"\n", "spec/diff.toml:2: the entry has no `reason`"),
        ("[[lower]]\nrule = \"x\"\nreason = \"r\"\n", "spec/diff.toml:1: the entry has no `to`"),
        ("[[ignore]]\nrule = \"x\nreason = 1\n", "spec/diff.toml:2:"),
    ] {
        let ran = folder(settings).diff(&["old.yaml", "new.yaml"]).ends(2);
        assert!(ran.out.is_empty() && ran.err.contains(said), "{ran:#?}");
    }
    let ran = folder("").diff(&["old.yaml", "new.yaml", "--today", "tomorrow"]).ends(2);
    assert!(ran.err.contains("`tomorrow` is not a date"), "{}", ran.err);
}

#[test]
fn changelog_includes_ignored_changes() {
    let folder = folder("[[ignore]]\nrule = \"*\"\nreason = \"a toy\"\n");
    let entry = folder.diff(&["old.yaml", "new.yaml", "--changelog"]).ends(0).out;
    assert!(entry.contains("- `pets::delete`: `DELETE /pets/{id}`"), "{entry}");
}
