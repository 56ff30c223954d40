//! `cargo xtask bench-compile`: measures the cost of compiling the client.
//!
//! It uses its own target folder, in which the dependencies are built first and are not counted. CPU time and memory
//! are those that GNU time reports for the compiler; without it these columns stay empty.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use super::gnu_time::{self, Used};
use crate::bench::checkout::{Checkout, succeed};
use crate::bench::figure::{Figure, median, shown};
use crate::{Outcome, Result, files, finish, tree_package};

const PACKAGE: &str = "generated-client";

/// The columns of the table: wall time of cargo, the four of the compiler and its artifact, and the size of the sources.
const FIGURES: [&str; 7] = ["cargo", "rustc", "CPU", "peak memory", ".rlib", "lines", "items"];

/// A compilation of the client: command, profile and features.
pub(crate) struct Compilation {
    command: &'static str,
    release: bool,
    /// The single group; `None` for all features.
    group: Option<String>,
}

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments) -> Result {
    let runs: usize = arguments.opt_value_from_str("--runs")?.unwrap_or(3).max(1);
    let group: Option<String> = arguments.opt_value_from_str("--group")?;
    let json: Option<PathBuf> = arguments.opt_value_from_str("--json")?;
    finish(arguments)?;
    let group = group.unwrap_or_else(|| "leads".to_owned());
    let checkout = Checkout::working_tree();
    let mut medians: Vec<Figure> = Vec::new();
    println!("medians of {runs}; the dependencies are built before");
    println!("| | features | cargo s | rustc s | CPU s | rustc MiB | .rlib MiB | lines | items |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for compilation in Compilation::all(&[false, true], &group) {
        compilation.compile(&checkout)?;
        let runs: Vec<Vec<Figure>> =
            (0..runs).map(|_| compilation.measure(&checkout)).collect::<Result<_>>()?;
        print!("| {} | {} |", compilation.command(), compilation.features());
        for figure in FIGURES {
            let name = compilation.name(figure);
            let found: Vec<&Figure> = runs.iter().flatten().filter(|figure| figure.name == name).collect();
            let median = median(found.iter().map(|figure| figure.value));
            print!(" {} |", shown(median));
            medians.extend(
                found.first().zip(median).map(|(figure, value)| Figure::new(name, value, &figure.unit)),
            );
        }
        println!();
    }
    println!("cargo's report of each: {}/cargo-timings", crate::shown(&folder(&checkout)));
    if let Some(json) = json {
        let text = Value::Array(medians.iter().map(Figure::json).collect()).to_string();
        files::write_all(&[(json, &text)])?;
    }
    Ok(Outcome::Done)
}

/// The target folder of these compilations.
fn folder(checkout: &Checkout) -> PathBuf {
    checkout.target.join("bench-compile")
}

impl Compilation {
    /// `check` and `build`, with all features and with one group, in each of these profiles.
    pub(crate) fn all(releases: &[bool], group: &str) -> Vec<Self> {
        let mut all = Vec::new();
        for &release in releases {
            for command in ["check", "build"] {
                for group in [None, Some(group.to_owned())] {
                    all.push(Compilation { command, release, group });
                }
            }
        }
        all
    }

    fn command(&self) -> String {
        format!("{}{}", self.command, if self.release { " --release" } else { "" })
    }

    fn features(&self) -> &str {
        self.group.as_deref().unwrap_or("all")
    }

    /// Returns the name of a figure, such as `check --release, all, rustc`.
    fn name(&self, figure: &str) -> String {
        format!("{}, {}, {figure}", self.command(), self.features())
    }

    fn cargo(&self, command: &str, checkout: &Checkout) -> Command {
        let mut cargo = checkout.cargo(&[command, "--package", PACKAGE, "--target-dir"]);
        cargo.arg(folder(checkout)).args(self.release.then_some("--release"));
        // Compiles the client as a dependency of another program, with debug info if that is cargo's default.
        cargo.env("CARGO_INCREMENTAL", "0");
        if !self.release {
            cargo.env("CARGO_PROFILE_DEV_DEBUG", "full");
        }
        cargo
    }

    /// Compiles only the client; [`Compilation::compile`] has built its dependencies.
    pub(crate) fn measure(&self, checkout: &Checkout) -> Result<Vec<Figure>> {
        // Removes the client's own artifacts.
        succeed(&mut self.cargo("clean", checkout))?;
        self.compile(checkout)
    }

    /// Compiles everything that is not compiled yet, and returns the figures of that run.
    pub(crate) fn compile(&self, checkout: &Checkout) -> Result<Vec<Figure>> {
        let mut cargo = self.cargo(self.command, checkout);
        cargo.args(["--lib", "--timings", "--message-format", "json-render-diagnostics"]);
        match &self.group {
            Some(group) => cargo.args(["--no-default-features", "--features", &format!("rustls,{group}")]),
            None => cargo.arg("--all-features"),
        };
        if gnu_time::is_installed() {
            cargo.env("RUSTC_WORKSPACE_WRAPPER", gnu_time::PROGRAM).env("TIME", gnu_time::FORMAT);
        }
        let start = Instant::now();
        let output = succeed(&mut cargo)?;
        let mut figures = vec![Figure::new("cargo", start.elapsed().as_secs_f64(), "s")];
        // Cargo also runs the compiler to query it; those processes are short.
        if let Some(used) = Used::longest(&output.stderr) {
            figures.push(Figure::new("rustc", used.wall, "s"));
            figures.extend(used.figures());
        }
        let stdout = String::from_utf8_lossy(&output.stdout);
        let artifacts: Vec<PathBuf> = stdout
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["target"]["name"] == "propexo")
            .filter_map(|message| message["filenames"].as_array().cloned())
            .flatten()
            .filter_map(|name| name.as_str().map(PathBuf::from))
            .collect();
        let artifact =
            |ending: &str| artifacts.iter().find(|path| path.extension().is_some_and(|it| it == ending));
        if let Some(data) = artifact("rlib").and_then(|path| path.metadata().ok()) {
            figures.push(Figure::new(".rlib", data.len() as f64 / f64::from(1 << 20), "MiB"));
        }
        if let Some(path) = artifact("rmeta") {
            let [lines, items] = lines_and_items(&tree_package::sources(path, &checkout.root)?)?;
            figures.push(Figure::new("lines", lines as f64, ""));
            figures.push(Figure::new("items", items as f64, ""));
        }
        for figure in &mut figures {
            figure.name = self.name(&figure.name);
        }
        Ok(figures)
    }
}

/// Counts the lines and the top-level items of Rust files.
fn lines_and_items(paths: &[PathBuf]) -> Result<[usize; 2]> {
    let (mut lines, mut items) = (0, 0);
    for path in paths {
        let text = files::read(path)?;
        lines += text.lines().count();
        items += syn::parse_file(&text).map_or(0, |file| file.items.len());
    }
    Ok([lines, items])
}
