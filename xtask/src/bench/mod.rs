//! `cargo xtask bench`: measures the working tree and a commit in turn, so that noise of the machine affects both alike.

mod benchmark;
pub(crate) mod checkout;
pub(crate) mod compile;
pub(crate) mod figure;
mod gnu_time;
mod report;
mod text;

use anyhow::{Context, anyhow};
use std::fs;

use serde_json::json;

use crate::diff::input::git;
use crate::messages::{Messages, Progress};
use crate::{Outcome, Result, files, finish, shown};
use benchmark::Benchmark;
use checkout::{Checkout, Worktree};
use report::{Comparison, Side};

/// The highest load average of an idle machine.
const MAX_QUIET_LOAD: f64 = 0.5;

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let against: Option<String> = arguments.opt_value_from_str("--against")?;
    let runs: usize = arguments.opt_value_from_str("--runs")?.unwrap_or(5).max(1);
    let only: Vec<String> = arguments.values_from_str("--only")?;
    finish(arguments)?;
    let against =
        against.context("a commit to compare with is missing: `cargo xtask bench --against main`")?;
    let benchmarks = match only.as_slice() {
        [] => Benchmark::ALL.to_vec(),
        names => names.iter().map(|name| Benchmark::from_name(name)).collect::<Result<_>>()?,
    };
    let load = load_average();

    let worktree = Worktree::add(&against)?;
    let working_tree = Checkout::working_tree();
    let sides = [(Side::Old, &worktree.checkout), (Side::New, &working_tree)];
    let mut progress = messages.progress(sides.len() * (1 + runs) * benchmarks.len());
    let mut comparison = Comparison::default();
    let measured: Vec<Result<()>> = benchmarks
        .into_iter()
        .map(|benchmark| measure(benchmark, sides, runs, &mut progress, &mut comparison))
        .collect();
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
    if load.is_some_and(|load| load > MAX_QUIET_LOAD) {
        println!(
            "warning: the machine was not quiet (load average above {MAX_QUIET_LOAD}), so times and their ratios may mislead"
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
    // A failed benchmark does not stop the others.
    let failures: Vec<String> =
        measured.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    if failures.is_empty() { Ok(Outcome::Done) } else { Err(anyhow!(failures.join("\n"))) }
}

/// Measures both sides in turn, after both are built.
fn measure(
    benchmark: Benchmark,
    sides: [(Side, &Checkout); 2],
    runs: usize,
    progress: &mut Progress,
    comparison: &mut Comparison,
) -> Result<()> {
    let name = |side: Side| format!("{} of {}", benchmark.name(), side.name());
    for (side, checkout) in sides {
        progress.step(&format!("{}: building {}", benchmark.name(), side.name()));
        benchmark.prepare(checkout).with_context(|| name(side))?;
    }
    for run in 1..=runs {
        for (side, checkout) in sides {
            progress.step(&format!("{}: run {run} of {}", benchmark.name(), side.name()));
            let figures = benchmark.measure(checkout).with_context(|| name(side))?;
            comparison.add(benchmark, side, figures);
        }
    }
    Ok(())
}

/// The load average of the last minute, if the system reports it.
fn load_average() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}
