//! Copies every operation, component and shared type of a document several times under different names, so that the result
//! has as many operations, types and sentences as an API of that size.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The names of a copy: copy 0 keeps the original names.
struct Copy<'a> {
    number: usize,
    /// The names that a field selector may have before the dot: tags and components.
    owners: &'a BTreeSet<&'a str>,
}

/// Returns a document with `copies` copies of the effective document `original`.
pub(crate) fn replicated(original: &Value, copies: usize) -> Value {
    let mut document = original.clone();
    let tags = original["tags"].as_array().into_iter().flatten().filter_map(|tag| tag["name"].as_str());
    let components = keys(&original["components"]["schemas"]);
    let owners: BTreeSet<&str> = tags.chain(components).collect();
    let all_paths: Vec<&str> = keys(&original["paths"]).collect();
    let copies: Vec<Copy<'_>> = (0..copies).map(|number| Copy { number, owners: &owners }).collect();
    let mapped = |table: &Value, of_copy: &dyn Fn(&Copy<'_>, &str, &Value) -> (String, Value)| -> Value {
        let entries = table.as_object().into_iter().flatten();
        let entries: Vec<_> = entries.collect();
        let all = copies.iter().flat_map(|copy| entries.iter().map(|(key, value)| of_copy(copy, key, value)));
        Value::Object(all.collect::<Map<_, _>>())
    };
    document["paths"] = mapped(&original["paths"], &|copy, path, item| (copy.path(path), copy.value(item)));
    document["components"]["schemas"] = mapped(&original["components"]["schemas"], &|copy, name, schema| {
        (copy.type_name(name), copy.value(schema))
    });
    document["x-glossary"] = mapped(&original["x-glossary"], &|copy, key, text| {
        let key = key.rsplit_once('.').map(|(owner, field)| format!("{}.{field}", copy.type_name(owner)));
        (key.unwrap_or_default(), text.clone())
    });
    let plain = original["x-glossary"].as_object().into_iter().flatten();
    let plain: Vec<_> = plain.filter(|(key, _)| !key.contains('.')).collect();
    if let Some(glossary) = document["x-glossary"].as_object_mut() {
        glossary.remove("");
        glossary.extend(plain.into_iter().map(|(key, text)| (key.clone(), text.clone())));
    }
    // An entry selects fields of its own copy only.
    document["x-shared-types"] = mapped(&original["x-shared-types"], &|copy, name, entry| {
        let mut entry = entry.clone();
        let own = entry["paths"].as_array().map(|paths| paths.iter().filter_map(Value::as_str).collect());
        let paths: Vec<&str> = own.unwrap_or_else(|| all_paths.clone());
        let paths: Vec<String> = paths.into_iter().map(|path| copy.path(path)).collect();
        let fields = entry["fields"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let fields: Vec<String> = fields.map(|field| copy.field(field)).collect();
        entry["paths"] = json!(paths);
        entry["fields"] = json!(fields);
        // The fingerprint of a type that refers to others depends on their names.
        if let Some(entry) = entry.as_object_mut() {
            entry.remove("shape");
        }
        (copy.type_name(name), entry)
    });
    let tags = original["tags"].as_array().into_iter().flatten();
    let tags: Vec<_> = tags.collect();
    let of_copy = |copy: &Copy<'_>, tag: &Value| {
        let mut tag = tag.clone();
        tag["name"] = json!(copy.tag(tag["name"].as_str().unwrap_or_default()));
        tag
    };
    document["tags"] = copies.iter().flat_map(|copy| tags.iter().map(|tag| of_copy(copy, tag))).collect();
    document
}

fn keys(table: &Value) -> impl Iterator<Item = &str> {
    table.as_object().into_iter().flatten().map(|(key, _)| key.as_str())
}

impl Copy<'_> {
    fn path(&self, path: &str) -> String {
        if self.number == 0 { path.to_owned() } else { format!("/copy{}{path}", self.number) }
    }

    fn tag(&self, tag: &str) -> String {
        if self.number == 0 { tag.to_owned() } else { format!("{tag} copy {}", self.number) }
    }

    fn type_name(&self, name: &str) -> String {
        if self.number == 0 { name.to_owned() } else { format!("{name}Copy{}", self.number) }
    }

    /// Renames a selector of `x-shared-types`.
    fn field(&self, selector: &str) -> String {
        match selector.rsplit_once('.') {
            Some((owner, field)) if self.owners.contains(owner) => {
                let is_tag = owner.starts_with(|first: char| first.is_lowercase());
                let owner = if is_tag { self.tag(owner) } else { self.type_name(owner) };
                format!("{owner}.{field}")
            }
            _ => selector.to_owned(),
        }
    }

    /// Renames references and tags of operations, at any depth.
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let member = |(key, value): (&String, &Value)| {
                    let value = match (key.as_str(), value) {
                        ("$ref", Value::String(target)) => {
                            let own = target.strip_prefix("#/components/schemas/");
                            json!(own.map_or_else(
                                || target.clone(),
                                |name| format!("#/components/schemas/{}", self.type_name(name))
                            ))
                        }
                        ("tags", Value::Array(tags)) => {
                            tags.iter().filter_map(Value::as_str).map(|tag| json!(self.tag(tag))).collect()
                        }
                        _ => self.value(value),
                    };
                    (key.clone(), value)
                };
                Value::Object(members.iter().map(member).collect())
            }
            other => other.clone(),
        }
    }
}
