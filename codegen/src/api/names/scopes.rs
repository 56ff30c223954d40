//! Detects name collisions per scope.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::pointer::Pointer;
use crate::diagnostics::{Diagnostics, Origin, Severity};

/// A request for a name, with data for diagnostics.
pub(super) struct Claim<'a> {
    pub(super) scope: &'a str,
    pub(super) who: &'a str,
    pub(super) at: &'a Pointer,
    /// The key that chooses the name, such as an `operationId`, which an overlay may have written.
    pub(super) chosen_at: Pointer,
    pub(super) fix: &'a str,
}

/// Assigned names, by scope.
pub(super) struct Scopes {
    taken: BTreeMap<(String, String), (String, Pointer)>,
    /// Reported collisions: each is reported in one scope only.
    reported: BTreeSet<(String, String, String)>,
    /// Resolves collisions by a longer name and a warning instead of an error.
    lenient: bool,
}

impl Scopes {
    pub(super) fn new(lenient: bool) -> Self {
        Scopes { taken: BTreeMap::new(), reported: BTreeSet::new(), lenient }
    }

    /// Assigns a name. On a collision, reports an error, or assigns a longer name if `lenient`.
    pub(super) fn claim(
        &mut self,
        claim: &Claim<'_>,
        name: String,
        longer: impl FnOnce(&str) -> String,
        diagnostics: &mut Diagnostics,
    ) -> String {
        let key = |name: &str| (claim.scope.to_owned(), name.to_owned());
        let Claim { scope, who, at, chosen_at, fix } = claim;
        let own = ((*who).to_owned(), chosen_at.clone());
        let Some((other, other_chosen_at)) = self.taken.get(&key(&name)).cloned() else {
            self.taken.insert(key(&name), own);
            return name;
        };
        let causes = vec![chosen_at.clone(), other_chosen_at];
        let origin = Origin::Caused { at: (*at).clone(), causes };
        let what = format!("{who} and {other} both want the name `{name}` in {scope}");
        if !self.lenient {
            if self.reported.insert((name.clone(), (*who).to_owned(), other)) {
                let help = format!("{fix}, or let `--skip-unsupported` lengthen one of the names");
                diagnostics.push(Severity::Error, origin, what, help);
            }
            return name;
        }
        let longer = longer(&name);
        // Appends a number only if the longer name is taken too.
        let mut candidates =
            std::iter::once(longer.clone()).chain((2_u32..).map(|number| format!("{longer}{number}")));
        let free = candidates.find(|candidate| !self.taken.contains_key(&key(candidate))).unwrap_or(longer);
        diagnostics.push(Severity::Warning, origin, format!("{what}; the former is called `{free}`"), *fix);
        self.taken.insert(key(&free), own);
        free
    }
}
