//! `x-vendors` and `x-operation-patterns`: groups and names by paths.
#![allow(clippy::unwrap_used, clippy::panic)]

mod data;
mod support;

use std::collections::BTreeSet;
use std::fs;

use codegen::{Options, Source, pipeline};

const TABLES: &str = "
overlay: 1.0.0
actions:
  - target: $
    update:
      x-vendors: {acme: Acme Inc}
      x-operation-patterns:
        - {operation: 'POST /<things>/<vendor>/{}/notes', name: create_<things.one>_note, doc: Writes on <things.a>.}
        - {operation: 'POST /<things>/<vendor>', name: create_<things.one>, doc: 'Creates <things.a> in <vendor>.'}
        - {operation: POST /<things>/<other>, name: create_other}
";

fn document(paths: &[&str]) -> String {
    let items: Vec<String> = paths
        .iter()
        .map(|path| {
            let parameter = if path.contains('{') {
                "parameters: [{name: id, in: path, required: true, schema: {type: string}}], "
            } else {
                ""
            };
            format!("  {path}: {{post: {{tags: [things], {parameter}responses: {{}}}}}}\n")
        })
        .collect();
    format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n{}", items.concat())
}

/// The operations as `group.method: documentation`, or the first error.
fn read(paths: &[&str], overlay: &str) -> Result<Vec<String>, String> {
    let text = document(paths);
    let overlays = [Source { name: "overlay.yaml", text: overlay }];
    let read = pipeline::read(Source { name: "api.yaml", text: &text }, &overlays, Options::default());
    let (api, names) = read.map_err(|failure| support::failure_text(&failure))?;
    let docs = codegen::client::docs::Docs::new(&api, &names);
    let described = api.operations.iter().zip(&names.operations).map(|(operation, own)| {
        format!("{}.{}: {}", names.groups[operation.group].module, own.method, docs.operation(operation))
    });
    Ok(described.collect())
}

#[test]
fn vendor_in_the_path_is_the_group_whatever_the_tag_is() {
    let found = read(&["/open-houses/acme/", "/open-houses/"], TABLES).unwrap();
    assert_eq!(
        found,
        [
            "things.create_open_house: Creates an open house.",
            "acme.create_open_house: Creates an open house in Acme Inc."
        ]
    );
}

#[test]
fn placeholder_matches_neither_a_parameter_nor_a_vendor() {
    let found =
        read(&["/houses/acme/{id}/notes", "/houses/{id}", "/acme/houses", "/houses/rooms"], TABLES).unwrap();
    assert_eq!(
        found,
        [
            "acme.create_house: Creates a house.",
            "acme.create_house_note: Writes on a house.",
            "things.create_other: Creates a room.",
            "things.create_house: Creates a house.",
        ]
    );
}

#[test]
fn remarks_follow_the_documentation() {
    let remark =
        "  - {target: \"$.paths['/houses/acme'].post\", update: {x-remarks: [Times are UTC., Be quick.]}}\n";
    let found = read(&["/houses/acme"], &format!("{TABLES}{remark}")).unwrap();
    assert_eq!(found, ["acme.create_house: Creates a house in Acme Inc. Times are UTC. Be quick."]);
}

#[test]
fn error_names_the_unknown_placeholder() {
    let overlay = TABLES.replace("create_<things.one>_note", "create_<thing>");
    let error = read(&["/houses/acme"], &overlay).unwrap_err();
    assert!(error.contains("is not called `<thing>`"), "{error}");
}

/// The document with all operations that reference pages describe.
#[test]
fn every_operation_of_a_vendor_has_the_name_of_its_pattern() {
    let test = "every_operation_of_a_vendor_has_the_name_of_its_pattern";
    let Some(path) = data::outside(test, "published/full.json") else { return };
    let text = fs::read_to_string(path).unwrap();
    let overlays = data::overlays();
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let read = pipeline::read(Source { name: "full.json", text: &text }, &overlays, Options::default());
    let (api, names) = read.unwrap_or_else(|failure| panic!("{}", support::failure_text(&failure)));
    let called: Vec<(String, String, bool)> = api
        .operations
        .iter()
        .zip(&names.operations)
        .map(|(operation, own)| {
            let called = format!("{}.{}", names.groups[operation.group].module, own.method);
            (operation.name(), called, operation.pattern.is_some())
        })
        .collect();
    let unique: BTreeSet<&String> = called.iter().map(|(_, name, _)| name).collect();
    assert_eq!((called.len(), unique.len()), (494, 494));
    let vendors = "appfolio buildium eliseai entrata funnel knock mri propertyware propertyware_rest realpage realpage_rpx rentcafe \
                   rentmanager rentvine resman yardi yardi_rest";
    let vendors: BTreeSet<&str> = vendors.split_whitespace().collect();
    for (operation, name, has_pattern) in &called {
        let vendor = operation.split('/').find(|segment| vendors.contains(segment));
        let group = name.split('.').next().unwrap();
        assert_eq!(
            (vendor.is_some(), vendor),
            (vendors.contains(group), vendor.map(|_| group)),
            "{operation}"
        );
        assert!(vendor.is_none() || *has_pattern, "{operation}: {name}");
    }
    for (operation, expected) in [
        ("POST /crm/v1/appointment-availability", "crm_appointments.check_availability"),
        ("POST /crm/v1/appointments", "crm_appointments.create"),
        ("POST /crm/v1/prospects/", "crm_prospects.create"),
        ("PUT /crm/v1/prospects/{prospect_id}", "crm_prospects.update"),
        ("POST /v1/leads/resman/", "resman.create_lead"),
        ("PUT /v1/leads/resman/{lead_id}", "resman.update_lead"),
        ("POST /v1/events/appointments/leads/entrata/", "entrata.create_lead_appointment"),
        ("POST /v1/events/appointments/leads/cancel/entrata", "entrata.cancel_lead_appointment"),
        ("POST /v1/events/residents/buildium/", "buildium.create_resident_event"),
        ("POST /v1/residents/yardi/{resident_id}/file-upload/", "yardi.upload_resident_file"),
        ("POST /crm/v1/appointment-availability/knock/", "knock.query_appointment_availability"),
        ("POST /crm/v1/communications/funnel/send", "funnel.send_communication"),
        (
            "POST /v1/rentable-items/applicants/assign/yardi_rest",
            "yardi_rest.assign_rentable_item_to_applicant",
        ),
        ("PUT /v1/leases/rentmanager/{lease_id}/custom-data", "rentmanager.update_lease_custom_data"),
        ("POST /v1/resident-charges/batch/rentmanager/", "rentmanager.create_resident_charges"),
    ] {
        assert!(called.iter().any(|(own, name, _)| own == operation && name == expected), "{operation}");
    }
}
