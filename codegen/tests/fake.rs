//! The table of the fake, and the examples that run against it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;

use std::collections::BTreeSet;

use codegen::client::format::FIRST_LINE_OF_JSON;
use codegen::{Generated, Options, Source, generate};
use serde_json::{Value, json};

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: Trees, version: "1"}
paths:
  /trees/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    put:
      tags: [trees]
      operationId: trees.update
      requestBody:
        content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}
      responses:
        "200":
          description: ""
          content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}
        "404": {description: ""}
components:
  schemas:
    Tree:
      type: object
      required: [height]
      properties:
        height: {type: number, minimum: 0, exclusiveMinimum: true, nullable: true}
        kind: {type: string, enum: [OAK, ELM]}
        branches: {type: array, maxItems: 9, items: {$ref: "#/components/schemas/Tree"}}
        notes: {type: object, additionalProperties: {type: string, maxLength: 5}}
"##;

fn generated_from(spec: &str, overlays: &[(String, String)]) -> Generated {
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    generate(Source { name: "api.yaml", text: spec }, &overlays, Options::default()).unwrap()
}

#[test]
fn the_table_has_operations_and_shapes_without_duplicates() {
    let text = generated_from(DOCUMENT, &[]).tree.fake;
    assert!(text.starts_with(FIRST_LINE_OF_JSON));
    let table: Value = serde_json::from_str(&text).unwrap();
    let shape = |index: &Value| table["shapes"][usize::try_from(index.as_u64().unwrap()).unwrap()].clone();
    let [operation] = table["operations"].as_array().unwrap().as_slice() else { panic!("{table:#}") };
    assert_eq!((&operation["method"], &operation["path"]), (&json!("PUT"), &json!("/trees/{id}")));
    assert_eq!((&operation["kind"], &operation["responses"]["404"]), (&json!("other"), &Value::Null));
    assert_eq!(operation["parameters"], json!([0]));
    assert_eq!(
        (&table["parameters"][0]["name"], &table["parameters"][0]["in"]),
        (&json!("id"), &json!("path"))
    );

    let tree = shape(&operation["body"]);
    assert_eq!(operation["body"], operation["responses"]["200"], "a component is written once");
    assert_eq!(tree["required"], json!(["height"]));
    let property = |name: &str| shape(&tree["properties"][name]);
    assert_eq!(property("height")["type"], json!(["number", "null"]));
    assert_eq!(property("height")["exclusiveMinimum"].as_f64(), Some(0.0));
    assert_eq!(property("kind")["enum"].as_array().unwrap().len(), 2);
    assert_eq!(property("branches")["items"], operation["body"], "recursion refers to the component");
    let notes = shape(&property("notes")["additionalProperties"]["shape"]);
    assert_eq!(notes, json!({ "maxLength": 5, "type": ["string"] }));
}

#[test]
fn the_examples_that_run_are_those_of_the_documentation() {
    let generated = generated_from(&data::own("spec/openapi.yaml"), &data::overlays());
    let examples = syn::parse_file(&generated.tree.examples).unwrap();
    let run: BTreeSet<String> = examples.items.iter().filter_map(body).collect();
    let mut shown = BTreeSet::new();
    for (_, text) in generated.tree.files.iter().filter(|(path, _)| path.ends_with("/requests.rs")) {
        let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("///"));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        for block in lines.split(|line| *line == "```no_run").skip(1) {
            let code = block.iter().take_while(|line| **line != "```");
            let code: Vec<&str> = code.map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
            let file = syn::parse_file(&code.join("\n")).unwrap();
            shown.extend(file.items.iter().filter_map(body));
        }
    }
    let both = shown.intersection(&run).count();
    assert_eq!((both, shown.len()), (run.len(), run.len()));
    assert_eq!(run.len(), generated.operations, "every operation has an example of its own");
}

/// A function as text, without its own name.
fn body(item: &syn::Item) -> Option<String> {
    let syn::Item::Fn(function) = item else { return None };
    let mut function = function.clone();
    function.sig.ident = syn::parse_str("run").unwrap();
    let mut file = syn::parse_file("").unwrap();
    file.items.push(syn::Item::Fn(function));
    Some(prettyplease::unparse(&file))
}
