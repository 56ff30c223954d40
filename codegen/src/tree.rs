//! Generated files, by their path below the folder that is wholly the generator's.

use std::collections::BTreeMap;

/// Paths (with `/`, relative) and texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The files.
    pub files: BTreeMap<String, String>,
    /// Files of the client's tests: a call of every operation.
    pub calls: BTreeMap<String, String>,
    /// Texts beside the crate's manifest: what there is to call.
    pub reference: BTreeMap<String, String>,
    /// The `[features]` of the groups, for the client's `Cargo.toml`.
    pub features: String,
}
