//! Patterns, each compiled once.

use std::sync::{Arc, Mutex, PoisonError};

use regex_lite::Regex;

/// A pattern, and what the library makes of it. A description has a handful, so they are looked for one by one.
type Compiled = (&'static str, Option<Arc<Regex>>);

/// Whether a pattern is found anywhere in a text. A pattern that the library cannot read holds for every text: the server is
/// the judge.
pub(crate) fn is_found(pattern: &'static str, text: &str) -> bool {
    static COMPILED: Mutex<Vec<Compiled>> = Mutex::new(Vec::new());
    let regex = {
        // Nothing can panic while the lock is held, so poison means nothing here.
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        match compiled.iter().find(|(own, _)| *own == pattern) {
            Some((_, regex)) => regex.clone(),
            None => {
                let regex = Regex::new(pattern).ok().map(Arc::new);
                compiled.push((pattern, regex.clone()));
                regex
            }
        }
    };
    regex.is_none_or(|regex| regex.is_match(text))
}
