//! Documents without end, or larger than any written by hand: each limit has a message with a position.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use support::{failure_text, generated};

#[test]
fn aliases_of_aliases_are_refused() {
    let mut text = String::from("openapi: 3.1.0\nx-0: &x0 [lol, lol]\n");
    for level in 1..30 {
        text += &format!("x-{level}: &x{level} [*x{0}, *x{0}, *x{0}]\n", level - 1);
    }
    insta::assert_snapshot!(failure_text(&generated(&text, &[]).unwrap_err()), @"
    api.yaml:1:1: error: its aliases unfold without end
      help: write it without aliases
    ");
}

#[test]
fn nesting_of_500_levels_is_refused() {
    let deep = |open: &str, close: &str| format!("{}{{type: string}}{}", open.repeat(500), close.repeat(500));
    let schema = deep("{type: array, items: ", "}");
    insta::assert_snapshot!(failure_text(&generated(&responding_with(&schema, ""), &[]).unwrap_err()), @"
    api.yaml:4:2608: error: nested deeper than 128 levels
      help: name the inner parts, and refer to them
    ");
    let schema = deep("{\"items\": ", "}").replace("type: string", "\"type\": \"string\"");
    assert!(generated(&format!("{{\"openapi\": \"3.1.0\", \"x\": {schema}}}"), &[]).is_err());
}

#[test]
fn machine_made_components_that_multiply_are_refused() {
    let components: String = (0..20)
        .map(|level| {
            let next = format!("{{$ref: '#/components/schemas/Schema{}'}}", level + 1);
            format!("    Schema{level}: {{type: object, properties: {{a: {next}, b: {next}, c: {next}}}}}\n")
        })
        .collect();
    let end = "    Schema20: {type: string}\n";
    let document = responding_with("{$ref: '#/components/schemas/Schema0'}", &format!("{components}{end}"));
    insta::assert_snapshot!(failure_text(&generated(&document, &[]).unwrap_err()).lines().next().unwrap(), @"api.yaml:27:131: error: the document grows beyond 200,000 schemas when its references are followed");
}

#[test]
fn unions_that_multiply_are_refused() {
    let components: String = (0..60)
        .map(|level| {
            let next = format!("{{$ref: '#/components/schemas/U{}'}}", level + 1);
            format!("    U{level}: {{anyOf: [{next}, {next}, {{type: boolean}}]}}\n")
        })
        .collect();
    let document = responding_with(
        "{$ref: '#/components/schemas/U0'}",
        &format!("{components}    U60: {{type: string}}\n"),
    );
    insta::assert_snapshot!(failure_text(&generated(&document, &[]).unwrap_err()).lines().next().unwrap(), @"api.yaml:8:5: error: this type holds itself with no object between, or unfolds without end");
}

/// A chain of components, each of which refers to the next by `link`.
fn chain(length: usize, name: &str, link: impl Fn(&str) -> String) -> String {
    let components: String = (0..length)
        .map(|level| {
            format!(
                "    {name}{level}: {}\n",
                link(&format!("{{$ref: '#/components/schemas/{name}{}'}}", level + 1))
            )
        })
        .collect();
    let end = format!("    {name}{length}: {{type: object, properties: {{id: {{type: string}}}}}}\n");
    responding_with(&format!("{{$ref: '#/components/schemas/{name}0'}}"), &format!("{components}{end}"))
}

#[test]
fn long_chains_of_components_end_well_or_are_refused() {
    let objects = chain(1_000, "Link", |next| format!("{{type: object, properties: {{next: {next}}}}}"));
    assert_eq!(generated(&objects, &[]).unwrap().types, 1_001);
    let refused = |document: &str| {
        failure_text(&generated(document, &[]).unwrap_err()).lines().next().unwrap().to_owned()
    };
    insta::assert_snapshot!(refused(&chain(2_000, "Link", |next| format!("{{type: array, items: {next}}}"))), @"api.yaml:8:5: error: this type holds itself with no object between, or unfolds without end");
    insta::assert_snapshot!(refused(&chain(2_000, "Link", |next| format!("{{anyOf: [{next}, {{type: string}}]}}"))), @"api.yaml:8:5: error: this type holds itself with no object between, or unfolds without end");
    insta::assert_snapshot!(refused(&chain(2_000, "Link", |next| format!("{{allOf: [{next}, {{required: [a]}}]}}"))), @"api.yaml:108:23: error: this `allOf` contains itself, or goes on without end");
    insta::assert_snapshot!(refused(&chain(2_000, "Link", str::to_owned)), @"api.yaml:4:80: error: this `$ref` leads back to itself");
    insta::assert_snapshot!(refused(&chain(2_000, "Schema", |next| format!("{{type: object, properties: {{next: {next}}}}}"))), @"api.yaml:44:43: error: nested deeper than 80 levels");
}

/// A document whose single response has this schema, with these components.
fn responding_with(schema: &str, components: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: T, version: '1'}}
paths:
  /a: {{get: {{responses: {{'200': {{description: '', content: {{application/json: {{schema: {schema}}}}}}}}}}}}}
components:
  schemas:
    Other: {{type: string}}
{components}"
    )
}
