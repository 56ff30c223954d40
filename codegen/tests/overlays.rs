//! Checks that prose of the overlays quotes calls that exist.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;

use std::collections::BTreeSet;

use codegen::{Options, Source, pipeline};
use regex_lite::Regex;

/// Groups of the runtime.
const RUNTIME: [(&str, &str); 5] = [
    ("write_jobs", "find_recent"),
    ("write_jobs", "retry"),
    ("write_jobs", "status"),
    ("write_jobs", "wait"),
    ("webhook", "parse"),
];

/// Returns the quoted calls `client.group().method(` that do not exist.
fn unknown_calls(text: &str, known: &BTreeSet<(String, String)>) -> Vec<String> {
    let call = Regex::new(r"client\s*\.\s*(\w+)\(\)\s*\.\s*(\w+)\(").unwrap();
    let quoted = call.captures_iter(text);
    quoted
        .filter(|found| !known.contains(&(found[1].to_owned(), found[2].to_owned())))
        .map(|found| found[0].to_owned())
        .collect()
}

fn known_calls() -> BTreeSet<(String, String)> {
    let spec = data::own("spec/openapi.yaml");
    let overlays = data::overlays();
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let spec = Source { name: "spec/openapi.yaml", text: &spec };
    let (api, names) = pipeline::read(spec, &overlays, Options::default()).unwrap();
    let generated = api
        .operations
        .iter()
        .zip(&names.operations)
        .map(|(operation, own)| (names.groups[operation.group].module.clone(), own.method.clone()));
    let runtime = RUNTIME.map(|(group, method)| (group.to_owned(), method.to_owned()));
    generated.chain(runtime).collect()
}

#[test]
fn calls_in_overlays_exist() {
    let known = known_calls();
    let mut quoted = 0;
    for (name, text) in data::overlays() {
        assert_eq!(unknown_calls(&text, &known), Vec::<String>::new(), "{name}");
        quoted += text.matches("client.").count();
    }
    assert!(quoted > 20, "the overlays quote {quoted} calls");
}

#[test]
fn reports_call_of_another_name() {
    let known = BTreeSet::from([("leads".to_owned(), "list".to_owned())]);
    assert_eq!(unknown_calls("see `client.leads().find(..)`", &known), ["client.leads().find("]);
    assert_eq!(unknown_calls("see `client.leads()\n  .list(..)`", &known), Vec::<String>::new());
}
