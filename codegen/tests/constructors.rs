//! `x-constructors`: which changes of a document do not change a constructor, and what is reported about the others.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use codegen::api::constructors;
use codegen::{Generated, Options, Source, pipeline};
use support::{NAME, failure_text, generated, overlay_of_root};

const SPEC: &str = "
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /leads:
    post:
      tags: [leads]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Lead'}}}}
      responses: {'204': {description: ''}}
  /units:
    post:
      tags: [units]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Unit'}}}}
      responses:
        '200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Unit'}}}}
components:
  schemas:
    Lead:
      type: object
      required: [age, name, pet]
      properties:
        age: {type: integer}
        first: {type: boolean}
        name: {type: string}
        pet: {type: object, required: [breed, name], properties: {breed: {type: string}, name: {type: string}}}
    Unit: {type: object, required: [area], properties: {area: {type: number}}}
";

/// Returns an overlay with the constructors of a document, as `cargo xtask pin-constructors` writes them.
fn pins(spec: &str) -> String {
    let (api, names) = pipeline::read(Source { name: NAME, text: spec }, &[], Options::default()).unwrap();
    let types = constructors::constructed(&api, &names);
    let entries =
        types.iter().map(|(path, id)| format!("        {path}: {}\n", constructors::entry(&api, *id)));
    with_entries(&entries.collect::<String>())
}

fn with_entries(entries: &str) -> String {
    overlay_of_root(&format!("      x-constructors:\n{entries}"))
}

fn generate(spec: &str, overlay: &str) -> Generated {
    generated(spec, &[overlay]).unwrap_or_else(|failure| panic!("{}", failure_text(&failure)))
}

/// Returns the document with one change.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(SPEC.matches(from).count(), 1, "{from}");
    SPEC.replace(from, to)
}

fn warnings(generated: &Generated) -> Vec<String> {
    generated.warnings.iter().map(|it| format!("{}: {}", it.line, it.what)).collect()
}

fn line<'s>(surface: &'s str, start: &str) -> &'s str {
    surface.lines().map(str::trim).find(|line| line.starts_with(start)).unwrap()
}

#[test]
fn entries_are_the_constructors_of_request_types() {
    let overlay = pins(SPEC);
    let entries: Vec<&str> = overlay.lines().skip(5).map(str::trim).collect();
    let expected = [
        r#"models::Lead: {"positional":["age","name","pet"]}"#,
        r#"models::LeadPet: {"named":["breed","name"]}"#,
        r#"models::Unit: {"positional":["area"]}"#,
    ];
    assert_eq!(entries, expected);
}

#[test]
fn pinned_document_has_the_same_client() {
    let pinned = generate(SPEC, &pins(SPEC));
    assert_eq!(pinned.tree, generated(SPEC, &[]).unwrap().tree);
    assert_eq!(warnings(&pinned), [""; 0]);
}

#[test]
fn field_that_is_no_longer_required_or_may_be_null_stays_an_argument_of_its_type() {
    let pinned = pins(SPEC);
    let before = generate(SPEC, &pinned);
    for (from, to) in [
        ("required: [age, name, pet]", "required: [name]"),
        ("required: [age, name, pet]", "required: []"),
        ("required: [breed, name]", "required: [name]"),
        ("age: {type: integer}", "age: {type: integer, nullable: true}"),
    ] {
        let loosened = changed(from, to);
        assert_ne!(generate(&loosened, "overlay: 1.0.0\nactions: []").surface, before.surface, "{to}");
        let after = generate(&loosened, &pinned);
        assert_eq!(after.surface, before.surface, "{to}");
        assert_eq!(after.tree.files, before.tree.files, "{to}");
        assert_eq!(warnings(&after), [""; 0], "{to}");
    }
}

#[test]
fn form_and_order_do_not_follow_the_types_of_fields() {
    // Two fields of one type would have names, and a kind of id would come first.
    let alike = changed("age: {type: integer}", "age: {type: string}");
    let overlay = pins(SPEC) + "      x-ids: {kinds: {Name: A name.}, fields: {Lead.name: Name}}\n";
    let unpinned = generate(&alike, &with_entries("        {}\n"));
    assert_eq!(
        line(&unpinned.surface, "struct Lead "),
        "struct Lead = new{age: String, name: String, pet: LeadPet}"
    );
    let pinned = generate(&alike, &overlay);
    assert_eq!(
        line(&pinned.surface, "struct Lead "),
        "struct Lead = new(age: String, name: NameId, pet: LeadPet)"
    );
}

#[test]
fn newly_required_field_is_taken_with_a_warning_that_names_both_ways_out() {
    let stricter = changed("required: [age, name, pet]", "required: [age, first, name, pet]");
    let after = generate(&stricter, &pins(SPEC));
    let expected = "struct Lead = new{age: i64, name: String, pet: LeadPet, first: bool}";
    assert_eq!(line(&after.surface, "struct Lead "), expected);
    let what = "6: `first` is required and not in this entry; the constructor takes it, because a request without it is \
                invalid";
    assert_eq!(warnings(&after), [what]);
    let help = &after.warnings.first().unwrap().help;
    assert!(help.contains("make the property optional by an overlay"), "{help}");
    assert!(help.contains("`cargo xtask pin-constructors`"), "{help}");
}

#[test]
fn type_that_had_default_reports_its_first_required_field() {
    let spec = changed("required: [age, name, pet]", "required: []");
    let pinned = pins(&spec);
    assert!(pinned.contains(r#"models::Lead: {"positional":[]}"#), "{pinned}");
    let after = generate(&changed("required: [age, name, pet]", "required: [age]"), &pinned);
    assert_eq!(line(&after.surface, "struct Lead "), "struct Lead = new(age: i64)");
    assert_eq!(after.warnings.len(), 1);
}

#[test]
fn entry_that_no_longer_holds_is_a_warning_at_its_line() {
    let overlay = with_entries(
        "        leads::Led: {positional: []}\n        models::Lead: {positional: [age, name, pet, gone]}\n",
    );
    let expected = [
        "6: no type of requests has this path".to_owned(),
        "7: the type has no property `gone` any more, so its constructor lacks it".to_owned(),
    ];
    assert_eq!(warnings(&generate(SPEC, &overlay)), expected);
}

#[test]
fn field_that_responses_may_lack_stays_optional() {
    let after = generate(&changed("required: [area]", "required: []"), &pins(SPEC));
    assert_eq!(line(&after.surface, "struct Unit"), "struct Unit");
    let what =
        "8: `area` is not required any more, and responses have the type, too, so its constructor lacks it";
    assert_eq!(warnings(&after), [what]);
}

#[test]
fn argument_that_was_nullable_stays_nullable() {
    let nullable = changed("age: {type: integer}", "age: {type: integer, nullable: true}");
    let overlay = pins(&nullable);
    let entry = r#"models::Lead: {"positional":["age","name","pet"],"nullable":["age"]}"#;
    assert!(overlay.contains(entry), "{overlay}");
    let after = generate(&nullable.replace("required: [age, name, pet]", "required: [name]"), &overlay);
    let expected = "struct Lead = new(age: i64 | null, name: String, pet: LeadPet)";
    assert_eq!(line(&after.surface, "struct Lead "), expected);
}

#[test]
fn field_that_responses_may_have_as_null_follows_the_document() {
    let after =
        generate(&changed("area: {type: number}", "area: {type: number, nullable: true}"), &pins(SPEC));
    assert_eq!(line(&after.surface, "struct Unit"), "struct Unit = new(area: f64 | null)");
    let what =
        "8: `area` may be null now, and responses have the type, too, so the constructor takes an `Option`";
    assert_eq!(warnings(&after), [what]);
}

#[test]
fn malformed_entries_are_errors() {
    let entry = "an entry is `{positional: [field]}` or `{named: [field]}`";
    for (entries, error) in [
        ("        models::Lead: [age]\n", entry),
        ("        models::Lead: {}\n", entry),
        ("        models::Lead: {named: age}\n", entry),
        ("        models::Lead: {named: [1]}\n", entry),
        ("        models::Lead: {named: [], positional: []}\n", entry),
        ("        models::Lead: {named: [age], nullable: age}\n", entry),
        ("        [models::Lead]\n", "this table is an object: the path of a type to its constructor"),
    ] {
        let failure = generated(SPEC, &[&with_entries(entries)]).unwrap_err();
        assert!(failure_text(&failure).contains(error), "{entries}{}", failure_text(&failure));
    }
}
