//! The items that a name means, and those that it may have meant.

use std::collections::{BTreeMap, BTreeSet};

use super::Explainer;
use crate::places::{Item, Place};

/// More items of one name are a list to choose from.
pub(super) const MOST: usize = 6;

/// Items with their places.
pub(super) type Found<'e> = Vec<(&'e str, Vec<&'e Place>)>;

impl Explainer<'_, '_> {
    /// The items of that name; else names that are like it.
    pub(super) fn called(&self, what: &str) -> Result<Found<'_>, Vec<String>> {
        if let Some((method, path)) = what.trim().split_once(' ') {
            return self.operation(&format!("{} {}", method.to_uppercase(), path.trim()));
        }
        let wanted = what.trim().replace("r#", "").replace('.', "::");
        let wanted = ["propexo::", "crate::"]
            .iter()
            .fold(wanted.as_str(), |it, head| it.strip_prefix(head).unwrap_or(it));
        let mut by_alias: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for place in &self.places {
            for alias in self.aliases(place) {
                by_alias.entry(alias.replace("r#", "")).or_default().insert(&place.rust);
            }
        }
        let exact = by_alias.get(wanted).cloned();
        let found = exact.or_else(|| {
            let alike = by_alias.iter().filter(|(alias, _)| alias.eq_ignore_ascii_case(wanted));
            let all: BTreeSet<&str> = alike.flat_map(|(_, items)| items).copied().collect();
            (!all.is_empty()).then_some(all)
        });
        match found {
            Some(found) if found.len() <= MOST => Ok(self.with_places(found)),
            Some(many) => Err(many.into_iter().map(str::to_owned).collect()),
            None => Err(near(wanted, by_alias.keys().map(String::as_str))),
        }
    }

    /// By its method and path; the slash at the end may be forgotten.
    fn operation(&self, name: &str) -> Result<Found<'_>, Vec<String>> {
        let bare = |name: &str| name.trim_end_matches('/').to_owned();
        let methods = || self.places.iter().filter(|place| place.item == Item::Method);
        let exact = methods().find(|place| &*place.operation == name);
        match exact.or_else(|| methods().find(|place| bare(&place.operation) == bare(name))) {
            Some(place) => Ok(self.with_places([place.rust.as_str()].into())),
            None => Err(near(name, methods().map(|place| &*place.operation))),
        }
    }

    pub(super) fn with_places<'e>(&'e self, items: BTreeSet<&'e str>) -> Found<'e> {
        let own = |rust: &'e str| (rust, self.places.iter().filter(|place| place.rust == rust).collect());
        items.into_iter().map(own).collect()
    }

    /// How people call an item: by its whole path, without its module, and as a part of the call.
    fn aliases(&self, place: &Place) -> Vec<String> {
        let mut out = vec![place.rust.clone()];
        if place.item != Item::Method {
            out.extend(place.rust.split_once("::").map(|(_, rest)| rest.to_owned()));
        }
        let name = match place.item {
            Item::Argument => place.rust.rsplit_once('(').map(|(_, name)| name.trim_end_matches(')')),
            Item::Setter => place.rust.rsplit_once("::").map(|(_, name)| name),
            Item::Field
                if place.location.strip_prefix("request.").is_some_and(|it| !it.contains(['.', '['])) =>
            {
                place.rust.rsplit_once("::").map(|(_, name)| name)
            }
            _ => None,
        };
        if let Some(name) = name {
            let methods = self.functions.values().filter(|it| it.wire == *place.operation);
            out.extend(methods.map(|method| format!("{}::{name}", method.path)));
        }
        out
    }
}

/// The names that are most like one, the nearest first.
fn near<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    /// As many as a message shows, and below that likeness nobody sees why.
    const SHOWN: usize = 3;
    const LIKE: f64 = 0.75;
    let wanted = wanted.to_lowercase();
    let mut all: Vec<(f64, &str)> = names
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(like, _)| *like > LIKE)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    all.dedup();
    all.into_iter().take(SHOWN).map(|(_, name)| name.to_owned()).collect()
}
