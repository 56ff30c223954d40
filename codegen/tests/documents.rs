//! Generates from every available document, Propexo's and others: each results in Rust that the judge accepts, or in
//! errors with positions.
#![allow(clippy::unwrap_used, clippy::panic)]

mod data;
mod judge;
mod support;
mod trial;

use std::path::Path;
use std::time::Duration;

use codegen::{Options, Source};
use trial::{Tally, trial};

/// The CPU time that a document may take.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 });

#[test]
#[ignore = "takes half a minute; `cargo xtask check-robust` runs it"]
fn every_document_ends_in_rust_or_in_errors_with_a_place() {
    let test = "every_document_ends_in_rust_or_in_errors_with_a_place";
    let overlays = data::overlays();
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let mut tally = Tally::default();
    let mut tried = 0;
    for (folder, overlays) in [("history", overlays.as_slice()), (".", &overlays), ("../specs", &[])] {
        let Some(folder) = data::outside(test, folder) else { return };
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for path in paths.filter(|path| is_document(path)) {
            let (name, text) = (data::file_name(&path), std::fs::read_to_string(&path).unwrap());
            tried += 1;
            for all in [false, true] {
                let options = Options { keep_prose: all, skip_unsupported: all, ..Options::default() };
                tally.add(
                    name.clone(),
                    trial(Source { name: &name, text: &text }, overlays, options, LONGEST),
                );
            }
        }
    }
    tally.tell(tried, "documents");
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["yml", "yaml", "json"].iter().any(|known| ending == *known))
        && !data::file_name(path).starts_with("reference-")
}
