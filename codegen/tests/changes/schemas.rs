//! Changes of schemas and parameters.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::index::Part;
use super::{Base, Changed, at};
use crate::mutate::Dice;

const SCALARS: [&str; 4] = ["string", "integer", "number", "boolean"];

fn is_plain(schema: &Value, kind: &str) -> bool {
    let free = ["enum", "pattern", "format", "anyOf", "minLength", "maxLength", "const", "deprecated"];
    schema["type"] == kind && free.iter().all(|key| schema.get(key).is_none())
}

fn is_object(schema: &Value) -> bool {
    schema["type"] == "object" && schema["properties"].as_object().is_some_and(|it| !it.is_empty())
}

fn required(schema: &Value) -> Vec<String> {
    schema["required"].as_array().into_iter().flatten().map(|it| it.as_str().unwrap().to_owned()).collect()
}

fn rename(schema: &mut Value, old: &str, new: &str) {
    let keywords = schema.as_object_mut().unwrap();
    let value = keywords.shift_remove(old).unwrap();
    keywords.insert(new.to_owned(), value);
}

/// The expected level: an error if a request schema breaks (`sent`) or a response schema breaks (`given`).
fn error_if(part: Part, sent: bool, given: bool) -> &'static str {
    let breaks = if part == Part::Response { given } else { sent };
    if breaks { "error" } else { "info" }
}

impl Base {
    pub(super) fn change_schema(&self, stem: &str, part: Part, dice: &mut Dice) -> Option<Changed> {
        let sent = part != Part::Response;
        // Changes the schema in place and reports it at its own sites.
        let edit = |dice: &mut Dice,
                    fits: &dyn Fn(&Value) -> bool,
                    level: &'static str,
                    edit: &dyn Fn(&mut Value)| {
            let (pointer, sites, _) = self.pick(part, dice, fits)?;
            let mut document = self.document.clone();
            edit(document.pointer_mut(pointer).unwrap());
            Some(Changed { document, level, sites: at(sites, "") })
        };
        let number = |schema: &Value| schema["type"] == "integer" && schema["maximum"].is_number();
        match stem {
            "added-required"
            | "added-optional"
            | "removed"
            | "became-required"
            | "became-optional"
            | "serialization-changed"
            | "moved"
            | "empty-value-forbidden"
            | "empty-value-permitted"
                if part == Part::Param =>
            {
                self.change_param(stem, dice)
            }
            "added-required" | "added-optional" | "added" => {
                let must = stem == "added-required";
                let (pointer, sites, _) = self.pick(part, dice, is_object)?;
                let mut document = self.document.clone();
                let schema = document.pointer_mut(pointer).unwrap();
                let is_closed = schema["additionalProperties"] == false;
                schema["properties"]["zz_new"] = json!({"type": "string"});
                if must {
                    let mut names = required(schema);
                    names.push("zz_new".to_owned());
                    schema["required"] = json!(names);
                }
                Some(Changed {
                    document,
                    level: if must || (!sent && is_closed) { "error" } else { "info" },
                    sites: at(sites, ".zz_new"),
                })
            }
            "removed" | "became-required" | "became-optional" => self.change_member(stem, part, dice),
            "became-nullable" => {
                let plain = |schema: &Value| SCALARS.iter().any(|kind| is_plain(schema, kind));
                edit(dice, &plain, error_if(part, false, true), &|schema| {
                    schema["type"] = json!([schema["type"], "null"]);
                })
            }
            "became-not-nullable" => {
                let nullable = |schema: &Value| {
                    schema["type"].as_array().is_some_and(|it| it.len() == 2) && schema.get("enum").is_none()
                };
                edit(dice, &nullable, error_if(part, true, false), &|schema| {
                    schema["type"] = schema["type"][0].clone()
                })
            }
            "type-changed" => {
                let before = SCALARS[dice.below(4)];
                let after = SCALARS[dice.below(4)];
                if before == after {
                    return None;
                }
                // The reader has to accept what the writer writes.
                let (reader, writer) = if sent { (after, before) } else { (before, after) };
                // Every parameter is text.
                let permits =
                    (reader, writer) == ("number", "integer") || (part == Part::Param && after == "string");
                let level = if permits { "info" } else { "error" };
                let whole = |schema: &Value| is_plain(schema, before) && schema.get("multipleOf").is_none();
                edit(dice, &whole, level, &|schema| schema["type"] = after.into())
            }
            "variant-added" => {
                let union = |schema: &Value| schema["anyOf"].is_array();
                edit(dice, &union, error_if(part, false, true), &|schema| {
                    schema["anyOf"].as_array_mut().unwrap().push(json!({"type": "array", "items": {}}));
                })
            }
            "variant-removed" => {
                // Two formats of one date, or two types, neither of which accepts the values of the other.
                let union = |schema: &Value| {
                    let all: Vec<&Value> = schema["anyOf"].as_array().into_iter().flatten().collect();
                    let free = |it: &&Value| *it == &json!({"type": "string"});
                    all.len() == 2
                        && all.iter().all(|it| {
                            it["type"].is_string() && it["type"] != "null" && it["type"] != "object"
                        })
                        && (!all.iter().any(free) || all.iter().any(|it| it["type"] == "boolean"))
                };
                let gone = dice.below(2);
                edit(dice, &union, error_if(part, true, false), &|schema| {
                    schema["anyOf"].as_array_mut().unwrap().remove(gone);
                })
            }
            "enum-value-added" => {
                let level = if sent { "info" } else { "warning" };
                edit(dice, &|schema| schema["enum"].is_array(), level, &|schema| {
                    schema["enum"].as_array_mut().unwrap().push("zz new".into());
                })
            }
            "enum-value-removed" => {
                let several = |schema: &Value| schema["enum"].as_array().is_some_and(|it| it.len() > 1);
                let which = dice.below(1_000);
                edit(dice, &several, error_if(part, true, false), &|schema| {
                    let values = schema["enum"].as_array_mut().unwrap();
                    values.remove(which % values.len());
                })
            }
            "enum-introduced" => {
                edit(dice, &|schema| is_plain(schema, "string"), error_if(part, true, false), &|schema| {
                    schema["enum"] = json!(["ZZ_A", "ZZ_B"]);
                })
            }
            "enum-dropped" => {
                edit(dice, &|schema| schema["enum"].is_array(), error_if(part, false, true), &|schema| {
                    schema.as_object_mut().unwrap().shift_remove("enum");
                })
            }
            "format-changed" => {
                // A plain string gets a format, or one format replaces another; removing a format does not affect
                // callers.
                match dice.below(3) {
                    0 => edit(dice, &|schema| is_plain(schema, "string"), "warning", &|schema| {
                        schema["format"] = "uuid".into()
                    }),
                    1 => edit(dice, &|schema| schema["format"].is_string(), "warning", &|schema| {
                        schema["format"] = "zz".into()
                    }),
                    _ => edit(
                        dice,
                        &|schema| schema["format"].is_string(),
                        if sent { "info" } else { "warning" },
                        &|schema| {
                            schema.as_object_mut().unwrap().shift_remove("format");
                        },
                    ),
                }
            }
            "constraint-tightened" => match dice.below(3) {
                0 => {
                    edit(dice, &|schema| is_plain(schema, "string"), error_if(part, true, false), &|schema| {
                        schema["maxLength"] = 3.into();
                    })
                }
                1 => {
                    edit(dice, &|schema| is_plain(schema, "string"), error_if(part, true, false), &|schema| {
                        schema["minLength"] = 2.into();
                    })
                }
                _ => edit(
                    dice,
                    &|schema| is_plain(schema, "integer") || number(schema),
                    error_if(part, true, false),
                    &|schema| {
                        schema["maximum"] = json!(schema["maximum"].as_i64().unwrap_or(8) - 1);
                    },
                ),
            },
            "constraint-loosened" => {
                let limited =
                    |schema: &Value| schema["minimum"].is_number() || schema["maxLength"].is_number();
                edit(dice, &limited, "info", &|schema| {
                    let key = if schema["minimum"].is_number() { "minimum" } else { "maxLength" };
                    schema.as_object_mut().unwrap().shift_remove(key);
                })
            }
            "constraint-changed" => self.change_pattern(part, dice),
            "default-changed" => edit(
                dice,
                &|schema| SCALARS.iter().any(|kind| is_plain(schema, kind)),
                if sent { "warning" } else { "info" },
                &|schema| {
                    schema["default"] = match schema["type"].as_str() {
                        Some("string") => json!("zz"),
                        Some("boolean") => json!(schema["default"] != true),
                        _ => json!(schema["default"].as_i64().unwrap_or(0) + 1),
                    };
                },
            ),
            "additional-properties-changed" => {
                let forbid = dice.below(2) == 0;
                let open = |schema: &Value| {
                    let open = schema.get("additionalProperties").is_none_or(|it| it == true);
                    schema["type"] == "object" && open
                };
                let level = if sent { "error" } else { "warning" };
                edit(dice, &open, level, &|schema| {
                    schema["additionalProperties"] =
                        if forbid { json!(false) } else { json!({"type": "string"}) };
                })
            }
            "access-mode-changed" => {
                let (pointer, sites, _) = self.pick(part, dice, |schema| schema["type"].is_string())?;
                if self.is_required(pointer) {
                    return None;
                }
                let mut document = self.document.clone();
                document.pointer_mut(pointer).unwrap()["readOnly"] = true.into();
                Some(Changed { document, level: "warning", sites: at(sites, "") })
            }
            "forbidden" => {
                let plain = |schema: &Value| SCALARS.iter().any(|kind| is_plain(schema, kind));
                let (pointer, sites, _) = self.pick(part, dice, plain)?;
                if self.is_required(pointer) || !pointer.contains("/properties/") {
                    return None;
                }
                let mut document = self.document.clone();
                *document.pointer_mut(pointer).unwrap() = json!({"not": {}});
                Some(Changed { document, level: error_if(part, true, false), sites: at(sites, "") })
            }
            "permitted" => {
                edit(dice, &|schema| *schema == json!({"not": {}}), error_if(part, false, true), &|schema| {
                    *schema = json!({"type": "string"})
                })
            }
            "union-became-exclusive" => {
                // Some strings are of both variants.
                let overlapping = |schema: &Value| schema["anyOf"][0]["minLength"].is_number();
                edit(dice, &overlapping, error_if(part, true, false), &|schema| {
                    rename(schema, "anyOf", "oneOf")
                })
            }
            "union-became-inclusive" => edit(dice, &|schema| schema["oneOf"].is_array(), "info", &|schema| {
                rename(schema, "oneOf", "anyOf")
            }),
            "discriminator-changed" => {
                let propertyless = dice.below(2) == 0;
                let level = if propertyless { "warning" } else { "error" };
                edit(dice, &|schema| schema["discriminator"].is_object(), level, &|schema| match propertyless
                {
                    true => drop(schema.as_object_mut().unwrap().shift_remove("discriminator")),
                    false => schema["discriminator"]["propertyName"] = "zz".into(),
                })
            }
            "discriminator-value-added" => {
                let level = if sent { "info" } else { "warning" };
                edit(dice, &|schema| schema["discriminator"].is_object(), level, &|schema| {
                    schema["discriminator"]["mapping"]["zz"] = "#/components/schemas/Zz".into();
                })
            }
            "discriminator-value-removed" => {
                let level = error_if(part, true, false);
                edit(dice, &|schema| schema["discriminator"].is_object(), level, &|schema| {
                    schema["discriminator"]["mapping"].as_object_mut().unwrap().shift_remove("a");
                })
            }
            "keyword-changed" => edit(dice, &|schema| schema["type"].is_string(), "warning", &|schema| {
                schema["xml"] = json!({"name": "zz"})
            }),
            "deprecated" => {
                let used = |schema: &Value| schema["type"].is_string() && schema.get("deprecated").is_none();
                edit(dice, &used, "info", &|schema| schema["deprecated"] = true.into())
            }
            "undeprecated" => edit(dice, &|schema| schema["deprecated"] == true, "info", &|schema| {
                let schema = schema.as_object_mut().unwrap();
                schema.shift_remove("deprecated");
                schema.shift_remove("x-fern-availability");
            }),
            other => panic!("no mutation makes `{other}`"),
        }
    }

    /// Whether a schema is that of a required property.
    fn is_required(&self, pointer: &str) -> bool {
        let Some((object, name)) = pointer.rsplit_once("/properties/") else { return false };
        let name = name.replace("~1", "/").replace("~0", "~");
        self.document.pointer(object).is_some_and(|object| required(object).contains(&name))
    }

    /// Removes a property, or toggles whether it is required.
    fn change_member(&self, stem: &str, part: Part, dice: &mut Dice) -> Option<Changed> {
        let (pointer, sites, schema) = self.pick(part, dice, is_object)?;
        let names: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let name = names[dice.below(names.len())].clone();
        let was = required(schema).contains(&name);
        let mut document = self.document.clone();
        let schema = document.pointer_mut(pointer).unwrap();
        let mut must = required(schema);
        must.retain(|it| *it != name);
        let level = match stem {
            "removed" => {
                schema["properties"].as_object_mut().unwrap().shift_remove(&name);
                let is_closed = schema["additionalProperties"] == false;
                let breaks = if part == Part::Response { was } else { is_closed };
                if breaks { "error" } else { "warning" }
            }
            "became-required" if !was => {
                must.push(name.clone());
                error_if(part, true, false)
            }
            "became-optional" if was => error_if(part, false, true),
            _ => return None,
        };
        schema["required"] = json!(must);
        Some(Changed { document, level, sites: at(sites, &format!(".{name}")) })
    }

    /// Replaces a pattern by another; if the document has none at such sites, replaces another constraint by one that
    /// is not stricter.
    fn change_pattern(&self, part: Part, dice: &mut Dice) -> Option<Changed> {
        let level = if part == Part::Response { "info" } else { "warning" };
        let plain = |schema: &Value| is_plain(schema, "string") || schema["pattern"].is_string();
        let (pointer, sites, schema) = self.pick(part, dice, plain)?;
        if schema["pattern"].is_string() {
            let mut document = self.document.clone();
            document.pointer_mut(pointer).unwrap()["pattern"] = "^zz$".into();
            return Some(Changed { document, level, sites: at(sites, "") });
        }
        None
    }

    fn change_param(&self, stem: &str, dice: &mut Dice) -> Option<Changed> {
        let adds = matches!(stem, "added-required" | "added-optional");
        let fits = |param: &Value| match stem {
            _ if param["in"] == "path" => false,
            "became-required" => param["required"] != true,
            "became-optional" => param["required"] == true,
            "empty-value-forbidden" => param["allowEmptyValue"] == true,
            "empty-value-permitted" => param["allowEmptyValue"] != true,
            "serialization-changed" => param["schema"]["type"].is_string(),
            _ => true,
        };
        let mut all: Vec<(String, String, usize)> = Vec::new();
        for (path, item) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let params = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
                let fitting = (0..params.len()).filter(|number| adds || fits(&params[*number]));
                all.extend(fitting.map(|number| (path.clone(), method.clone(), number)));
            }
        }
        let (path, method, number) = all[dice.below(all.len())].clone();
        let operation = format!("{} {path}", method.to_uppercase());
        let mut document = self.document.clone();
        let list = document["paths"][&path][&method]["parameters"].as_array_mut().unwrap();
        let one = |location: String, level: &'static str| {
            (level, [(operation.clone(), location)].into_iter().collect::<BTreeSet<_>>())
        };
        let (level, sites) = match stem {
            "added-required" | "added-optional" => {
                let required = stem == "added-required";
                list.push(json!({"name": "zz_new", "in": "query", "required": required, "schema": {"type": "string"}}));
                one("query.zz_new".to_owned(), if required { "error" } else { "info" })
            }
            "removed" => {
                let gone = list.remove(number);
                one(format!("query.{}", gone["name"].as_str().unwrap()), "warning")
            }
            _ => {
                let param = &mut list[number];
                let name = format!("query.{}", param["name"].as_str().unwrap());
                match stem {
                    "became-required" => {
                        param["required"] = true.into();
                        one(name, "error")
                    }
                    "became-optional" => {
                        param.as_object_mut().unwrap().shift_remove("required");
                        one(name, "info")
                    }
                    "moved" => {
                        param["in"] = "header".into();
                        one(format!("header.{}", param["name"].as_str().unwrap()), "error")
                    }
                    "empty-value-forbidden" => {
                        param.as_object_mut().unwrap().shift_remove("allowEmptyValue");
                        one(name, "error")
                    }
                    "empty-value-permitted" => {
                        param["allowEmptyValue"] = true.into();
                        one(name, "info")
                    }
                    _ => {
                        param["style"] = "pipeDelimited".into();
                        let is_scalar = SCALARS.iter().any(|kind| param["schema"]["type"] == *kind);
                        one(name, if is_scalar { "info" } else { "error" })
                    }
                }
            }
        };
        Some(Changed { document, level, sites })
    }
}
