//! `cargo xtask diff` on published documents. They are not part of the repository; `PROPEXO_DATA` names their folder.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../codegen/tests/data/mod.rs"]
mod data;
mod support;

use serde_json::Value;
use support::Folder;

fn path(test: &str, name: &str) -> Option<String> {
    data::outside(test, name).map(|path| path.canonicalize().unwrap().display().to_string())
}

/// The maximum length of a comment on GitHub.
const MAX_CHARACTERS: usize = 65_536;

#[test]
fn reports_oldest_against_newest_in_each_format() {
    let test = "reports_oldest_against_newest_in_each_format";
    let Some(old) = path(test, "history/000-2023-11-14.yml") else { return };
    let new = path(test, "openapi-2026-02-12.yml").unwrap();
    let folder = Folder::new();
    let report = |format: &str| folder.diff(&[&old, &new, "--format", format]).ends(1).out;
    let schema: Value = serde_json::from_str(&folder.diff(&["--schema"]).ends(0).out).unwrap();
    let json: Value = serde_json::from_str(&report("json")).unwrap();
    assert!(jsonschema::is_valid(&schema, &json));
    let changes = json["changes"].as_array().unwrap();
    assert!(changes.len() > 1_000, "{}", changes.len());

    let markdown = report("markdown");
    // The report uses the permitted length but does not exceed it; UTF-16 code units are the strictest count.
    assert!(markdown.encode_utf16().count() < MAX_CHARACTERS && markdown.len() > MAX_CHARACTERS * 9 / 10);
    assert!(markdown.contains("are omitted here"));
    assert_eq!(markdown.matches("<details>").count(), markdown.matches("</details>").count());
    assert_eq!(markdown.matches("```").count() % 2, 0);

    let sarif: Value = serde_json::from_str(&report("sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), changes.len());
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().starts_with("file:///"));
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
    }
    let commands = report("github");
    let levels: Vec<&str> =
        commands.lines().filter_map(|line| Some(line.strip_prefix("::")?.split_once(' ')?.0)).collect();
    assert!(
        levels.is_sorted_by_key(|level| ["error", "warning", "notice"].iter().position(|it| it == level))
    );
    assert_eq!(levels.len() + 1, commands.lines().count());

    // A file never fills a whole line of the terminal.
    let text = report("text");
    assert!(text.lines().all(|line| line.len() < 2_000) && text.lines().count() > changes.len());
}

#[test]
fn pairs_are_what_the_schema_says_and_the_same_twice() {
    let test = "pairs_are_what_the_schema_says_and_the_same_twice";
    let Some(history) = data::outside(test, "history") else { return };
    let mut names: Vec<String> = std::fs::read_dir(&history)
        .unwrap()
        .map(|entry| entry.unwrap().path().canonicalize().unwrap().display().to_string())
        .filter(|path| path.ends_with(".yml"))
        .collect();
    names.sort();
    names.push(path(test, "openapi-2026-02-12.yml").unwrap());
    // By default only some pairs: the first, one with webhooks, one that breaks callers, the last.
    let all = std::env::var("PROPEXO_DIFF_PAIRS").is_ok_and(|pairs| pairs == "all");
    let chosen = |old: &str| all || ["/000-", "/178-", "/302-", "/545-"].iter().any(|it| old.contains(it));
    let pairs: Vec<&[String]> = names.windows(2).filter(|pair| chosen(&pair[0])).collect();
    assert_eq!(pairs.len(), if all { names.len() - 1 } else { 4 });
    let folder = Folder::new();
    let schema: Value = serde_json::from_str(&folder.diff(&["--schema"]).ends(0).out).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for pair in pairs {
        let report =
            || folder.diff(&[&pair[0], &pair[1], "--format", "json", "--fail-on", "never"]).ends(0).out;
        let text = report();
        let json: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{pair:?}");
        if all || pair[0].contains("/302-") {
            assert_eq!(report(), text, "{pair:?}");
        }
    }
}
