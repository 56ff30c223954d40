//! Checks that the documentation is correct about commands, files and numbers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{block, unnumbered};

const DOCUMENTS: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "spec/README.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = xtask(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The inline code of a document, outside of code blocks.
fn code(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if !inside {
            out.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    out
}

/// The lines of a document's code blocks in a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in text.lines() {
        if let Some(own) = line.strip_prefix("```") {
            inside = own == language;
        } else if inside {
            out.push(line.to_owned());
        }
    }
    out
}

/// The commands in code blocks and in sentences.
fn commands(text: &str) -> Vec<String> {
    let shown =
        blocks(text, "console").into_iter().filter_map(|line| Some(line.strip_prefix("$ ")?.to_owned()));
    let shown = shown.map(|line| line.split("  #").next().unwrap_or_default().trim().to_owned());
    shown.chain(code(text)).filter(|command| command.contains("cargo ")).collect()
}

#[test]
fn every_command_that_is_shown_is_there_with_its_options() {
    let mut seen = BTreeSet::new();
    for document in DOCUMENTS {
        for command in commands(&read(document)) {
            let Some(own) = command.strip_prefix("cargo xtask ") else { continue };
            let mut words = own.split_whitespace();
            let name = words.next().unwrap();
            if name == "<command>" {
                continue;
            }
            let help = printed(&[name, "--help"]);
            assert!(help.starts_with(&format!("usage: cargo xtask {name}")), "{document}: `{command}`");
            for option in words.filter(|word| word.starts_with("--")) {
                assert!(help.contains(option), "{document}: `{command}` has no {option}");
            }
            seen.insert(name.to_owned());
        }
    }
    let all = ["bench", "ci", "conformance", "diff", "explain", "fetch", "gen", "history", "update"];
    let missing: Vec<_> = all.iter().filter(|name| !seen.contains(**name)).collect();
    assert!(missing.is_empty(), "no document tells of {missing:?}");
}

#[test]
fn every_other_command_of_cargo_names_what_is_there() {
    let cargo = |name: &str| {
        matches!(name, "test" | "run" | "doc" | "build" | "check" | "insta" | "install" | "deny")
    };
    for document in DOCUMENTS {
        for command in commands(&read(document)) {
            let words: Vec<&str> =
                command.split_whitespace().skip_while(|word| *word != "cargo").skip(1).collect();
            let name = words.first().copied().unwrap_or_default();
            assert!(matches!(name, "xtask" | "xtask-dev") || cargo(name), "{document}: `{command}`");
            for pair in words.windows(2) {
                match pair {
                    ["-p", package] => assert!(root().join(package).is_dir(), "{document}: `{command}`"),
                    ["--example", example] => {
                        let path = format!("examples/{example}.rs");
                        assert!(root().join(&path).is_file(), "{document}: `{command}`");
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn every_file_that_is_named_is_there() {
    let folders = ["codegen/", "xtask/", "generated-client/", "spec/"];
    for document in DOCUMENTS {
        let text = read(document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let links =
            links.filter(|link| !link.starts_with("http") && !link.starts_with('#')).map(str::to_owned);
        let parent = Path::new(document).parent().unwrap();
        for link in links {
            assert!(root().join(parent).join(&link).exists(), "{document}: {link}");
        }
        let named =
            code(&text).into_iter().filter(|path| folders.iter().any(|folder| path.starts_with(folder)));
        for path in named.filter(|path| !path.contains(['*', ' ', ':', '{'])) {
            assert!(root().join(&path).exists(), "{document}: {path}");
        }
    }
}

/// Whether the README describes the committed snapshot, whose document it names by date: `cargo xtask update` takes over
/// another document, and leaves the README to people.
fn describes_snapshot(test: &str, readme: &str) -> bool {
    let lock = read("spec/openapi.lock.toml");
    let source = lock.lines().find(|line| line.starts_with("source")).unwrap();
    let mut words = readme.split(|c: char| !c.is_ascii_digit() && c != '-');
    let named = words.any(|word| word.len() == "2000-01-31".len() && source.contains(word));
    if !named {
        println!("SKIPPED {test}: the README describes another document");
    }
    named
}

#[test]
fn the_readme_shows_what_gen_prints() {
    let readme = read("README.md");
    if !describes_snapshot("the_readme_shows_what_gen_prints", &readme) {
        return;
    }
    let made = printed(&["gen", "--check"]);
    let lines: Vec<&str> = made.lines().filter(|line| !line.contains(" ms")).collect();
    assert_eq!(lines.len(), 3, "{made}");
    for line in lines {
        assert!(readme.lines().any(|own| own == line), "README.md does not show `{line}`");
    }
}

#[test]
fn the_readme_counts_the_operations_of_each_group() {
    let readme = read("README.md");
    if !describes_snapshot("the_readme_counts_the_operations_of_each_group", &readme) {
        return;
    }
    let api = read("generated-client/API.md");
    let groups = api.lines().filter_map(|line| line.strip_prefix("- [`")?.split_once("`](#"));
    let mut sum = 0;
    for (group, rest) in groups {
        let count: usize = rest.split(' ').nth(1).unwrap().parse().unwrap();
        sum += count;
        assert!(
            readme.contains(&format!("`{group}` {count}")),
            "README.md does not say {count} of `{group}`"
        );
    }
    assert!(sum > 0 && readme.contains(&format!("{sum} operations")), "{sum}");
}

#[test]
fn the_readme_shows_what_explain_prints() {
    let readme = read("README.md");
    if !describes_snapshot("the_readme_shows_what_explain_prints", &readme) {
        return;
    }
    let shown = block(&readme, "$ cargo xtask explain leads::CreateLead::notes", "text");
    assert_eq!(unnumbered(&shown), unnumbered(&printed(&["explain", "leads::CreateLead::notes"])));
}

#[test]
fn the_package_has_the_licences_of_the_repository() {
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert_eq!(read(licence), read(&format!("generated-client/{licence}")));
    }
}
