//! A document with overlays gives files of valid Rust without injected code, or an error.
#![no_main]

use codegen::{Options, Source, generate};
use codegen_fuzz::{SEPARATOR, escapes, unprintable};
use libfuzzer_sys::fuzz_target;

codegen_fuzz::mutate_trees!();

fuzz_target!(|text: &str| {
    let texts: Vec<&str> = text.split(SEPARATOR).collect();
    let mut sources = texts.iter().map(|text| Source { name: "fuzz.yaml", text });
    let Some(spec) = sources.next() else { return };
    let overlays: Vec<Source<'_>> = sources.collect();
    let options = Options {
        keep_prose: text.len() % 2 == 0,
        skip_unsupported: text.len() % 3 == 0,
        ..Options::default()
    };
    let wrong = match generate(spec, &overlays, options) {
        Ok(generated) => escapes(&generated, &texts),
        Err(failure) => {
            assert!(!failure.0.is_empty());
            unprintable(&failure)
        }
    };
    assert!(wrong.is_empty(), "an escape: {wrong:#?}");
});
