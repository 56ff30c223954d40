//! The third stage: from the model and its names to the files of the client.

mod appearance;
pub mod docs;
pub mod fake;
pub mod format;
pub mod item_index;
mod markdown;
pub mod render;
pub mod surface;
pub mod tree;
