//! Documents that mean harm: names that would be code or paths, and sizes that would have no end.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use codegen::Generated;
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Value, json};
use support::{generated, told};

/// Each would be something else in a path, an identifier, a comment or a text of Rust. `eVil` is what to look for.
const NAMES: [&str; 24] = [
    "*/ pub fn eVil() {} /*",
    "\"; pub fn eVil() {} //",
    "x\npub fn eVil() {}\n",
    "x\r\n#![eVil]",
    "#![eVil]",
    "]\n#[eVil]",
    "```\neVil\n```",
    "{eVil!()}",
    "${eVil}",
    "\u{202e}eVil\u{202c}",
    "\u{2066}eVil\u{2069}\u{200f}",
    "nul\0eVil",
    "../../eVil",
    "..\\..\\eVil",
    "/etc/eVil",
    "r#",
    "r#\"eVil\"#",
    "Self",
    "_",
    "",
    "🦀",
    "\u{301}\u{feff}\u{ad}",
    "'eVil",
    "\\u{65}vil\\",
];

fn generated_or_told(document: &Value, overlay: &Value) -> Result<Generated, String> {
    generated(&document.to_string(), &[&overlay.to_string()]).map_err(|failure| told(&failure))
}

/// Asserts that everything is Rust, stands in the folder, and says `eVil` in no place of its own.
fn assert_harmless(generated: &Generated, name: &str) {
    for (path, text) in generated.tree.files.iter().chain(&generated.tree.calls) {
        assert!(syn::parse_file(text).is_ok(), "{name:?}: {path} is no Rust:\n{text}");
        assert!(!has_evil(text.parse().unwrap()), "{name:?}: {path} says what it was told:\n{text}");
        let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
        let stem = path.strip_suffix(".rs").unwrap();
        assert!(stem.split('/').all(plain), "{name:?}: {path} is a strange path");
        let turns = |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\0');
        assert!(!text.contains(turns), "{name:?}: {path} has signs that nobody sees");
    }
    assert!(!generated.tree.features.contains("eVil()"), "{}", generated.tree.features);
    for line in generated.tree.features.lines() {
        assert!(
            line.is_empty() || line.starts_with(['#', ' ', ']']) || line.contains('='),
            "{name:?}: {line:?}"
        );
    }
}

/// Whether `eVil` stands there as a word of the language; in texts and comments it may.
fn has_evil(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "eVil",
        TokenTree::Group(group) => has_evil(group.stream()),
        _ => false,
    })
}

/// A document that has this name wherever a document has names.
fn named(name: &str) -> Value {
    let text = json!({"type": "string", "enum": [name, "usual"], "default": name, "description": name, "title": name});
    let number = json!({"type": "string", "pattern": name, "format": name, "x-fern-availability": name, "deprecated": true});
    let union = json!({"anyOf": [
        {"title": name, "type": "object", "required": ["a"], "properties": {"a": text, name: number}},
        {"title": "Other", "type": "object", "required": ["b"], "properties": {"b": number}},
    ]});
    let component =
        json!({"type": "object", "properties": {name: union, "list": {"type": "array", "items": text}}});
    let pointer = name.replace('~', "~0").replace('/', "~1");
    let reference = json!({"$ref": format!("#/components/schemas/X{pointer}")});
    json!({
        "openapi": "3.1.0",
        "info": {"title": name, "version": name},
        "servers": [{"url": name}],
        "tags": [{"name": name, "description": name}],
        "paths": {
            format!("/{name}"): {"post": {
                "tags": [name],
                "summary": name,
                "description": name,
                "x-fern-availability": name,
                "parameters": [
                    {"name": format!("q{name}"), "in": "query", "schema": text},
                    {"name": format!("h{name}"), "in": "header", "schema": {"type": "array", "items": {"type": "string"}}},
                ],
                "requestBody": {"required": true, "content": {"application/json": {"schema": component}}},
                "responses": {"200": {"description": name, "content": {"application/json": {"schema": reference}}}},
            }},
            "/usual": {"get": {"tags": [name], "operationId": name, "responses": {"204": {"description": name}}}},
        },
        "webhooks": {name: {"post": {"requestBody": {"content": {"application/json": {"schema": component}}}, "responses": {}}}},
        "components": {"schemas": {format!("X{name}"): component}},
    })
}

/// An overlay that says this text wherever an overlay can.
fn overlay(name: &str) -> Value {
    json!({"overlay": "1.0.0", "actions": [
        {"target": "$", "update": {
            "x-glossary": {"list": name, name: name},
            "x-shared-types": {format!("Y{name}"): {"fields": ["list"], "values": ["usual"]}},
        }},
        {"target": "$.paths['/usual'].get", "update": {"description": name}},
        {"target": "$..properties.list", "update": {"description": name, "x-rust-name": format!("Z{name}")}},
    ]})
}

#[test]
fn no_name_becomes_code_or_a_path() {
    for name in NAMES {
        match generated_or_told(&named(name), &overlay(name)) {
            Ok(generated) => assert_harmless(&generated, name),
            // A path with braces has parameters, which this one does not declare.
            Err(told) if name.contains('{') => {
                assert!(told.contains("is no declared parameter"), "{name:?}: {told}")
            }
            Err(told) => panic!("{name:?}: {told}"),
        }
    }
}

#[test]
fn prose_that_is_kept_stays_in_comments() {
    for name in NAMES.iter().filter(|name| !name.contains('{')) {
        let document = named(name).to_string();
        let source = codegen::Source { name: support::NAME, text: &document };
        let generated = codegen::generate(
            source,
            &[],
            codegen::Options { keep_prose: true, ..codegen::Options::default() },
        );
        match generated {
            Ok(generated) => assert_harmless(&generated, name),
            Err(failure) => panic!("{name:?}: {}", told(&failure)),
        }
    }
}

#[test]
fn a_name_of_ten_thousand_letters_is_cut() {
    let name = "LongName".repeat(1_250);
    let generated = generated_or_told(&named(&name), &overlay("usual")).unwrap();
    assert_harmless(&generated, "long");
    assert!(generated.tree.files.keys().all(|path| path.len() < 200));
}

#[test]
fn names_that_differ_by_case_or_punctuation_are_told_apart_or_refused() {
    let fields: serde_json::Map<String, Value> = ["a_b", "a-b", "a.b", "A_B", "aB", "a b", "AB", "ab"]
        .map(|name| (name.to_owned(), json!({"type": "string"})))
        .into_iter()
        .collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {
            "type": "object", "properties": fields,
        }}}}}}}},
    });
    let generated = generated(&document.to_string(), &[]).unwrap();
    assert_harmless(&generated, "twins");
    insta::assert_snapshot!(generated.surface, @"
    mod default_api
      fn get_a() -> GetAResponse  // GET /a
      struct GetAResponse
        ab: String?
        a_b: String?
        a_b_l20l: String?
        a_b_l2dl: String?
        a_b_l2el: String?
        a_b_lu: String?
        a_b_l5fl: String?
        ab_ll: String?
    mod models
    ");
}

#[test]
fn a_description_cannot_be_a_link_a_tag_or_code() {
    let name = "[x](javascript:eVil) <script>eVil</script> `eVil\n    indented\n# Heading\n* item";
    let generated = generated_or_told(&named("usual"), &overlay(name)).unwrap();
    let text = &generated.tree.files["usual.rs"];
    let docs: Vec<&str> = text.lines().filter(|line| line.contains("script")).map(str::trim).collect();
    insta::assert_snapshot!(docs.join("\n"), @r"/// \[x\](javascript:eVil) \<script\>eVil\</script\> 'eVil indented \# Heading \* item");
}

#[test]
fn aliases_of_aliases_are_refused() {
    let mut text = String::from("openapi: 3.1.0\nx-0: &x0 [lol, lol]\n");
    for level in 1..30 {
        text += &format!("x-{level}: &x{level} [*x{0}, *x{0}, *x{0}]\n", level - 1);
    }
    insta::assert_snapshot!(told(&generated(&text, &[]).unwrap_err()), @"
    api.yaml:1:1: error: its aliases unfold without end
      help: write it without aliases
    ");
}

#[test]
fn nesting_of_500_levels_is_refused() {
    let deep = |open: &str, close: &str| format!("{}{{type: string}}{}", open.repeat(500), close.repeat(500));
    let schema = deep("{type: array, items: ", "}");
    insta::assert_snapshot!(told(&generated(&answering(&schema, ""), &[]).unwrap_err()), @"
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
            let next = format!("{{$ref: '#/components/schemas/_{}'}}", level + 1);
            format!("    _{level}: {{type: object, properties: {{a: {next}, b: {next}, c: {next}}}}}\n")
        })
        .collect();
    let document =
        answering("{$ref: '#/components/schemas/_0'}", &format!("{components}    _20: {{type: string}}\n"));
    insta::assert_snapshot!(told(&generated(&document, &[]).unwrap_err()).lines().next().unwrap(), @"api.yaml:27:116: error: the document grows beyond 200,000 schemas when its references are followed");
}

#[test]
fn unions_that_multiply_are_refused() {
    let components: String = (0..60)
        .map(|level| {
            let next = format!("{{$ref: '#/components/schemas/U{}'}}", level + 1);
            format!("    U{level}: {{anyOf: [{next}, {next}, {{type: boolean}}]}}\n")
        })
        .collect();
    let document =
        answering("{$ref: '#/components/schemas/U0'}", &format!("{components}    U60: {{type: string}}\n"));
    insta::assert_snapshot!(told(&generated(&document, &[]).unwrap_err()).lines().next().unwrap(), @"api.yaml:8:5: error: this type holds itself with no object between, or unfolds without end");
}

/// A chain of components, each made of the next by `link`.
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
    answering(&format!("{{$ref: '#/components/schemas/{name}0'}}"), &format!("{components}{end}"))
}

#[test]
fn long_chains_of_components_end_well_or_are_refused() {
    let objects = chain(1_000, "Link", |next| format!("{{type: object, properties: {{next: {next}}}}}"));
    assert_eq!(generated(&objects, &[]).unwrap().types, 1_001);
    let refused =
        |document: &str| told(&generated(document, &[]).unwrap_err()).lines().next().unwrap().to_owned();
    insta::assert_snapshot!(refused(&chain(2_000, "Link", |next| format!("{{type: array, items: {next}}}"))), @"api.yaml:8:5: error: this type holds itself with no object between, or unfolds without end");
    insta::assert_snapshot!(refused(&chain(2_000, "Link", |next| format!("{{anyOf: [{next}, {{type: string}}]}}"))), @"api.yaml:8:5: error: this type holds itself with no object between, or unfolds without end");
    insta::assert_snapshot!(refused(&chain(2_000, "Link", |next| format!("{{allOf: [{next}, {{required: [a]}}]}}"))), @"api.yaml:108:23: error: this `allOf` contains itself, or goes on without end");
    insta::assert_snapshot!(refused(&chain(2_000, "Link", str::to_owned)), @"api.yaml:4:80: error: this `$ref` leads back to itself");
    insta::assert_snapshot!(refused(&chain(2_000, "_link", |next| format!("{{type: object, properties: {{next: {next}}}}}"))), @"api.yaml:44:42: error: nested deeper than 80 levels");
}

/// A document whose one answer has this schema, beside these components.
fn answering(schema: &str, components: &str) -> String {
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
