//! Checks the structure of the crates: the public API of the runtime, its reserved names, and which folder uses
//! which.
//!
//! All checks read the source with syn; nothing is compiled.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cycles;
#[path = "../data/mod.rs"]
mod data;
mod layers;
mod macros;
mod public;
mod rename;
mod reserved_names;
mod resolve;
mod runtime_api;
mod source;
mod surface;
mod text;

use source::Crate;

/// Reads the runtime without the generated tree.
fn runtime() -> Crate {
    read("generated-client/src/lib.rs", &["generated"])
}

/// Reads a crate of the workspace from its root file.
fn read(root: &str, unread: &[&str]) -> Crate {
    let (folder, file) = root.rsplit_once('/').unwrap();
    let folder = data::root().join(folder);
    Crate::read(file, unread, &|path| std::fs::read_to_string(folder.join(path)).ok())
}
