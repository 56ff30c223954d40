//! `cargo xtask diff`: its output in each format.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use support::Folder;

const FORMATS: [&str; 5] = ["text", "markdown", "json", "sarif", "github"];

fn report(folder: &Folder, format: &str) -> String {
    folder.diff(&["old.yaml", "new.yaml", "--format", format]).ends(1).out
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn text() {
    insta::assert_snapshot!(report(&Folder::new(), "text"));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(report(&Folder::new(), "markdown"));
}

#[test]
fn github() {
    insta::assert_snapshot!(report(&Folder::new(), "github"));
}

#[test]
fn changelog() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.diff(&["old.yaml", "new.yaml", "--changelog"]).ends(0).out);
}

#[test]
fn json_without_its_longest_witness() {
    let mut report = json(&report(&Folder::new(), "json"));
    for change in report["changes"].as_array_mut().unwrap() {
        if let Some(photo) = change.pointer_mut("/witness/value/photo") {
            // The JSON report is not shortened: 501 is one more than the limit of 500.
            assert_eq!(photo.as_str().unwrap().len(), 501);
            *photo = "501 bytes".into();
        }
    }
    insta::assert_snapshot!(format!("{report:#}"));
}

#[test]
fn sarif_without_its_rules() {
    let mut log = json(&report(&Folder::new(), "sarif"));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].take();
    let rules = rules.as_array().unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["text"].as_str().unwrap().starts_with("Level: "));
    }
    insta::assert_snapshot!(format!("{log:#}"));
}

#[test]
fn the_json_is_what_the_schema_says_and_the_schema_is_strict() {
    let folder = Folder::new();
    let schema = json(&folder.diff(&["--schema"]).ends(0).out);
    assert!(jsonschema::meta::is_valid(&schema));
    let schema = jsonschema::validator_for(&schema).unwrap();
    let good = json(&report(&folder, "json"));
    let errors: Vec<String> = schema.iter_errors(&good).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    for (place, wrong) in [
        ("/summary/bump", Value::from("huge")),
        ("/old/sha256", Value::from("abc")),
        ("/changes/0/level", Value::from("fatal")),
        ("/changes/0/sites/0/line", Value::from(0)),
        ("/changes/0/sites", Value::Array(Vec::new())),
        ("/changes/0/witness", Value::Null),
        ("/changes/0/rust/0/effect", Value::from("eaten")),
        ("/ignored", Value::Null),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = wrong;
        assert!(!schema.is_valid(&bad), "{place}");
    }
    for place in
        ["", "/summary", "/changes/0", "/changes/0/sites/0", "/changes/0/rust/0", "/changes/0/witness"]
    {
        let mut bad = good.clone();
        bad.pointer_mut(place).unwrap()["more"] = true.into();
        assert!(!schema.is_valid(&bad), "{place}");
    }
}

#[test]
fn reports_no_difference_in_each_format() {
    let folder = Folder::new();
    let said = |format: &str| folder.diff(&["old.yaml", "old.yaml", "--format", format]).ends(0).out;
    let nothing = "old.yaml -> old.yaml\nno changes on the wire; version bump of generated-client: none\n\nNot compared: ";
    assert!(said("text").starts_with(nothing));
    assert!(said("markdown").contains("🟢 **no changes on the wire**"));
    assert_eq!(said("github"), "no changes on the wire; version bump of generated-client: none\n");
    assert_eq!(json(&said("json"))["changes"], Value::Array(Vec::new()));
    assert_eq!(json(&said("sarif"))["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(folder.diff(&["old.yaml", "old.yaml", "--changelog"]).ends(0).out, "Nothing changed.\n");
}

#[test]
fn two_runs_give_the_same_bytes() {
    let folder = Folder::new();
    for format in FORMATS {
        assert_eq!(report(&folder, format), report(&folder, format), "{format}");
    }
}

#[test]
fn a_document_that_no_client_can_be_made_of_is_compared_all_the_same() {
    let folder = Folder::new();
    // Two operations with one name.
    let named = "    post:\n      operationId: pets.same\n";
    folder.write("new.yaml", &support::NEW.replace("    post:\n", named));
    let report = json(&folder.diff(&["old.yaml", "new.yaml", "--format", "json"]).ends(1).out);
    assert!(report["client_error"][0].as_str().unwrap().contains("new.yaml:"), "{report:#}");
    assert_eq!(report["summary"]["bump"], "major");
    assert!(
        report["changes"].as_array().unwrap().iter().all(|change| change["rust"] == Value::Array(vec![]))
    );
    let schema = json(&folder.diff(&["--schema"]).ends(0).out);
    assert!(jsonschema::is_valid(&schema, &report));
    for format in FORMATS {
        let said = folder.diff(&["old.yaml", "new.yaml", "--format", format]).ends(1).out;
        assert!(said.contains("client"), "{format}: {said}");
    }
}
