//! Text of a document or an overlay as lines of a doc comment. Whatever it says, it stays a paragraph of words and code:
//! no link, no tag, no heading, no list, no table, and no block of code, which rustdoc would compile and run.

use crate::error::is_hidden;

/// Lines are broken here.
const WIDTH: usize = 100;

/// Fit to stand between backticks.
pub(crate) fn fenced(text: &str) -> String {
    let seen = text.chars().filter(|c| c.is_control() || !is_hidden(*c));
    seen.map(|c| if c == '`' || c.is_control() { '\'' } else { c }).collect()
}

/// Paragraphs, with a blank line between.
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

/// Our own words and code, as they are.
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

/// What begins a list or underlines a heading, if it begins a line.
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

/// Words, and code between single backticks, which stays in one line. What Markdown would take for more is escaped.
fn words(paragraph: &str) -> Vec<String> {
    // A lone backtick would turn the rest into code, and three of them into a block.
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
    /// As the document has it, hidden signs apart.
    raw: String,
    /// The same, escaped.
    text: String,
    /// Some of it is code.
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

    /// Bare addresses read as code.
    fn done(self) -> Option<String> {
        let address = !self.code && (self.raw.starts_with("http://") || self.raw.starts_with("https://"));
        Some(if address { format!("`{}`", self.raw) } else { self.text }).filter(|text| !text.is_empty())
    }
}
