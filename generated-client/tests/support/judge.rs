//! What a JSON-Schema validator says of an instance.

use serde_json::Value;

/// Where an instance breaks its schema, and how; empty where it does not.
pub(crate) fn faults(schema: &Value, instance: &Value) -> Vec<String> {
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .expect("the description's schema is a schema");
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
