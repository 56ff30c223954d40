//! Converts names of the document to Rust identifiers: case, keywords, plurals.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

/// Keywords of edition 2024, including the reserved ones.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    "crate", "self", "super", "Self",
];

/// The longest name, in bytes. File systems permit 255, but some tools fail earlier.
const LONGEST: usize = 120;

/// File names that Windows reserves for devices, with any extension.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// Converts to snake case: `order-by` -> `order_by`.
pub(super) fn snake(text: &str) -> String {
    identifier(&words(text).to_snake_case(), "x_")
}

/// Converts to Pascal case: `order-by` -> `OrderBy`. A leading number moves to the end: `24 hours` -> `Hours24`.
pub(crate) fn pascal(text: &str) -> String {
    let words = words(text);
    let (number, rest) = words.split_at(words.find(|c: char| !c.is_ascii_digit()).unwrap_or_default());
    let rest_is_a_word = rest.trim_start().starts_with(|c: char| c.is_alphabetic());
    if !number.is_empty() && rest.starts_with(' ') && rest_is_a_word {
        return identifier(&format!("{}{number}", rest.to_upper_camel_case()), "X");
    }
    identifier(&words.to_upper_camel_case(), "X")
}

/// Returns the name of a module and its file. It is not a keyword that cannot be raw, not `mod`, and not the name of a
/// device.
///
/// It is ASCII: Rust finds the file of no other module, and crates.io permits no other feature.
pub(super) fn module(text: &str) -> String {
    let name = if text.is_ascii() { snake(text) } else { snake(&any_ascii::any_ascii(text)) };
    let numbered = name.strip_prefix("com").or(name.strip_prefix("lpt"));
    let device =
        numbered.is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()));
    let taken =
        ["self", "super", "crate", "mod"].contains(&name.as_str()) || DEVICES.contains(&name.as_str());
    if taken || device { format!("{name}_") } else { name }
}

/// Replaces symbols by spaces, which separate words; symbols with a meaning are spelled out.
fn words(text: &str) -> String {
    let text: String = text.nfc().collect();
    let mut out = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        match c {
            _ if c.is_ascii_alphanumeric() => out.push(c),
            '+' => out.push_str(" plus "),
            '-' if index == 0 && text.chars().nth(1).is_some_and(char::is_alphanumeric) => {
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

/// Makes a word a valid identifier: start character, length, and NFC, since Rust compares identifiers in NFC.
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

/// Returns the identifier for a name in snake or Pascal case.
pub fn ident(name: &str) -> Ident {
    if matches!(name, "self" | "super" | "crate" | "Self" | "_") {
        return Ident::new(&format!("{name}_"), Span::call_site());
    }
    if KEYWORDS.contains(&name) {
        return Ident::new_raw(name, Span::call_site());
    }
    // Fast path: most names are plain and need no parser.
    if is_plain(name) {
        return Ident::new(name, Span::call_site());
    }
    match syn::parse_str::<Ident>(name) {
        Ok(ident) => ident,
        // Unreachable after `snake` and `pascal`; a fallback that compiles.
        Err(_) => Ident::new("unnamed", Span::call_site()),
    }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Returns the singular of an English word, by the rules that occur in resource names: `sources` -> `source`.
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

/// Returns the words of a name, in lower case.
pub(super) fn split(text: &str) -> Vec<String> {
    words(text).to_snake_case().split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_wire_names() {
        assert_eq!(snake("order-by"), "order_by");
        assert_eq!(snake("baseUrl"), "base_url");
        assert_eq!(snake("PMC_ID"), "pmc_id");
        assert_eq!(pascal("America/New_York"), "AmericaNewYork");
        assert_eq!(pascal("SMALL_DOG"), "SmallDog");
    }

    #[test]
    fn moves_or_prefixes_leading_digits() {
        assert_eq!(pascal("24 hours"), "Hours24");
        assert_eq!(pascal("2nd"), "X2nd");
        assert_eq!(pascal("12"), "X12");
        assert_eq!(snake("2nd"), "x_2nd");
    }

    #[test]
    fn makes_keywords_raw_or_appends_underscore() {
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(ident("gen").to_string(), "r#gen");
        assert_eq!(ident("self").to_string(), "self_");
        assert_eq!(ident("Self").to_string(), "Self_");
    }

    #[test]
    fn makes_hostile_names_valid_identifiers() {
        for name in ["", "../../x", "a\"b", "#![x]", "\u{202e}abc", "🦀", "_", "r#", "\0", "*/"] {
            for made in [snake(name), pascal(name)] {
                assert!(syn::parse_str::<Ident>(&ident(&made).to_string()).is_ok(), "{name:?} -> {made:?}");
            }
        }
    }

    #[test]
    fn avoids_device_names_and_truncates_long_names() {
        for name in ["con", "AUX", "nul", "com1", "Lpt9", "mod", "self"] {
            assert!(module(name).ends_with('_'), "{name}");
        }
        assert_eq!(module("com"), "com");
        assert_eq!(module("com10"), "com10");
        for letter in ["a", "é", "中", "𐐨"] {
            let made = snake(&letter.repeat(10_000));
            assert!((100..=LONGEST).contains(&made.len()), "{letter}: {}", made.len());
        }
    }

    #[test]
    fn normalizes_unicode_to_nfc() {
        assert_eq!(snake("cafe\u{301}"), snake("caf\u{e9}"));
    }

    #[test]
    fn derives_singular_of_resource_names() {
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
