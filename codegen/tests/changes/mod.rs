//! Makes one known change of any kind at a random site of a real document, and lists where `diff` has to report it.

pub(crate) mod index;
mod operations;
mod schemas;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::mutate::Dice;
use index::{Index, Part, Site};

/// A document to change, and all its sites.
pub(crate) struct Base {
    pub(crate) document: Value,
    pub(crate) index: Index,
}

/// A changed document, and the expected findings.
pub(crate) struct Changed {
    pub(crate) document: Value,
    pub(crate) level: &'static str,
    pub(crate) sites: BTreeSet<(String, String)>,
}

impl Base {
    /// Makes a change of the kind; `None` if the dice find no site for it.
    pub(crate) fn change(&self, kind: &str, dice: &mut Dice) -> Option<Changed> {
        for (prefix, part) in
            [("param-", Part::Param), ("request-field-", Part::Request), ("response-field-", Part::Response)]
        {
            if let Some(stem) = kind.strip_prefix(prefix)
                && kind != "param-renamed"
            {
                return self.change_schema(stem, part, dice);
            }
        }
        self.change_operation(kind, dice)
    }

    /// Picks a random schema whose sites all belong to one part and lie outside labelled alternatives.
    fn pick(
        &self,
        part: Part,
        dice: &mut Dice,
        fits: impl Fn(&Value) -> bool,
    ) -> Option<(&String, &Vec<Site>, &Value)> {
        let all: Vec<_> = self
            .index
            .iter()
            .filter(|(_, sites)| sites.iter().all(|site| site.part == part && !site.in_union))
            .map(|(at, sites)| (at, sites, self.document.pointer(at).unwrap()))
            .filter(|(_, _, schema)| fits(schema))
            .collect();
        (!all.is_empty()).then(|| all[dice.below(all.len())])
    }
}

/// The sites as a set.
fn at(sites: &[Site], suffix: &str) -> BTreeSet<(String, String)> {
    sites.iter().map(|site| (site.operation.clone(), format!("{}{suffix}", site.location))).collect()
}
