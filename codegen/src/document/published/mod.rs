//! Undoes the export of a documentation site, so that the export gives the same client as the document behind it.
//!
//! Fern's sites publish another form of the document that they were given: every inline schema is a component named by
//! its place, the credential is a parameter of every operation, tags have a prefix, and an `operationId` is the slug of a
//! summary. This pass restores the form that people write. It does nothing to any other document. What the export has
//! lost (titles of variants, some deprecations) stays lost; overlays add it where it matters.

mod letters;
mod moves;
mod operation;
mod place;
mod recognize;
mod schema;

use serde_json::Value;

pub use moves::Moves;

/// Undoes the export, if the document is one. Pointers into the result lead to the published file by the [`Moves`].
pub fn undo(document: Value) -> (Value, Moves) {
    let references = place::References::new(&document);
    let derived = references.derived(&document);
    if !recognize::is_export(&document, &derived) {
        return (document, Moves::default());
    }
    let mut document = document;
    let mut moves = Moves::default();
    operation::restore(&mut document, &mut moves);
    schema::restore(&mut document, &derived, &mut moves);
    (document, moves)
}
