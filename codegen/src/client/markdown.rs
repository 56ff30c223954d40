//! Converts prose of a document or an overlay to lines of a doc comment. The result has only paragraphs of words and code
//! spans: no link, tag, heading, list or table, and no code block, which rustdoc would compile and run.

use crate::diagnostics::is_hidden;

/// The maximum width of a line.
const WIDTH: usize = 100;

/// Makes a string safe for use between backticks.
pub(crate) fn fenced(text: &str) -> String {
    let seen = text.chars().filter(|c| c.is_control() || !is_hidden(*c));
    seen.map(|c| if c == '`' || c.is_control() { '\'' } else { c }).collect()
}

/// Returns the lines of the paragraphs, with a blank line between two paragraphs.
pub fn lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(filled(words(paragraph)));
    }
    lines
}

/// Wraps text of the generator without escaping it.
pub(crate) fn wrapped(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for word in text.split_whitespace() {
        match words.last_mut().filter(|_| open) {
            Some(last) => {
                last.push(' ');
                last.push_str(word);
            }
            None => words.push(word.to_owned()),
        }
        open ^= word.matches('`').count() % 2 == 1;
    }
    filled(words)
}

fn filled(words: Vec<String>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0;
    for word in words {
        let more = word.chars().count();
        if !line.is_empty() && width + more >= WIDTH {
            lines.push(std::mem::take(&mut line));
            width = 0;
        }
        if line.is_empty() {
            line = plain_at_start(word);
        } else {
            line.push(' ');
            line.push_str(&word);
            width += 1;
        }
        width += more;
    }
    lines.push(line);
    lines
}

/// Escapes a word that would begin a list or underline a heading at the start of a line.
fn plain_at_start(word: String) -> String {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    match word.as_bytes().get(digits) {
        Some(b'-' | b'+' | b'=') if digits == 0 => format!("\\{word}"),
        Some(b'.' | b')') if digits > 0 => {
            let (number, rest) = word.split_at(digits);
            format!("{number}\\{rest}")
        }
        _ => word,
    }
}

/// Splits a paragraph into words and code spans, which stay on one line. Escapes other Markdown syntax.
fn words(paragraph: &str) -> Vec<String> {
    // An unpaired backtick would make the rest a code span, and three a code block.
    let pairs = paragraph.matches('`').count().is_multiple_of(2) && !paragraph.contains("``");
    let mut out = Vec::new();
    let mut word = Word::default();
    let mut in_code = false;
    for c in paragraph.chars() {
        match c {
            '`' if pairs => {
                in_code = !in_code;
                word.code = true;
                word.text.push(c);
            }
            '`' => word.push('\''),
            _ if c.is_whitespace() && in_code => {
                if !word.text.ends_with([' ', '`']) {
                    word.text.push(' ');
                }
            }
            _ if c.is_whitespace() || c.is_control() => out.extend(std::mem::take(&mut word).done()),
            _ if is_hidden(c) => {}
            _ if in_code => word.text.push(c),
            _ => word.push(c),
        }
    }
    out.extend(word.done());
    out
}

#[derive(Default)]
struct Word {
    /// As in the document, without hidden characters.
    raw: String,
    /// The same, escaped.
    text: String,
    /// It contains a code span.
    code: bool,
}

impl Word {
    fn push(&mut self, c: char) {
        if matches!(c, '\\' | '[' | ']' | '<' | '>' | '*' | '_' | '#' | '~' | '|' | '&') {
            self.text.push('\\');
        }
        self.raw.push(c);
        self.text.push(c);
    }

    /// Returns the word; a bare URL becomes a code span.
    fn done(self) -> Option<String> {
        let address = !self.code && (self.raw.starts_with("http://") || self.raw.starts_with("https://"));
        Some(if address { format!("`{}`", self.raw) } else { self.text }).filter(|text| !text.is_empty())
    }
}
