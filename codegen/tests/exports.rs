//! Small exports of documentation sites: what the pass restores, what it leaves alone, and where messages point.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use codegen::Source;
use codegen::diagnostics::pointer::Pointer;
use codegen::document::published::undo;
use codegen::document::source;
use codegen::pipeline::{Reading, SpecForm};
use serde_json::Value;
use support::{canonical, generated, surface_of};

/// A document as people write it.
const BEHIND: &str = "
openapi: 3.1.0
info: {title: T, version: 1.0.0}
servers: [{url: https://api.example.com}]
security: [{key: []}]
paths:
  /v1/leads/{id}:
    put:
      tags: [sales-leads]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: states, in: query, schema: {type: array, items: {type: string, enum: [NEW, OLD]}}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                address: {type: [object, 'null'], properties: {city: {type: string}}}
                score: {type: number}
                extra: {}
                free: {type: object}
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                properties:
                  lead: {$ref: '#/components/schemas/Lead'}
                  pets:
                    type: array
                    items: {type: object, properties: {kind: {type: [string, 'null'], enum: [CAT, DOG]}}}
        '404':
          description: ''
          content: {application/json: {schema: {type: object, properties: {error: {type: object, properties: {code: {type: integer}}}}}}}
    get:
      tags: [sales-leads]
      operationId: chosen
      security: []
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Lead'}}}}}
webhooks:
  created:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {event: {type: string, enum: [CREATED]}}}}}}
      responses: {'200': {description: ''}}
components:
  schemas:
    Lead:
      type: object
      properties:
        image: {oneOf: [{type: string}, {type: object, properties: {url: {type: string}}}, {type: 'null'}]}
        HLSPlayback: {type: object, properties: {url: {type: string}}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Api-Key}}
";

/// The same document as a documentation site exports it.
const EXPORT: &str = "
openapi: 3.1.0
info: {title: T, version: 1.0.0}
paths:
  /v1/leads/{id}:
    servers: [{url: https://api.example.com, description: production}]
    put:
      operationId: update-a-lead
      summary: Update a lead
      tags: [[subpackage_sales, subpackage_sales/salesLeads]]
      parameters:
        - {name: Accept, in: header, required: true, schema: {$ref: '#/components/schemas/V1LeadsIdPutParametersAccept'}}
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: x-api-key, in: header, required: true, schema: {type: string}}
        - {name: states, in: query, required: false, schema: {type: array, items: {$ref: '#/components/schemas/V1LeadsIdPutParametersStatesSchemaItems'}}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                address:
                  description: Where.
                  oneOf: [{$ref: '#/components/schemas/V1LeadsIdPutRequestBodyContentApplicationJsonSchemaAddress'}, {type: 'null'}]
                score: {type: number, format: double}
                extra: {description: Any type}
                free: {type: object, additionalProperties: {description: Any type}}
      responses:
        '200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Sales Leads_updateALead_Response_200'}}}}
        '404': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Update-a-leadRequestNotFoundError'}}}}
    get:
      operationId: chosen
      summary: Get a lead
      tags: [subpackage_salesLeads]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Lead'}}}}}
webhooks:
  subpackage_webhooks.created:
    post:
      operationId: created
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/CreatedPayload'}}}}
      responses: {'200': {description: ''}}
components:
  schemas:
    CreatedPayload: {title: CreatedPayload, type: object, properties: {event: {$ref: '#/components/schemas/CreatedPayloadEvent'}}}
    CreatedPayloadEvent: {title: CreatedPayloadEvent, type: string, enum: [CREATED]}
    Lead:
      title: Lead
      type: object
      properties:
        image: {oneOf: [{$ref: '#/components/schemas/LeadImage'}, {type: 'null'}]}
        HLSPlayback: {$ref: '#/components/schemas/LeadHlsPlayback2'}
    LeadHlsPlayback2: {title: LeadHlsPlayback2, type: object, properties: {url: {type: string}}}
    LeadImage: {title: LeadImage, oneOf: [{type: string}, {$ref: '#/components/schemas/LeadImageOneOf1'}]}
    LeadImageOneOf1: {title: LeadImageOneOf1, type: object, properties: {url: {type: string}}}
    Sales Leads_updateALead_Response_200:
      title: Sales Leads_updateALead_Response_200
      type: object
      properties:
        lead: {$ref: '#/components/schemas/Lead'}
        pets: {type: array, items: {$ref: '#/components/schemas/V1LeadsIdPutResponsesContentApplicationJsonSchemaPetsItems'}}
    Update-a-leadRequestNotFoundError: {title: Update-a-leadRequestNotFoundError, type: object, properties: {error: {$ref: '#/components/schemas/Update-a-leadRequestNotFoundErrorError'}}}
    Update-a-leadRequestNotFoundErrorError: {title: Update-a-leadRequestNotFoundErrorError, type: object, properties: {code: {type: integer}}}
    V1LeadsIdPutParametersAccept: {title: V1LeadsIdPutParametersAccept, type: string, enum: [application/json]}
    V1LeadsIdPutParametersStatesSchemaItems: {title: V1LeadsIdPutParametersStatesSchemaItems, type: string, enum: [NEW, OLD]}
    V1LeadsIdPutRequestBodyContentApplicationJsonSchemaAddress: {title: V1LeadsIdPutRequestBodyContentApplicationJsonSchemaAddress, type: object, properties: {city: {type: string}}}
    V1LeadsIdPutResponsesContentApplicationJsonSchemaPetsItems:
      title: V1LeadsIdPutResponsesContentApplicationJsonSchemaPetsItems
      type: object
      properties:
        kind:
          oneOf:
            - {$ref: '#/components/schemas/V1LeadsIdPutResponsesContentApplicationJsonSchemaPetsItemsKind'}
            - {type: 'null'}
    V1LeadsIdPutResponsesContentApplicationJsonSchemaPetsItemsKind:
      title: V1LeadsIdPutResponsesContentApplicationJsonSchemaPetsItemsKind
      type: string
      enum: [CAT, DOG]
  securitySchemes: {key: {type: apiKey, in: header, name: X-Api-Key}}
";

fn parsed(text: &str) -> Value {
    source::parse(text).unwrap()
}

fn is_unchanged(text: &str) -> bool {
    undo(parsed(text)).0 == parsed(text)
}

#[test]
fn export_has_the_canonical_form_of_the_document_behind_it() {
    assert_eq!(canonical(EXPORT), canonical(BEHIND));
}

#[test]
fn export_has_the_same_form_as_json() {
    assert_eq!(canonical(&parsed(EXPORT).to_string()), canonical(EXPORT));
}

#[test]
fn undoing_twice_changes_nothing_more() {
    let (restored, _) = undo(parsed(EXPORT));
    assert!(undo(restored.clone()).0 == restored);
    assert!(is_unchanged(BEHIND));
}

#[test]
fn messages_point_into_the_published_file() {
    // Line 3 of a component that was moved, behind a removed parameter and a nullable union.
    let kind = "type: object, properties: {city: {type: string}}}";
    let text = EXPORT.replace(kind, "type: object, properties: {city: {type: strange}}}");
    let failure = generated(&text, &[]).unwrap_err();
    let message = failure.0.first().unwrap();
    let line = text.lines().nth(message.line - 1).unwrap();
    assert!(
        line.trim_start().starts_with("V1LeadsIdPutRequestBodyContentApplicationJsonSchemaAddress:"),
        "{message}"
    );
    let schema = "#/components/schemas/V1LeadsIdPutRequestBodyContentApplicationJsonSchemaAddress";
    assert!(message.pointer.as_ref().unwrap().to_string().starts_with(schema), "{message}");

    let text = EXPORT.replace("name: states, in: query", "name: states, in: nowhere");
    let failure = generated(&text, &[]).unwrap_err();
    let pointers: Vec<String> =
        failure.0.iter().map(|message| message.pointer.as_ref().unwrap().to_string()).collect();
    assert!(
        pointers.iter().all(|pointer| pointer.starts_with("#/paths/~1v1~1leads~1{id}/put")),
        "{pointers:?}"
    );
}

#[test]
fn positions_of_moved_nodes_are_those_of_the_published_file() {
    let source = Source { name: "api.yaml", text: EXPORT };
    let reading = Reading::new(source, &[]).unwrap();
    let line_of = |pointer: &str| {
        let pointer = Pointer::from_fragment(pointer).unwrap();
        assert!(pointer.find(&reading.bare).is_some(), "{pointer}");
        let position = reading.positions(SpecForm::Bare, &[pointer]).remove(0);
        EXPORT.lines().nth(position.line - 1).unwrap().trim_start().to_owned()
    };
    let put = "#/paths/~1v1~1leads~1{id}/put";
    let states = line_of(&format!("{put}/parameters/1/schema/items/enum"));
    assert!(states.starts_with("V1LeadsIdPutParametersStatesSchemaItems:"), "{states}");
    assert!(line_of(&format!("{put}/parameters/1")).starts_with("- {name: states"));
    let pets = "responses/200/content/application~1json/schema/properties/pets";
    let kind = line_of(&format!("{put}/{pets}/items/properties/kind/enum"));
    assert_eq!(kind, "enum: [CAT, DOG]");
    let event = "#/webhooks/created/post/requestBody/content/application~1json/schema/properties/event/enum";
    assert!(line_of(event).starts_with("CreatedPayloadEvent:"));
    let url = "#/components/schemas/Lead/properties/image/oneOf/1/properties/url";
    assert!(line_of(url).starts_with("LeadImageOneOf1:"));
    assert_eq!(line_of("#/webhooks/created/post"), "post:");
}

#[test]
fn component_with_a_name_or_place_of_its_own_stays() {
    let surface = surface_of(
        "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /leads:
    get:
      tags: [subpackage_leads]
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Lead'}}}}}
components:
  schemas:
    Lead:
      title: Lead
      type: object
      properties:
        home: {$ref: '#/components/schemas/LeadAddress'}
        work: {$ref: '#/components/schemas/LeadAddress'}
        pet: {$ref: '#/components/schemas/Animal'}
        car: {$ref: '#/components/schemas/LeadCar'}
    LeadAddress: {title: LeadAddress, type: object, properties: {city: {type: string}}}
    Animal: {title: Animal, type: object, properties: {name: {type: string}}}
    LeadCar: {title: LeadCar, type: object, properties: {make: {type: string}}}
",
        &[],
    );
    let fields = ["car: LeadCar?", "home: LeadAddress?", "pet: Animal?", "work: LeadAddress?"];
    assert!(fields.iter().all(|field| surface.contains(field)), "{surface}");
}

#[test]
fn document_with_titles_of_its_own_is_no_export() {
    // As frameworks write it: each component and each property has a title.
    let text = "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /leads:
    get:
      operationId: list-leads
      summary: List leads
      parameters: [{name: Authorization, in: header, schema: {type: string, title: Authorization}}]
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Lead'}}}}}
components:
  schemas:
    Lead: {title: Lead, type: object, properties: {address: {$ref: '#/components/schemas/LeadAddress'}}}
    LeadAddress: {title: LeadAddress, type: object, properties: {city: {type: string, title: City}}}
";
    assert!(is_unchanged(text));
    let without_titles = text.replace(", title: City", "").replace(", title: Authorization", "");
    assert!(!is_unchanged(&without_titles), "now it has all signs of an export");
    assert!(is_unchanged(&(without_titles.clone() + "tags: [{name: leads}]\n")), "a list of tags");
    assert!(is_unchanged(&without_titles.replace("list-leads", "list_leads_v1")), "a chosen name");
    let inline = "city: {type: object, properties: {name: {type: string}}}";
    assert!(is_unchanged(&without_titles.replace("city: {type: string}", inline)), "an inline object");
}

#[test]
fn optional_credential_permits_anonymous_calls() {
    let text = "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /leads:
    get:
      tags: [subpackage_leads]
      parameters: [{name: api_key, in: query, required: false, schema: {type: string}}]
      responses: {'200': {description: ''}}
components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}}}
";
    let (restored, _) = undo(parsed(text));
    let operation = &restored["paths"]["/leads"]["get"];
    assert_eq!(operation["security"].to_string(), r#"[{"key":[]},{}]"#);
    assert_eq!(operation["parameters"].to_string(), "[]");
}
