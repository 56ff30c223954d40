//! Checks that the judge of hostile documents reports violations.
#![allow(clippy::unwrap_used, clippy::panic)]

mod judge;
mod support;

const SPEC: &str = "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /things: {get: {tags: [things], parameters: [{name: 'a b', in: query, schema: {type: string}}], responses: {'204': {description: ''}}}}
";

/// The judge's report after `inserted` is appended to a file.
fn found(inserted: &str) -> String {
    let mut generated = support::generated(SPEC, &[]).unwrap();
    generated.tree.files.get_mut("things/requests.rs").unwrap().push_str(inserted);
    judge::escapes(&generated, &[SPEC]).join("\n")
}

#[test]
fn accepts_generated_code() {
    assert_eq!(found(""), "");
    assert_eq!(found("\n/// Words and `code`.\npub struct Plain;\n"), "");
}

#[test]
fn reports_code() {
    for code in [
        "fn evil() {}",
        "static EVIL: u8 = 0;",
        "extern crate evil;",
        "mod evil { }",
        "macro_rules! evil { () => {} }",
        "evil!();",
        "crate::runtime::record!(X { unsafe });",
        "crate::runtime::record!(X { \"a b\" => x: Required { evil!() } });",
        "use evil as _; impl Drop for Things<'_> { fn drop(&mut self) {} }",
        "unsafe impl Default for Things<'_> {}",
        "impl Things<'_> { pub unsafe fn evil() {} }",
        "impl Things<'_> { pub extern \"C\" fn evil() {} }",
        "impl Things<'_> { pub fn evil() { loop {} } }",
        "impl Things<'_> { pub fn evil() { 1 + 1 } }",
        "impl Things<'_> { pub fn evil() { evil!() } }",
        "impl Things<'_> { pub fn list(&self) {} }",
        "#[path = \"evil.rs\"] mod evil;",
        "#[evil] struct Evil;",
        "#[derive(Evil)] struct Evil;",
        "#[allow(unsafe_code)] struct Evil;",
        "#[cfg(not(feature = \"x\"))] struct Evil;",
        "struct Evil { a: u8, a: u8 }",
        "enum Evil { A, A }",
        "struct Things;",
        "const EVIL: &str = \"not of the document\";",
        "}",
    ] {
        assert_ne!(found(code), "", "{code}");
    }
}

#[test]
fn reports_comments_with_markup() {
    for comment in [
        "```\nevil()\n```",
        "~~~\nevil()",
        "```no_run\nevil()\n```",
        "```no_run\n# async fn run() {\nstd::process::exit(1);\n# }\n# fn evil() {}\n```",
        "```no_run\n# async fn run() {\nloop {}\n# }\n```",
        "```no_run\n# async fn run() {\nuse std::process;\n# }\n```",
        "```no_run\n# async fn run() {\npanic!();\n# }\n```",
        "```no_run\n# async fn run() {\nx(\"e'vil\");\n# }\n```",
        "```no_run\n#![feature(evil)]\n```",
        "    evil()",
        "[evil](https://evil.invalid)",
        "[evil]",
        "![evil](x)",
        "<b>evil</b>",
        "<https://evil.invalid>",
        "# Evil",
        "evil\n===",
        "- evil",
        "1. evil",
        "> evil",
        "| a |\n|---|\n| b |",
        "***",
        "a[^1]\n\n[^1]: b",
        "**evil**",
    ] {
        let lines: String = comment.lines().map(|line| format!("/// {line}\n")).collect();
        let found = found(&format!("\n{lines}struct Evil;"));
        assert!(["comment", "heading", "example"].iter().any(|what| found.contains(what)), "{comment}");
    }
    assert_ne!(found("\n// \u{202e}evil"), "");
}

#[test]
fn reports_unknown_paths_and_features() {
    for path in
        ["../evil.rs", "/evil.rs", "a/b/evil.rs", "con.rs", "evil", "Things.rs", "e vil.rs", ".evil.rs"]
    {
        let mut generated = support::generated(SPEC, &[]).unwrap();
        generated.tree.files.insert(path.to_owned(), String::new());
        assert!(judge::escapes(&generated, &[SPEC]).iter().any(|what| what.contains("path")), "{path}");
    }
    for line in ["evil = []", "[dependencies]", "things = []", "\"", "all-groups = []"] {
        let mut generated = support::generated(SPEC, &[]).unwrap();
        generated.tree.features.push_str(line);
        assert_ne!(judge::escapes(&generated, &[SPEC]), Vec::<String>::new(), "{line}");
    }
}
