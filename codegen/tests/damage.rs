//! Removes, retypes, duplicates or replaces one random node of the real document. Each mutation results in valid Rust
//! or in an error with a position, within a time limit and without a panic.
//!
//! `PROPEXO_MUTATIONS` sets the number of mutations (200), `PROPEXO_SEED` the first seed; both are printed. One
//! mutation in twenty changes the whole document with its overlays (every other time, an overlay). The others change
//! about ten of its operations with the components that they need, which takes a twentieth of the time.
#![allow(clippy::unwrap_used, clippy::panic)]

mod data;
mod hurt;
mod judge;
mod mutate;
mod support;
mod trial;

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::time::Duration;

use codegen::document::source;
use codegen::{Options, Source};
use mutate::Dice;
use serde_json::Value;
use trial::{Tally, Trial, trial};

/// After this time a mutation counts as one that does not terminate.
const NEVER: Duration = Duration::from_secs(120);

/// The CPU time that a mutation may take; the test build is less optimised than the tool.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn every_mutation_gives_rust_or_an_error_with_a_position() {
    let mutations = number("PROPEXO_MUTATIONS", 200);
    let seed = number("PROPEXO_SEED", 1);
    println!("PROPEXO_SEED={seed} PROPEXO_MUTATIONS={mutations}");
    let (say, said) = mpsc::channel();
    std::thread::spawn(move || {
        let real = Real::read();
        for index in 0..mutations {
            // Each mutation has its own seed, so that it can be repeated alone.
            let seed = seed.wrapping_add(index);
            if say.send((seed, real.damaged(seed, seed.is_multiple_of(20)))).is_err() {
                return;
            }
        }
    });
    let mut tally = Tally::default();
    for index in 0..mutations {
        let (seed, (what, trial)) = said.recv_timeout(NEVER).unwrap_or_else(|_| {
            panic!("PROPEXO_SEED={} PROPEXO_MUTATIONS=1 hangs", seed.wrapping_add(index))
        });
        tally.add(format!("PROPEXO_SEED={seed} PROPEXO_MUTATIONS=1 ({what})"), trial);
    }
    tally.tell(usize::try_from(mutations).unwrap(), "mutations");
}

/// The real document, its overlays, and their source text.
struct Real {
    document: Value,
    overlays: Vec<(String, String)>,
}

impl Real {
    fn read() -> Self {
        Real { document: source::parse(&data::own("spec/openapi.yaml")).unwrap(), overlays: data::overlays() }
    }

    /// Returns a description of the mutation, and its result.
    fn damaged(&self, seed: u64, whole: bool) -> (String, Trial) {
        let mut dice = Dice(seed);
        let mut overlays = if whole { self.overlays.clone() } else { Vec::new() };
        let mut document = if whole { self.document.clone() } else { some(&self.document, &mut dice) };
        let chosen = dice.below(2 * overlays.len());
        let what = match overlays.get_mut(chosen) {
            Some((name, text)) => {
                let mut overlay = source::parse(text).unwrap();
                let what = hurt::hurt(&mut overlay, &mut dice);
                *text = overlay.to_string();
                format!("{what} of {name}")
            }
            None => hurt::hurt(&mut document, &mut dice),
        };
        let spec =
            if dice.below(2) == 0 { document.to_string() } else { source::to_yaml(&document).unwrap() };
        let options = Options {
            keep_prose: dice.below(2) == 0,
            skip_unsupported: dice.below(2) == 0,
            ..Options::default()
        };
        let sources: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
        (what, trial(Source { name: support::NAME, text: &spec }, &sources, options, LONGEST))
    }
}

/// Returns about ten operations of a document, with the components that they need.
fn some(document: &Value, dice: &mut Dice) -> Value {
    let mut out = document.clone();
    let paths = out["paths"].as_object_mut().unwrap();
    while paths.len() > 7 {
        let path = paths.keys().nth(dice.below(paths.len())).cloned().unwrap();
        paths.shift_remove(&path);
    }
    let webhooks = out.get_mut("webhooks").and_then(Value::as_object_mut);
    webhooks.into_iter().for_each(|webhooks| webhooks.retain(|_, _| dice.below(8) == 0));
    let schemas = out["components"]["schemas"].take();
    let mut needed = BTreeSet::new();
    let mut open = Vec::new();
    references(&out, &mut open);
    while let Some(name) = open.pop() {
        if let Some(schema) = schemas.get(&name)
            && needed.insert(name)
        {
            references(schema, &mut open);
        }
    }
    let kept = schemas.as_object().unwrap().iter().filter(|(name, _)| needed.contains(*name));
    out["components"]["schemas"] = kept.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    out
}

fn references(node: &Value, out: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            out.extend(
                target.and_then(|target| target.strip_prefix("#/components/schemas/")).map(str::to_owned),
            );
            members.values().for_each(|member| references(member, out));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, out)),
        _ => {}
    }
}
