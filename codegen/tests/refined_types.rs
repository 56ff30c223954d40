//! `x-ids`, `x-formats` and `x-untyped`: what they report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use codegen::Generated;
use support::{failure_text, generated, overlay_of_root};

const SPEC: &str = "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /leads:
    post:
      tags: [leads]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                lead_id: {type: string}
                batch_id: {type: string}
                start_date: {type: string}
                rent_in_cents: {type: integer}
                count: {type: integer}
                owner: {type: object, properties: {lead_id: {type: string}}}
      responses: {'204': {description: ''}}
";

/// The document with these lines in an overlay, below `update:`.
fn with(tables: &str) -> Result<Generated, String> {
    generated(SPEC, &[&overlay_of_root(tables)]).map_err(|failure| failure_text(&failure))
}

fn untyped(generated: &Generated) -> Vec<String> {
    let shown = |it: &codegen::api::refine::Untyped| {
        format!("{}: {}: {}", it.selector, it.owners.iter().cloned().collect::<Vec<_>>().join(" "), it.reason)
    };
    generated.untyped.iter().map(shown).collect()
}

fn warnings(generated: &Generated) -> Vec<String> {
    generated.warnings.iter().map(|it| format!("{}:{}: {}", it.line, it.column, it.what)).collect()
}

#[test]
fn without_tables_nothing_is_typed() {
    let generated = generated(SPEC, &[]).unwrap_or_else(|failure| panic!("{}", failure_text(&failure)));
    assert!(!generated.tree.files.contains_key("ids.rs"));
    assert!(generated.surface.contains("lead_id: String?"), "{}", generated.surface);
}

#[test]
fn most_specific_key_counts() {
    let tables = "
      x-ids: {kinds: {Lead: A lead., Owner: An owner.}, fields: {lead_id: Lead, owner.lead_id: Owner}}
      x-formats: {rent_in_cents: cents, start_date: date}
      x-untyped: {batch_id: You choose it.}
";
    let generated = with(tables).unwrap();
    for line in [
        "    lead_id: LeadId?",
        "    lead_id: OwnerId?",
        "    rent_in_cents: Cents?",
        "    start_date: Date?",
    ] {
        assert!(generated.surface.lines().any(|own| own == line), "{line}:\n{}", generated.surface);
    }
    assert_eq!(warnings(&generated), [""; 0]);
    assert_eq!(untyped(&generated), ["batch_id: CreateLead: You choose it."]);
}

#[test]
fn lists_fields_without_a_type_with_the_reason() {
    let generated = with("      x-formats: {start_date: date, lead_id: cents}\n").unwrap();
    let none = "no entry of `x-ids`, `x-formats` or `x-untyped`";
    let expected = [
        format!("batch_id: CreateLead: {none}"),
        "lead_id: CreateLead CreateLeadOwner: its schema is not that of `lead_id`".to_owned(),
        format!("rent_in_cents: CreateLead: {none}"),
    ];
    assert_eq!(untyped(&generated), expected);
}

#[test]
fn entry_that_applies_nowhere_is_a_warning_at_its_line() {
    let tables = "      x-ids:
        kinds: {Lead: A lead., Owner: An owner.}
        fields:
          lead_id: Lead
          count: Lead
      x-formats:
        CreateLead.start: date
        start_date: date
        batch_id: cents
";
    let no_string = "no field or parameter with a plain string matches this entry";
    let expected = [
        format!("11:9: {no_string}"),
        "13:9: no field with a number matches this entry".to_owned(),
        format!("9:11: {no_string}"),
        "6:32: no entry of `fields` has the kind `Owner`".to_owned(),
    ];
    assert_eq!(warnings(&with(tables).unwrap()), expected);
}

#[test]
fn wrong_tables_are_errors() {
    for (tables, error) in [
        (
            "      x-ids: {kinds: {Lead: A lead.}, fields: {lead_id: Led}}\n",
            "`Led` is not among the `kinds` of `x-ids`",
        ),
        ("      x-ids: {kinds: {lead: A lead.}, fields: {lead_id: lead}}\n", "help: write `Lead`"),
        ("      x-ids: {kinds: [Lead]}\n", "this table is an object of strings"),
        ("      x-formats: {lead_id: time}\n", "`time` is not a format"),
        ("      x-formats: {lead_id: 7}\n", "an entry of this table is a string"),
        (
            "      x-ids: {kinds: {Lead: A lead.}, fields: {lead_id: Lead}}\n      x-formats: {lead_id: date}\n",
            "`lead_id` is in `x-ids`, too",
        ),
    ] {
        let found = with(tables).map(|_| ()).unwrap_err();
        assert!(found.starts_with("overlay.yaml:") && found.contains(error), "{error}:\n{found}");
    }
}

#[test]
fn kind_with_the_name_of_another_type_is_an_error() {
    let named = "
  - target: $.paths['/leads'].post.requestBody.content['application/json'].schema.properties.owner
    update: {x-rust-name: LeadId}
";
    let found = with(&format!("      x-ids: {{kinds: {{Lead: A lead.}}, fields: {{lead_id: Lead}}}}{named}"));
    let found = found.map(|_| ()).unwrap_err();
    assert!(found.contains("`LeadId` is the name of another type"), "{found}");
}
