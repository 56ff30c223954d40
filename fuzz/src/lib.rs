//! What the fuzz targets share: how an input is cut into documents, how documents are changed as documents, and the judge
//! of the tests.

#[path = "../../codegen/tests/hurt/mod.rs"]
mod hurt;
#[path = "../../codegen/tests/judge/mod.rs"]
mod judge;
#[path = "../../codegen/tests/mutate/mod.rs"]
mod mutate;

use codegen::{Failure, Generated, source};

/// Parts the texts of one input: a form feed, which neither YAML nor JSON may have.
pub const SEPARATOR: char = '\u{c}';

/// What escaped from its place in the files that were generated from these texts.
pub fn escapes(generated: &Generated, texts: &[&str]) -> Vec<String> {
    judge::escapes(generated, texts)
}

/// Messages that say more than their own lines, or anything that a terminal obeys.
pub fn unprintable(failure: &Failure) -> Vec<String> {
    judge::unprintable(&failure.0)
}

/// Changes a document as a document, so that what comes out is one still; `None` where the input holds none.
pub fn mutated(input: &[u8], seed: u32) -> Option<String> {
    let mut texts: Vec<String> =
        std::str::from_utf8(input).ok()?.split(SEPARATOR).map(str::to_owned).collect();
    let mut dice = mutate::Dice(seed.into());
    let chosen = dice.below(texts.len());
    let text = texts.get_mut(chosen)?;
    let mut document = source::parse(text).ok()?;
    for _ in 0..=dice.below(3) {
        if hurt::count(&document) < 2 {
            return None;
        }
        hurt::hurt(&mut document, &mut dice);
    }
    *text = if dice.below(4) == 0 { source::to_yaml(&document).ok()? } else { document.to_string() };
    Some(texts.join(&SEPARATOR.to_string()))
}

/// A target's mutator: every other time the tree, else the bytes.
#[macro_export]
macro_rules! mutate_trees {
    () => {
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            if seed % 2 == 0
                && let Some(text) = data.get(..size).and_then(|input| $crate::mutated(input, seed))
                && let Some(place) = data.get_mut(..text.len()).filter(|_| text.len() <= max_size)
            {
                place.copy_from_slice(text.as_bytes());
                return text.len();
            }
            libfuzzer_sys::fuzzer_mutate(data, size, max_size)
        });
    };
}
