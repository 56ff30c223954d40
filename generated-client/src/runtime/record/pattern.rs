//! Matches strings against the patterns of the API document, and compiles each pattern once.

use std::sync::{Arc, Mutex, PoisonError};

use regex_lite::Regex;

/// A pattern and its compiled form. An API document has a handful, so the search is linear.
type Compiled = (&'static str, Option<Arc<Regex>>);

/// Returns whether a pattern matches anywhere in a string. A pattern that `regex-lite` cannot compile matches every
/// string, so that the server decides.
pub(super) fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: Mutex<Vec<Compiled>> = Mutex::new(Vec::new());
    let regex = {
        // Nothing can panic while the lock is held, so a poisoned lock is still consistent.
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        match compiled.iter().find(|(known, _)| *known == pattern) {
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
