//! Reads the tables. Their fields stay JSON here; `schema.rs` reads these.

use anyhow::{Context, anyhow};
use std::path::Path;

use codegen::document::source::parse;
use serde_json::{Map, Value};

use crate::{Result, files, shown};

/// The file of the operations that no path segment assigns to a vendor.
const GENERIC: &str = "generic";

/// All tables.
pub(super) struct Tables {
    /// What the tables share.
    pub(super) common: Value,
    /// The vendors in the order of their file names, and the generic operations.
    pub(super) vendors: Vec<Vendor>,
}

/// The table of one vendor.
#[derive(Debug)]
pub(super) struct Vendor {
    /// Its segment in paths; `None` for the generic operations.
    pub(super) segment: Option<String>,
    /// Its name in prose.
    pub(super) name: String,
    /// The time zone of its times.
    pub(super) times: Option<String>,
    pub(super) operations: Vec<Operation>,
    /// Operations that are not in the client: `POST /v1/leads/`, and the key of the reason.
    pub(super) missing: Vec<(Route, String)>,
}

/// An operation of a table.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) route: Route,
    pub(super) facts: Map<String, Value>,
    /// The day on which its page was read.
    pub(super) read: String,
}

/// A method and a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
}

/// Reads the tables of a folder.
pub(super) fn read(folder: &Path) -> Result<Tables> {
    let mut common = None;
    let mut vendors = Vec::new();
    for path in files::overlays(folder)? {
        let text = files::read(&path)?;
        let value = parse(&text)
            .map_err(|error| anyhow!("{}:{}:{}: {}", shown(&path), error.line, error.column, error.reason))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if stem == "common" {
            common = Some(value);
        } else {
            vendors.push(vendor(&stem, &value).with_context(|| shown(&path))?);
        }
    }
    let common = common.ok_or_else(|| anyhow!("{}: `common.yaml` is missing", shown(folder)))?;
    Ok(Tables { common, vendors })
}

fn vendor(stem: &str, value: &Value) -> Result<Vendor> {
    let table = value.as_object().context("a table is an object")?;
    only(table, &["name", "times", "read", "operations", "missing"])?;
    let is_generic = stem == GENERIC;
    let read = string(table, "read")?.context("`read` is missing: the day on which the pages were read")?;
    let operations = object(table, "operations")?.map(|(key, facts)| {
        let facts = facts.as_object().ok_or_else(|| anyhow!("{key}: an operation is an object"))?;
        only(facts, &["page", "read", "tag", "response", "availability", "record_id", "remark", "fields"])
            .with_context(|| key.clone())?;
        let read = string(facts, "read")?.unwrap_or_else(|| read.clone());
        Ok(Operation { route: route(key)?, facts: facts.clone(), read })
    });
    let missing = object(table, "missing")?.map(|(key, reason)| {
        let reason = reason.as_str().ok_or_else(|| anyhow!("{key}: the reason is a string"))?;
        Ok((route(key)?, reason.to_owned()))
    });
    Ok(Vendor {
        segment: (!is_generic).then(|| stem.to_owned()),
        name: string(table, "name")?.unwrap_or_else(|| stem.to_owned()),
        times: string(table, "times")?,
        operations: operations.collect::<Result<_>>()?,
        missing: missing.collect::<Result<_>>()?,
    })
}

fn route(key: &str) -> Result<Route> {
    match key.split_once(' ') {
        Some((method, path)) if path.starts_with('/') => {
            Ok(Route { method: method.to_owned(), path: path.to_owned() })
        }
        _ => Err(anyhow!("`{key}` is not a method and a path, such as `POST /v1/leads/`")),
    }
}

/// Rejects keys that are not in the list.
pub(super) fn only(object: &Map<String, Value>, keys: &[&str]) -> Result<()> {
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(anyhow!("`{key}` is not understood here; the keys are {}", keys.join(", "))),
        None => Ok(()),
    }
}

/// Returns the string at a key.
pub(super) fn string(object: &Map<String, Value>, key: &str) -> Result<Option<String>> {
    match object.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(anyhow!("`{key}` is a string")),
    }
}

/// Returns the entries of the object at a key.
fn object<'v>(
    table: &'v Map<String, Value>,
    key: &str,
) -> Result<impl Iterator<Item = (&'v String, &'v Value)>> {
    match table.get(key) {
        None => Ok(None.into_iter().flatten()),
        Some(Value::Object(entries)) => Ok(Some(entries).into_iter().flatten()),
        Some(_) => Err(anyhow!("`{key}` is an object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_names_operation_and_key() {
        let table = parse("read: 2026-01-01\noperations:\n  POST /v1/leads/:\n    pge: leads\n").unwrap();
        let error = format!("{:#}", vendor("resman", &table).unwrap_err());
        assert!(error.starts_with("POST /v1/leads/: `pge` is not understood here"), "{error}");
    }

    #[test]
    fn operation_needs_method_and_path() {
        let table = parse("read: 2026-01-01\noperations:\n  /v1/leads/: {page: leads}\n").unwrap();
        let error = format!("{:#}", vendor("resman", &table).unwrap_err());
        assert!(error.starts_with("`/v1/leads/` is not a method and a path"), "{error}");
    }
}
