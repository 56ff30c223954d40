//! Computes what code must change to move from one version of the client to another.
//!
//! Items of both versions are paired by their location in HTTP and JSON, so that an item is found whatever its name was.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::model::Api;
use crate::api::names::Names;
use crate::client::item_index::{ItemKind, RustItem, items};
use crate::client::surface;
use crate::document::path_template::normalized_path;

/// An item of one version, with its location.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexedItem {
    /// The operation, the location in it, and the kind of the item there.
    location: [String; 3],
    /// Its path from the crate's root: `leads::CreateLead::notes`.
    path: String,
    /// Its type, as the surface writes it; empty for methods, requests and types.
    signature: String,
}

impl IndexedItem {
    /// Writes it as a line of an index: an array in JSON.
    pub fn to_line(&self) -> String {
        let [operation, location, kind] = &self.location;
        serde_json::Value::from([operation.as_str(), location, kind, &self.path, &self.signature].as_slice())
            .to_string()
    }

    /// Reads a line of an index.
    pub fn from_line(line: &str) -> Option<Self> {
        let [operation, location, kind, path, signature] = serde_json::from_str(line).ok()?;
        Some(IndexedItem { location: [operation, location, kind], path, signature })
    }
}

/// All items of a client, in the order of its operations.
pub fn index((api, names): &(Api, Names)) -> Vec<IndexedItem> {
    let indexed = |item: RustItem| {
        let signature = match item.kind {
            ItemKind::Method | ItemKind::Request | ItemKind::Type => None,
            ItemKind::Argument => item.type_ref.map(|of| surface::plain(api, names, of.ty)),
            _ => surface::signature(api, names, &item),
        };
        IndexedItem {
            location: [
                normalized_path(&item.operation),
                item.location.to_string(),
                format!("{:?}", item.kind),
            ],
            path: item.path,
            signature: signature.unwrap_or_default(),
        }
    };
    items(api, names).into_iter().map(indexed).collect()
}

/// What code that uses the old version has to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// Old and new paths. The fields and variants of a renamed item are listed only if their own names differ.
    pub renamed: BTreeSet<(String, String)>,
    /// The new paths of fields and parameters by their old and new types.
    pub retyped: BTreeMap<(String, String), BTreeSet<String>>,
    /// Paths that have no successor. The fields and variants of a removed item are not listed.
    pub removed: BTreeSet<String>,
}

/// Compares two indexes.
pub fn migration(old: &[IndexedItem], new: &[IndexedItem]) -> Migration {
    let mut by_location: BTreeMap<&[String; 3], Vec<&IndexedItem>> = BTreeMap::new();
    new.iter().for_each(|item| by_location.entry(&item.location).or_default().push(item));
    let mut pairs: Vec<(&IndexedItem, &IndexedItem)> = Vec::new();
    let mut used: BTreeMap<&[String; 3], usize> = BTreeMap::new();
    for item in old {
        // A location has several items of a kind only for equal alternatives, whose order is that of the document.
        let nth = used.entry(&item.location).or_default();
        pairs.extend(by_location.get(&item.location).and_then(|items| items.get(*nth)).map(|it| (item, *it)));
        *nth += 1;
    }
    let renames: BTreeSet<(&str, &str)> = pairs
        .iter()
        .map(|(old, new)| (old.path.as_str(), new.path.as_str()))
        .filter(|(old, new)| old != new)
        .collect();
    let is_implied = |(old, new): &(&str, &str)| {
        let ((old_parent, old_name), (new_parent, new_name)) = (split(old), split(new));
        old_name == new_name && renames.contains(&(old_parent, new_parent))
    };
    let new_names: BTreeMap<&str, &str> = renames
        .iter()
        .map(|(old, new)| (split(old).1, split(new).1))
        .filter(|(old, new)| old != new)
        .collect();
    let mut retyped: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for (old, new) in &pairs {
        if with_new_names(&old.signature, &new_names) != new.signature && old.signature != new.signature {
            retyped
                .entry(without_common_suffixes(&old.signature, &new.signature))
                .or_default()
                .insert(new.path.clone());
        }
    }
    let kept: BTreeSet<&str> =
        pairs.iter().map(|(old, _)| old.path.as_str()).chain(new.iter().map(|it| it.path.as_str())).collect();
    let removed: BTreeSet<&str> =
        old.iter().map(|it| it.path.as_str()).filter(|path| !kept.contains(path)).collect();
    Migration {
        renamed: renames
            .iter()
            .filter(|pair| !is_implied(pair))
            .map(|(old, new)| ((*old).to_owned(), (*new).to_owned()))
            .collect(),
        retyped,
        removed: removed
            .iter()
            .filter(|path| !removed.contains(split(path).0))
            .map(|path| (*path).to_owned())
            .collect(),
    }
}

/// Splits a path at its last part: a segment, or the argument of a method.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once("::")
        .filter(|(_, name)| !name.contains('('))
        .or_else(|| path.rsplit_once('('))
        .unwrap_or(("", path))
}

/// Returns the two types without the suffixes `?` and ` | null` that both have, because those did not change.
fn without_common_suffixes(old: &str, new: &str) -> (String, String) {
    [" | null", "?"].iter().fold((old.to_owned(), new.to_owned()), |(old, new), end| {
        match (old.strip_suffix(end), new.strip_suffix(end)) {
            (Some(old), Some(new)) => (old.to_owned(), new.to_owned()),
            _ => (old, new),
        }
    })
}

/// Replaces old names by new ones in a type; a name is a whole word.
fn with_new_names(signature: &str, new_names: &BTreeMap<&str, &str>) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let parts = signature.split_inclusive(|c| !is_word(c)).map(|part| {
        let word = part.trim_end_matches(|c| !is_word(c));
        let rest = part.get(word.len()..).unwrap_or_default();
        format!("{}{rest}", new_names.get(word).copied().unwrap_or(word))
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(location: &str, path: &str, signature: &str) -> IndexedItem {
        let location = ["GET /a/".to_owned(), location.to_owned(), "Field".to_owned()];
        IndexedItem { location, path: path.to_owned(), signature: signature.to_owned() }
    }

    #[test]
    fn reads_the_line_that_it_writes() {
        let item = item("response \"x\"", "a::B::c", "String?");
        assert_eq!(IndexedItem::from_line(&item.to_line()), Some(item));
        assert_eq!(IndexedItem::from_line("[\"too\", \"short\"]"), None);
    }

    #[test]
    fn pairs_items_by_location_and_omits_parts_of_renamed_and_removed_items() {
        let old = [
            item("", "a::Old", ""),
            item("x", "a::Old::x", "String? | null"),
            item("y", "a::Old::y", "Old"),
            item("z", "a::Old::z", "i64"),
            item("gone", "a::Gone", ""),
            item("gone.x", "a::Gone::x", "i64"),
        ];
        let new = [
            item("", "b::New", ""),
            item("x", "b::New::x", "Id? | null"),
            item("y", "b::New::why", "New"),
            item("z", "b::New::z", "i64"),
        ];
        let found = migration(&old, &new);
        let renamed = [("a::Old", "b::New"), ("a::Old::y", "b::New::why")];
        assert_eq!(found.renamed, renamed.map(|(old, new)| (old.to_owned(), new.to_owned())).into());
        let retyped = (("String".to_owned(), "Id".to_owned()), BTreeSet::from(["b::New::x".to_owned()]));
        assert_eq!(found.retyped, [retyped].into());
        assert_eq!(found.removed, ["a::Gone".to_owned()].into());
    }

    #[test]
    fn an_argument_follows_its_method() {
        let old = [item("", "a::list", ""), item("p", "a::list(p)", "String")];
        let new = [item("", "a::all", ""), item("p", "a::all(p)", "String")];
        assert_eq!(migration(&old, &new).renamed, [("a::list".to_owned(), "a::all".to_owned())].into());
    }
}
