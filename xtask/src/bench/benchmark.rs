//! The benchmarks, and how each is run in a checkout.

use anyhow::anyhow;
use std::fs;
use std::process::Command;
use std::time::Instant;

use super::checkout::{Checkout, succeed};
use super::compile::Compilation;
use super::figure::{self, Figure};
use super::gnu_time::{self, Used};
use super::text;
use crate::{Result, files};

/// A benchmark, with the name that `--only` accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Benchmark {
    /// The compile time of the client.
    Compile,
    /// The time that the client adds to a call.
    Calls,
    /// Decoding and encoding a page.
    Page,
    /// `cargo xtask gen --check`, the whole program.
    Generate,
    /// The simulation of the rate limit.
    Limit,
}

impl Benchmark {
    pub(crate) const ALL: [Benchmark; 5] =
        [Benchmark::Compile, Benchmark::Calls, Benchmark::Page, Benchmark::Generate, Benchmark::Limit];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Benchmark::Compile => "compile",
            Benchmark::Calls => "calls",
            Benchmark::Page => "page",
            Benchmark::Generate => "generate",
            Benchmark::Limit => "limit",
        }
    }

    pub(crate) fn from_name(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|benchmark| benchmark.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(|benchmark| format!("`{}`", benchmark.name()));
            anyhow!("there is no benchmark `{name}`: it is one of {}", names.join(", "))
        })
    }

    /// Builds everything that the measurements need.
    pub(crate) fn prepare(self, checkout: &Checkout) -> Result<()> {
        match self {
            Benchmark::Compile => compilations().iter().try_for_each(|it| it.compile(checkout).map(drop)),
            Benchmark::Calls | Benchmark::Page => succeed(self.bench(checkout).arg("--no-run")).map(drop),
            Benchmark::Generate => {
                succeed(&mut checkout.cargo(&["build", "--profile", "xtask", "--package", "xtask"])).map(drop)
            }
            Benchmark::Limit => succeed(rate_limit(checkout).arg("--no-run")).map(drop),
        }
    }

    /// Measures once.
    pub(crate) fn measure(self, checkout: &Checkout) -> Result<Vec<Figure>> {
        let figures = match self {
            Benchmark::Compile => {
                let figures: Result<Vec<_>> = compilations().iter().map(|it| it.measure(checkout)).collect();
                figures?.concat()
            }
            Benchmark::Calls => self.figures(checkout, text::calls)?,
            Benchmark::Page => self.figures(checkout, text::page)?,
            Benchmark::Generate => generate(checkout)?,
            Benchmark::Limit => {
                // With one thread, the test harness prints the name of a test in front of its first line.
                let output =
                    succeed(rate_limit(checkout).args(["--", "--nocapture", "--test-threads", "2"]))?;
                text::limit(&String::from_utf8_lossy(&output.stdout))
            }
        };
        if figures.is_empty() { Err(anyhow!("the benchmark prints no figure")) } else { Ok(figures) }
    }

    fn bench(self, checkout: &Checkout) -> Command {
        checkout.cargo(&["bench", "--package", "generated-client", "--bench", self.name()])
    }

    /// Runs a benchmark of the client and reads its JSON, or its table at commits that do not write JSON yet.
    fn figures(self, checkout: &Checkout, table: fn(&str) -> Vec<Figure>) -> Result<Vec<Figure>> {
        let json = checkout.target.join(format!("{}.json", self.name()));
        // An earlier run may have left a file.
        let _ = fs::remove_file(&json);
        let output = succeed(self.bench(checkout).env("PROPEXO_BENCH_JSON", &json))?;
        if json.exists() {
            return figure::parse(&files::read(&json)?);
        }
        Ok(table(&String::from_utf8_lossy(&output.stdout)))
    }
}

/// The compilations that a comparison measures.
fn compilations() -> Vec<Compilation> {
    Compilation::all(&[false], "leads")
}

fn rate_limit(checkout: &Checkout) -> Command {
    checkout.cargo(&["test", "--package", "generated-client", "--test", "rate_limit"])
}

/// Time and memory of `gen --check`.
fn generate(checkout: &Checkout) -> Result<Vec<Figure>> {
    let program = checkout.target.join("xtask/xtask");
    let mut command = if gnu_time::is_installed() {
        let mut time = Command::new(gnu_time::PROGRAM);
        time.arg(program).env("TIME", gnu_time::FORMAT);
        time
    } else {
        Command::new(program)
    };
    command
        .args(["gen", "--check"])
        .current_dir(&checkout.root)
        .env("CARGO_MANIFEST_DIR", checkout.root.join("xtask"));
    let start = Instant::now();
    let output = succeed(&mut command)?;
    let mut figures = vec![Figure::new("wall", start.elapsed().as_secs_f64(), "s")];
    figures.extend(Used::longest(&output.stderr).into_iter().flat_map(Used::figures));
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_benchmark_is_found_by_its_name() {
        for benchmark in Benchmark::ALL {
            assert_eq!(Benchmark::from_name(benchmark.name()).unwrap(), benchmark);
        }
        assert!(Benchmark::from_name("pages").unwrap_err().to_string().contains("`page`"));
    }
}
