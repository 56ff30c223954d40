//! Runs `diff` on pairs of small documents with a known severity, and on pairs that were slow. They are not part of the
//! repository; `PROPEXO_DATA` names their folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clients;
mod data;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clients::reported;
use codegen::diff::{Bump, Report};

fn folder(test: &str) -> Option<PathBuf> {
    data::outside(test, "../faults/diff")
}

fn texts(pair: &Path) -> [String; 2] {
    ["old.json", "new.json"].map(|name| fs::read_to_string(pair.join(name)).unwrap())
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
        let texts = texts(&folder.join(name));
        let report = reported(&texts);
        if let Err(reason) = clients::check(&texts, &report) {
            wrong.push(format!("{name}: {reason}"));
        }
        if level(&report) != expected {
            let found = report.changes.iter();
            let found: Vec<String> =
                found.map(|it| format!("{} {}: {}", it.severity, it.id(), it.message)).collect();
            wrong.push(format!("{name}: {expected} expected, found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), list.lines().count() - 1, wrong.join("\n"));
}

#[test]
fn slow_pairs_end() {
    let Some(folder) = folder("slow_pairs_end") else { return };
    for name in ["hang-polymorphic-2", "dag-8", "dag-12", "clique-4", "clique-6"] {
        let texts = texts(&folder.join(name));
        let start = Instant::now();
        let report = reported(&texts);
        let time = start.elapsed();
        println!(
            "{name}: {time:?}, {} changes, {} sites",
            report.changes.len(),
            report.changes.iter().map(|it| it.sites.len()).sum::<usize>()
        );
        assert_eq!(level(&report), "error", "{name}");
        // Ten times the time that the pair needs with optimization.
        assert!(time < Duration::from_secs(2), "{name}: {time:?}");
    }
}

#[test]
fn empty_report_about_different_clients_is_refused() {
    let Some(folder) = folder("empty_report_about_different_clients_is_refused") else { return };
    let texts = texts(&folder.join("param-scalar-to-array"));
    let silent = Report { changes: Vec::new(), bump: Some(Bump::None), rust_only: Vec::new() };
    assert!(clients::check(&texts, &silent).is_err());
    assert_eq!(clients::check(&texts, &reported(&texts)), Ok(()));
}
