//! Judges generated files by themselves: what may stand in them, and where they may lie.
#![allow(dead_code)] // Each test binary uses its own part of this.

use codegen::Generated;

/// What escaped from its place; empty where nothing did.
pub(crate) fn escapes(generated: &Generated) -> Vec<String> {
    let mut out = Vec::new();
    for (path, text) in generated.tree.files.iter().chain(&generated.tree.calls) {
        if syn::parse_file(text).is_err() {
            out.push(format!("{path} is no Rust"));
        }
    }
    out
}
