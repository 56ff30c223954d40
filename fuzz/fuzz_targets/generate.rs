//! Any document with any overlays ends in files that are Rust and nothing but the generator's, or in an error.
#![no_main]

use codegen::{Options, Source, generate};
use codegen_fuzz::{SEPARATOR, escapes};
use libfuzzer_sys::fuzz_target;

codegen_fuzz::mutate_trees!();

fuzz_target!(|text: &str| {
    let mut texts = text.split(SEPARATOR).map(|text| Source { name: "fuzz.yaml", text });
    let Some(spec) = texts.next() else { return };
    let overlays: Vec<Source<'_>> = texts.collect();
    let options = Options { keep_prose: text.len() % 2 == 0 };
    if let Ok(generated) = generate(spec, &overlays, options) {
        let escapes = escapes(&generated);
        assert!(escapes.is_empty(), "{escapes:#?}");
    }
});
