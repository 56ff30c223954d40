//! The differences between the generated files of two clients.

use std::collections::BTreeSet;

use super::in_parallel;
use super::rust::{Effect, RustChange};
use crate::client::docs::Docs;
use crate::client::render;
use crate::client::tree::Tree;
use crate::pipeline::Reading;

/// The modules whose files differ, each with the first line that does. For two notations of the same interface, of which one
/// gives another type or check.
pub(super) fn changes(old: &Reading<'_>, new: &Reading<'_>) -> Vec<RustChange> {
    let (Some(old), Some(new)) = in_parallel(|| tree(old), || tree(new)) else { return Vec::new() };
    let paths: BTreeSet<&String> = old.files.keys().chain(new.files.keys()).collect();
    let text = |tree: &Tree, path: &str| tree.files.get(path).cloned().unwrap_or_default();
    let change = |path: &String| {
        let (old, new) = (text(&old, path), text(&new, path));
        let lines = old.lines().map(Some).chain(std::iter::repeat(None));
        let lines = lines.zip(new.lines().map(Some).chain(std::iter::repeat(None)));
        let count = old.lines().count().max(new.lines().count());
        let (old, new) = lines.take(count).find(|(old, new)| old != new)?;
        let line = |line: Option<&str>| line.unwrap_or_default().trim().to_owned();
        let item = path.trim_end_matches(".rs").replace('/', "::");
        let effect = Effect::Changed { old: line(old), new: line(new) };
        Some(RustChange { item, effect, compiles: true })
    };
    paths.into_iter().filter_map(change).collect()
}

fn tree(reading: &Reading<'_>) -> Option<Tree> {
    let (api, names) = reading.client.as_ref().ok()?;
    render::render(api, names, &Docs::new(api, names)).ok()
}
