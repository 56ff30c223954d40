//! Changes of operations and of the document.

use serde_json::{Value, json};

use super::{Base, Changed};
use crate::data::escaped;
use crate::mutate::Dice;

/// The encoding of a form, below its operation.
const FORM: &str = "/requestBody/content/multipart~1form-data/encoding";

impl Base {
    pub(super) fn change_operation(&self, kind: &str, dice: &mut Dice) -> Option<Changed> {
        let paths = self.document["paths"].as_object().unwrap();
        let alone = |path: &str| paths[path].as_object().unwrap().len() == 1;
        let is_public = |operation: &Value| operation["security"].as_array().is_some_and(Vec::is_empty);
        let fits = |path: &str, operation: &Value| {
            let body = operation.get("requestBody");
            match kind {
                "op-path-trailing-slash-changed" => alone(path),
                "path-param-renamed" => alone(path) && path.contains('{'),
                "op-deprecated" => operation.get("deprecated").is_none(),
                "op-undeprecated" => operation.get("deprecated").is_some(),
                "request-body-added-required" | "request-body-added-optional" => body.is_none(),
                "request-body-removed" => body.is_some(),
                "request-body-became-required" => body.is_some_and(|body| body["required"] != true),
                "request-body-became-optional" => body.is_some_and(|body| body["required"] == true),
                "op-security-added" => is_public(operation),
                "op-security-changed" | "op-security-loosened" => !is_public(operation),
                "encoding-changed" => operation.pointer(FORM).is_some(),
                _ => true,
            }
        };
        let all: Vec<(String, String)> = paths
            .iter()
            .flat_map(|(path, item)| {
                item.as_object().unwrap().iter().map(move |(method, it)| (path, method, it))
            })
            .filter(|(path, _, operation)| fits(path, operation))
            .map(|(path, method, _)| (path.clone(), method.clone()))
            .collect();
        let (path, method) = all[dice.below(all.len())].clone();
        let mut document = self.document.clone();
        let name = |path: &str| format!("{} {path}", method.to_uppercase());
        let done = |document: Value, operation: String, location: &str, level: &'static str| {
            Some(Changed { document, level, sites: [(operation, location.to_owned())].into_iter().collect() })
        };
        let at = format!("/paths/{}/{method}", escaped(&path));
        let operation = document.pointer_mut(&at).unwrap();
        let members = operation.as_object_mut().unwrap();
        let statuses: Vec<String> = members["responses"].as_object().unwrap().keys().cloned().collect();
        let status = statuses[dice.below(statuses.len())].clone();
        let response = format!("response.{status}");
        match kind {
            "op-added" => {
                let copy = document["paths"][&path][&method].clone();
                document["paths"]["/zz/new/"] = json!({ &method: copy });
                // A different path has different parameters.
                document["paths"]["/zz/new/"][&method]["parameters"] = json!([]);
                done(document, name("/zz/new/"), "", "info")
            }
            "op-removed" => {
                document["paths"][&path].as_object_mut().unwrap().shift_remove(&method);
                done(document, name(&path), "", "error")
            }
            "op-path-trailing-slash-changed" | "path-param-renamed" => {
                let (moved, location, level) = if kind == "path-param-renamed" {
                    let (before, rest) = path.split_once('{')?;
                    let (argument, after) = rest.split_once('}')?;
                    for param in document["paths"][&path][&method]["parameters"].as_array_mut().unwrap() {
                        if param["name"] == argument && param["in"] == "path" {
                            param["name"] = "zz_new".into();
                        }
                    }
                    (format!("{before}{{zz_new}}{after}"), "path.#0", "info")
                } else {
                    (
                        path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned),
                        "path",
                        "warning",
                    )
                };
                let item = document["paths"].as_object_mut().unwrap().shift_remove(&path).unwrap();
                if document["paths"].get(&moved).is_some() {
                    return None;
                }
                document["paths"][&moved] = item;
                done(document, name(&moved), location, level)
            }
            "op-deprecated" => {
                members.insert("deprecated".into(), true.into());
                done(document, name(&path), "", "info")
            }
            "op-undeprecated" => {
                members.shift_remove("deprecated")?;
                done(document, name(&path), "", "info")
            }
            "op-availability-changed" => {
                members.insert("x-fern-availability".into(), "zz".into());
                done(document, name(&path), "", "info")
            }
            "op-tags-changed" => {
                members.insert("tags".into(), json!(["zz"]));
                done(document, name(&path), "", "info")
            }
            "op-id-changed" => {
                members.insert("operationId".into(), "zz.new".into());
                done(document, name(&path), "", "info")
            }
            "op-security-changed" => {
                members.insert("security".into(), json!([{"zz": []}]));
                done(document, name(&path), "", "warning")
            }
            "op-security-added" => {
                members.insert("security".into(), json!([{"zz": []}]));
                done(document, name(&path), "", "error")
            }
            "op-security-loosened" => {
                let mut security = self.document["security"].as_array().unwrap().clone();
                security.push(json!({"zz": []}));
                members.insert("security".into(), security.into());
                done(document, name(&path), "", "info")
            }
            "security-scheme-changed" => {
                let schemes = document["components"]["securitySchemes"].as_object_mut().unwrap();
                *schemes.values_mut().next()? = json!({"type": "apiKey", "in": "header", "name": "zz"});
                done(document, "*".to_owned(), "", "error")
            }
            "content-type-parameters-changed" => {
                let content = members["responses"][&status]["content"].as_object_mut()?;
                let json = content.shift_remove("application/json")?;
                content.insert("application/json; charset=utf-8".into(), json);
                done(document, name(&path), &response, "info")
            }
            "encoding-changed" => {
                *document.pointer_mut(&at)?.pointer_mut(FORM)? = json!({"file": {"contentType": "image/zz"}});
                done(document, name(&path), "request", "warning")
            }
            "op-keyword-changed" => {
                members["responses"][&status]["links"] = json!({"zz": {"operationId": "zz"}});
                done(document, name(&path), &response, "warning")
            }
            "security-schemes-changed" => {
                document["components"]["securitySchemes"]["zz"] = json!({"type": "http", "scheme": "basic"});
                done(document, "*".to_owned(), "", "warning")
            }
            "servers-changed" => {
                document["servers"].as_array_mut().unwrap().push(json!({"url": "https://zz.invalid"}));
                done(document, "*".to_owned(), "", "warning")
            }
            "document-version-changed" => {
                document["info"]["version"] = format!("{}.0.1", dice.below(1_000) + 2).into();
                done(document, "*".to_owned(), "", "info")
            }
            "request-body-added-required" | "request-body-added-optional" => {
                let required = kind == "request-body-added-required";
                let content = json!({"application/json": {"schema": {"type": "object"}}});
                members.insert("requestBody".into(), json!({"content": content, "required": required}));
                done(document, name(&path), "request", if required { "error" } else { "info" })
            }
            "request-body-removed" => {
                members.shift_remove("requestBody")?;
                done(document, name(&path), "request", "warning")
            }
            "request-body-became-required" => {
                members["requestBody"]["required"] = true.into();
                done(document, name(&path), "request", "error")
            }
            "request-body-became-optional" => {
                members.get_mut("requestBody")?.as_object_mut()?.shift_remove("required")?;
                done(document, name(&path), "request", "info")
            }
            "content-type-added" => {
                let there = if dice.below(2) == 0 {
                    members.get_mut("requestBody")?
                } else {
                    &mut members["responses"][&status]
                };
                let location =
                    if there.get("description").is_some() { response } else { "request".to_owned() };
                there["content"]["text/zz"] = json!({"schema": {"type": "string"}});
                done(document, name(&path), &location, "info")
            }
            "content-type-removed" => {
                members["responses"][&status]["content"].as_object_mut()?.shift_remove("application/json")?;
                done(document, name(&path), &response, "error")
            }
            "response-status-added" => {
                members["responses"]["299"] = json!({"description": ""});
                done(document, name(&path), "response.299", "info")
            }
            "response-status-removed" => {
                members["responses"].as_object_mut().unwrap().shift_remove(&status);
                done(document, name(&path), &response, if status.starts_with('2') { "error" } else { "info" })
            }
            other => panic!("no mutation makes `{other}`"),
        }
    }
}
