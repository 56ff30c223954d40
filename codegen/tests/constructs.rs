//! Checks the output for each construct of OpenAPI: one fixture per behaviour, its surface, and the Rust that the
//! surface does not show. The first line of a fixture states the behaviour; its `# show file: item` lines select the
//! Rust.
#![allow(clippy::unwrap_used, clippy::panic)]

mod judge;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use codegen::Generated;
use codegen::document::source;
use support::{canonical, failure_text, generated};

/// Declares a test per fixture, with the name of the fixture.
macro_rules! fixtures {
    ($($name:ident)*) => {
        const FIXTURES: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { check(stringify!($name)); })*
    };
}

fixtures! {
    additional_properties_alone
    additional_properties_beside_properties
    all_of_objects
    all_of_parents_and_children
    all_of_texts
    all_of_that_narrows
    responses_of_all_kinds
    responses_without_content
    any_of_objects_that_overlap
    arrays
    bodies_of_all_kinds
    bodies_on_delete
    components_of_components
    constants
    deprecated_things
    discriminators
    enum_values_as_people_write_them
    enum_values_like_rust_names
    enums_of_other_types
    files_of_3_1
    free_form_objects
    groups_like_crates
    header_parameters
    keywords_as_names
    keywords_that_only_narrow
    members_beside_unions
    names_by_rule
    names_of_all_kinds
    names_of_generator_and_document
    names_of_other_scripts
    null_in_unions
    nullable_alternatives
    nullable_of_3_0
    numeric_exclusive_bounds
    one_of_references
    optional_bodies
    pages_and_envelopes
    parameter_styles
    parameters_of_one_name
    parents_that_list_their_children
    parents_with_discriminator
    path_parameters
    properties_like_methods
    query_parameters
    query_styles
    read_only_and_write_only
    receipts_of_writes
    recursive_machine_components
    recursive_structs
    required_fields
    recursive_unions
    references_by_anchor
    references_to_everything
    references_with_siblings
    repeated_enum_values
    responses_of_several_types
    scalars_of_yaml
    security_schemes
    servers_with_variables
    tags_of_the_same_words
    trailing_slashes
    type_lists_with_null
    unions_beside_all_of
    unions_distinguished_by_values
    unions_of_dates
    unions_of_scalars
    unions_of_texts
    unions_of_titled_objects
    unions_of_unions_with_properties
    unions_of_untitled_objects
    webhooks_alone
    webhooks_with_payloads
    x_formats
    x_glossary
    x_constructors
    x_ids
    x_never_null
    x_rust_name
    x_rust_name_of_fields
    x_rust_secret
    x_rust_secret_in_unions
    x_shared_types
}

/// Compares the output of a fixture with its snapshot.
fn check(name: &str) {
    let fixture = Fixture::read(name);
    let mut settings = insta::Settings::clone_current();
    settings.set_input_file(folder().join(format!("{name}.yaml")));
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots/constructs");
    settings.bind(|| insta::assert_snapshot!(name, fixture.report(&fixture.generated())));
}

#[test]
fn every_fixture_is_a_test_and_short() {
    let there: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".overlay.yaml"))
        .map(|name| name.trim_end_matches(".yaml").to_owned())
        .collect();
    assert_eq!(there, FIXTURES.iter().map(|name| (*name).to_owned()).collect());
    for name in FIXTURES {
        assert!(Fixture::read(name).spec.lines().count() <= 40, "{name} is long");
    }
}

#[test]
fn json_and_the_snapshot_give_what_yaml_gives() {
    for name in FIXTURES {
        let fixture = Fixture::read(name);
        let given = fixture.generated();
        let json = source::parse(&fixture.spec).unwrap().to_string();
        for (way, spec) in [("JSON", json), ("its snapshot", canonical(&fixture.spec))] {
            let again = Fixture { spec, ..fixture.clone() }.generated();
            assert_eq!(again.surface, given.surface, "{name} as {way}");
            assert_eq!(again.tree, given.tree, "{name} as {way}");
        }
    }
}

#[test]
fn every_generated_file_is_rust_of_the_kinds_that_the_judge_knows() {
    for name in FIXTURES {
        let fixture = Fixture::read(name);
        let texts: Vec<&str> =
            std::iter::once(fixture.spec.as_str()).chain(fixture.overlay.as_deref()).collect();
        assert_eq!(judge::escapes(&fixture.generated(), &texts), [""; 0], "{name}");
    }
}

#[derive(Clone)]
struct Fixture {
    spec: String,
    overlay: Option<String>,
    /// File and item: `# show things.rs: pub struct Thing {`.
    shown: Vec<(String, String)>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

impl Fixture {
    fn read(name: &str) -> Self {
        let spec = fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
        let shown = spec.lines().filter_map(|line| line.strip_prefix("# show ")?.split_once(": "));
        let shown = shown.map(|(file, item)| (file.to_owned(), item.to_owned())).collect();
        let overlay = fs::read_to_string(folder().join(format!("{name}.overlay.yaml"))).ok();
        Fixture { spec, overlay, shown }
    }

    fn generated(&self) -> Generated {
        match generated(&self.spec, self.overlay.as_deref().as_slice()) {
            Ok(generated) => generated,
            Err(failure) => panic!("{}", failure_text(&failure)),
        }
    }

    /// Returns the surface, the selected items and the warnings.
    fn report(&self, generated: &Generated) -> String {
        let mut out = generated.surface.clone();
        for (file, item) in &self.shown {
            let text = generated.tree.files.get(file).unwrap_or_else(|| panic!("there is no {file}"));
            let found = items(text, item);
            assert!(!found.is_empty(), "{file} has no `{item}`:\n{text}");
            out += &format!("\n--- {file}\n{found}");
        }
        if !generated.warnings.is_empty() {
            out += "\n--- warnings\n";
            out.extend(generated.warnings.iter().map(|warning| format!("{warning}\n")));
        }
        out
    }
}

/// Returns the items of a printed file whose first line contains `start`, with docs and attributes.
fn items(text: &str, start: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let Some(first) = lines.iter().position(|line| line.contains(start)) else { return String::new() };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let level = indent(lines[first]);
    let above =
        lines[..first].iter().rev().take_while(|line| line.trim_start().starts_with(['/', '#'])).count();
    let closes = |line: &&str| indent(line) == level && !line.is_empty() && line.ends_with(['}', ';']);
    let last = first + lines[first..].iter().position(closes).unwrap_or(0);
    lines[first - above..=last]
        .iter()
        .map(|line| format!("{}\n", line.get(level..).unwrap_or_default()))
        .collect()
}
