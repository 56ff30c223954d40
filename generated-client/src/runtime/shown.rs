//! Error messages that are safe to show, whatever a server or a caller put into their parts.

use std::fmt::{self, Write};

/// The maximum length of a message, in bytes.
pub(crate) const MAX_MESSAGE: usize = 1024;

/// Writes a message: at most [`MAX_MESSAGE`] bytes, and U+FFFD in place of control characters and of characters that
/// change the direction of the text.
pub(crate) fn shown(
    f: &mut fmt::Formatter<'_>,
    message: impl FnOnce(&mut dyn Write) -> fmt::Result,
) -> fmt::Result {
    let mut plain = Plain { out: f, left: MAX_MESSAGE - CUT.len() };
    message(&mut plain)
}

const CUT: &str = "…";

struct Plain<'a, 'f> {
    out: &'a mut fmt::Formatter<'f>,
    /// Bytes that may follow; zero once the message was cut.
    left: usize,
}

impl Write for Plain<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            if self.left == 0 {
                break;
            }
            let char = if is_invisible(char) { char::REPLACEMENT_CHARACTER } else { char };
            match self.left.checked_sub(char.len_utf8()).filter(|left| *left > 0) {
                Some(left) => {
                    self.left = left;
                    self.out.write_char(char)?;
                }
                None => {
                    self.left = 0;
                    self.out.write_str(CUT)?;
                }
            }
        }
        Ok(())
    }
}

/// Control characters, line separators, and the marks, embeddings, overrides and isolates of bidirectional text.
fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns the string if it is an identifier, which cannot be personal data.
pub(crate) fn plain(text: &str) -> Option<&str> {
    let identifier = |b: u8| b.is_ascii_alphabetic() || b == b'_' || b == b'-' || b == b'.';
    ((1..=48).contains(&text.len()) && text.bytes().all(identifier)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Message(String);

    impl fmt::Display for Message {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            shown(f, |f| f.write_str(&self.0))
        }
    }

    #[test]
    fn replaces_control_characters_and_direction_overrides() {
        let message = Message("a\u{9b}31m\u{202e}\n\u{2066}é b".to_owned());
        assert_eq!(message.to_string(), "a\u{fffd}31m\u{fffd}\u{fffd}\u{fffd}é b");
    }

    #[test]
    fn cuts_long_messages() {
        for long in ["x".repeat(1_000_000), "€".repeat(1_000), "\n".repeat(1_000)] {
            let shown = Message(long).to_string();
            assert!(shown.len() <= MAX_MESSAGE && shown.len() > MAX_MESSAGE - 8 && shown.ends_with(CUT));
        }
        assert_eq!(Message("x".repeat(1_000)).to_string().len(), 1_000);
    }
}
