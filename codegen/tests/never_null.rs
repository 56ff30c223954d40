//! `x-never-null`: what it reports, and what it leaves alone.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use support::{failure_text, generated, overlay_of_root};

const SPEC: &str = "
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /leads:
    get:
      tags: [leads]
      responses:
        '200':
          description: ''
          content: {application/json: {schema: {$ref: '#/components/schemas/Lead'}}}
components:
  schemas:
    Lead: {type: object, required: [id, name], properties: {id: {type: string}, name: {type: string}}}
";

fn overlay(table: &str) -> String {
    overlay_of_root(&format!("      x-never-null: {table}\n"))
}

#[test]
fn property_of_a_response_is_optional_unless_listed() {
    let generated = generated(SPEC, &[&overlay("{id: It is the key.}")]).unwrap();
    assert!(generated.surface.contains("    id: String\n    name: String | null\n"), "{}", generated.surface);
    assert_eq!(generated.warnings, []);
}

#[test]
fn without_a_table_properties_are_as_the_document_says() {
    let generated = generated(SPEC, &[]).unwrap();
    assert!(generated.surface.contains("    id: String\n    name: String\n"), "{}", generated.surface);
}

#[test]
fn entry_that_applies_nowhere_is_a_warning() {
    let generated =
        generated(SPEC, &[&overlay("{Lead.id: It is the key., Unit.name: It has one.}")]).unwrap();
    let warnings: Vec<String> = generated.warnings.iter().map(ToString::to_string).collect();
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    assert!(warning.contains("no property that responses always have matches this entry"), "{warning}");
    assert!(warning.contains("/x-never-null/Unit.name"), "{warning}");
}

#[test]
fn malformed_tables_are_errors() {
    for (table, error) in [
        ("[id]", "this table is an object: the selector of a property to the reason"),
        ("{id: true}", "an entry of this table is a string"),
    ] {
        let failure = generated(SPEC, &[&overlay(table)]).unwrap_err();
        assert!(failure_text(&failure).contains(error), "{table}: {}", failure_text(&failure));
    }
}
