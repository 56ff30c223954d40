//! `cargo xtask bench`: measures the working tree and a commit in turn, so that what the machine does meanwhile meets both.

mod benchmark;
pub(crate) mod checkout;
pub(crate) mod figure;
mod report;
mod text;

use std::fs;

use serde_json::json;

use crate::diff::input::git;
use crate::messages::Messages;
use crate::{Outcome, Result, files, finish, shown};
use benchmark::Benchmark;
use checkout::{Checkout, Worktree};
use report::{Comparison, Side};

/// A load average above this one is not a quiet machine's.
const QUIET: f64 = 0.5;

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let error = |error: pico_args::Error| error.to_string();
    let against: Option<String> = arguments.opt_value_from_str("--against").map_err(error)?;
    let runs: usize = arguments.opt_value_from_str("--runs").map_err(error)?.unwrap_or(5).max(1);
    let only: Vec<String> = arguments.values_from_str("--only").map_err(error)?;
    finish(arguments)?;
    let against = against.ok_or("a commit to compare with is missing: `cargo xtask bench --against main`")?;
    let benchmarks = match only.as_slice() {
        [] => Benchmark::ALL.to_vec(),
        names => names.iter().map(|name| Benchmark::of_name(name)).collect::<Result<_>>()?,
    };
    let load = load_average();

    let worktree = Worktree::add(&against)?;
    let working_tree = Checkout::working_tree();
    let sides = [("old", Side::Old, &worktree.checkout), ("new", Side::New, &working_tree)];
    let steps: usize = benchmarks.iter().map(|benchmark| 2 * (1 + benchmark.runs(runs))).sum();
    let mut progress = messages.progress(steps);
    let mut comparison = Comparison::default();
    let mut failures: Vec<String> = Vec::new();
    for benchmark in benchmarks {
        let name = benchmark.name();
        let measured = (|| {
            for (side, _, checkout) in &sides {
                progress.step(&format!("{name}: building {side}"));
                benchmark.prepare(checkout).map_err(|reason| format!("{name}, {side}: {reason}"))?;
            }
            for run in 1..=benchmark.runs(runs) {
                for (label, side, checkout) in &sides {
                    progress.step(&format!("{name}: run {run} of {label}"));
                    let figures = benchmark.measure(checkout);
                    let figures = figures.map_err(|reason| format!("{name}, {label}: {reason}"))?;
                    comparison.add(benchmark, *side, figures);
                }
            }
            Ok(())
        })();
        failures.extend(measured.err());
    }
    drop(progress);

    let new = git(&["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"], "HEAD")?;
    let new = String::from_utf8_lossy(&new).trim().to_owned();
    println!(
        "old: {:.12}; new: the working tree ({new}); medians of {runs}, measured in turn\n",
        worktree.commit
    );
    print!("{}", comparison.table());
    let load_shown = load.map_or_else(|| "not known".to_owned(), |load| load.to_string());
    println!("\nload average before the start: {load_shown}");
    if load.is_some_and(|load| load > QUIET) {
        println!(
            "warning: the machine was not quiet (load average above {QUIET}), so times and their ratios may mislead"
        );
    }
    let result = json!({
        "old": worktree.commit,
        "new": new,
        "runs": runs,
        "load_average": load,
        "figures": comparison.json(),
    });
    let path = crate::target().join("bench/result.json");
    files::write_all(&[(path.clone(), &format!("{result:#}\n"))])?;
    println!("written to {}", shown(&path));
    if failures.is_empty() { Ok(Outcome::Done) } else { Err(failures.join("\n\n")) }
}

/// The load average of the last minute, where the system tells it.
fn load_average() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}
