//! `cargo xtask fake`: runs the client's stand-in for Propexo as a server.

use std::process::Command;

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
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    Ok(if status.success() { Outcome::Done } else { Outcome::Found })
}
