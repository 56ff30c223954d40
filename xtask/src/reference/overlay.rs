//! Makes the overlay of the tables: an action for each operation, and the vendors.

use anyhow::{Context, anyhow};
use codegen::document::path_template::template_parameters;
use serde_json::{Map, Value, json};

use super::layout;
use super::schema::Fields;
use super::table::{Operation, Tables, Vendor, string};
use crate::Result;

/// Returns the text of the overlay.
pub(super) fn text(tables: &Tables) -> Result<String> {
    let mut actions = vec![vendors(tables)];
    let mut tags: Vec<Value> = Vec::new();
    for vendor in &tables.vendors {
        for operation in &vendor.operations {
            let action = action(tables, vendor, operation).with_context(|| {
                format!("{}: {} {}", vendor.name, operation.route.method, operation.route.path)
            })?;
            actions.push(action);
            // A vendor's operation belongs to the group of the vendor, whatever its tag is.
            let tag = operation.facts.get("tag").filter(|_| vendor.segment.is_none());
            tags.extend(tag.map(|tag| json!({ "name": tag })).filter(|tag| !tags.contains(tag)));
        }
        tags.extend(
            vendor
                .segment
                .as_ref()
                .map(|segment| json!({ "name": segment, "description": about(tables, vendor) })),
        );
    }
    let description = "Only the operations of this overlay use these groups.";
    actions.push(if_absent("$.tags", description, tags.into()));
    // JSON, which is YAML too, is read several times as fast.
    Ok(layout::text(&json!({
        "overlay": "1.0.0",
        "info": {
            "title": "Operations that the published document lacks",
            "version": "1.0.0",
            "description": "Made by `cargo xtask reference` from spec/reference. Do not edit.",
        },
        "x-for-title": ["Propexo API", "Propify API"],
        "x-for-host": [
            "api.propexo.com",
            "api.sandbox.propexo.com",
            "api.getpropify.com",
            "api.sandbox.getpropify.com",
        ],
        "actions": actions,
    })))
}

fn if_absent(target: &str, description: &str, update: Value) -> Value {
    json!({ "target": target, "x-if-absent": true, "description": description, "update": update })
}

/// The names of the vendors by their segments in paths.
fn vendors(tables: &Tables) -> Value {
    let named = |vendor: &Vendor| Some((vendor.segment.clone()?, json!(vendor.name)));
    let names: Map<String, Value> = tables.vendors.iter().filter_map(named).collect();
    let description = "An operation belongs to the vendor that a segment of its path names.";
    if_absent("$", description, json!({ "x-vendors": names }))
}

fn about(tables: &Tables, vendor: &Vendor) -> String {
    let about = tables.common["about"].as_str().unwrap_or_default().replace("<vendor>", &vendor.name);
    std::iter::once(about.trim()).chain(vendor.times.as_deref()).collect::<Vec<_>>().join(" ")
}

fn action(tables: &Tables, vendor: &Vendor, operation: &Operation) -> Result<Value> {
    let facts = &operation.facts;
    let page = string(facts, "page")?.context("`page` is missing")?;
    // A page without a known address has only its title.
    let pages = tables.common["pages"].as_str().filter(|_| page.contains('/')).unwrap_or_default();
    let page = format!("{pages}{page}");
    let mut fields = Fields::new(&tables.common);
    let body = fields.object(facts.get("fields").unwrap_or(&json!({})))?;
    let response = string(facts, "response")?.unwrap_or_else(|| "receipt".to_owned());
    let shared = |table: &str, key: &str| match &tables.common[table][key] {
        Value::Null => Err(anyhow!("`common.yaml` does not have `{table}.{key}`")),
        value => Ok(value.clone()),
    };
    let mut remarks: Vec<Value> = facts.get("remark").cloned().into_iter().collect();
    remarks.extend(vendor.times.as_deref().filter(|_| fields.has_times).map(Value::from));
    if let Some(key) = string(facts, "record_id")? {
        remarks.push(shared("record_id", &key)?);
    }
    let parameters: Vec<Value> = template_parameters(&operation.route.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let error = json!({ "$ref": "#/components/schemas/errorResponse" });
    let keys = [
        ("tags", facts.get("tag").map(|tag| json!([tag]))),
        ("x-source", Some(json!({ "page": page, "read": operation.read }))),
        ("x-fern-availability", facts.get("availability").cloned()),
        ("x-remarks", (!remarks.is_empty()).then(|| remarks.into())),
        ("parameters", (!parameters.is_empty()).then(|| parameters.into())),
        ("requestBody", Some(json!({ "content": json_content(body.into()) }))),
        (
            "responses",
            Some(json!({
                "200": { "description": "", "content": json_content(shared("responses", &response)?) },
                "400": { "description": "", "content": json_content(error) },
            })),
        ),
    ];
    let keys = keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    let method = operation.route.method.to_lowercase();
    let update = json!({ &operation.route.path: { method: Map::from_iter(keys) } });
    Ok(if_absent("$.paths", &format!("Propexo's page {page}, read {}.", operation.read), update))
}

fn json_content(schema: Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}
