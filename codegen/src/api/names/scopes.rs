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
    /// Whether an overlay can give the item another name by `x-rust-name`.
    pub(super) is_renamable: bool,
}

impl Claim<'_> {
    /// Returns the help, with the overlay action that gives the item this name.
    fn help(&self, name: Option<&str>) -> String {
        match name.filter(|_| self.is_renamable) {
            Some(name) => {
                // A quote is doubled in a YAML string.
                let target = self.at.json_path().replace('\'', "''");
                format!("{}: - {{target: '{target}', update: {{x-rust-name: {name}}}}}", self.fix)
            }
            None => self.fix.to_owned(),
        }
    }
}

/// A scope and a name in it.
type Key = (String, String);

/// Names that several items want, each with these items.
pub(super) type Contested = BTreeMap<Key, BTreeSet<String>>;

/// Assigned names, by scope.
pub(super) struct Scopes {
    /// Each name, with its item and the key that chooses it.
    taken: BTreeMap<Key, (String, Pointer)>,
    /// Reported collisions: each is reported in one scope only.
    reported: BTreeSet<(String, String, String)>,
    /// The names that no item gets, each with a warning; `None` reports collisions as errors.
    contested: Option<Contested>,
    /// The collisions of this run.
    pub(super) found: Contested,
}

impl Scopes {
    /// Reports collisions as errors.
    pub(super) fn strict() -> Self {
        Scopes { taken: BTreeMap::new(), reported: BTreeSet::new(), contested: None, found: Contested::new() }
    }

    /// Gives each item that wants a contested name a longer one.
    pub(super) fn lenient(contested: Contested) -> Self {
        Scopes { contested: Some(contested), ..Self::strict() }
    }

    /// Assigns a name. `longer` returns longer names, which depend on the item alone.
    pub(super) fn claim(
        &mut self,
        claim: &Claim<'_>,
        name: String,
        longer: impl FnOnce(&str) -> Vec<String>,
        diagnostics: &mut Diagnostics,
    ) -> String {
        let Claim { scope, who, at, chosen_at, .. } = claim;
        let key = |name: &str| (claim.scope.to_owned(), name.to_owned());
        let own = || ((*who).to_owned(), chosen_at.clone());
        let origin = |causes: Vec<Pointer>| Origin::Caused { at: (*at).clone(), causes };
        let Some(contested) = &self.contested else {
            match self.taken.get(&key(&name)) {
                None => {
                    self.taken.insert(key(&name), own());
                }
                Some((other, other_chosen_at)) => {
                    let what = format!("{who} and {other} both want the name `{name}` in {scope}");
                    if self.reported.insert((name.clone(), (*who).to_owned(), other.clone())) {
                        let help = claim.help(longer(&name).first().map(String::as_str));
                        let help = format!("{help}, or let `--skip-unsupported` lengthen the names");
                        let causes = vec![chosen_at.clone(), other_chosen_at.clone()];
                        diagnostics.push(Severity::Error, origin(causes), what, help);
                    }
                }
            }
            return name;
        };
        let mut chosen = name.clone();
        if let Some(all) = contested.get(&key(&name)) {
            let mut candidates = longer(&name).into_iter().peekable();
            while let Some(candidate) = candidates.next() {
                let is_last = candidates.peek().is_none();
                chosen = candidate;
                if is_last || !contested.contains_key(&key(&chosen)) {
                    break;
                }
            }
            let others: Vec<&str> = all.iter().map(String::as_str).filter(|other| other != who).collect();
            let what = format!(
                "{who} and {} both want the name `{name}` in {scope}; the former is called `{chosen}`",
                others.join(" and ")
            );
            let help = claim.help(Some(&chosen));
            diagnostics.push(Severity::Warning, origin(vec![chosen_at.clone()]), what, help);
        }
        if let Some((other, _)) = self.taken.get(&key(&chosen)) {
            let both = [other.clone(), (*who).to_owned()];
            self.found.entry(key(&chosen)).or_default().extend(both);
            // The last resort, if even the longest names are equal.
            let mut numbered = (2_u32..).map(|number| format!("{chosen}{number}"));
            chosen = numbered.find(|name| !self.taken.contains_key(&key(name))).unwrap_or_default();
        }
        self.taken.insert(key(&chosen), own());
        chosen
    }
}
