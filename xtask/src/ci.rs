//! `cargo xtask ci`: all checks, as the continuous integration runs them.

use crate::{Outcome, Result, finish};

/// Runs the command.
pub fn run(mut arguments: pico_args::Arguments) -> Result {
    let _full = arguments.contains("--full");
    finish(arguments)?;
    Ok(Outcome::Done)
}
