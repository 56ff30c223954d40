//! Patterns, each compiled once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex_lite::Regex;

/// Whether a pattern is found anywhere in a text. A pattern that the library cannot read holds for every text: the server is
/// the judge.
pub(crate) fn is_found(pattern: &'static str, text: &str) -> bool {
    static COMPILED: Mutex<BTreeMap<&'static str, Option<Arc<Regex>>>> = Mutex::new(BTreeMap::new());
    let regex = {
        // Nothing can panic while the lock is held, so poison means nothing here.
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        compiled.entry(pattern).or_insert_with(|| Regex::new(pattern).ok().map(Arc::new)).clone()
    };
    regex.is_none_or(|regex| regex.is_match(text))
}
