//! Generated files, by their path in the folder that contains only generated files.

use std::collections::BTreeMap;

/// Relative paths (with `/`) and contents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The source files.
    pub files: BTreeMap<String, String>,
    /// Files of the client's tests, which call every operation.
    pub calls: BTreeMap<String, String>,
    /// The examples of the documentation as functions, which the client's tests run.
    pub examples: String,
    /// Markdown files next to the crate's manifest: the reference of the operations.
    pub reference: BTreeMap<String, String>,
    /// The table of operations and shapes that the client's fake server reads, as JSON.
    pub fake: String,
    /// The `[features]` of the groups, for the client's `Cargo.toml`.
    pub features: String,
}
