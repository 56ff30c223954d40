//! Regular expressions of `pattern`: strings that match, and comparisons of two patterns.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Parses a pattern as ASCII; `None` if it has lookaround or Unicode classes.
fn parse(pattern: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()
}

/// Whether two patterns match the same strings. `false` if that is not known.
pub(super) fn are_equal(a: &str, b: &str) -> bool {
    a == b || parse(a).is_some_and(|a| parse(b) == Some(a))
}

/// Whether a pattern matches every string. `false` if that is not known.
pub(super) fn matches_all(pattern: &str) -> bool {
    parse(pattern).is_some_and(|hir| {
        let properties = hir.properties();
        properties.minimum_len() == Some(0) && properties.look_set().is_empty()
    })
}

/// A string that a pattern matches: the shortest, or one of at least `length` characters if there is one. `None` if the
/// pattern cannot be parsed.
pub(super) fn string(pattern: &str, length: usize) -> Option<String> {
    let hir = parse(pattern)?;
    let mut shortest = Vec::new();
    write(&hir, &mut 0, &mut shortest)?;
    let mut missing = length.saturating_sub(shortest.len());
    let mut text = Vec::new();
    write(&hir, &mut missing, &mut text)?;
    String::from_utf8(text).ok()
}

/// Writes the shortest match, with up to `missing` more repetitions.
fn write(hir: &Hir, missing: &mut usize, out: &mut Vec<u8>) -> Option<()> {
    const MAX_REPETITIONS: u32 = 4_096;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(Class::Bytes(class)) => {
            // A printable one, if there is one.
            let all = || class.iter().flat_map(|range| range.start()..=range.end());
            out.push(
                all()
                    .find(u8::is_ascii_alphanumeric)
                    .or_else(|| all().find(u8::is_ascii_graphic))
                    .or_else(|| all().next())?,
            );
        }
        HirKind::Class(Class::Unicode(class)) => {
            let first = class.iter().next()?.start();
            out.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
        }
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min.min(MAX_REPETITIONS) {
                write(&repetition.sub, missing, out)?;
            }
            let mut more =
                repetition.max.unwrap_or(u32::MAX).saturating_sub(repetition.min).min(MAX_REPETITIONS);
            while *missing > 0 && more > 0 {
                let before = out.len();
                write(&repetition.sub, &mut 0, out)?;
                if out.len() == before {
                    break;
                }
                *missing = missing.saturating_sub(out.len() - before);
                more -= 1;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, missing, out)?,
        HirKind::Concat(all) => all.iter().try_for_each(|one| write(one, missing, out))?,
        HirKind::Alternation(all) => write(all.first()?, missing, out)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_string_of_at_least_a_length() {
        for (pattern, length, expected) in [
            ("^acc_[a-z0-9]*$", 0, "acc_"),
            ("^acc_[a-z0-9]*$", 6, "acc_00"),
            (r"^[A-Z]{2}\d{1,3}$", 9, "AA000"),
            ("^(ab)+$", 3, "abab"),
        ] {
            assert_eq!(string(pattern, length).as_deref(), Some(expected), "{pattern}");
        }
        assert_eq!(string("^(?=a)b$", 0), None);
    }

    #[test]
    fn compares_patterns() {
        assert!(are_equal("^[0-9]+$", r"^\d+$"));
        assert!(!are_equal("^[0-9]+$", "^[0-9]*$"));
        assert!(matches_all(".*") && matches_all(""));
        assert!(!matches_all("^.*$") && !matches_all("a"));
    }
}
