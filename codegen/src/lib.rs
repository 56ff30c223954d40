//! Turns an OpenAPI document into the generated half of the `propexo` client.
//!
//! Data passes through stages, each a folder: `document` reads, `api` understands, `client` writes; `pipeline` runs
//! them, and `review` compares and explains what they make. The passes are pure, run in one direction and do no IO:
//! equal input gives equal output. ARCHITECTURE.md describes them.

#![warn(clippy::indexing_slicing, clippy::string_slice)]

pub mod api;
pub mod client;
pub mod diagnostics;
pub mod document;
pub mod pipeline;
pub mod review;

pub use document::source::Source;
pub use pipeline::{Failure, Generated, Options, Snapshot, generate, snapshot};
pub use review::{diff, explain, migration, stability};
