//! Makes one known change at a random site of the real document: `diff` reports exactly that change, at its sites and
//! its level, and an independent validator confirms every counterexample.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod changes;
mod clients;
mod data;
mod mutate;
mod witnesses;

use std::collections::BTreeSet;
use std::env;

use changes::{Base, index};
use clients::reported;
use codegen::diff::{compare, rules};
use codegen::document::source;
use mutate::Dice;
use serde_json::{Map, Value};

/// The number of attempts per kind: some kinds have few sites.
const MAX_THROWS: usize = 1_000;

fn base() -> Base {
    let mut document = source::parse(&data::own("spec/openapi.yaml")).unwrap();
    let paths = document["paths"].as_object_mut().unwrap();
    paths.extend(everything());
    Base { index: index::index(&document), document }
}

/// Paths that have a site for every kind of change.
fn everything() -> Map<String, Value> {
    let paths = source::parse(include_str!("changes/everything.yaml")).unwrap();
    paths.as_object().unwrap().clone()
}

/// Tries one change of the kind; returns `false` if the dice find no site.
fn try_one(base: &Base, kind: &str, dice: &mut Dice) -> bool {
    let seed = dice.0;
    let Some(changed) = base.change(kind, dice) else { return false };
    let found = compare(&base.document, &changed.document);
    let sites: BTreeSet<(String, String)> = found
        .iter()
        .flat_map(|change| &change.sites)
        .map(|site| (site.operation.clone(), site.location.to_string()))
        .collect();
    let context = || format!("{kind}, seed {seed}: found {found:#?}");
    assert!(
        found.iter().all(|change| change.id() == kind && change.severity.name() == changed.level),
        "{} not {} at {}",
        context(),
        kind,
        changed.level
    );
    assert_eq!(sites, changed.sites, "{}", context());
    for change in &found {
        // What a discriminator means is not part of JSON Schema.
        let has_example = changed.level == "error" && !kind.contains("discriminator");
        assert_eq!(change.counterexample.is_some(), has_example, "{}", context());
        if has_example {
            witnesses::prove(&base.document, &changed.document, change)
                .unwrap_or_else(|reason| panic!("{reason}: {}", context()));
        }
    }
    true
}

/// Compares the clients as well, which takes too long for the real document.
#[test]
fn no_kind_of_change_of_the_client_is_silent() {
    let mut document = source::parse(&data::own("spec/openapi.yaml")).unwrap();
    let paths = document["paths"].as_object_mut().unwrap();
    paths.retain(|path, _| path.starts_with("/v1/leads/"));
    paths.extend(everything());
    let base = Base { index: index::index(&document), document };
    let mut without_client = Vec::new();
    for (number, rule) in rules::all().into_iter().enumerate() {
        let mut dice = Dice(number as u64);
        let changed = (0..MAX_THROWS).find_map(|_| base.change(&rule.id, &mut dice));
        let changed = changed.unwrap_or_else(|| panic!("no site for {}", rule.id));
        let texts = [base.document.to_string(), changed.document.to_string()];
        let report = reported(&texts);
        if report.bump.is_none() {
            without_client.push(rule.id.clone());
        }
        clients::check(&texts, &report).unwrap_or_else(|reason| panic!("{}: {reason}", rule.id));
    }
    assert_eq!(without_client, Vec::<String>::new());
}

#[test]
fn finds_every_kind_of_change_at_its_location() {
    let times = env::var("PROPEXO_DIFF_MUTATIONS").map_or(3, |it| it.parse::<usize>().unwrap());
    let base = base();
    let kinds: Vec<String> = rules::all().into_iter().map(|rule| rule.id).collect();
    let tried = |(number, kind): (usize, &String)| {
        let mut dice = Dice(number as u64);
        let mut count = 0;
        for _ in 0..MAX_THROWS * times {
            count += usize::from(try_one(&base, kind, &mut dice));
            if count == times {
                break;
            }
        }
        assert_eq!(count, times, "{kind} was tried {count} times");
        format!("{kind} {count}")
    };
    let (first, second) = kinds.split_at(kinds.len() / 2);
    let run = |kinds: &[String], start: usize| -> Vec<String> {
        kinds.iter().enumerate().map(|(index, kind)| tried((start + index, kind))).collect()
    };
    let all = std::thread::scope(|scope| {
        let one = scope.spawn(|| run(first, 0));
        let mut all = run(second, first.len());
        all.extend(one.join().unwrap());
        all
    });
    println!("{} kinds tried: {}", all.len(), all.join(", "));
}
