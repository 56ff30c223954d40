//! Warns about patterns that the runtime cannot compile.

use regex_lite::Regex;

use crate::api::model::Api;
use crate::diagnostics::pointer::Pointer;
use crate::diagnostics::{Diagnostics, Origin, Severity};

/// The runtime compiles patterns with the same library, and lets every string pass where it cannot.
pub(super) fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for id in api.reachable() {
        let ty = api.get(id);
        let Some(pattern) = &ty.constraints.pattern else { continue };
        if let Err(error) = Regex::new(pattern) {
            let pointer = Pointer::from_fragment(&ty.at).unwrap_or_default().child("pattern");
            let what = format!("`validate()` accepts every string here: it cannot use the pattern ({error})");
            let help =
                "rewrite it without lookaround and backreferences by an overlay, or rely on the server";
            diagnostics.push(Severity::Warning, Origin::Canonical(pointer), what, help);
        }
    }
}
