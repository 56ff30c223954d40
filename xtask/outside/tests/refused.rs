//! What the client refuses at compile time.
//!
//! Each file of `refused` is an example that does not compile. A comment `//~ CODE TEXT` at the end of a line expects an
//! error of this code there, whose message contains the text. All other lines compile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The expected or the reported errors, by file and line.
type Errors = BTreeMap<(String, usize), Vec<(String, String)>>;

#[test]
fn each_mistake_is_the_error_that_its_line_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("refused");
    let mut expected = Errors::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for (index, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let Some((_, comment)) = line.split_once("//~ ") else { continue };
            let (code, text) = comment.split_once(' ').unwrap();
            expected.entry((name.clone(), index + 1)).or_default().push((code.to_owned(), text.to_owned()));
        }
    }
    let reported = errors();
    let places = |errors: &Errors| -> BTreeSet<(String, usize)> { errors.keys().cloned().collect() };
    assert_eq!(places(&expected), places(&reported), "{reported:#?}");
    for (place, expected) in &expected {
        for (code, text) in expected {
            let is_it = |(own, message): &(String, String)| own == code && message.contains(text);
            assert!(reported[place].iter().any(is_it), "{place:?}: {code} {text} in {:#?}", reported[place]);
        }
    }
    let mistakes: usize = expected.values().map(Vec::len).sum();
    println!("{mistakes} mistakes in {} lines do not compile", expected.len());
    assert!(mistakes > 0);
}

/// Compiles the examples and returns the errors with their codes and messages. The profile is that of the tests, so that the
/// dependencies of the client are compiled already.
fn errors() -> Errors {
    let output = Command::new(std::env::var_os("CARGO").unwrap())
        .args(["build", "--examples", "--features", "refused", "--keep-going", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let mut errors = Errors::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let message = &record["message"];
        if message["level"] != "error" {
            continue;
        }
        let Some(code) = message["code"]["code"].as_str() else { continue };
        let text = message["message"].as_str().unwrap().to_owned();
        let spans = message["spans"].as_array().unwrap();
        let primary = spans.iter().find(|span| span["is_primary"] == true).unwrap();
        let name = Path::new(primary["file_name"].as_str().unwrap()).file_name().unwrap().to_string_lossy();
        let line = usize::try_from(primary["line_start"].as_u64().unwrap()).unwrap();
        errors.entry((name.into_owned(), line)).or_default().push((code.to_owned(), text));
    }
    errors
}
