//! `cargo xtask reference`: turns the tables of `spec/reference` into an overlay and the page of vendors.

mod coverage;
mod layout;
mod overlay;
mod schema;
mod table;

use std::path::PathBuf;

use crate::messages::Messages;
use crate::{Outcome, Result, files, finish, root, shown};

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let check = arguments.contains("--check");
    finish(arguments)?;
    let tables = table::read(&root().join("spec/reference"))?;
    let written = [
        ("spec/overlays/05-operations.yaml", overlay::text(&tables)?),
        ("generated-client/VENDORS.md", coverage::page(&tables)),
    ];
    let stale: Vec<(PathBuf, &str)> = written
        .iter()
        .map(|(path, text)| (root().join(path), text.as_str()))
        .filter(|(path, text)| files::read(path).ok().as_deref() != Some(*text))
        .collect();
    if check && !stale.is_empty() {
        stale.iter().for_each(|(path, _)| messages.note(&format!("stale: {}", shown(path))));
        messages.note("run `cargo xtask reference` and commit the result");
        return Ok(Outcome::Found);
    }
    files::write_all(&stale)?;
    let operations: usize = tables.vendors.iter().map(|vendor| vendor.operations.len()).sum();
    println!("operations {operations}, files written {}", stale.len());
    Ok(Outcome::Done)
}
