//! The documents that Propexo published: the newest of its repository, and earlier ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;
mod mutate;
mod support;

use std::fs;
use std::path::PathBuf;

use codegen::document::source;
use codegen::{Options, Source, generate};
use mutate::Dice;
use support::{canonical, surface_of};

/// The published documents that are available.
fn published(test: &str) -> Vec<PathBuf> {
    let Some(history) = data::outside(test, "history") else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&history).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yml"));
    paths.push(history.with_file_name("openapi-2026-02-12.yml"));
    paths.sort();
    assert!(paths.len() > 1, "the folder has no document");
    paths
}

#[test]
fn the_committed_snapshot_is_that_of_the_published_document() {
    let test = "the_committed_snapshot_is_that_of_the_published_document";
    let lock: toml::Table = data::own("spec/openapi.lock.toml").parse().unwrap();
    let source = lock["source"].as_str().unwrap().rsplit('/').next().unwrap();
    // It may be the file of the repository or an export of the documentation site.
    let is_export = data::outside(test, ".").is_some_and(|folder| !folder.join(source).exists());
    let source = if is_export { format!("published/{source}") } else { source.to_owned() };
    let Some(path) = data::outside(test, &source) else { return };
    assert!(canonical(&fs::read_to_string(path).unwrap()) == data::own("spec/openapi.yaml"));
}

#[test]
fn a_shuffled_renumbered_and_reworded_copy_has_the_same_snapshot() {
    let test = "a_shuffled_renumbered_and_reworded_copy_has_the_same_snapshot";
    let Some(path) = data::outside(test, "openapi-2026-02-12.yml") else { return };
    let text = fs::read_to_string(path).unwrap();
    let document = source::parse(&text).unwrap();
    let before = canonical(&text);
    for seed in 0..2 {
        let mut dice = Dice(seed);
        let mut copy = document.clone();
        mutate::reword(&mut copy, &mut dice);
        mutate::move_out(&mut copy, &mut dice);
        mutate::renumber(&mut copy, &mut dice);
        mutate::shuffle(&mut copy, &mut dice);
        // `assert_eq` would print both documents.
        assert!(canonical(&copy.to_string()) == before, "seed {seed}");
        assert!(canonical(&mutate::flow(&copy)) == before, "seed {seed}, as flow YAML");
    }
    let mut inlined = document;
    mutate::move_in(&mut inlined);
    assert!(canonical(&inlined.to_string()) == before, "all inline");
}

#[test]
fn a_snapshot_is_its_own_snapshot_and_holds_no_prose() {
    for path in published("a_snapshot_is_its_own_snapshot_and_holds_no_prose") {
        let snapshot = canonical(&fs::read_to_string(&path).unwrap());
        assert_eq!(canonical(&snapshot), snapshot, "{}", path.display());
        // Responses have an empty description because OpenAPI requires one; a property may have that name.
        let prose = snapshot.lines().map(str::trim_start).filter(|line| {
            ["summary: ", "example: ", "x-propexo"].iter().any(|start| line.starts_with(start))
                || (line.starts_with("description: ") && *line != "description: ''")
        });
        assert_eq!(prose.collect::<Vec<_>>(), Vec::<&str>::new(), "{}", path.display());
    }
}

#[test]
fn a_download_and_its_snapshot_give_the_same_surface() {
    let overlays = data::overlays();
    for path in published("a_download_and_its_snapshot_give_the_same_surface") {
        let raw = fs::read_to_string(&path).unwrap();
        assert_eq!(
            surface_of(&raw, &overlays),
            surface_of(&canonical(&raw), &overlays),
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_published_document_becomes_a_client_of_all_its_operations() {
    let overlays = data::overlays();
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    for path in published("every_published_document_becomes_a_client_of_all_its_operations") {
        let raw = fs::read_to_string(&path).unwrap();
        let generated = generate(Source { name: "download", text: &raw }, &overlays, Options::default())
            .unwrap_or_else(|failure| panic!("{}: {}", path.display(), support::failure_text(&failure)));
        let document = codegen::document::source::parse(&raw).unwrap();
        let items = document["paths"].as_object().unwrap().values();
        let methods = ["get", "put", "post", "patch", "delete"];
        let published =
            items.flat_map(|item| methods.iter().filter(|method| item.get(**method).is_some())).count();
        assert_eq!(generated.operations, published + data::added_operations(), "{}", path.display());
        for (file, text) in &generated.tree.files {
            assert!(syn::parse_file(text).is_ok(), "{}: {file} is not Rust", path.display());
        }
    }
}

#[test]
fn what_changed_between_the_two_newest_is_what_a_diff_shows() {
    let test = "what_changed_between_the_two_newest_is_what_a_diff_shows";
    let (Some(old), Some(new)) =
        (data::outside(test, "history/545-2026-02-12.yml"), data::outside(test, "openapi-2026-02-12.yml"))
    else {
        return;
    };
    let (old, new) =
        (canonical(&fs::read_to_string(old).unwrap()), canonical(&fs::read_to_string(new).unwrap()));
    // One optional parameter on three list operations, five lines each.
    assert_eq!(new.lines().count() - old.lines().count(), 15);
    let added: Vec<&str> = new.lines().filter(|line| line.contains("name: phone_1")).collect();
    assert_eq!(added.len() - old.lines().filter(|line| line.contains("name: phone_1")).count(), 3);
}
