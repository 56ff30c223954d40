//! Tests the format of messages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use codegen::{Options, snapshot};

use super::*;

const PLAIN: Messages = Messages(Format::Human { colours: false });

fn messages(text: &str) -> Vec<Message> {
    match snapshot(Source { name: "api.yaml", text }, Options::default()) {
        Ok(_) => panic!("this was understood"),
        Err(failure) => failure.0,
    }
}

/// All messages about a document that is rejected.
fn drawn(text: &str) -> String {
    PLAIN.written(&messages(text), &[Source { name: "api.yaml", text }])
}

/// The excerpt with its marker, for a position.
fn excerpt(text: &str, (line, column): (usize, usize)) -> String {
    let spot = excerpt::spots(text, &[LineCol { line, column }]).remove(0);
    let (before, rest) = spot.text.split_at(spot.marked.start);
    let (marked, after) = rest.split_at(spot.marked.len());
    format!("{}: {before}[{marked}]{after}", spot.line)
}

#[test]
fn message_shows_position_line_pointer_and_help() {
    let text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /things:\n    get: [1]\n";
    assert_eq!(
        drawn(text),
        "\
error: an operation is an object
 --> api.yaml:5:5
  |
5 |     get: [1]
  |     ^^^
  |
  = at: #/paths/~1things/get

"
    );
    let text = "openapi: 3.1.0\npaths: {}\n";
    let said = drawn(text);
    assert!(said.contains("\n  = help: an OpenAPI document has `info: {title, version}`\n"), "{said}");
}

#[test]
fn all_errors_of_a_run_are_shown() {
    let text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a: 1\n  /b: 2\n";
    let said = drawn(text);
    assert_eq!(said.matches("error: a path item is an object").count(), 2, "{said}");
    assert!(said.contains("--> api.yaml:4:3") && said.contains("--> api.yaml:5:3"), "{said}");
}

#[test]
fn a_document_in_one_line_is_cut_around_the_marker() {
    let schemas: Vec<String> =
        (0..15_000).map(|number| format!("\"s{number}\":{{\"type\":\"string\"}}")).collect();
    let text = format!(
        "{{\"openapi\":\"3.1.0\",\"info\":{{\"title\":\"T\",\"version\":\"1\"}},\"components\":{{\"schemas\":{{{}}}}},\"paths\":{{\"/a\":1}}}}",
        schemas.join(",")
    );
    assert!(text.len() > 300_000);
    let said = drawn(&text);
    let column = text.find("\"/a\"").unwrap() + 1;
    let expected = format!(
        "\
error: a path item is an object
 --> api.yaml:1:{column}
  |
1 | …\"string\"}},\"s14999\":{{\"type\":\"string\"}}}}}},\"paths\":{{\"/a\":1}}}}
  |                                                  ^^^^
  |
  = at: #/paths/~1a

"
    );
    assert_eq!(said, expected);
}

#[test]
fn many_messages_about_a_long_line_take_one_pass() {
    let items: Vec<String> = (0..400).map(|number| format!("\"/path-{number:0>400}\":1")).collect();
    let text = format!(
        "{{\"openapi\":\"3.1.0\",\"info\":{{\"title\":\"T\",\"version\":\"1\"}},\"paths\":{{{}}}}}",
        items.join(",")
    );
    let messages = messages(&text);
    assert_eq!(messages.len(), 400);
    let places: Vec<LineCol> = messages.iter().map(position).collect();
    let start = Instant::now();
    let spots = excerpt::spots(&text, &places);
    // Separate passes would scan the whole line for each message.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(spots.iter().all(|spot| spot.text.get(spot.marked.clone()).unwrap().starts_with("\"/path-0")));
}

#[test]
fn marker_is_aligned_after_tabs_returns_and_wide_characters() {
    assert_eq!(excerpt("a:\r\n  b: 1\r\n", (2, 3)), "2:   [b]: 1");
    assert_eq!(excerpt("a:\r  b: 1\r", (2, 3)), "2:   [b]: 1");
    assert_eq!(excerpt("{\n\t\t\"key\":\t1\n}", (2, 3)), "2:         [\"key\"]:    1");
    assert_eq!(excerpt("a: 1\n\tb: 2\n", (2, 1)), "2: [\\t]b: 2");
    assert_eq!(excerpt("漢字: {é: 1}", (1, 6)), "1: 漢字: {[é]: 1}");
    let text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/漢字: {}, /b: 1}\n";
    let said = drawn(text);
    // A wide character takes two columns of a terminal.
    assert!(said.contains("\n3 | paths: {/漢字: {}, /b: 1}\n  |                    ^^\n"), "{said}");
    assert!(said.contains("--> api.yaml:3:18\n"), "{said}");
}

#[test]
fn marks_a_quoted_word_completely() {
    assert_eq!(excerpt("a: {'x y': 1, b: 2}", (1, 5)), "1: a: {['x y']: 1, b: 2}");
    assert_eq!(excerpt(r#"{"a \" b": 1}"#, (1, 2)), r#"1: {["a \" b"]: 1}"#);
    assert_eq!(excerpt("- [1, 2]", (1, 3)), "1: - [[]1, 2]");
}

#[test]
fn position_behind_the_end_is_shown_at_the_end() {
    assert_eq!(excerpt("a: [\n", (2, 1)), "1: a: [[]");
    assert_eq!(excerpt("a: [\n\n\n", (4, 1)), "1: a: [[]");
    assert_eq!(excerpt("a: 1\nb: 2\n", (1, 99)), "1: a: 1[]");
    assert_eq!(excerpt("", (1, 1)), "1: []");
    assert_eq!(excerpt("\u{feff}a: 1", (1, 1)), "1: [a]: 1");
}

#[test]
fn replaces_control_and_invisible_characters() {
    let text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  \"/a\u{202e}b\u{200b}\\e[31m\": 1 # \u{2066}\n";
    let said = drawn(text);
    assert!(said.contains("\"/a\\u{202e}b\\u{200b}\\e[31m\": 1 # \\u{2066}"), "{said}");
    assert!(said.contains("\\u{1b}[31m"), "the pointer is not escaped: {said}");
    let bad = |c: char| c != '\n' && c.escape_debug().to_string().starts_with("\\u");
    assert!(!said.contains(bad), "{said:?}");
    let messages = [Message {
        level: Severity::Warning,
        file: "\u{1b}[2Japi.yaml".into(),
        line: 1,
        column: 1,
        pointer: None,
        what: "this\nerror: is \u{202e}one line".into(),
        help: "so\u{7}".into(),
    }];
    let said = PLAIN.written(&messages, &[]);
    assert_eq!(
        said,
        "warning: this\\nerror: is \\u{202e}one line\n --> \\u{1b}[2Japi.yaml:1:1\n = help: so\\u{7}\n\n"
    );
}

#[test]
fn colours_are_only_where_they_are_asked_for() {
    let text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: 1\n";
    assert!(!drawn(text).contains('\u{1b}'));
    let coloured = Messages(Format::Human { colours: true });
    assert!(coloured.written(&messages(text), &[Source { name: "api.yaml", text }]).contains("\u{1b}[1m"));
}

#[test]
fn json_is_an_object_per_line_with_all_parts() {
    let text = "openapi: 3.1.0\npaths:\n  /a: 1\n";
    let said = Messages(Format::Json).written(&messages(text), &[Source { name: "api.yaml", text }]);
    let objects: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        objects,
        [
            serde_json::json!({"level": "error", "file": "api.yaml", "line": 3, "column": 3, "pointer": "#/paths/~1a",
                "message": "a path item is an object", "help": null}),
            serde_json::json!({"level": "error", "file": "api.yaml", "line": 1, "column": 1, "pointer": "#/info",
                "message": "`info` is missing", "help": "an OpenAPI document has `info: {title, version}`"}),
        ]
    );
}
