//! `cargo xtask fake`: runs the client's fake of Propexo as a server.

use std::process::Command;

use anyhow::Context;

use crate::{Outcome, Result, cargo, root};

/// Runs the command; its options are those of the program.
pub(crate) fn run(arguments: pico_args::Arguments) -> Result {
    let status = Command::new(cargo())
        .args(["run", "--quiet", "-p", "generated-client"])
        .args(["--no-default-features", "--features", "fake-server", "--bin", "propexo-fake", "--"])
        .args(arguments.finish())
        .current_dir(root())
        .status()
        .context("cargo cannot be run")?;
    Ok(if status.success() { Outcome::Done } else { Outcome::Found })
}
