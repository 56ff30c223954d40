//! Lists every schema of a canonical document and every interface site where it appears: an independent
//! implementation of locations.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::data::escaped;

/// The part of an operation that a schema belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Param,
    Request,
    Response,
}

/// A site where a schema appears.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Site {
    pub(crate) operation: String,
    pub(crate) location: String,
    pub(crate) part: Part,
    /// Inside a labelled alternative: a value that the alternative rejects, another one may accept.
    pub(crate) in_union: bool,
}

/// The sites of each schema, by its JSON pointer.
pub(crate) type Index = BTreeMap<String, Vec<Site>>;

pub(crate) fn index(document: &Value) -> Index {
    let mut index = Index::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{} {path}", method.to_uppercase());
            let at = format!("/paths/{}/{method}", escaped(path));
            let mut walk = Walk { document, index: &mut index, open: Vec::new() };
            let site =
                |location: String, part| Site { operation: name.clone(), location, part, in_union: false };
            for (number, param) in operation["parameters"].as_array().into_iter().flatten().enumerate() {
                let (place, mut own) =
                    (param["in"].as_str().unwrap(), param["name"].as_str().unwrap().to_owned());
                if place == "path" {
                    let before = path.split(&format!("{{{own}}}")).next().unwrap();
                    own = format!("#{}", before.matches('{').count());
                }
                let location = format!("{place}.{own}");
                walk.schema(
                    &param["schema"],
                    format!("{at}/parameters/{number}/schema"),
                    site(location, Part::Param),
                );
            }
            for media in operation["requestBody"]["content"].as_object().into_iter().flat_map(|it| it.keys())
            {
                let at = format!("{at}/requestBody/content/{}/schema", escaped(media));
                let schema = document.pointer(&at).unwrap();
                walk.schema(schema, at, site("request".to_owned(), Part::Request));
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                for media in response["content"].as_object().into_iter().flat_map(|it| it.keys()) {
                    let at = format!("{at}/responses/{status}/content/{}/schema", escaped(media));
                    let schema = document.pointer(&at).unwrap();
                    walk.schema(schema, at, site(format!("response.{status}"), Part::Response));
                }
            }
        }
    }
    index
}

struct Walk<'a> {
    document: &'a Value,
    index: &'a mut Index,
    open: Vec<String>,
}

impl Walk<'_> {
    fn schema(&mut self, schema: &Value, at: String, site: Site) {
        if self.open.contains(&at) {
            return;
        }
        if let Some(target) = schema["$ref"].as_str() {
            assert_eq!(
                schema.as_object().unwrap().len(),
                1,
                "siblings of a reference: teach this walk about them"
            );
            let target = target.strip_prefix('#').unwrap().to_owned();
            let found = self.document.pointer(&target).unwrap();
            return self.schema(found, target, site);
        }
        self.index.entry(at.clone()).or_default().push(site.clone());
        self.open.push(at.clone());
        let below = |suffix: String| Site { location: format!("{}{suffix}", site.location), ..site.clone() };
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            self.schema(member, format!("{at}/properties/{}", escaped(name)), below(format!(".{name}")));
        }
        if schema["items"].is_object() {
            self.schema(&schema["items"], format!("{at}/items"), below("[]".to_owned()));
        }
        if schema["additionalProperties"].is_object() {
            self.schema(
                &schema["additionalProperties"],
                format!("{at}/additionalProperties"),
                below("{}".to_owned()),
            );
        }
        let variants: Vec<&Value> = schema["anyOf"].as_array().into_iter().flatten().collect();
        let names: Vec<String> = variants.iter().map(|it| self.name(it)).collect();
        let several = variants.iter().filter(|it| it["type"] != "null").count() > 1;
        for (number, variant) in variants.iter().enumerate() {
            let own = &names[number];
            let twins = names.iter().filter(|it| *it == own).count();
            let position = names[..=number].iter().filter(|it| *it == own).count();
            let label = match own.as_str() {
                "string" | "null" => String::new(),
                _ if !several => String::new(),
                _ if twins > 1 => format!("<{own}#{position}>"),
                _ => format!("<{own}>"),
            };
            let inside = Site { in_union: site.in_union || several, ..below(label) };
            self.schema(variant, format!("{at}/anyOf/{number}"), inside);
        }
        self.open.pop();
    }

    fn name(&self, variant: &Value) -> String {
        let target =
            variant["$ref"].as_str().and_then(|target| self.document.pointer(target.strip_prefix('#')?));
        let variant = target.unwrap_or(variant);
        variant["title"].as_str().or(variant["type"].as_str()).unwrap().to_owned()
    }
}
