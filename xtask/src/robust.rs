//! `cargo xtask check-robust`: counts the robustness tests of the generator, and their failures.

use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::{Outcome, Result, cargo, finish, root};

/// The tests that print their counts: `robust: mutations 200, panics 0, …`.
const TESTS: [&str; 3] = ["damage", "documents", "hostile"];
const PREFIX: &str = "robust: ";
/// The fuzz targets of `fuzz/`.
const TARGETS: [&str; 3] = ["generate", "snapshot", "diff"];

const TRIED: [&str; 4] = ["documents", "hostile documents", "mutations", "fuzz executions"];
const WRONG: [&str; 4] = ["panics", "hangs", "escapes", "errors without a place"];

type Counts = BTreeMap<String, u64>;

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments) -> Result {
    let mutations: Option<u64> = arguments.opt_value_from_str("--mutations")?;
    let seconds: Option<u64> = arguments.opt_value_from_str("--seconds")?;
    finish(arguments)?;
    let mut counts = Counts::new();
    let mut passed = tests(mutations.unwrap_or(200), &mut counts)?;
    match seconds {
        Some(seconds) => {
            for target in TARGETS {
                passed &= fuzz(target, seconds, &mut counts)?;
            }
        }
        None => println!("fuzzing was left out: --seconds N fuzzes each target for so long"),
    }
    let joined = |names: [&str; 4]| {
        names.map(|name| format!("{name} {}", counts.get(name).copied().unwrap_or_default())).join(", ")
    };
    println!("tried: {}", joined(TRIED));
    println!("found: {}", joined(WRONG));
    let clean = WRONG.iter().all(|name| counts.get(*name).is_none_or(|count| *count == 0));
    Ok(if passed && clean { Outcome::Done } else { Outcome::Found })
}

/// Runs the tests and adds up their counts; returns whether all have passed.
fn tests(mutations: u64, counts: &mut Counts) -> Result<bool> {
    let action = "the tests cannot be run";
    let mut tests = Command::new(cargo())
        .args(["test", "--quiet", "--profile", "xtask", "--package", "codegen"])
        .args(TESTS.iter().flat_map(|name| ["--test", name]))
        .args(["--no-fail-fast", "--", "--nocapture", "--include-ignored"])
        .current_dir(root())
        // Cargo sets this variable for xtask only.
        .env_remove("CARGO_MANIFEST_DIR")
        .env("PROPEXO_MUTATIONS", mutations.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .context(action)?;
    for line in tests.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()) {
        let line = line.context(action)?;
        println!("{line}");
        if let Some((_, found)) = line.split_once(PREFIX) {
            add(counts, found);
        }
    }
    Ok(tests.wait().context(action)?.success())
}

/// Adds counts such as `mutations 200, panics 0`.
fn add(counts: &mut Counts, line: &str) {
    for (name, count) in line.split(", ").filter_map(|part| part.rsplit_once(' ')) {
        if let Ok(count) = count.parse::<u64>() {
            *counts.entry(name.to_owned()).or_default() += count;
        }
    }
}

/// Fuzzes a target until its first finding; returns whether there was none.
fn fuzz(target: &str, seconds: u64, counts: &mut Counts) -> Result<bool> {
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let folder = root().join(folder).join("fuzz");
    let corpus = folder.join("corpus").join(target);
    let found = folder.join("found").join(target).join("");
    for folder in [&corpus, &found] {
        std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    println!("fuzzing `{target}` for {seconds} s");
    let output = Command::new("rustup")
        .args(["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir"])
        .arg(root().join("fuzz"))
        .arg("--target-dir")
        .arg(&folder)
        .arg(target)
        .args([corpus, root().join("codegen/tests/fixtures")])
        .args(["--", "-max_len=12000", "-timeout=10", "-rss_limit_mb=4096", "-print_final_stats=1"])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}", found.display()))
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .context("`rustup` cannot be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let Some(executions) = executions(&said) else {
        bail!(
            "{said}\nthe target `{target}` cannot be fuzzed; `rustup toolchain install nightly` and \
             `cargo install cargo-fuzz` bring what it needs"
        );
    };
    add(counts, &format!("fuzz executions {executions}"));
    if output.status.success() {
        return Ok(true);
    }
    eprintln!("{said}");
    add(counts, &format!("{} 1", finding(&said)));
    Ok(false)
}

/// The number of inputs that a fuzzer has tried.
fn executions(said: &str) -> Option<u64> {
    said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())
}

/// The kind of a fuzzer's finding, the first of which ends the run.
fn finding(said: &str) -> &'static str {
    if said.contains("libFuzzer: timeout") || said.contains("libFuzzer: out-of-memory") {
        "hangs"
    } else if said.contains("an escape") {
        "escapes"
    } else {
        "panics"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_the_counts_of_several_tests() {
        let mut counts = Counts::new();
        add(&mut counts, "mutations 200, panics 0, errors without a place 1");
        add(&mut counts, "documents 3, panics 2, errors without a place 1");
        let expected = [("documents", 3), ("errors without a place", 2), ("mutations", 200), ("panics", 2)];
        assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)).into());
    }

    #[test]
    fn reads_the_executions_and_the_finding_of_a_fuzzer() {
        assert_eq!(executions("Done\nstat::number_of_executed_units: 4711\nstat::x: 1\n"), Some(4711));
        assert_eq!(executions("error: no such command: `fuzz`\n"), None);
        assert_eq!(finding("ERROR: libFuzzer: timeout after 10 seconds"), "hangs");
        assert_eq!(finding("an escape: [\n]\nERROR: libFuzzer: deadly signal"), "escapes");
        assert_eq!(finding("panicked\nERROR: libFuzzer: deadly signal"), "panics");
    }
}
