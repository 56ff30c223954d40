//! The kinds of records of events are those of the API document.
#![cfg(feature = "webhook")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use propexo::OpenEnum;
use propexo::webhook::RecordKind;

#[test]
fn record_kinds_are_the_models_of_the_description() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/openapi.yaml");
    let document: serde_json::Value = serde_yaml_ng::from_reader(std::fs::File::open(path).unwrap()).unwrap();
    let mut models: Vec<&str> = Vec::new();
    collect(&document["paths"]["/v1/webhooks/"]["post"]["requestBody"], &document, &mut models);
    models.sort_unstable();
    let kinds: Vec<&str> = RecordKind::VALUES.iter().map(|(text, _)| *text).collect();
    assert_eq!(kinds, models);
}

/// Finds the values of the property `model`.
fn collect<'a>(schema: &'a serde_json::Value, document: &'a serde_json::Value, models: &mut Vec<&'a str>) {
    if let Some(target) = schema["$ref"].as_str() {
        return collect(document.pointer(target.trim_start_matches('#')).unwrap(), document, models);
    }
    if let Some(values) = schema.pointer("/properties/model/enum").and_then(|values| values.as_array()) {
        models.extend(values.iter().filter_map(|value| value.as_str()));
        return;
    }
    for child in schema.as_object().into_iter().flat_map(|object| object.values()) {
        collect(child, document, models);
    }
}
