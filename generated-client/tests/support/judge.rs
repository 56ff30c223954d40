//! Validates an instance with a JSON Schema validator.

use serde_json::Value;

/// The violations with their locations; empty if the instance is valid.
pub(crate) fn faults(schema: &Value, instance: &Value) -> Vec<String> {
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .expect("the description's schema is a schema");
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
