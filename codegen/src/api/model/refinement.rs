//! Rust types that overlay tables give to strings and numbers, which the document does not tell apart.

use super::TypeKind;
use crate::diagnostics::pointer::Pointer;

/// A kind of id, from `x-ids`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdKind {
    /// Its name in Pascal case: `Lead`.
    pub name: String,
    /// The sentence that documents it.
    pub doc: String,
    /// Its position in the overlaid document.
    pub at: Pointer,
}

impl IdKind {
    /// Returns the name of the Rust type: `LeadId`.
    pub fn alias(&self) -> String {
        format!("{}Id", self.name)
    }
}

/// An entry of `x-ids`, `x-formats` or `x-untyped`: what the selected fields and parameters are.
#[derive(Clone, Debug, PartialEq)]
pub struct Refinement {
    /// The table of the entry.
    pub table: &'static str,
    /// The kind that the type gets.
    pub to: RefinedKind,
    /// Its position in the overlaid document.
    pub at: Pointer,
}

/// The kind that a refinement gives to a type.
#[derive(Clone, Debug, PartialEq)]
pub enum RefinedKind {
    /// This kind.
    Kind(TypeKind),
    /// The one that it has, for this reason.
    Same(String),
}
