//! The Rust item at each wire location.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;
mod support;

use std::collections::BTreeSet;

use codegen::client::item_index::{ItemKind, RustItem, items};
use codegen::{Options, Source, pipeline};

const HEAD: &str = "openapi: 3.1.0\ninfo: {title: Test, version: '1'}\n";

fn items_of(spec: &str) -> Vec<RustItem> {
    let spec = format!("{HEAD}{spec}");
    match pipeline::read(Source { name: support::NAME, text: &spec }, &[], Options::default()) {
        Ok((api, names)) => items(&api, &names),
        Err(failure) => panic!("{}", support::failure_text(&failure)),
    }
}

/// `location -> rust` of one operation.
fn lines(items: &[RustItem], operation: &str) -> Vec<String> {
    let own = items.iter().filter(|item| &*item.operation == operation);
    own.map(|item| format!("{} -> {}", item.location, item.path)).collect()
}

#[test]
fn parameters_are_arguments_and_setters() {
    let items = items_of(
        "
paths:
  /leads/{lead-id}/pets/{pet}:
    get:
      tags: [leads]
      operationId: leads.list
      parameters:
        - {name: pet, in: path, required: true, schema: {type: string}}
        - {name: lead-id, in: path, required: true, schema: {type: string}}
        - {name: order-by, in: query, schema: {type: string, enum: [asc, x-desc]}}
        - {name: X-Trace, in: header, required: true, schema: {type: string}}
      responses: {'204': {description: ''}}
",
    );
    let mut lines = lines(&items, "GET /leads/{lead-id}/pets/{pet}");
    lines.sort_unstable();
    let expected = [
        " -> leads::list",
        " -> leads::requests::ListLeadsRequest",
        "header.X-Trace -> leads::list(x_trace)",
        "path.#0 -> leads::list(lead_id)",
        "path.#1 -> leads::list(pet)",
        "query.order-by -> leads::ListLeadsOrderBy",
        "query.order-by -> leads::ListLeadsOrderBy::Asc",
        "query.order-by -> leads::ListLeadsOrderBy::XDesc",
        "query.order-by -> leads::requests::ListLeadsRequest::order_by",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn arrays_maps_unions_and_keywords_have_locations() {
    let items = items_of(
        "
paths:
  /leads:
    post:
      tags: [leads]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                type: {type: [string, 'null']}
                pets: {type: array, items: {type: object, properties: {name: {type: string}}}}
                notes: {type: object, additionalProperties: {type: object, properties: {text: {type: string}}}}
                source:
                  anyOf:
                    - {type: string}
                    - {type: 'null'}
                    - {type: number}
                    - {type: object, title: Portal, properties: {url: {type: string}}}
                    - {type: object, required: [id], properties: {id: {type: string}}}
                    - {type: object, required: [code], properties: {code: {type: string}}}
      responses: {'204': {description: ''}}
",
    );
    let lines = lines(&items, "POST /leads");
    for expected in [
        "request -> leads::CreateLead",
        "request.type -> leads::CreateLead::r#type",
        "request.pets -> leads::CreateLead::pets",
        "request.pets[] -> leads::CreateLeadPet",
        "request.pets[].name -> leads::CreateLeadPet::name",
        "request.notes{}.text -> leads::CreateLeadNote::text",
        "request.source -> leads::CreateLeadSource",
        "request.source -> leads::CreateLeadSource::Text",
        "request.source<number> -> leads::CreateLeadSource::Number",
        "request.source<Portal> -> leads::CreateLeadSource::Portal",
        "request.source<Portal>.url -> leads::CreateLeadSourcePortal::url",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected} is not in {lines:#?}");
    }
    let untitled = |line: &&String| line.contains("<object#");
    let positions: BTreeSet<&str> = lines.iter().filter(untitled).map(|line| &line[14..24]).collect();
    assert_eq!(positions, BTreeSet::from(["<object#1>", "<object#2>"]));
}

#[test]
fn pages_and_webhooks_have_wire_locations() {
    let items = items_of(
        "
paths:
  /leads:
    get:
      tags: [leads]
      operationId: leads.list
      parameters: [{name: limit, in: query, schema: {type: integer}}, {name: offset, in: query, schema: {type: integer}}]
      responses: {'206': {description: '', content: {application/json: {schema: {
        type: object, required: [meta, results], properties: {
          meta: {type: object, properties: {total: {type: integer}}},
          results: {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}}}
webhooks:
  lead-came:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}
      responses: {'200': {description: ''}}
",
    );
    let list = lines(&items, "GET /leads");
    assert!(
        list.contains(&"response.206.results[].id -> leads::ListLeadsRecord::id".to_owned()),
        "{list:#?}"
    );
    let hook = lines(&items, "WEBHOOK POST lead-came");
    let expected = [
        "request -> webhook_payloads::LeadCameWebhook",
        "request.id -> webhook_payloads::LeadCameWebhook::id",
    ];
    assert_eq!(hook, expected);
}

#[test]
fn type_is_not_indexed_within_itself() {
    let items = items_of(
        "
paths:
  /nodes:
    post:
      tags: [nodes]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}}
      responses: {'204': {description: ''}}
components:
  schemas:
    Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}, id: {type: string}}}
",
    );
    let expected = [
        " -> nodes::create",
        " -> nodes::requests::CreateNodeRequest",
        "request -> models::Node",
        "request.id -> models::Node::id",
        "request.next -> models::Node::next",
    ];
    assert_eq!(lines(&items, "POST /nodes"), expected);
}

#[test]
fn components_that_refer_to_each_other_have_a_bounded_number_of_items() {
    let mut schemas = String::new();
    for level in 0..60 {
        let next = format!("{{$ref: '#/components/schemas/Level{}'}}", level + 1);
        schemas += &format!("    Level{level}: {{type: object, properties: {{a: {next}, b: {next}}}}}\n");
    }
    let items = items_of(&format!(
        "
paths:
  /levels:
    post:
      tags: [levels]
      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Level0'}}}}}}}}
      responses: {{'204': {{description: ''}}}}
components:
  schemas:
{schemas}    Level60: {{type: object, properties: {{id: {{type: string}}}}}}
"
    ));
    assert!(items.len() < 50_000, "{}", items.len());
    assert!(items.iter().any(|item| item.path == "models::Level60::id"));
}

#[test]
fn every_operation_and_type_of_the_real_document_is_indexed() {
    let spec = data::own("spec/openapi.yaml");
    let overlays = data::overlays();
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let (api, names) =
        pipeline::read(Source { name: "spec/openapi.yaml", text: &spec }, &overlays, Options::default())
            .unwrap();
    let items = items(&api, &names);
    let count = |kind: ItemKind| items.iter().filter(|item| item.kind == kind).count();
    assert_eq!(count(ItemKind::Method), api.operations.len());
    let typed: BTreeSet<&str> =
        items.iter().filter(|item| item.kind == ItemKind::Type).map(|item| item.path.as_str()).collect();
    assert_eq!(typed.len(), names.types.len());
    println!("places: {}", items.len());
}
