//! Runs `diff` on published documents. They are not part of the repository; `PROPEXO_DATA` names their folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;
mod witnesses;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use codegen::diff::{Change, compare};
use codegen::pipeline::effective;
use codegen::{Options, Source};
use serde_json::Value;

fn canonical(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    effective(Source { name: "document", text: &text }, &[], Options::default()).unwrap()
}

/// `(operation, location, kind, level, old, new)` of every site; old and new are empty if they are not reported.
fn sites(changes: &[Change]) -> BTreeSet<[String; 6]> {
    let text = |value: &Value| if value.is_null() { String::new() } else { value.to_string() };
    let one = |change: &Change| {
        let (kind, level) = (change.id(), change.severity.to_string());
        let (old, new) = (text(&change.old), text(&change.new));
        let row = move |operation: &str, location: &str| {
            [operation.to_owned(), location.to_owned(), kind.clone(), level.clone(), old.clone(), new.clone()]
        };
        change.sites.iter().map(|site| row(&site.operation, &site.location.to_string())).collect::<Vec<_>>()
    };
    changes.iter().flat_map(one).collect()
}

fn expected(path: &Path) -> BTreeSet<[String; 6]> {
    let list: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let json = |entry: &Value, key: &str| entry.get(key).map(Value::to_string).unwrap_or_default();
    let row = |entry: &Value| {
        [
            text(entry, "operation"),
            text(entry, "location"),
            text(entry, "kind"),
            text(entry, "level"),
            json(entry, "old"),
            json(entry, "new"),
        ]
    };
    list.iter().map(row).collect()
}

#[test]
fn findings_of_three_pairs_equal_those_of_a_manual_review() {
    let test = "findings_of_three_pairs_equal_those_of_a_manual_review";
    let Some(history) = data::outside(test, "history") else { return };
    let newest = data::outside(test, "openapi-2026-02-12.yml").unwrap();
    for (old, new, name) in [
        (history.join("302-2024-09-30.yml"), history.join("303-2024-09-30.yml"), "302-303"),
        (history.join("364-2025-03-06.yml"), history.join("365-2025-03-10.yml"), "364-365"),
        (history.join("545-2026-02-12.yml"), newest, "545-546"),
    ] {
        let found = sites(&compare(&canonical(&old), &canonical(&new)));
        let expected = expected(&history.join(format!("expected/{name}.json")));
        let more: Vec<_> = found.difference(&expected).collect();
        let less: Vec<_> = expected.difference(&found).collect();
        assert!(more.is_empty() && less.is_empty(), "{name}: too many {more:#?}, too few {less:#?}");
    }
}

/// The published documents that are available, oldest first.
fn published(test: &str) -> Vec<std::path::PathBuf> {
    let Some(history) = data::outside(test, "history") else { return Vec::new() };
    let mut paths: Vec<_> = fs::read_dir(history).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yml"));
    paths.sort();
    paths.extend(data::outside(test, "openapi-2026-02-12.yml"));
    paths
}

#[test]
fn independent_validator_confirms_every_counterexample() {
    let paths = published("independent_validator_confirms_every_counterexample");
    let documents: Vec<Value> = paths.iter().map(|path| canonical(path)).collect();
    let (mut proved, mut missing) = (0, 0);
    let ends = documents.first().zip(documents.last());
    for (old, new) in documents.iter().zip(documents.iter().skip(1)).chain(ends) {
        for change in compare(old, new) {
            // Other changes may leave no value that shows only this one.
            let is_missing = change.message.ends_with("no example could be constructed");
            let has_example = change.severity.name() == "error" && !is_missing;
            assert_eq!(change.counterexample.is_some(), has_example, "{}", change.message);
            missing += usize::from(is_missing);
            if change.counterexample.is_some() {
                let site = &change.sites[0];
                let proof = witnesses::prove(old, new, &change);
                let cut = |reason: String| reason.chars().take(500).collect::<String>();
                assert_eq!(
                    proof.map_err(cut),
                    Ok(()),
                    "{} at {} {}",
                    change.id(),
                    site.operation,
                    site.location
                );
                proved += 1;
            }
        }
    }
    println!("{} pairs, {proved} witnesses proved, {missing} changes without one", documents.len());
    assert!(documents.is_empty() || (proved > 100 && missing * 20 < proved));
}
