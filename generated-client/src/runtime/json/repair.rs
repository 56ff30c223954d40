//! Repairs JSON that `serde_json` rejects although its meaning is clear.

const MARK: &[u8] = "\u{feff}".as_bytes();
const REPLACEMENT: &[u8] = b"\\ufffd";

/// Returns the JSON with spaces in place of a byte order mark, and U+FFFD in place of each lone surrogate; `None` if it
/// has neither. All other bytes keep their offsets.
pub(crate) fn repaired(json: &[u8]) -> Option<Vec<u8>> {
    let lone: Vec<usize> = lone_surrogates(json);
    if lone.is_empty() && !json.starts_with(MARK) {
        return None;
    }
    let mut out = json.to_vec();
    if json.starts_with(MARK) {
        out.splice(..MARK.len(), [b' '; MARK.len()]);
    }
    for at in lone {
        out.splice(at..at + REPLACEMENT.len(), REPLACEMENT.iter().copied());
    }
    Some(out)
}

/// Returns the offsets of escapes of one half of a surrogate pair without the other.
fn lone_surrogates(json: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = json.get(at..) {
        let Some(next) = rest.iter().position(|byte| *byte == b'\\') else { break };
        at += next;
        at += match (escaped(json, at), escaped(json, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                found.push(at);
                6
            }
            // The escaped character may be a backslash itself.
            _ => 2,
        };
    }
    found
}

/// Returns the code unit of the escape `\uXXXX` at an offset.
fn escaped(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at.checked_add(6)?)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repair(json: &str) -> Option<String> {
        repaired(json.as_bytes()).map(|json| String::from_utf8(json).unwrap())
    }

    #[test]
    fn replaces_lone_surrogates_only() {
        for (json, expected) in [
            (r#""\ud800""#, r#""\ufffd""#),
            (r#""\uDC00x\uDBFF""#, r#""\ufffdx\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud800\n\\\udfff""#, r#""\ufffd\n\\\ufffd""#),
        ] {
            assert_eq!(repair(json).as_deref(), Some(expected));
        }
        for intact in [r#""\ud83d\ude00""#, r#""\\ud800""#, r#""\u00e9\u12""#, r#""\ud8"#, "\"\\", "\\", ""] {
            assert_eq!(repair(intact), None, "{intact}");
        }
    }

    #[test]
    fn replaces_byte_order_mark_by_spaces() {
        assert_eq!(repair("\u{feff}{}").as_deref(), Some("   {}"));
        assert_eq!(repair("\"\u{feff}\""), None);
    }
}
