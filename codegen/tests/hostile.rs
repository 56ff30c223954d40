//! Documents whose names and strings would act as code, paths, links or commands if they were not escaped.
#![allow(clippy::unwrap_used, clippy::panic)]

mod judge;
mod support;

use codegen::{Failure, Generated, Options, Source, generate};
use serde_json::{Value, json};
use support::failure_text;

/// Each has a special meaning in a path, an identifier, a comment, a Rust string, a terminal or TOML.
const NAMES: [&str; 60] = [
    "*/ pub fn evil() {} /*",
    "\"; pub fn evil() {} //",
    "\"#; pub fn evil() {} //",
    "x\npub fn evil() {}\n",
    "x\r\n#![evil]",
    "x\rpub fn evil() {}",
    "x\u{2028}pub fn evil() {}\u{2029}",
    "#![evil]",
    "]\n#[evil]",
    "\"]\nevil = []\n[dependencies]\nevil = \"*",
    "```\nevil()\n```",
    "```` evil () and so on and so on and so on and so on and so on and so on and so on and so on and on and on ````",
    "~~~ rust\nevil()\n~~~",
    "~~~ evil() `",
    "    indented()",
    "\tindented()",
    "[evil](https://evil.invalid)",
    "\\[evil](https://evil.invalid)",
    "![evil](https://evil.invalid/x.png)",
    "[evil]: https://evil.invalid",
    "[crate::evil]",
    "[`evil`]",
    "<script>evil()</script>",
    "<https://evil.invalid>",
    "https://evil.invalid/`<b>`",
    "&lt;b&gt;&#x202e;evil",
    "# evil",
    "evil\n===",
    "evil\n---",
    "- evil\n- evil",
    "1. evil\n2) evil",
    "| evil | evil |\n|---|---|\n| a | b |",
    "[^evil]\n\n[^evil]: x",
    "**evil** _evil_ ~~evil~~",
    "{evil!()}",
    "${evil} {{evil}} %s",
    "\u{202e}evil\u{202c}",
    "\u{2066}evil\u{2069}\u{200f}\u{61c}",
    "\u{1b}[2J\u{1b}]0;evil\u{7}",
    "nul\0evil",
    "../../evil",
    "..\\..\\evil",
    "/etc/evil",
    "C:\\evil",
    "aux",
    "CON",
    "com1",
    "mod",
    "r#",
    "r#\"evil\"#",
    "Self",
    "crate",
    "_",
    "",
    "🦀",
    "\u{301}\u{feff}\u{ad}",
    "e\u{301}",
    "'evil",
    "\\u{65}vil\\",
    "中文\u{3164}",
];

/// Generates from a document with an overlay and judges the output.
fn judged(document: &Value, overlay: &Value, keep_prose: bool) -> Result<Generated, Failure> {
    let (spec, overlay) = (document.to_string(), overlay.to_string());
    let options = Options { keep_prose, ..Options::default() };
    let overlays = [Source { name: "overlay.yaml", text: &overlay }];
    let result = generate(Source { name: support::NAME, text: &spec }, &overlays, options);
    let escapes = match &result {
        Ok(generated) => judge::escapes(generated, &[&spec, &overlay]),
        Err(failure) => judge::unprintable(&failure.0),
    };
    assert!(escapes.is_empty(), "{escapes:#?}");
    result
}

/// A document with this name wherever a document has names or strings.
fn named(name: &str) -> Value {
    let text = json!({"type": "string", "enum": [name, "usual"], "default": name, "description": name, "title": name});
    let number = json!({
        "type": "string", "pattern": name, "format": name, "description": name,
        "x-fern-availability": name, "deprecated": true,
    });
    let union = json!({"anyOf": [
        {"title": name, "type": "object", "required": ["a"], "properties": {"a": text, name: number}},
        {"title": "Other", "type": "object", "required": ["b"], "properties": {"b": number}},
    ]});
    let component =
        json!({"type": "object", "properties": {name: union, "list": {"type": "array", "items": text}}});
    let pointer = name.replace('%', "%25").replace('~', "~0").replace('/', "~1");
    let reference = json!({"$ref": format!("#/components/schemas/Component{pointer}")});
    json!({
        "openapi": "3.1.0",
        "info": {"title": name, "version": name, "description": name},
        "servers": [{"url": name, "description": name}],
        "tags": [{"name": name, "description": name}],
        "paths": {
            format!("/{name}"): {"post": {
                "tags": [name],
                "summary": name,
                "description": name,
                "x-fern-availability": name,
                "parameters": [
                    {"name": format!("q{name}"), "in": "query", "description": name, "schema": text},
                    {"name": format!("n{name}"), "in": "query", "schema": {"type": "string", "pattern": name, "maxLength": 3}},
                    {"name": format!("h{name}"), "in": "header", "schema": {"type": "array", "items": {"type": "string"}}},
                ],
                "requestBody": {"required": true, "content": {"application/json": {"schema": component}}},
                "responses": {"200": {
                    "description": name,
                    "headers": {format!("r{name}"): {"schema": text}},
                    "content": {"application/json": {"schema": reference}},
                }},
            }},
            "/usual": {"get": {"tags": [name], "operationId": name, "responses": {"204": {"description": name}}}},
        },
        "webhooks": {name: {"post": {
            "requestBody": {"content": {"application/json": {"schema": component}}},
            "responses": {},
        }}},
        "components": {
            "schemas": {format!("Component{name}"): component},
            "securitySchemes": {name: {"type": "apiKey", "name": name, "in": "header"}},
        },
    })
}

/// An overlay with this string wherever an overlay permits one.
fn overlay(name: &str) -> Value {
    json!({"overlay": "1.0.0", "actions": [
        {"target": "$", "update": {
            "x-glossary": {"list": name, name: name},
            "x-shared-types": {format!("Y{name}"): {"fields": ["list"], "values": ["usual"]}},
        }},
        {"target": "$.paths['/usual'].get", "update": {"description": name}},
        {"target": "$.paths[?@.post].post.parameters[?@.in == 'header']", "update": {"description": name}},
        {"target": "$..properties.list", "update": {"description": name, "x-rust-name": format!("Z{name}")}},
    ]})
}

#[test]
fn no_name_leaves_its_place() {
    for keep_prose in [false, true] {
        for name in NAMES {
            match judged(&named(name), &overlay(name), keep_prose) {
                Ok(generated) => assert_eq!(generated.operations, 2, "{name:?}"),
                // A path with braces has parameters, which this document does not declare.
                Err(failure) if name.contains('{') => {
                    assert!(
                        failure_text(&failure).contains("is not a declared parameter"),
                        "{name:?}: {}",
                        failure_text(&failure)
                    );
                }
                Err(failure) => panic!("{name:?}: {}", failure_text(&failure)),
            }
        }
    }
    // Any panic or escape fails the test before this line.
    println!("robust: hostile documents {}, panics 0, escapes 0", 2 * NAMES.len());
}

#[test]
fn texts_travel_as_the_document_has_them() {
    for name in NAMES.iter().filter(|name| !name.contains('{')) {
        let generated = judged(&named(name), &overlay("usual"), false).unwrap();
        let texts: Vec<String> =
            generated.tree.files.values().flat_map(|file| literals(file.parse().unwrap())).collect();
        for text in [(*name).to_owned(), format!("/{name}"), format!("q{name}"), format!("h{name}")] {
            assert!(texts.contains(&text), "{text:?} is not among {texts:?}");
        }
    }
}

/// All string literals of a file, including those in tables.
fn literals(tokens: proc_macro2::TokenStream) -> Vec<String> {
    let texts = tokens.into_iter().flat_map(|token| match token {
        proc_macro2::TokenTree::Group(group) => literals(group.stream()),
        proc_macro2::TokenTree::Literal(literal) => match syn::parse_str(&literal.to_string()) {
            Ok(syn::Lit::Str(text)) => vec![text.value()],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    });
    texts.collect()
}

#[test]
fn messages_about_hostile_names_are_lines() {
    for name in NAMES {
        let mut document = named(name);
        document["paths"][format!("/{name}")]["post"]["responses"]["200"]["content"]["application/json"]["schema"] =
            json!({"$ref": format!("#/components/schemas/{name}")});
        document["components"]["schemas"][format!("Component{name}")]["properties"][name]["anyOf"][0]["type"] =
            json!(name);
        document["paths"]["/usual"]["get"][format!("k{name}")] = json!(1);
        let overlay = json!({"overlay": "1.0.0", "actions": [{"target": name, "remove": true}]});
        assert!(judged(&document, &overlay, false).is_err(), "{name:?}");
    }
}

#[test]
fn a_name_of_ten_thousand_letters_is_cut() {
    for letter in ["LongName", "é", "🦀", "中"] {
        let name = letter.repeat(10_000 / letter.chars().count());
        let generated = judged(&named(&name), &overlay(&name), true).unwrap();
        assert!(generated.tree.files.keys().all(|path| path.len() < 200));
    }
}

#[test]
fn distinguishes_or_rejects_names_that_differ_by_case_or_punctuation() {
    let twins = ["a_b", "a-b", "a.b", "A_B", "aB", "a b", "AB", "ab", "caf\u{e9}", "cafe\u{301}"];
    let of_twins = |value: &dyn Fn(&str) -> Value| -> serde_json::Map<String, Value> {
        twins.map(|name| (name.to_owned(), value(name))).into_iter().collect()
    };
    let responding_with = |schema: Value| {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}}},
        })
    };
    let none = json!({"overlay": "1.0.0", "actions": []});
    let fields = of_twins(&|_| json!({"type": "string"}));
    let enumerated = json!({"type": "string", "enum": twins});
    let generated =
        judged(&responding_with(json!({"type": "object", "properties": fields})), &none, false).unwrap();
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
        café: String?
        café_llle9: String?
    mod models
    ");
    let generated =
        judged(&responding_with(json!({"type": "object", "properties": {"one": enumerated}})), &none, false)
            .unwrap();
    insta::assert_snapshot!(generated.surface, @"
    mod default_api
      fn get_a() -> GetAResponse  // GET /a
      struct GetAResponse
        one: GetAResponseOne?
      enum GetAResponseOne: Ab AB ABL20l ABL2dl ABL2el ABLu ABL5fl AbLl Café CaféLlle9
    mod models
    ");
    // Equal names of operations, groups and components are errors: the generator does not make up names for these.
    let mut document = responding_with(json!({}));
    let tagged = |name| json!({"get": {"tags": [name], "responses": {"204": {"description": ""}}}});
    let paths = twins.map(|name| (format!("/{name}"), tagged(name)));
    document["paths"] = Value::Object(paths.into_iter().collect());
    let failure = judged(&document, &none, false).unwrap_err();
    assert!(
        failure_text(&failure).contains("both want the name `get` in the group `a_b`"),
        "{}",
        failure_text(&failure)
    );
}

#[test]
fn a_description_cannot_be_a_link_a_tag_or_code() {
    let name = "[x](javascript:evil) <script>evil</script> `evil\n    indented\n# Heading\n* item\n~~~\ncode";
    let generated = judged(&named("usual"), &overlay(name), false).unwrap();
    let [group, requests] = ["usual.rs", "usual/requests.rs"].map(|path| &generated.tree.files[path]);
    let docs: Vec<&str> =
        group.lines().chain(requests.lines()).filter(|line| line.contains("script")).map(str::trim).collect();
    insta::assert_snapshot!(docs.join("\n"), @r"
    //! | [`Usual::usual`](requests::Usual::usual) | `GET /usual` | \[x\](javascript:evil) \<script\>evil\</script\> 'evil indented \# Heading \* item \~\~\~ code. |
    /// \[x\](javascript:evil) \<script\>evil\</script\> 'evil indented \# Heading \* item \~\~\~ code
    ");
}
