//! `cargo xtask fake`: runs the client's fake of Propexo as a server.

use std::process::Command;

use anyhow::Context;

use crate::{Outcome, Result, cargo, root};

/// Runs the command; its options are those of the program.
pub(crate) fn run(arguments: pico_args::Arguments) -> Result {
    let server =
        ["run", "--quiet", "-p", "generated-client", "--features", "fake-server", "--bin", "propexo-fake"];
    let status = Command::new(cargo())
        .args(server)
        .arg("--")
        .args(arguments.finish())
        .current_dir(root())
        .status()
        .context("cargo cannot be run")?;
    Ok(if status.success() { Outcome::Done } else { Outcome::Found })
}
