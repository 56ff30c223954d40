//! The second stage: from an OpenAPI document to a model of the API and the names of its Rust items.

pub mod constructors;
pub mod location;
pub mod model;
pub mod names;
pub(crate) mod never_null;
pub mod refine;
pub mod resolve;
