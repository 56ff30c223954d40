//! Tests `explain` as a command.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::Folder;

const SPEC: &str = "\
openapi: 3.1.0
info:
  title: T
  version: '1'
paths:
  /v1/leads/:
    get:
      tags:
      - leads
      parameters:
      - name: property_id
        in: query
        schema:
          type: string
      responses:
        '204':
          description: ''
    post:
      tags:
      - leads
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                notes:
                  type: string
                status:
                  type: string
                  enum:
                  - COLD
                  - HOT
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                properties:
                  lead_id:
                    type: string
  /v1/leads/{lead_id}:
    get:
      tags:
      - leads
      parameters:
      - name: lead_id
        in: path
        required: true
        schema:
          type: string
      responses:
        '204':
          description: ''
";

const OVERLAY: &str = "\
overlay: 1.0.0
info: {title: Words, version: 1.0.0}
actions:
  - target: $.paths['/v1/leads/'].get
    description: Because it finds.
    update: {operationId: leads.find}
  - target: $
    update:
      x-shared-types:
        Temperature: {fields: [status]}
      x-glossary:
        notes: What staff wrote down.
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("spec/openapi.yaml", SPEC);
    folder.write("spec/overlays/10-words.yaml", OVERLAY);
    folder
}

/// The output of `explain` for an existing item.
#[track_caller]
fn explained(what: &str) -> String {
    let ran = folder().xtask(&["explain", what]).ends(0);
    assert_eq!(ran.err, "");
    ran.out
}

#[track_caller]
fn holds(output: &str, parts: &[&str]) {
    for part in parts {
        assert!(output.contains(part), "`{part}` is not in\n{output}");
    }
}

/// The number of the line with this text.
fn line(text: &str, wanted: &str) -> usize {
    text.lines().position(|line| line.trim() == wanted).unwrap() + 1
}

#[test]
fn finds_operation_by_call_and_by_request() {
    let called = explained("leads.create");
    holds(
        &called,
        &[
            "leads::create(body: CreateLead) -> CreateLeadResponse\n",
            &format!("spec/openapi.yaml:{}: POST /v1/leads/\n", line(SPEC, "post:")),
            "18 |     post:\n",
            "`create`: by rule from `POST /v1/leads/`",
            "leads::requests::CreateLeadRequest\n",
            "leads::CreateLead: struct\n",
            "leads::CreateLeadResponse: struct\n",
        ],
    );
    for same in ["leads::create", "propexo::leads::create", "POST /v1/leads/", "post /v1/leads"] {
        assert_eq!(explained(same), called, "{same}");
    }
}

#[test]
fn shows_the_overlay_action_that_names_an_operation() {
    let output = explained("leads.find");
    let own = line(OVERLAY, "update: {operationId: leads.find}");
    holds(
        &output,
        &[
            "spec/overlays/10-words.yaml:4: sets `operationId`: Because it finds.\n",
            &format!("spec/overlays/10-words.yaml:{own}: `find`: `operationId: leads.find`\n"),
            "leads::requests::FindRequest::property_id: String\n",
        ],
    );
}

#[test]
fn shows_the_glossary_entry_of_a_field() {
    let by_type = explained("CreateLead::notes");
    holds(
        &by_type,
        &[
            "leads::CreateLead::notes: String?\n",
            &format!("spec/openapi.yaml:{}: POST /v1/leads/ request.notes\n", line(SPEC, "notes:")),
            "| ",
            &format!(
                "spec/overlays/10-words.yaml:{}: the entry `notes` of `x-glossary`: What staff wrote down.\n",
                line(OVERLAY, "notes: What staff wrote down.")
            ),
            "`CreateLead`: by rule: the body of `leads.create`\n",
            "`notes`: the property `notes` in snake case\n",
        ],
    );
    for same in ["leads::CreateLead::notes", "leads.create.notes", "createlead::notes"] {
        assert_eq!(explained(same), by_type, "{same}");
    }
}

#[test]
fn shows_the_overlay_action_that_names_a_field_and_a_parameter() {
    let folder = folder();
    let action =
        |target: &str, name: &str| format!("  - target: {target}\n    update: {{x-rust-name: {name}}}\n");
    let body = "$.paths['/v1/leads/'].post.requestBody.content['application/json'].schema";
    let field = action(&format!("{body}.properties.notes"), "remarks");
    let parameter = action("$.paths['/v1/leads/'].get.parameters[0]", "home_id");
    let named = format!("{OVERLAY}{field}{parameter}");
    folder.write("spec/overlays/10-words.yaml", &named);
    for (item, name) in [("CreateLead::remarks", "remarks"), ("leads.find.home_id", "home_id")] {
        let ran = folder.xtask(&["explain", item]).ends(0);
        let line = line(&named, &format!("update: {{x-rust-name: {name}}}"));
        holds(&ran.out, &[&format!("spec/overlays/10-words.yaml:{line}: `{name}`: `x-rust-name`\n")]);
        assert!(!ran.out.contains("in snake case"), "{}", ran.out);
    }
}

#[test]
fn shows_the_entry_and_values_of_a_shared_type() {
    let output = explained("Temperature");
    holds(
        &output,
        &[
            "models::Temperature: enum\n",
            "`Temperature`: the entry `Temperature` of `x-shared-types`\n",
            "models::Temperature::Cold\n",
        ],
    );
}

#[test]
fn finds_parameters_by_call_and_values_by_enum() {
    holds(
        &explained("leads.find.property_id"),
        &["leads::requests::FindRequest::property_id: String\n", "query.property_id"],
    );
    holds(&explained("leads.get.lead_id"), &["leads::get(lead_id): String\n", "path.#0"]);
    let hot = line(SPEC, "- HOT");
    holds(
        &explained("Temperature::Hot"),
        &[&format!("spec/openapi.yaml:{hot}:"), "the value `HOT` in Pascal case"],
    );
}

#[test]
fn line_means_its_innermost_item() {
    let at = |wanted: &str, after: usize| format!("spec/openapi.yaml:{}", line(SPEC, wanted) + after);
    assert_eq!(explained(&at("notes:", 1)), explained("CreateLead::notes"));
    assert_eq!(explained(&at("post:", 0)), explained("leads.create"));
    assert_eq!(explained(&at("- HOT", 0)), explained("Temperature::Hot"));
    assert_eq!(explained(&at("- name: property_id", 2)), explained("leads.find.property_id"));
    assert_eq!(explained("openapi.yaml:1"), "openapi.yaml:1 has no Rust item\n");
}

#[test]
fn overlay_line_means_the_items_it_changes() {
    let at = |wanted: &str| format!("spec/overlays/10-words.yaml:{}", line(OVERLAY, wanted));
    assert_eq!(explained(&at("update: {operationId: leads.find}")), explained("leads.find"));
    assert_eq!(explained(&at("Temperature: {fields: [status]}")), explained("Temperature"));
    assert_eq!(explained(&at("notes: What staff wrote down.")), explained("CreateLead::notes"));
}

#[test]
fn unknown_name_suggests_similar_names() {
    for (unknown, near) in [
        ("leads.creat", "leads::create"),
        ("CreateLead::note", "CreateLead::notes"),
        ("POST /v1/lead/", "POST /v1/leads/"),
    ] {
        let ran = folder().xtask(&["explain", unknown]).ends(2);
        assert!(ran.err.starts_with(&format!("there is no `{unknown}`; perhaps `{near}`")), "{}", ran.err);
        assert_eq!(ran.out, "");
    }
    holds(&folder().xtask(&["explain", "qqq"]).ends(2).err, &["cargo xtask gen --surface"]);
    holds(&folder().xtask(&["explain"]).ends(2).err, &["usage: cargo xtask explain WHAT"]);
    for nowhere in ["spec/openapi.yaml:9999", "spec/openapi.yaml:0", "spec/other.yaml:1"] {
        holds(&folder().xtask(&["explain", nowhere]).ends(2).err, &["has this line"]);
    }
}

#[test]
fn rejects_document_without_client_with_a_position() {
    let folder = folder();
    folder.write("spec/openapi.yaml", &SPEC.replace("type: object", "$ref: '#/nowhere'"));
    holds(&folder.xtask(&["explain", "leads.find"]).ends(2).err, &["spec/openapi.yaml:", "nowhere"]);
}

#[test]
fn shows_the_page_of_a_fact_and_whether_the_page_documents_it() {
    const SOURCES: &str = "\
overlay: 1.0.0
actions:
  - target: $.paths['/v1/leads/'].post
    update: {x-source: {page: 'https://docs.example.com/leads', read: '2026-01-02'}}
  - target: $.paths['/v1/leads/'].post.requestBody.content['application/json'].schema.properties.status
    update: {x-inferred: required fields come first}
";
    let folder = folder();
    folder.write("spec/overlays/20-sources.yaml", SOURCES);
    let page = "https://docs.example.com/leads, read 2026-01-02";
    for (what, how) in [
        ("leads.create", "20-sources.yaml:4: PAGE: documented, except for inferred facts: 1\n"),
        ("CreateLead::notes", "20-sources.yaml:4: PAGE: documented\n"),
        ("CreateLead::status", "20-sources.yaml:6: PAGE: inferred: required fields come first\n"),
    ] {
        let ran = folder.xtask(&["explain", what]).ends(0);
        let expected = format!("  the source\n    spec/overlays/{}", how.replace("PAGE", page));
        assert!(ran.out.contains(&expected), "{}", ran.out);
    }
    assert!(!explained("leads.create").contains("the source"));
}

#[test]
fn shows_the_entry_that_gives_a_field_its_type() {
    const IDS: &str = "\
overlay: 1.0.0
actions:
  - target: $
    update:
      x-ids:
        kinds: {Lead: The id of a lead.}
        fields:
          lead_id: Lead
";
    let folder = folder();
    folder.write("spec/overlays/20-ids.yaml", IDS);
    let entry = format!("spec/overlays/20-ids.yaml:{}", line(IDS, "lead_id: Lead"));
    let by_field = folder.xtask(&["explain", "CreateLeadResponse::lead_id"]).ends(0).out;
    holds(&by_field, &["::lead_id: LeadId?\n", &format!("{entry}: the entry `lead_id` of `x-ids`\n")]);
    let by_entry = folder.xtask(&["explain", &entry]).ends(0).out;
    holds(&by_entry, &["leads::CreateLeadResponse::lead_id: LeadId?\n", "leads::get(lead_id): LeadId\n"]);
}
