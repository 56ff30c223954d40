//! Runs `diff` on pairs of small documents with a known severity, and on pairs that were slow. They are not part of the
//! repository; `PROPEXO_DATA` names their folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use codegen::Source;
use codegen::diff::{Report, report};
use codegen::pipeline::Reading;

fn folder(test: &str) -> Option<PathBuf> {
    data::outside(test, "../faults/diff")
}

fn reported(pair: &Path) -> Report {
    let text = |name: &str| fs::read_to_string(pair.join(name)).unwrap();
    let (old, new) = (text("old.json"), text("new.json"));
    let old = Reading::new(Source { name: "old.json", text: &old }, &[]).unwrap();
    let new = Reading::new(Source { name: "new.json", text: &new }, &[]).unwrap();
    report(&old, &new)
}

fn level(report: &Report) -> &'static str {
    report.changes.first().map_or("none", |change| change.severity.name())
}

/// Pairs whose severity differs from that of the list. The documentation of `codegen::diff::rules` gives the reasons.
const OTHERS: [(&str, &str); 2] = [("path-params-swapped", "error"), ("mask-error-by-other-change", "error")];

#[test]
fn pairs_have_expected_severity() {
    let Some(folder) = folder("pairs_have_expected_severity") else { return };
    let list = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut wrong = Vec::new();
    for row in list.lines().skip(1) {
        let (name, rest) = row.split_once('\t').unwrap();
        let given = rest.split('\t').next().unwrap();
        let expected = OTHERS.iter().find(|(pair, _)| *pair == name).map_or(given, |(_, level)| level);
        let report = reported(&folder.join(name));
        if level(&report) != expected {
            let found = report.changes.iter();
            let found: Vec<String> = found.map(|it| format!("{} {}: {}", it.severity, it.id(), it.message)).collect();
            wrong.push(format!("{name}: {expected} expected, found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), list.lines().count() - 1, wrong.join("\n"));
}

#[test]
fn slow_pairs_end() {
    let Some(folder) = folder("slow_pairs_end") else { return };
    for name in ["hang-polymorphic-2", "dag-8", "dag-12", "clique-4", "clique-6"] {
        let start = Instant::now();
        let report = reported(&folder.join(name));
        let time = start.elapsed();
        println!("{name}: {time:?}, {} changes, {} sites", report.changes.len(), report.changes.iter().map(|it| it.sites.len()).sum::<usize>());
        assert_eq!(level(&report), "error", "{name}");
        // Ten times the time that the pair needs with optimization.
        assert!(time < Duration::from_secs(2), "{name}: {time:?}");
    }
}
