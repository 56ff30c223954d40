//! A document and its export by a documentation site give the same client, except for what the export has lost.
#![allow(clippy::unwrap_used, clippy::panic)]

mod data;
mod export;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use codegen::document::source;
use export::losses::{Strings, lose, write_one_of};
use export::{VARIANTS, exports, spelling};
use serde_json::{Value, json};
use support::{canonical, surface_of};

fn parse(path: &Path) -> Value {
    source::parse(&fs::read_to_string(path).unwrap()).unwrap()
}

fn strings(texts: &str) -> Strings {
    if texts == "collapsed" { Strings::Collapsed } else { Strings::Kept }
}

/// The surface of a document without what its export loses.
fn surface_without(document: &Value, strings: Strings, overlays: &[(String, String)]) -> String {
    let mut document = document.clone();
    lose(&mut document, strings);
    surface_of(&document.to_string(), overlays)
}

/// Asserts that two texts are equal; prints the lines that differ.
fn assert_same(found: &str, expected: &str, what: &str) {
    let lines = differences(expected, found);
    assert!(found == expected, "{what}\n{}", lines.join("\n"));
}

/// The lines that only one of two texts has.
fn differences(before: &str, after: &str) -> Vec<String> {
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), after.lines().collect());
    let removed = old.difference(&new).map(|line| format!("- {}", line.trim_start()));
    removed.chain(new.difference(&old).map(|line| format!("+ {}", line.trim_start()))).collect()
}

/// The lines of a surface that differ, with the item that has them: `CreateLead.birthday: String -> Date`.
fn changes(before: &str, after: &str) -> Vec<String> {
    assert_eq!(before.lines().count(), after.lines().count(), "an item is new or gone");
    let mut item = "";
    let mut changes = Vec::new();
    for (old, new) in before.lines().zip(after.lines()) {
        let is_item = !old.starts_with("    ");
        if is_item {
            // `struct X`, or `struct X = new(…)`, whose fields follow.
            item = old.split(" = ").next().unwrap().rsplit(' ').next().unwrap();
        }
        if old != new {
            let new = if is_item { new.rsplit(" = ") } else { new.rsplit(": ") }.next().unwrap();
            changes.push(format!("{item}.{} -> {new}", old.trim_start()));
        }
    }
    changes
}

/// The documents that Propexo published, the newest last.
fn versions(test: &str) -> Vec<PathBuf> {
    let Some(history) = data::outside(test, "history") else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&history).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yml"));
    paths.sort();
    paths.push(history.with_file_name("openapi-2026-02-12.yml"));
    paths
}

/// Asserts that the exports of a document give its surface and its snapshot, except for the losses.
fn assert_one_surface(test: &str, converter: &Path, path: &Path, variants: &[(&str, &str)]) {
    let overlays = data::overlays();
    let document = parse(path);
    let Some(texts) = exports(test, converter, path, variants) else { return };
    for ((tags, kind), text) in variants.iter().zip(texts) {
        let what = format!("{}, tags {tags}, strings {kind}", data::file_name(path));
        let expected = surface_without(&document, strings(kind), &overlays);
        assert_same(&surface_of(&text, &overlays), &expected, &what);
        let what = format!("the snapshot of {what}");
        let mut lost = document.clone();
        lose(&mut lost, strings(kind));
        write_one_of(&mut lost);
        // In the export, every operation has the credential.
        lost["security"] = json!([{"bearerAuth": []}]);
        let (mut found, mut expected) =
            (parse_text(&canonical(&text)), parse_text(&canonical(&lost.to_string())));
        // The export has its own version, and sometimes its own title.
        [&mut found, &mut expected].into_iter().for_each(|it| it["info"] = Value::Null);
        assert_same(&source::to_yaml(&found).unwrap(), &source::to_yaml(&expected).unwrap(), &what);
    }
}

fn parse_text(text: &str) -> Value {
    source::parse(text).unwrap()
}

#[test]
fn newest_document_and_its_exports_give_one_surface() {
    let test = "newest_document_and_its_exports_give_one_surface";
    let Some(converter) = data::outside(test, "published/publish.py") else { return };
    let Some(path) = data::outside(test, "openapi-2026-02-12.yml") else { return };
    assert_one_surface(test, &converter, &path, &VARIANTS);
}

#[test]
fn every_version_and_its_exports_give_one_surface() {
    let test = "every_version_and_its_exports_give_one_surface";
    let Some(converter) = data::outside(test, "published/publish.py") else { return };
    // Each version in one of the variants; in all of them if `PROPEXO_EXPORTS` is `all`.
    let all = std::env::var("PROPEXO_EXPORTS").is_ok_and(|value| value == "all");
    for (index, path) in versions(test).iter().enumerate() {
        let one = index % VARIANTS.len();
        let variants = if all { &VARIANTS[..] } else { VARIANTS.get(one..=one).unwrap() };
        assert_one_surface(test, &converter, path, variants);
    }
}

#[test]
fn stored_exports_give_the_surface_of_the_document_behind_them() {
    let test = "stored_exports_give_the_surface_of_the_document_behind_them";
    let overlays = data::overlays();
    for (export, behind, strings) in [
        ("published/published.yaml", "openapi-2026-02-12.yml", Strings::Kept),
        ("published/published-full.yaml", "published/full.json", Strings::Kept),
        ("published/published-full-nested.json", "published/full.json", Strings::Collapsed),
    ] {
        let (Some(path), Some(behind)) = (data::outside(test, export), data::outside(test, behind)) else {
            return;
        };
        let expected = surface_without(&parse(&behind), strings, &overlays);
        assert_same(&surface_of(&fs::read_to_string(path).unwrap(), &overlays), &expected, export);
    }
}

#[test]
fn names_may_have_any_spelling() {
    let test = "names_may_have_any_spelling";
    let (Some(export), Some(behind)) =
        (data::outside(test, "published/published.yaml"), data::outside(test, "openapi-2026-02-12.yml"))
    else {
        return;
    };
    let overlays = data::overlays();
    let (export, behind) = (parse(&export), parse(&behind));
    let expected = surface_without(&behind, Strings::Kept, &overlays);
    for (name, spell) in spelling::SPELLINGS {
        let mut export = export.clone();
        spelling::respell(&mut export, &behind, spell);
        assert_same(&surface_of(&export.to_string(), &overlays), &expected, name);
    }
}

/// The committed list of the differences that the losses cause.
#[test]
fn only_listed_differences_come_from_what_an_export_loses() {
    let test = "only_listed_differences_come_from_what_an_export_loses";
    let Some(path) = data::outside(test, "openapi-2026-02-12.yml") else { return };
    let overlays = data::overlays();
    let text = fs::read_to_string(path).unwrap();
    let document = source::parse(&text).unwrap();
    let surface = surface_of(&text, &overlays);
    assert_same(&surface_without(&document, Strings::Kept, &overlays), &surface, "titles, availability");
    let collapsed = surface_without(&document, Strings::Collapsed, &overlays);
    let changed = changes(&surface, &collapsed);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("lost_by_export", changed.join("\n"));
    });
}

#[test]
fn exports_of_other_sites_become_clients_without_traces_of_the_export() {
    let test = "exports_of_other_sites_become_clients_without_traces_of_the_export";
    let Some(folder) = data::outside(test, "../specs/fern") else { return };
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let surface = surface_of(&fs::read_to_string(&path).unwrap(), &[]).to_lowercase();
        for trace in [
            "subpackage",
            "authorization",
            "api_key",
            "requestbodycontent",
            "responsescontent",
            "getparameters",
            "postparameters",
        ] {
            assert!(!surface.contains(trace), "{}: {trace}", path.display());
        }
    }
}

#[test]
fn no_other_document_is_taken_for_an_export() {
    let test = "no_other_document_is_taken_for_an_export";
    let mut tried = 0;
    for folder in ["../specs", ".", "history", "early"] {
        let Some(folder) = data::outside(test, folder) else { return };
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let is_document = path.extension().is_some_and(|it| it == "json" || it == "yaml" || it == "yml");
            let Ok(document) = source::parse(&fs::read_to_string(&path).unwrap_or_default()) else {
                continue;
            };
            if is_document {
                let (same, _) = codegen::document::published::undo(document.clone());
                assert!(same == document, "{}", path.display());
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "only {tried} documents");
}
