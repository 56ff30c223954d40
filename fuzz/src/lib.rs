//! Shared by the fuzz targets: splits an input into documents, mutates documents structurally, and checks results with the
//! judge of the tests.

#[path = "../../codegen/tests/hurt/mod.rs"]
mod hurt;
#[path = "../../codegen/tests/judge/mod.rs"]
mod judge;
#[path = "../../codegen/tests/mutate/mod.rs"]
mod mutate;

use codegen::{Failure, Generated, source};

/// Separates the texts of one input: a form feed, which neither YAML nor JSON permits.
pub const SEPARATOR: char = '\u{c}';

/// Returns text of these inputs that is injected as code into the generated files.
pub fn escapes(generated: &Generated, texts: &[&str]) -> Vec<String> {
    judge::escapes(generated, texts)
}

/// Returns messages that have additional lines, or characters that a terminal interprets.
pub fn unprintable(failure: &Failure) -> Vec<String> {
    judge::unprintable(&failure.0)
}

/// Mutates the tree of a document, so that the result is a document too; `None` if the input has no document.
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

/// Defines the mutator of a target: mutates the tree for every other seed, else the bytes.
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
