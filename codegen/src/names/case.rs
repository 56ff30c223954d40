//! Words of the document to identifiers of Rust: case, keywords, plurals.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

/// Keywords of edition 2024, reserved ones too.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    "crate", "self", "super", "Self",
];

/// Longer names help nobody, and some tools stumble over them. In bytes: a file system takes 255 of them.
const LONGEST: usize = 120;

/// Names that Windows keeps for devices, whatever stands behind the dot.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// `order-by` -> `order_by`.
pub(super) fn snake(text: &str) -> String {
    identifier(&words(text).to_snake_case(), "x_")
}

/// `order-by` -> `OrderBy`; a number at the start goes behind the rest, `24 hours` -> `Hours24`.
pub(super) fn pascal(text: &str) -> String {
    let words = words(text);
    let (number, rest) = words.split_at(words.find(|c: char| !c.is_ascii_digit()).unwrap_or_default());
    let rest_is_a_word = rest.trim_start().starts_with(|c: char| c.is_alphabetic());
    if !number.is_empty() && rest.starts_with(' ') && rest_is_a_word {
        return identifier(&format!("{}{number}", rest.to_upper_camel_case()), "X");
    }
    identifier(&words.to_upper_camel_case(), "X")
}

/// A module and its file: neither a keyword that cannot be raw, nor the file in which a folder's modules are declared, nor
/// a device.
pub(super) fn module(text: &str) -> String {
    let name = snake(text);
    let numbered = name.strip_prefix("com").or(name.strip_prefix("lpt"));
    let device =
        numbered.is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()));
    let taken =
        ["self", "super", "crate", "mod"].contains(&name.as_str()) || DEVICES.contains(&name.as_str());
    if taken || device { format!("{name}_") } else { name }
}

/// What stands between letters and digits parts words; signs that carry a meaning are spelled out.
fn words(text: &str) -> String {
    let text: String = text.nfc().collect();
    let mut out = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        match c {
            _ if c.is_ascii_alphanumeric() => out.push(c),
            '+' => out.push_str(" plus "),
            '-' if index == 0 && text[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                out.push_str("minus ")
            }
            '%' => out.push_str(" percent "),
            '<' => out.push_str(" less "),
            '>' => out.push_str(" greater "),
            '=' => out.push_str(" equals "),
            '&' => out.push_str(" and "),
            '*' => out.push_str(" star "),
            '\'' | '’' => {}
            _ if c.is_alphanumeric() && is_xid_continue(c) => out.push(c),
            _ => out.push(' '),
        }
    }
    out
}

/// Makes a word start like an identifier, and no longer than is good. To Rust, two spellings of one letter are one name.
fn identifier(text: &str, prefix: &str) -> String {
    let mut left = LONGEST;
    let fits = |c: &char| {
        let rest = left.checked_sub(c.len_utf8());
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    let text: String = text.nfc().take_while(fits).collect();
    if text.is_empty() {
        return if prefix == "X" { "Empty".to_owned() } else { "empty".to_owned() };
    }
    let starts_well = text.starts_with(|c: char| c == '_' || is_xid_start(c));
    if starts_well { text } else { format!("{prefix}{text}") }
}

/// An identifier for a name in snake or Pascal case.
pub fn ident(name: &str) -> Ident {
    if matches!(name, "self" | "super" | "crate" | "Self" | "_") {
        return Ident::new(&format!("{name}_"), Span::call_site());
    }
    if KEYWORDS.contains(&name) {
        return Ident::new_raw(name, Span::call_site());
    }
    // Most names are plain, and need no parser to say so.
    if is_plain(name) {
        return Ident::new(name, Span::call_site());
    }
    match syn::parse_str::<Ident>(name) {
        Ok(ident) => ident,
        // `snake` and `pascal` leave nothing else over; a last resort that still compiles.
        Err(_) => Ident::new("unnamed", Span::call_site()),
    }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `lead-sources` -> `lead source`, by the rules of English that occur in resource names.
pub(super) fn singular(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let cut = |end: usize, add: &str| format!("{}{add}", word.get(..word.len() - end).unwrap_or(word));
    match lower.as_str() {
        _ if lower.ends_with("ies") && lower.len() > 4 => cut(3, "y"),
        _ if ["sses", "xes", "ches", "shes", "tuses"].iter().any(|end| lower.ends_with(end)) => cut(2, ""),
        _ if ["ss", "us", "is", "news", "series"].iter().any(|end| lower.ends_with(end)) => word.to_owned(),
        _ if lower.ends_with('s') && lower.len() > 2 => cut(1, ""),
        _ => word.to_owned(),
    }
}

/// The words of a name, in lower case.
pub(super) fn split(text: &str) -> Vec<String> {
    words(text).to_snake_case().split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_words() {
        assert_eq!(snake("order-by"), "order_by");
        assert_eq!(snake("baseUrl"), "base_url");
        assert_eq!(snake("PMC_ID"), "pmc_id");
        assert_eq!(pascal("America/New_York"), "AmericaNewYork");
        assert_eq!(pascal("SMALL_DOG"), "SmallDog");
    }

    #[test]
    fn what_starts_with_a_digit_gets_a_letter() {
        assert_eq!(pascal("24 hours"), "Hours24");
        assert_eq!(pascal("2nd"), "X2nd");
        assert_eq!(pascal("12"), "X12");
        assert_eq!(snake("2nd"), "x_2nd");
    }

    #[test]
    fn keywords_are_raw_and_the_four_that_cannot_be_get_a_dash() {
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(ident("gen").to_string(), "r#gen");
        assert_eq!(ident("self").to_string(), "self_");
        assert_eq!(ident("Self").to_string(), "Self_");
    }

    #[test]
    fn nothing_of_a_hostile_name_is_left() {
        for name in ["", "../../x", "a\"b", "#![x]", "\u{202e}abc", "🦀", "_", "r#", "\0", "*/"] {
            for made in [snake(name), pascal(name)] {
                assert!(syn::parse_str::<Ident>(&ident(&made).to_string()).is_ok(), "{name:?} -> {made:?}");
            }
        }
    }

    #[test]
    fn names_of_devices_and_long_names_are_no_files() {
        for name in ["con", "AUX", "nul", "com1", "Lpt9", "mod", "self"] {
            assert!(module(name).ends_with('_'), "{name}");
        }
        assert_eq!(module("com"), "com");
        assert_eq!(module("com10"), "com10");
        for letter in ["a", "é", "中", "𐐨"] {
            let made = module(&letter.repeat(10_000));
            assert!((100..=LONGEST).contains(&made.len()), "{letter}: {}", made.len());
        }
    }

    #[test]
    fn two_spellings_of_a_letter_are_one_name() {
        assert_eq!(snake("cafe\u{301}"), snake("caf\u{e9}"));
    }

    #[test]
    fn plurals_of_resources() {
        let pairs = [
            ("leads", "lead"),
            ("properties", "property"),
            ("addresses", "address"),
            ("statuses", "status"),
            ("status", "status"),
            ("boxes", "box"),
            ("leases", "lease"),
            ("fees", "fee"),
            ("invoices", "invoice"),
            ("insurance", "insurance"),
        ];
        for (plural, expected) in pairs {
            assert_eq!(singular(plural), expected);
        }
    }
}
