//! `cargo xtask ci`: all checks, as continuous integration runs them.

use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::{Outcome, Result, cargo, data, finish, root};

/// A check: its name and its command.
struct Step {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Step {
    fn cargo(name: &str, arguments: &[&str]) -> Self {
        let program = PathBuf::from(cargo());
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Step { name: name.to_owned(), program, arguments, folder: root(), environment: Vec::new() }
    }

    fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Whether cargo has the command, which may be a separately installed subcommand.
    fn is_installed(&self) -> bool {
        let command = self.arguments.first().map(String::as_str).unwrap_or_default();
        let asked = Command::new(&self.program).args([command, "--version"]).output();
        asked.is_ok_and(|output| output.status.success())
    }

    /// Runs the check with this number of the total.
    fn passes(&self, number: usize, total: usize) -> Result<bool> {
        println!("\n== {number}/{total} {}", self.name);
        let start = Instant::now();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder);
        // Cargo sets this variable for xtask only. No check connects to Propexo.
        command
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("PROPEXO_TOKEN")
            .env_remove("PROPEXO_WEBHOOK_SECRET")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        let status = command.status().with_context(|| format!("{}", self.program.display()))?;
        println!(
            "== {}: {} ({} s)",
            self.name,
            if status.success() { "ok" } else { "FAILED" },
            start.elapsed().as_secs()
        );
        Ok(status.success())
    }
}

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments) -> Result {
    let full = arguments.contains("--full");
    let minimum_rust = arguments.contains("--minimum-rust");
    finish(arguments)?;
    if minimum_rust {
        return Ok(if oldest_rust()?.passes(1, 1)? { Outcome::Done } else { Outcome::Found });
    }
    let skips = root().join("target/skipped-tests.txt");
    // A missing list counts as an empty one.
    let _ = std::fs::remove_file(&skips);
    let mut failed: Vec<String> = Vec::new();
    let steps = steps(full, &skips)?;
    for (index, step) in steps.iter().enumerate() {
        if !step.passes(index + 1, steps.len())? {
            failed.push(step.name.clone());
        }
    }
    let skipped = std::fs::read_to_string(&skips).unwrap_or_default();
    print!("\n{skipped}");
    println!("tests skipped for want of PROPEXO_DATA: {}", skipped.lines().count());
    if data().is_dir() && !skipped.is_empty() {
        failed.push("nothing may be skipped where the data is".to_owned());
    }
    if failed.is_empty() {
        println!("all checks passed");
        return Ok(Outcome::Done);
    }
    eprintln!("failed: {}", failed.join(", "));
    Ok(Outcome::Found)
}

/// The client compiles with the minimum Rust version of its manifest; rustup installs it if it is missing.
fn oldest_rust() -> Result<Step> {
    let workspace = crate::files::read(&root().join("Cargo.toml"))?;
    let rust = workspace.split("\nrust-version = \"").nth(1).and_then(|rest| rest.split('"').next());
    let rust = rust.context("Cargo.toml: the `rust-version` of the workspace is missing")?;
    let arguments = ["run", "--install", rust, "cargo", "check", "--package", "generated-client"];
    Ok(Step { program: "rustup".into(), ..Step::cargo(&format!("the client with Rust {rust}"), &arguments) })
}

/// The features of the client; each compiles alone.
fn features() -> Result<Vec<String>> {
    let manifest = crate::files::read(&root().join("generated-client/Cargo.toml"))?;
    let table =
        manifest.split("[features]").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap_or_default();
    let names =
        table.lines().filter_map(|line| line.split_once(" = [")).map(|(name, _)| name.trim().to_owned());
    Ok(names.filter(|name| name != "default").collect())
}

/// The programs in `examples/`; each runs without Propexo.
fn examples() -> Result<Vec<String>> {
    let manifest = crate::files::read(&root().join("examples/Cargo.toml"))?;
    let names = manifest.split("[[example]]\nname = \"").skip(1).filter_map(|rest| rest.split('"').next());
    Ok(names.map(str::to_owned).collect())
}

/// The client as it would be published, and a crate that depends on it as users do.
fn packaged() -> [Step; 2] {
    let target = root().join("target/packaged");
    let unpacked = target.join(concat!("package/generated-client-", env!("CARGO_PKG_VERSION")));
    let patch = format!("patch.crates-io.generated-client.path={:?}", unpacked.to_string_lossy());
    let pack =
        Step::cargo("the client packs", &["package", "--package", "generated-client", "--allow-dirty"]);
    let user = Step::cargo("a crate that depends on the packed client", &["test", "--config", &patch]);
    let target = target.to_string_lossy().into_owned();
    let user = Step { folder: root().join("xtask/packaged"), ..user };
    [pack.set("CARGO_TARGET_DIR", target.clone()), user.set("CARGO_TARGET_DIR", target)]
}

fn steps(full: bool, skips: &Path) -> Result<Vec<Step>> {
    let this = std::env::current_exe()?;
    let mut steps = vec![
        Step::cargo("format", &["fmt", "--all", "--check"]),
        Step {
            program: this.clone(),
            ..Step::cargo("the overlay of the reference pages is fresh", &["reference", "--check"])
        },
        Step {
            program: this.clone(),
            ..Step::cargo("all constructors are pinned", &["pin-constructors", "--check"])
        },
        Step {
            program: this.clone(),
            ..Step::cargo("generated files are fresh", &["gen", "--check", "--deny-warnings"])
        },
        Step::cargo(
            "clippy",
            &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"],
        ),
        // The test command of the README. Features that are off by default have tests too.
        Step::cargo("tests", &["test", "--workspace", "--all-features"])
            .set("PROPEXO_SKIP_LOG", skips.to_string_lossy()),
        // Behaviour that depends on the absence of a feature.
        Step::cargo(
            "tests of the client with default features",
            &[
                "test",
                "-p",
                "generated-client",
                "--lib",
                "--test",
                "response_body",
                "--",
                "--skip",
                "composition",
            ],
        ),
    ];
    for example in examples()? {
        steps.push(Step::cargo(
            &format!("example `{example}` against the fake"),
            &["run", "--quiet", "--all-features", "--example", &example],
        ));
    }
    steps.extend([
        Step { program: this.clone(), ..Step::cargo("conformance", &["conformance"]) },
        Step::cargo("documentation", &["doc", "--workspace", "--no-deps", "--all-features"])
            .set("RUSTDOCFLAGS", "-D warnings"),
        Step {
            folder: root().join("xtask/outside"),
            ..Step::cargo("a crate outside the workspace, with one group", &["test"])
        }
        .set("CARGO_TARGET_DIR", root().join("target/outside").to_string_lossy()),
    ]);
    let specs = data().join("specs");
    if specs.is_dir() {
        let specs = specs.to_string_lossy().into_owned();
        let mut arguments = vec!["corpus", &specs, "--compile"];
        if !full {
            arguments.extend(["--smallest", "8"]);
        }
        steps.push(Step { program: this.clone(), ..Step::cargo("other people's documents", &arguments) });
    } else {
        println!("other people's documents: skipped, for PROPEXO_DATA is not there");
    }
    let deny = Step::cargo(
        "licences, duplicates and sources of dependencies",
        &["deny", "--all-features", "--offline", "check", "licenses", "bans", "sources"],
    );
    if deny.is_installed() {
        steps.push(deny);
    } else {
        println!("{}: skipped, for cargo-deny is not installed", deny.name);
    }
    let upstream = data().join("check/upstream-text");
    if upstream.is_file() {
        steps.push(Step {
            program: upstream,
            ..Step::cargo("no sentence of the upstream documentation", &[])
        });
    }
    if full {
        steps.extend(packaged());
        let mutations =
            ["test", "--profile", "xtask", "-p", "codegen", "--test", "diff_mutations", "--", "--nocapture"];
        steps.push(
            Step::cargo("a hundred changes of every kind", &mutations).set("PROPEXO_DIFF_MUTATIONS", "100"),
        );
        let pairs = ["test", "--profile", "xtask", "-p", "xtask", "--test", "diff_real"];
        steps.push(Step::cargo("every pair of published documents", &pairs).set("PROPEXO_DIFF_PAIRS", "all"));
        let exports = ["test", "--profile", "xtask", "-p", "codegen", "--test", "published"];
        steps.push(
            Step::cargo("every published document in every form of export", &exports)
                .set("PROPEXO_EXPORTS", "all"),
        );
        let random = ["test", "-p", "xtask", "--bin", "xtask", "tree_package::random", "--", "--nocapture"];
        steps.push(Step::cargo("500 random documents", &random).set("PROPEXO_RANDOM", "500"));
        let slow = ["test", "--profile", "xtask", "-p", "codegen", "--test", "stability", "--", "--ignored"];
        steps.push(Step::cargo("names after every change of a shared type", &slow));
        let exports = ["test", "-p", "generated-client", "--all-features", "--test", "soak", "--"];
        let long = ["--ignored", "--nocapture", "stores_50000"];
        let name = "exports of 50,000 rows from a faulty server, killed eight times";
        steps.push(Step::cargo(name, &[&exports[..], &long].concat()));
        let mirrors =
            ["test", "-p", "generated-client", "--all-features", "--test", "mirror", "--", "--ignored"];
        steps.push(Step::cargo("mirrors of a fake through faults, for 4,800 seeds", &mirrors));
        let robust = ["check-robust", "--mutations", "5000"];
        steps.push(Step { program: this.clone(), ..Step::cargo("robustness", &robust) });
        if std::env::var_os("PROPEXO_HISTORY").is_some() || data().join("propexo/history").is_dir() {
            steps.push(Step { program: this.clone(), ..Step::cargo("history", &["history"]) });
        } else {
            println!("history: skipped, for neither PROPEXO_HISTORY nor PROPEXO_DATA is there");
        }
        // A single feature must not cause warnings about unused code.
        let alone = ["clippy", "--quiet", "-p", "generated-client", "--no-default-features"];
        let strictly = ["--", "-D", "warnings"];
        steps.push(Step::cargo("client without any feature", &[&alone[..], &strictly].concat()));
        for feature in features()? {
            steps.push(Step::cargo(
                &format!("client with `{feature}` only"),
                &[&alone[..], &["--features", &feature], &strictly].concat(),
            ));
        }
    }
    Ok(steps)
}
