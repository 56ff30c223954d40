//! The document, from its text to the canonical form.

pub mod published;
