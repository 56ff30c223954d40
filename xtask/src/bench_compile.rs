//! `cargo xtask bench-compile`: what the client costs whoever compiles it.
//!
//! In a target folder of its own, where the dependencies are built first and are not counted. The memory is what GNU time
//! tells of the compiler; where there is none, that column stays empty.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::{Outcome, Result, beside, files, finish, root};

/// What GNU time writes when the compiler is done: seconds in all, of user and of system, kilobytes.
const FORMAT: &str = "compiled %e %U %S %M";
const TIME: &str = "/usr/bin/time";
const PACKAGE: &str = "generated-client";

/// A way to compile the client.
struct Way {
    command: &'static str,
    release: bool,
    /// The one group, or all features.
    group: Option<String>,
}

/// One compilation.
struct Run {
    /// From the start of cargo to its end, the questions it asks the compiler included.
    cargo: f64,
    /// Of the compiler alone.
    wall: Option<f64>,
    cpu: Option<f64>,
    /// Bytes.
    memory: Option<f64>,
    /// Bytes of the `.rlib`, where there is one.
    size: Option<f64>,
    sources: Vec<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments) -> Result {
    let runs: usize =
        arguments.opt_value_from_str("--runs").map_err(|error| error.to_string())?.unwrap_or(3).max(1);
    let group: Option<String> = arguments.opt_value_from_str("--group").map_err(|error| error.to_string())?;
    finish(arguments)?;
    let group = group.unwrap_or_else(|| "leads".to_owned());
    let target = crate::target().join("bench-compile");
    println!("medians of {runs}; the dependencies are built before");
    println!("| | features | cargo s | rustc s | CPU s | rustc MiB | .rlib MiB | lines | items |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for release in [false, true] {
        for command in ["check", "build"] {
            for group in [None, Some(group.clone())] {
                let way = Way { command, release, group };
                way.compile(&target)?;
                let runs: Vec<Run> = (0..runs)
                    .map(|_| way.forget(&target).and_then(|()| way.compile(&target)))
                    .collect::<Result<_>>()?;
                way.print(&runs)?;
            }
        }
    }
    println!("cargo's own account of each: {}/cargo-timings", crate::shown(&target));
    Ok(Outcome::Done)
}

impl Way {
    fn cargo(&self, command: &str, target: &Path) -> Command {
        let mut cargo = Command::new(crate::cargo());
        cargo.arg(command).args(["--package", PACKAGE]).arg("--target-dir").arg(target);
        cargo.args(self.release.then_some("--release"));
        cargo.current_dir(root());
        // What is wanted is the client as another program compiles it, with all that a debugger wants where that is cargo's
        // default; what cargo has set for this one is not meant.
        cargo.env("CARGO_INCREMENTAL", "0").env_remove("CARGO_MANIFEST_DIR");
        if !self.release {
            cargo.env("CARGO_PROFILE_DEV_DEBUG", "full");
        }
        cargo
    }

    /// Takes the client's own artifacts away.
    fn forget(&self, target: &Path) -> Result<()> {
        let output = self.cargo("clean", target).output().map_err(|error| error.to_string())?;
        if output.status.success() { Ok(()) } else { Err(failed("cargo clean", &output.stderr)) }
    }

    fn compile(&self, target: &Path) -> Result<Run> {
        let mut cargo = self.cargo(self.command, target);
        cargo.args(["--lib", "--timings", "--message-format", "json-render-diagnostics"]);
        match &self.group {
            Some(group) => cargo.args(["--no-default-features", "--features", &format!("rustls,{group}")]),
            None => cargo.arg("--all-features"),
        };
        if Path::new(TIME).exists() {
            cargo.env("RUSTC_WORKSPACE_WRAPPER", TIME).env("TIME", FORMAT);
        }
        let start = Instant::now();
        let output = cargo.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
        let took = start.elapsed().as_secs_f64();
        if !output.status.success() {
            return Err(failed(&format!("cargo {}", self.command), &output.stderr));
        }
        let [wall, user, system, kilobytes] = accounted(&String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8_lossy(&output.stdout);
        let artifacts: Vec<PathBuf> = told
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["target"]["name"] == "propexo")
            .filter_map(|message| message["filenames"].as_array().cloned())
            .flatten()
            .filter_map(|name| name.as_str().map(PathBuf::from))
            .collect();
        let of = |ending: &str| artifacts.iter().find(|path| path.extension().is_some_and(|it| it == ending));
        let size = of("rlib").and_then(|path| path.metadata().ok()).map(|data| data.len() as f64);
        let sources = of("rmeta").map_or(Ok(Vec::new()), |path| beside::sources(path, &root()))?;
        let cpu = user.zip(system).map(|(user, system)| user + system);
        Ok(Run { cargo: took, wall, cpu, memory: kilobytes.map(|number| number * 1024.0), size, sources })
    }

    fn print(&self, runs: &[Run]) -> Result<()> {
        const MIB: f64 = 1024.0 * 1024.0;
        let (mut lines, mut items) = (0, 0);
        for path in runs.first().map(|run| run.sources.as_slice()).unwrap_or_default() {
            let text = files::read(path)?;
            lines += text.lines().count();
            items += syn::parse_file(&text).map_or(0, |file| file.items.len());
        }
        println!(
            "| {}{} | {} | {} | {} | {} | {} | {} | {lines} | {items} |",
            self.command,
            if self.release { " --release" } else { "" },
            self.group.as_deref().unwrap_or("all"),
            shown(median(runs.iter().map(|run| Some(run.cargo)))),
            shown(median(runs.iter().map(|run| run.wall))),
            shown(median(runs.iter().map(|run| run.cpu))),
            shown(median(runs.iter().map(|run| run.memory)).map(|bytes| bytes / MIB)),
            shown(median(runs.iter().map(|run| run.size)).map(|bytes| bytes / MIB)),
        );
        Ok(())
    }
}

fn failed(what: &str, stderr: &[u8]) -> String {
    format!("{what} has failed:\n{}", String::from_utf8_lossy(stderr))
}

/// What the longest run of the compiler used; the short ones are cargo's questions to it.
fn accounted(stderr: &str) -> [Option<f64>; 4] {
    let lines = stderr.lines().filter_map(|line| line.strip_prefix("compiled "));
    let numbers = lines.map(|line| {
        let mut numbers = line.split(' ').map(|number| number.parse::<f64>().ok());
        [(); 4].map(|()| numbers.next().flatten())
    });
    numbers
        .max_by(|[.., one], [.., other]| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal))
        .unwrap_or_default()
}

/// The middle of those that are there; the lower one of two.
fn median(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut values: Vec<f64> = values.flatten().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.1}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_is_told_from_the_questions_that_cargo_asks_it() {
        let stderr = "warning: something\ncompiled 0.02 0.01 0.00 40000\ncompiled 6.20 5.10 0.40 700000\n    Finished\n";
        assert_eq!(accounted(stderr), [Some(6.2), Some(5.1), Some(0.4), Some(700_000.0)]);
        assert_eq!(accounted("    Finished\n"), [None; 4]);
    }

    #[test]
    fn a_median_leaves_out_what_was_not_measured() {
        assert_eq!(median([Some(3.0), Some(1.0), Some(2.0), None].into_iter()), Some(2.0));
        assert_eq!(median([None].into_iter()), None);
    }
}
