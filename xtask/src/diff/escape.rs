//! Escapes text of a document for Markdown and HTML.

use crate::messages::visible;

/// Text as Markdown code.
pub(crate) fn code(text: &str) -> String {
    let text = visible(text);
    let plain = !text.is_empty() && !text.starts_with(' ') && !text.ends_with(' ');
    if plain && !text.contains('`') {
        return format!("`{text}`");
    }
    format!("<code>{}</code>", entities(&text, |char| !char.is_ascii_alphanumeric() && char != ' '))
}

/// Markdown in a table cell, which a bar ends even within code.
pub(crate) fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// Text as code within HTML tags, where Markdown does not apply.
pub(crate) fn html(text: &str) -> String {
    format!("<code>{}</code>", entities(&visible(text), |char| "&<>\"'".contains(char)))
}

/// A sentence with code between backticks, as Markdown.
pub(crate) fn sentence(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split('`').peekable();
    let mut inside = false;
    while let Some(part) = parts.next() {
        match inside {
            // An unclosed backtick is text.
            true if parts.peek().is_some() => out += &code(part),
            true => out += &format!("&#96;{}", prose(part)),
            false => out += &prose(part),
        }
        inside = !inside;
    }
    out
}

/// Text without Markdown, links and mentions.
fn prose(text: &str) -> String {
    let special = |char: char| "\\`*_{}[]<>#|~&$".contains(char);
    // A zero-width space keeps GitHub from making links and mentions.
    entities(&visible(text), special)
        .replace('@', "@&#8203;")
        .replace("://", ":&#8203;//")
        .replace("www.", "www&#8203;.")
}

fn entities(text: &str, special: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_ascii() && special(char) {
            out += &format!("&#{};", u32::from(char));
        } else {
            out.push(char);
        }
    }
    out
}

/// An indented code block; its fence is longer than any fence within it.
pub(crate) fn block(language: &str, text: &str, indent: &str) -> String {
    let runs = text.split(|char| char != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default().max(2) + 1);
    let lines = std::iter::once(format!("{fence}{language}"));
    let lines = lines.chain(text.lines().map(visible)).chain(std::iter::once(fence.clone()));
    lines.map(|line| format!("{indent}{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_code_whatever_is_in_it() {
        for (text, expected) in [
            ("request.notes", "`request.notes`"),
            ("<script>@everyone", "`<script>@everyone`"),
            ("a|b", "`a|b`"),
            ("a`b", "<code>a&#96;b</code>"),
            ("line\nbreak", "`line\\nbreak`"),
            ("a`\\d", "<code>a&#96;&#92;d</code>"),
            (" ", "<code> </code>"),
            ("", "<code></code>"),
        ] {
            assert_eq!(code(text), expected);
        }
    }

    #[test]
    fn bar_does_not_end_a_cell() {
        assert_eq!(cell(&code("a|b")), "`a\\|b`");
        assert_eq!(cell(&code("a`|b")), "<code>a&#96;&#124;b</code>");
    }

    #[test]
    fn a_sentence_keeps_its_code_and_loses_everything_else() {
        for (text, expected) in [
            ("the field `a_b` is gone", "the field `a_b` is gone"),
            ("was `<b>` and is nothing", "was `<b>` and is nothing"),
            ("*x* [y](z) <b> | @me #1", "&#42;x&#42; &#91;y&#93;(z) &#60;b&#62; &#124; @&#8203;me &#35;1"),
            ("see https://evil and www.evil", "see https:&#8203;//evil and www&#8203;.evil"),
            ("the value `a`b` is new", "the value `a`b&#96; is new"),
            ("two\nlines", "two&#92;nlines"),
        ] {
            assert_eq!(sentence(text), expected);
        }
    }

    #[test]
    fn a_fence_is_longer_than_those_in_the_block() {
        assert_eq!(block("json", "a\n```\nb", "  "), "  ````json\n  a\n  ```\n  b\n  ````\n");
        assert_eq!(block("", "x", ""), "```\nx\n```\n");
    }
}
