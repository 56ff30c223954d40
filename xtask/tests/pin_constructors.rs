//! Tests `pin-constructors` as a command: constructors become an overlay, and stay.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use support::Folder;

const SPEC: &str = "
openapi: 3.0.3
info: {title: Propexo API, version: '1'}
paths:
  /v1/leads/:
    post:
      tags: [leads]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [age, name]
              properties: {age: {type: integer}, name: {type: string}}
      responses: {'204': {description: ''}}
";

const OVERLAY: &str = "spec/overlays/54-constructors.yaml";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("spec/openapi.yaml", SPEC);
    folder
}

/// Returns the entries of the overlay.
fn entries(folder: &Folder) -> String {
    folder.read(OVERLAY).split_once("x-constructors:\n").unwrap().1.trim_start().to_owned()
}

#[test]
fn keeps_constructor_of_a_document_that_requires_less() {
    let folder = folder();
    let entry = "leads::CreateLead: {\"positional\":[\"age\",\"name\"]}\n";
    assert_eq!(folder.xtask(&["pin-constructors"]).ends(0).out, "constructors 1, files written 1\n");
    assert_eq!(entries(&folder), entry);
    folder.write("spec/openapi.yaml", &SPEC.replace("[age, name]", "[name]"));
    assert_eq!(folder.xtask(&["pin-constructors", "--check"]).ends(0).err, "");
    assert_eq!(folder.xtask(&["pin-constructors"]).ends(0).out, "constructors 1, files written 0\n");
    assert_eq!(entries(&folder), entry);
}

#[test]
fn accepts_constructor_of_a_document_that_requires_more() {
    let folder = folder();
    folder.write("spec/openapi.yaml", &SPEC.replace("[age, name]", "[name]"));
    folder.xtask(&["pin-constructors"]).ends(0);
    folder.write("spec/openapi.yaml", SPEC);
    let ran = folder.xtask(&["pin-constructors", "--check"]).ends(1);
    assert!(ran.err.contains("stale: spec/overlays/54-constructors.yaml"), "{}", ran.err);
    folder.xtask(&["pin-constructors"]).ends(0);
    assert_eq!(entries(&folder), "leads::CreateLead: {\"positional\":[\"name\",\"age\"]}\n");
}

#[test]
fn constructor_without_its_entry_follows_the_document() {
    let folder = folder();
    folder.xtask(&["pin-constructors"]).ends(0);
    folder.write("spec/openapi.yaml", &SPEC.replace("required: [age, name]", "required: []"));
    let entry = entries(&folder);
    folder.write(OVERLAY, &folder.read(OVERLAY).replace(&entry, "{}\n"));
    folder.xtask(&["pin-constructors"]).ends(0);
    assert_eq!(entries(&folder), "leads::CreateLead: {\"positional\":[]}\n");
}
