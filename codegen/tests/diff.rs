//! Checks `diff` on small changes that do not occur in the real document.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use codegen::Source;
use codegen::diff::{Change, Report, compare, report};
use codegen::document::source;
use codegen::pipeline::Reading;
use serde_json::Value;

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /leads/{id}:
    put:
      tags: [leads]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                access: {anyOf: [{title: A, type: object, properties: {key: {type: string}}, required: [key]}, {title: B, type: object, properties: {user: {type: string}, zone: {type: string}}, required: [user]}]}
                amount: {type: integer, minimum: 5}
                status: {anyOf: [{type: string, enum: [NEW, OLD]}, {type: string}]}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Lead'}}}}}
  /leads/:
    get:
      tags: [leads]
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Lead'}}}}}
webhooks:
  lead_changed:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {id: {type: string}}, required: [id]}}}}
      responses: {'200': {description: ''}}
components:
  schemas:
    Lead:
      type: object
      properties:
        id: {type: string}
        map: {type: object, additionalProperties: {type: string}}
        parent: {$ref: '#/components/schemas/Lead'}
      required: [id]
";

fn canonical(text: &str) -> Value {
    let bare =
        codegen::pipeline::effective(Source { name: "api.yaml", text }, &[], codegen::Options::default());
    bare.unwrap_or_else(|failure| panic!("{}", support::failure_text(&failure)))
}

/// `level kind | operation location, operation location`, one line per change.
fn found(edit: impl Fn(&str) -> String) -> Vec<String> {
    let changes = compare(&canonical(DOCUMENT), &canonical(&edit(DOCUMENT)));
    let line = |change: &Change| {
        let sites: Vec<String> =
            change.sites.iter().map(|site| format!("{} {}", site.operation, site.location)).collect();
        format!("{} {} | {}", change.severity, change.id(), sites.join(", "))
    };
    changes.iter().map(line).collect()
}

/// Replaces one string in the document; the string must be present.
fn with(old: &'static str, new: &'static str) -> impl Fn(&str) -> String {
    move |document| {
        assert!(document.contains(old));
        document.replace(old, new)
    }
}

#[test]
fn change_of_a_shared_component_is_one_change() {
    assert_eq!(
        found(with("required: [id]\n", "required: []\n")),
        [
            "error response-field-became-optional | GET /leads/ response.200.id, PUT /leads/{id} response.200.id"
        ]
    );
}

#[test]
fn enum_value_that_another_variant_accepts_is_a_warning() {
    let edit = with("enum: [NEW, OLD]", "enum: [NEW]");
    assert_eq!(found(&edit), ["warning request-field-enum-value-removed | PUT /leads/{id} request.status"]);
    let changes = compare(&canonical(DOCUMENT), &canonical(&edit(DOCUMENT)));
    let message = "the field `status` no longer has the value `OLD`, but the variant `string` accepts every value that shows it";
    assert_eq!(changes[0].message, message);
}

#[test]
fn constraint_that_another_constraint_implies_is_not_an_error() {
    assert_eq!(
        found(with("minimum: 5", "minimum: 5, exclusiveMinimum: 1")),
        ["info request-field-constraint-tightened | PUT /leads/{id} request.amount"]
    );
}

#[test]
fn matches_alternatives_by_title_and_ignores_changed_title() {
    let location = "PUT /leads/{id} request.access<B>.zone";
    assert_eq!(
        found(with("zone: {type: string}", "zone: {type: integer}")),
        [format!("error request-field-type-changed | {location}")]
    );
    assert_eq!(found(with("title: B", "title: C")), Vec::<String>::new());
}

#[test]
fn additional_properties_have_a_location() {
    assert_eq!(
        found(with("additionalProperties: {type: string}", "additionalProperties: {type: [string, 'null']}")),
        [
            "error response-field-became-nullable | GET /leads/ response.200.map{}, PUT /leads/{id} response.200.map{}"
        ]
    );
}

#[test]
fn payload_of_a_webhook_counts_as_response() {
    assert_eq!(
        found(with(
            "properties: {id: {type: string}}, required: [id]}}}}\n",
            "properties: {id: {type: string}}}}}}\n"
        )),
        ["error response-field-became-optional | WEBHOOK POST lead_changed request.id"]
    );
}

#[test]
fn matches_operations_despite_parameter_names_and_trailing_slash() {
    let moved = |document: &str| {
        document.replace("/leads/{id}", "/leads/{lead_id}/").replace("name: id", "name: lead_id")
    };
    assert_eq!(
        found(moved),
        [
            "warning op-path-trailing-slash-changed | PUT /leads/{lead_id}/ path",
            "info path-param-renamed | PUT /leads/{lead_id}/ path.#0",
        ]
    );
    let gone = compare(&canonical(DOCUMENT), &canonical(&DOCUMENT.replace("/leads/{id}", "/v2/leads/{id}")));
    assert_eq!(gone[0].message, "the operation was removed; the most similar new path is `/v2/leads/{id}`");
}

#[test]
fn ignores_order_and_component_names() {
    let mut shuffled = source::parse(DOCUMENT).unwrap();
    let lead = shuffled["components"]["schemas"]["Lead"].take();
    shuffled["components"]["schemas"] = serde_json::json!({ "Prospect": lead });
    let renamed = shuffled.to_string().replace("schemas/Lead", "schemas/Prospect");
    assert_eq!(compare(&canonical(DOCUMENT), &canonical(&renamed)), []);
}

fn reported(old: &str, new: &str, overlays: [&str; 2]) -> Report {
    let overlay = |text| [Source { name: "overlay.yaml", text }];
    let (before, after) = (overlay(overlays[0]), overlay(overlays[1]));
    let old = Reading::new(Source { name: "old.yaml", text: old }, &before).unwrap();
    let new = Reading::new(Source { name: "new.yaml", text: new }, &after).unwrap();
    report(&old, &new)
}

const NOTHING: &str = "{overlay: 1.0.0, info: {title: o, version: '1'}, actions: []}";

#[test]
fn overlay_hides_no_change_of_the_document() {
    let repair = "{overlay: 1.0.0, info: {title: o, version: '1'}, actions: [{target: \"$..properties.amount\", update: {minimum: 9}}]}";
    let report = reported(DOCUMENT, &DOCUMENT.replace("minimum: 5", "minimum: 6"), [repair, repair]);
    let kinds: Vec<String> = report.changes.iter().map(Change::id).collect();
    assert_eq!(kinds, ["request-field-constraint-tightened"]);
    assert_eq!(report.changes[0].sites[0].line, 16);
}

#[test]
fn change_by_an_overlay_names_the_overlay() {
    let more = "{overlay: 1.0.0, info: {title: o, version: '1'}, actions: [\n{target: \"$.paths['/leads/'].get\",\nupdate: {deprecated: true}}]}";
    let report = reported(DOCUMENT, DOCUMENT, [NOTHING, more]);
    let [change] = report.changes.as_slice() else { panic!("{report:?}") };
    assert_eq!(
        (change.id().as_str(), change.sites[0].overlay.as_deref()),
        ("op-deprecated", Some("overlay.yaml"))
    );
    assert_eq!(change.sites[0].line, 3);
}

#[test]
fn version_bump_follows_from_rust_items() {
    let bump = |edit: &dyn Fn(&str) -> String| {
        let report = reported(DOCUMENT, &edit(DOCUMENT), [NOTHING, NOTHING]);
        let rust = report
            .changes
            .iter()
            .flat_map(|change| &change.rust)
            .map(|it| format!("{} {:?}", it.item, it.effect));
        (report.bump.unwrap().name(), rust.collect::<Vec<_>>())
    };
    assert_eq!(bump(&|document| document.to_owned()), ("none", Vec::new()));
    assert_eq!(
        bump(&with("minimum: 5", "minimum: 6")),
        ("patch", vec!["leads::UpdateLead::amount Unchanged".to_owned()])
    );
    assert_eq!(
        bump(&with(
            "amount: {type: integer, minimum: 5}",
            "amount: {type: integer, minimum: 5}\n                note: {type: string}"
        )),
        ("minor", vec!["leads::UpdateLead::note Added".to_owned()])
    );
    assert_eq!(
        bump(&with("amount: {type: integer, minimum: 5}", "amount: {type: number, minimum: 5}")),
        ("major", vec![r#"leads::UpdateLead::amount Changed { old: "i64?", new: "f64?" }"#.to_owned()])
    );
}

/// A file may have many megabytes; the report stays as small as the documents.
#[test]
fn counterexample_of_a_constraint_on_length_is_not_larger_than_documents() {
    let limited = |length: u32| {
        let property = format!("{{type: string, maxLength: {length}}}");
        canonical(&DOCUMENT.replace("{type: integer, minimum: 5}", &property))
    };
    let counterexample = |old: u32, new: u32| {
        let changes = compare(&limited(old), &limited(new));
        let [change] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!(change.severity, codegen::diagnostics::Severity::Error);
        change.counterexample.clone()
    };
    let short = counterexample(50_000, 10_000).unwrap();
    assert_eq!(short["value"]["amount"].as_str().map(str::len), Some(10_001));
    assert_eq!(counterexample(50_000_000, 10_000_000), None);
}
