//! Finds the items that a name means, or similar names.

use std::collections::{BTreeMap, BTreeSet};

use super::Explainer;
use crate::api::location::Segment;
use crate::client::item_index::{ItemKind, RustItem};
use crate::document::path_template::normalized_path;

/// If more items have a name, their paths are suggested instead.
pub(super) const MAX_MATCHES: usize = 6;

/// Paths of items with their entries in the index.
pub(super) type Matches<'e> = Vec<(&'e str, Vec<&'e RustItem>)>;

impl Explainer<'_, '_> {
    /// The items with a name; else the names to suggest.
    pub(super) fn by_name(&self, name: &str) -> Result<Matches<'_>, Vec<String>> {
        if let Some((method, path)) = name.trim().split_once(' ') {
            return self.operation(&format!("{} {}", method.to_uppercase(), path.trim()));
        }
        let wanted = name.trim().replace("r#", "").replace('.', "::");
        let wanted = ["propexo::", "crate::"]
            .iter()
            .fold(wanted.as_str(), |it, prefix| it.strip_prefix(prefix).unwrap_or(it));
        let mut by_alias: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for item in &self.items {
            for alias in self.aliases(item) {
                by_alias.entry(alias.replace("r#", "")).or_default().insert(&item.path);
            }
        }
        let exact = by_alias.get(wanted).cloned();
        let found = exact.or_else(|| {
            let other_case = by_alias.iter().filter(|(alias, _)| alias.eq_ignore_ascii_case(wanted));
            let all: BTreeSet<&str> = other_case.flat_map(|(_, paths)| paths).copied().collect();
            (!all.is_empty()).then_some(all)
        });
        match found {
            Some(paths) if paths.len() <= MAX_MATCHES => Ok(self.with_entries(paths)),
            Some(paths) => Err(paths.into_iter().map(str::to_owned).collect()),
            None => Err(similar(wanted, by_alias.keys().map(String::as_str))),
        }
    }

    /// The method of an operation; the names of path parameters and the trailing slash may differ.
    fn operation(&self, name: &str) -> Result<Matches<'_>, Vec<String>> {
        let methods = || self.items.iter().filter(|item| item.kind == ItemKind::Method);
        let exact = methods().find(|item| &*item.operation == name);
        let normalized = normalized_path(name);
        match exact.or_else(|| methods().find(|item| normalized_path(&item.operation) == normalized)) {
            Some(item) => Ok(self.with_entries([item.path.as_str()].into())),
            None => Err(similar(name, methods().map(|item| &*item.operation))),
        }
    }

    pub(super) fn with_entries<'e>(&'e self, paths: BTreeSet<&'e str>) -> Matches<'e> {
        let entries = |path| self.items.iter().filter(|item| item.path == path).collect();
        paths.into_iter().map(|path| (path, entries(path))).collect()
    }

    /// The names of an item: its full path, its path without the module, and as a part of the call.
    fn aliases(&self, item: &RustItem) -> Vec<String> {
        let mut out = vec![item.path.clone()];
        if item.kind != ItemKind::Method {
            out.extend(item.path.split_once("::").map(|(_, rest)| rest.to_owned()));
        }
        let name = match item.kind {
            ItemKind::Argument => item.path.rsplit_once('(').map(|(_, name)| name.trim_end_matches(')')),
            ItemKind::Setter => item.path.rsplit_once("::").map(|(_, name)| name),
            ItemKind::Field
                if matches!(item.location.segments(), [Segment::Request, Segment::Property(_)]) =>
            {
                item.path.rsplit_once("::").map(|(_, name)| name)
            }
            _ => None,
        };
        if let Some(name) = name {
            let methods = self.functions.values().filter(|it| it.wire == *item.operation);
            out.extend(methods.map(|method| format!("{}::{name}", method.path)));
        }
        out
    }
}

/// The most similar names, the most similar first.
fn similar<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    const MAX_SUGGESTIONS: usize = 3;
    const MIN_SIMILARITY: f64 = 0.75;
    let wanted = wanted.to_lowercase();
    let mut all: Vec<(f64, &str)> = names
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(similarity, _)| *similarity > MIN_SIMILARITY)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    all.dedup();
    all.into_iter().take(MAX_SUGGESTIONS).map(|(_, name)| name.to_owned()).collect()
}
