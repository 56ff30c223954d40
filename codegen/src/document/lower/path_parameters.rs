//! Declares the parameters of a path that an operation uses without a declaration: `{id}` is a string then. A name with
//! other characters than those of identifiers is not repaired, because it may be no parameter at all.

use serde_json::{Value, json};

use super::Schema;
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;
use crate::document::path_template::template_parameters;

/// Adds the missing parameters of an operation. The warning has the overlay action that declares them.
pub(super) fn declare(
    operation: &mut Schema,
    path: &str,
    method: &str,
    at: &At<'_>,
    diagnostics: &mut Diagnostics,
) {
    let declared = |name: &str| {
        let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let mut names = parameters.filter(|it| it.get("in").and_then(Value::as_str) == Some("path"));
        names.any(|it| it.get("name").and_then(Value::as_str) == Some(name))
    };
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let mut missing: Vec<&str> =
        template_parameters(path).filter(|name| is_name(name) && !declared(name)).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() || operation.get("parameters").is_some_and(|it| !it.is_array()) {
        return;
    }
    let parameter =
        |name: &&str| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
    let parameters: Vec<Value> = missing.iter().map(parameter).collect();
    let names = missing.iter().map(|name| format!("`{{{name}}}`")).collect::<Vec<_>>().join(", ");
    let what = format!("the path has undeclared parameters, which are taken to be strings: {names}");
    diagnostics.warning(at, what, format!("declare it by an overlay: {}", action(path, method, &parameters)));
    if let Some(list) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut() {
        list.extend(parameters);
    }
}

/// Returns the overlay action that declares parameters, in YAML on one line.
fn action(path: &str, method: &str, parameters: &[Value]) -> String {
    // In the JSONPath a quote needs a backslash, in a YAML string it is doubled.
    let path = path.replace('\\', "\\\\").replace('\'', "\\''");
    let listed = |parameter: &Value| {
        let name = parameter.get("name").unwrap_or(&Value::Null);
        format!("{{name: {name}, in: path, required: true, schema: {{type: string}}}}")
    };
    let parameters = parameters.iter().map(listed).collect::<Vec<_>>().join(", ");
    format!("- {{target: '$.paths[''{path}''].{method}', update: {{parameters: [{parameters}]}}}}")
}
