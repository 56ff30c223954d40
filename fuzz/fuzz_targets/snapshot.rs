//! A document gives a snapshot that is its own snapshot, or an error.
#![no_main]

use codegen::{Options, Source, snapshot};
use libfuzzer_sys::fuzz_target;

codegen_fuzz::mutate_trees!();

fuzz_target!(|text: &str| {
    for keep_prose in [false, true] {
        let options = Options { keep_prose, ..Options::default() };
        let canonical = |text: &str| snapshot(Source { name: "fuzz.yaml", text }, options);
        if let Ok(first) = canonical(text) {
            let second = canonical(&first.yaml).map(|again| again.yaml);
            assert_eq!(second.as_ref(), Ok(&first.yaml));
        }
    }
});
