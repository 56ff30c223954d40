//! Turns an OpenAPI document into the generated half of the `propexo` client.
//!
//! The passes are pure, run in one direction and do no IO: equal input gives equal output. ARCHITECTURE.md describes
//! them.

pub mod diff;
pub mod docs;
pub mod document;
pub mod error;
pub mod explain;
pub mod format;
mod graph;
pub mod ir;
pub mod left_out;
pub mod limits;
pub mod location;
pub mod lower;
mod markdown;
pub mod names;
pub mod overlay;
pub mod pipeline;
pub mod places;
pub mod pointer;
pub mod render;
pub mod resolve;
pub mod snapshot;
pub mod source;
pub mod stability;
pub mod surface;
pub mod tree;

pub use pipeline::{Failure, Generated, Options, Snapshot, generate, snapshot};
pub use source::Source;
