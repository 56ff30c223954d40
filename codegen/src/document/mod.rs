//! The first stage: from the text of a document and its overlays to an OpenAPI 3.0 document.

pub mod canonical;
pub mod graph;
pub mod limits;
pub mod lower;
pub mod overlay;
pub mod path_template;
pub mod published;
pub mod skip;
pub mod source;
pub(crate) mod source_map;

/// The methods of a path item, in the order of the canonical form.
pub const METHODS: [&str; 8] = ["get", "put", "post", "patch", "delete", "head", "options", "trace"];
