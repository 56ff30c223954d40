//! Tests `reference` as a command: tables become an overlay and the page of vendors.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::process::Command;

use support::Folder;

const COMMON: &str = "\
pages: https://docs.example.com/
about: Writes to <vendor>.
types: {time: {type: string, pattern: '^..:..$'}}
times: [time]
inferred: {order: required fields come first}
record_id: {at_once: The write status names the record.}
missing: {partial: the end of its page could not be read}
responses:
  receipt: {type: object, properties: {job_id: {type: string}}, required: [job_id]}
";

const ACME: &str = "\
name: Acme
read: 2026-01-02
times: Times are UTC.
operations:
  PUT /leads/acme/{id}:
    page: leads/update
    tag: leads
    record_id: at_once
    fields:
      name: required string
      from: {is: time, inferred: order}
missing:
  POST /leads/acme: partial
";

const OVERLAY: &str = "spec/overlays/05-operations.yaml";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("spec/reference/common.yaml", COMMON);
    folder.write("spec/reference/acme.yaml", ACME);
    folder
}

#[test]
fn committed_files_are_those_of_the_tables() {
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["reference", "--check"]).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn writes_overlay_that_names_the_source_of_each_fact() {
    let folder = folder();
    assert_eq!(folder.xtask(&["reference"]).ends(0).out, "operations 1, files written 2\n");
    let overlay: serde_json::Value = serde_json::from_str(&folder.read(OVERLAY)).unwrap();
    let overlay = overlay.to_string();
    for part in [
        r#"{"x-vendors":{"acme":"Acme"}}"#,
        "Propexo's page https://docs.example.com/leads/update, read 2026-01-02.",
        r#""from":{"type":"string","pattern":"^..:..$","x-inferred":"required fields come first"}"#,
        r#""name":{"type":"string"}"#,
        r#""required":["name"]"#,
        r#"{"name":"id","in":"path","required":true,"schema":{"type":"string"}}"#,
        r#"["Times are UTC.","The write status names the record."]"#,
        r#"[{"name":"acme","description":"Writes to Acme. Times are UTC."}]"#,
    ] {
        assert!(overlay.contains(part), "`{part}` is not in\n{overlay}");
    }
    let page = folder.read("generated-client/VENDORS.md");
    assert!(page.contains("| leads | 1 of 2 |"), "{page}");
    assert!(page.contains("- the end of its page could not be read:\n  - `POST /leads/acme`\n"), "{page}");
}

#[test]
fn check_finds_a_corrected_line_and_writes_nothing() {
    let folder = folder();
    folder.xtask(&["reference"]).ends(0);
    assert_eq!(folder.xtask(&["reference", "--check"]).ends(0).out, "operations 1, files written 0\n");
    let before = folder.read(OVERLAY);
    folder.write("spec/reference/acme.yaml", &ACME.replace("required string", "string"));
    let ran = folder.xtask(&["reference", "--check"]).ends(1);
    assert!(ran.err.contains(&format!("stale: {OVERLAY}\n")), "{}", ran.err);
    assert_eq!(folder.read(OVERLAY), before);
}

#[test]
fn error_names_operation_and_field() {
    let folder = folder();
    for (from, to, expected) in [
        (
            "order}",
            "guess}",
            "Acme: PUT /leads/acme/{id}: `from`: `inferred`: `common.yaml` does not have \"guess\"",
        ),
        ("at_once", "later", "Acme: PUT /leads/acme/{id}: `common.yaml` does not have `record_id.later`"),
        ("    page: leads/update\n", "", "Acme: PUT /leads/acme/{id}: `page` is missing"),
        (
            "PUT /leads",
            "PUT leads",
            "spec/reference/acme.yaml: `PUT leads/acme/{id}` is not a method and a path",
        ),
    ] {
        folder.write("spec/reference/acme.yaml", &ACME.replace(from, to));
        let ran = folder.xtask(&["reference"]).ends(2);
        assert!(ran.err.starts_with(expected), "{}", ran.err);
    }
}
