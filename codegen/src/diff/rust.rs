//! What the changes do to the Rust client, and to code that uses it.

use super::Change;
use crate::pipeline::Reading;

/// What a new release of the client has to be called, by Cargo's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Behaviour, documentation or limits.
    Patch,
    /// There is more than there was.
    Minor,
    /// Code that compiled may no longer.
    Major,
}

impl Bump {
    /// As it is written in reports.
    pub fn name(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }
}

/// What happens to a Rust item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustChange {
    /// Its path from the crate's root: `leads::CreateLead::notes`.
    pub item: String,
    /// What happens to it.
    pub effect: Effect,
    /// Whether code that uses it still compiles.
    pub compiles: bool,
}

/// What may happen to a Rust item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has that path now.
    Renamed(String),
    /// Its signature, as the surface writes it, was the one and is the other.
    Changed {
        /// Before.
        old: String,
        /// Now.
        new: String,
    },
    /// It is what it was; only what travels differs.
    Unchanged,
}

/// Fills in the Rust items of each change.
pub(super) fn view(
    changes: &mut [Change],
    old: &Reading<'_>,
    new: &Reading<'_>,
) -> (Option<Bump>, Vec<RustChange>) {
    let _ = (changes, old, new);
    (None, Vec::new())
}
