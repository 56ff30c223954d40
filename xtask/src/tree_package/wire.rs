//! Compiles the documents of `tests/trees` as one client, and runs the tests next to them against it: what a client
//! sends, and what it makes of responses.

use std::path::Path;

use codegen::document::source;
use codegen::{Options, Source};
use serde_json::Value;

use super::TreePackage;
use crate::files;

#[test]
fn clients_of_small_documents_behave_on_the_wire() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees");
    let mut document = Value::Null;
    let mut tests = Vec::new();
    for path in files::list(&folder).unwrap() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = files::read(&path).unwrap();
        assert!(text.lines().count() <= 40 || name.ends_with(".rs"), "{name} is long");
        if name.ends_with(".yaml") {
            merge(&mut document, source::parse(&text).unwrap());
        } else {
            tests.push((name, text));
        }
    }
    let text = document.to_string();
    let spec = Source { name: "trees.json", text: &text };
    let generated = codegen::generate(spec, &[], Options::default())
        .unwrap_or_else(|failure| panic!("{}", failure.errors().join("\n")));
    assert_eq!(generated.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
    let failed = TreePackage::named("wire").test(&generated.tree, &tests).unwrap();
    assert!(failed.is_none(), "{}", failed.unwrap_or_default());
}

/// Adds the properties of a value to those of another.
fn merge(into: &mut Value, value: Value) {
    match (into, value) {
        (Value::Object(into), Value::Object(members)) => {
            for (key, member) in members {
                merge(into.entry(key).or_insert(Value::Null), member);
            }
        }
        (into, value) => *into = value,
    }
}
