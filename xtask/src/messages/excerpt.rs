//! The excerpt that a message shows: a part of one line with a marker, without terminal control characters.

use std::ops::Range;

pub(crate) use codegen::diagnostics::visible;
use codegen::document::source::LineCol;

/// The number of characters that are shown on each side of the marker. A document may be one line of megabytes.
const AROUND: usize = 48;

/// The maximum length of the marker.
const MARKED: usize = 48;

/// An excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The number of its line, from 1.
    pub(crate) line: usize,
    /// The visible text.
    pub(crate) text: String,
    /// The marked part of `text`, in bytes.
    pub(crate) marked: Range<usize>,
}

/// The excerpts around positions, in one pass over the text.
pub(crate) fn spots(text: &str, places: &[LineCol]) -> Vec<Spot> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|index| places.get(*index));
    let mut found: Vec<(usize, Spot)> = Vec::with_capacity(places.len());
    let mut left = order.into_iter().peekable();
    let (mut line, mut column) = (1, 1);
    let mut chars = text.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let ends = matches!(c, '\n' | '\r');
        // A position beyond the end of its line is shown at the end.
        let reached = LineCol { line, column: if ends { usize::MAX } else { column } };
        let here = |place: &LineCol| *place <= reached;
        while let Some(index) = left.next_if(|index| places.get(*index).is_none_or(here)) {
            found.push((index, spot(text, line, offset)));
        }
        if left.peek().is_none() {
            break;
        }
        if ends {
            if c == '\r' {
                chars.next_if(|(_, next)| *next == '\n');
            }
            (line, column) = (line + 1, 1);
        } else {
            column += 1;
        }
    }
    // Beyond the end of the text: shown at the end of its last line.
    let end = text.trim_end_matches(['\n', '\r']).len();
    let last = text.get(..end).map_or(1, |text| text.lines().count().max(1));
    found.extend(left.map(|index| (index, spot(text, last, end))));
    found.sort_unstable_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, spot)| spot).collect()
}

fn spot(text: &str, line: usize, offset: usize) -> Spot {
    let (before, rest) = text.split_at_checked(offset).unwrap_or((text, ""));
    let start = before.char_indices().rev().take_while(|(_, c)| !is_end(*c)).take(AROUND).last();
    let before = start.and_then(|(start, _)| before.get(start..)).unwrap_or_default();
    let cut_before = start.is_some_and(|(start, _)| start > 0 && !text.get(..start).is_some_and(ends_line));
    let (marked, rest) = rest.split_at(token(rest));
    let end = rest.char_indices().take_while(|(_, c)| !is_end(*c)).take(AROUND).last();
    let after = end.and_then(|(end, c)| rest.get(..end + c.len_utf8())).unwrap_or_default();
    let cut_after = rest.get(after.len()..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(is_end));

    let mut shown = String::new();
    shown.push_str(if cut_before { "…" } else { "" });
    shown.push_str(&visible(&before.replace('\t', "    ")));
    let start = shown.len();
    shown.push_str(&visible(marked));
    let end = shown.len();
    shown.push_str(&visible(&after.replace('\t', "    ")));
    shown.push_str(if cut_after { "…" } else { "" });
    Spot { line, text: shown, marked: start..end }
}

/// The length in bytes of the first word of a text; a quoted word includes its quotes.
fn token(text: &str) -> usize {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut end = 0;
    let mut escaped = false;
    for (index, (offset, c)) in text.char_indices().enumerate() {
        let closes = quote == Some(c) && index > 0 && !escaped;
        let over = match quote {
            Some(_) => is_end(c),
            None => c.is_whitespace() || matches!(c, ':' | ',' | '[' | ']' | '{' | '}'),
        };
        // Marks at least one character, except a line end.
        if (over && (index > 0 || is_end(c))) || index >= MARKED {
            break;
        }
        end = offset + c.len_utf8();
        if closes || over {
            break;
        }
        escaped = c == '\\' && !escaped;
    }
    end
}

fn is_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

fn ends_line(text: &str) -> bool {
    text.ends_with(is_end)
}
