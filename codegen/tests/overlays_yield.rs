//! Overlays that outlive a change upstream: the API they are for, and actions that add what upstream may publish.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use support::generated;

fn document(title: &str, operations: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: {title}, version: '1'}}\nservers: [{{url: 'https://api.example.com/v1'}}]\npaths:\n  /old: {{get: {{tags: [old], responses: {{}}}}}}\n{operations}"
    )
}

const ADDED: &str = "
overlay: 1.0.0
x-for-title: Example
x-for-host: API.example.com
actions:
  - target: $.paths
    x-if-absent: true
    update:
      /leads:
        post:
          tags: [sales]
          operationId: sales.create
          description: Creates a lead.
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    name: {type: string, description: What the lead is called.}
                    age: {type: integer}
                    date: {anyOf: [{type: string, format: date}, {type: string, format: date-time}]}
          responses: {'201': {description: ''}}
  - target: $.tags
    x-if-absent: true
    update: [{name: sales}]
";

const UPSTREAM: &str = "  /leads:
    post:
      tags: [leads]
      operationId: createLead
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                name: {type: string, maxLength: 9}
                email: {type: string}
                date: {oneOf: [{type: string, format: date}, {type: string, format: date-time}]}
      responses: {'201': {description: ''}}
";

fn run(document: &str, overlay: &str) -> (String, String) {
    let generated =
        generated(document, &[overlay]).unwrap_or_else(|it| panic!("{}", support::failure_text(&it)));
    let warnings: Vec<String> = generated.warnings.iter().map(ToString::to_string).collect();
    (generated.surface, warnings.join("\n"))
}

#[test]
fn adds_operation_that_upstream_lacks() {
    let (surface, warnings) = run(&document("Example", ""), ADDED);
    assert!(surface.contains("fn create(body: Create") && surface.contains("age: i64?"), "{surface}");
    assert_eq!(warnings, "");
}

#[test]
fn interface_of_upstream_wins_with_names_and_docs_of_the_overlay() {
    let (surface, note) = run(&document("Example", UPSTREAM), ADDED);
    assert!(surface.contains("mod sales") && surface.contains("fn create("), "{surface}");
    assert!(surface.contains("email: String?") && !surface.contains("age"), "{surface}");
    assert!(note.starts_with("overlay.yaml:8:5: info: upstream has `POST /leads` now"), "{note}");
    let differences = note.split_once("differs in: ").unwrap().1;
    assert_eq!(
        differences,
        "requestBody.name.maxLength: only upstream; requestBody.age: not upstream; requestBody.email: only upstream"
    );
}

#[test]
fn applies_by_host_whatever_the_title() {
    let (surface, _) = run(&document("API Reference", ""), ADDED);
    assert!(surface.contains("mod sales"), "{surface}");
    let elsewhere = document("API Reference", "").replace("example.com", "example.org");
    let (surface, _) = run(&elsewhere, ADDED);
    assert!(!surface.contains("mod sales"), "{surface}");
}

#[test]
fn tag_that_exists_is_not_added_again() {
    let tags = "tags: [{name: sales}]\n";
    let text = document("Example", UPSTREAM).replace("tags: [leads]", "tags: [sales]") + tags;
    let overlays = [codegen::Source { name: "overlay.yaml", text: ADDED }];
    let source = codegen::Source { name: "api.yaml", text: &text };
    let effective = codegen::pipeline::effective(source, &overlays, codegen::Options::default()).unwrap();
    let named = effective["tags"].as_array().unwrap().iter().filter(|tag| tag["name"] == "sales");
    assert_eq!(named.count(), 1);
}

#[test]
fn title_from_an_overlay_puts_the_variants_in_the_order_of_a_document_that_has_it() {
    let union = |a: &str, b: &str| {
        format!(
            "  /leads: {{get: {{tags: [leads], responses: {{'200': {{description: '', content: {{application/json: {{schema: {{oneOf: [{{{a}type: object, properties: {{a: {{type: string}}}}}}, {{{b}type: object, properties: {{b: {{type: string}}}}}}]}}}}}}}}}}}}}}\n"
        )
    };
    let title = |property: &str, title: &str| {
        format!(
            "  - {{target: \"$.paths['/leads'].get.responses['200'].content['application/json'].schema.oneOf[?@.properties.{property}]\", x-if-absent: true, update: {{title: {title}}}}}\n"
        )
    };
    let overlay = format!("overlay: 1.0.0\nactions:\n{}{}", title("a", "Zebra"), title("b", "Ant"));
    let titled = document("Example", &union("title: Zebra, ", "title: Ant, "));
    let (surface, warnings) = run(&document("Example", &union("", "")), &overlay);
    assert!(surface.contains("union GetLeadsResponse: Ant(") || surface.contains(": Ant("), "{surface}");
    assert_eq!(surface, run(&titled, &overlay).0);
    assert_eq!(warnings, "");
}

#[test]
fn declares_a_path_parameter_that_the_document_lacks() {
    let text = document(
        "Example",
        "  /leads/{lead_id}/pets/{id}: {get: {tags: [leads], parameters: [{name: id, in: path, schema: {type: integer}}], responses: {}}}\n",
    );
    let (surface, warning) = run(&text, "overlay: 1.0.0\nactions: []\n");
    assert!(surface.contains("(lead_id: String, id: i64)"), "{surface}");
    let (what, action) = warning.split_once("overlay: - ").unwrap();
    assert!(what.contains("api.yaml:6:32: warning: the path has undeclared parameters"), "{what}");
    let (again, warnings) = run(&text, &format!("overlay: 1.0.0\nactions:\n  - {action}\n"));
    assert_eq!((again, warnings.as_str()), (surface, ""));
}
