//! The canonical form of a small document: changes that leave it byte for byte the same, and what it contains and
//! omits.
#![allow(clippy::unwrap_used, clippy::panic)]

mod mutate;
mod support;

use codegen::Options;
use codegen::document::source;
use mutate::Dice;
use serde_json::{Value, json};
use support::{canonical, canonical_with, surface_of};

const PROSE: Options = Options { keep_prose: true, skip_unsupported: false, lengthen_names: false };

/// Contains sets, unions with titles, components with machine-made and human names, and prose.
const DOCUMENT: &str = include_str!("small.yaml");

fn document() -> Value {
    source::parse(DOCUMENT).unwrap()
}

/// Asserts that a change, repeated with many seeds, does not affect the canonical form.
fn assert_same(change: impl Fn(&mut Value, &mut Dice)) {
    let before = canonical(DOCUMENT);
    for seed in 0..20 {
        let mut changed = document();
        change(&mut changed, &mut Dice(seed));
        assert_eq!(canonical(&changed.to_string()), before, "seed {seed}");
    }
}

#[test]
fn it_is_this() {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("canonical", canonical(DOCUMENT));
    });
}

#[test]
fn order_does_not_matter() {
    assert_same(mutate::shuffle);
}

#[test]
fn numbers_of_machine_made_components_do_not_matter() {
    assert_same(mutate::renumber);
}

#[test]
fn moving_into_machine_made_components_and_back_does_not_matter() {
    assert_same(mutate::move_out);
    assert_same(|document, dice| {
        mutate::move_out(document, dice);
        mutate::move_out(document, dice);
        mutate::renumber(document, dice);
    });
    assert_same(|document, _| mutate::move_in(document));
}

#[test]
fn words_examples_and_extensions_do_not_matter() {
    assert_same(mutate::reword);
}

#[test]
fn style_does_not_matter() {
    let before = canonical(DOCUMENT);
    for text in [mutate::flow(&document()), document().to_string(), source::to_yaml(&document()).unwrap()] {
        assert_eq!(canonical(&text), before, "{text}");
    }
    let pretty = format!("\u{feff}{:#}", document()).replace("  ", "\t").replace('\n', "\r\n");
    assert_eq!(canonical(&pretty), before);
}

#[test]
fn all_of_it_at_once_does_not_matter() {
    assert_same(|document, dice| {
        mutate::reword(document, dice);
        mutate::move_out(document, dice);
        mutate::renumber(document, dice);
        mutate::shuffle(document, dice);
    });
}

#[test]
fn it_is_the_canonical_form_of_itself() {
    let once = canonical(DOCUMENT);
    assert_eq!(canonical(&once), once);
    let prose = canonical_with(DOCUMENT, PROSE);
    assert_eq!(canonical_with(&prose, PROSE), prose);
    assert_eq!(canonical(&prose), once);
}

#[test]
fn keeps_prose_only_on_request() {
    let mut document = document();
    mutate::reword(&mut document, &mut Dice(7));
    let text = document.to_string();
    assert!(!canonical(&text).contains("PROSE"));
    let kept = canonical_with(&text, PROSE);
    assert!(kept.contains("description: PROSE"));
    assert!(kept.contains("summary: PROSE"));
    for gone in ["example: PROSE", "externalDocs", "x-order", "x-generated-at"] {
        assert!(!kept.contains(gone), "{gone} is kept");
    }
}

#[test]
fn prose_that_is_kept_changes_no_type() {
    let mut document = document();
    let surface = surface_of(DOCUMENT, &[]);
    for seed in 0..10 {
        mutate::reword(&mut document, &mut Dice(seed));
        mutate::move_out(&mut document, &mut Dice(seed));
        let kept = canonical_with(&document.to_string(), PROSE);
        assert_eq!(surface_of(&kept, &[]), surface, "seed {seed}");
    }
}

#[test]
fn availability_and_titles_of_alternatives_stay() {
    let text = canonical(DOCUMENT);
    for kept in ["x-fern-availability: deprecated", "x-fern-availability: beta", "title: Yardi (Voyager)"] {
        assert!(text.contains(kept), "{kept} is gone");
    }
    assert!(!text.contains("title: Lead"), "titles elsewhere are prose");
}

#[test]
fn names_that_look_like_prose_stay() {
    let properties = |text: &str| {
        let document = source::parse(text).unwrap();
        document["components"]["schemas"]["Prose"]["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let expected =
        ["default", "description", "enum", "example", "properties", "summary", "title", "type", "x-id"];
    assert_eq!(properties(&canonical(DOCUMENT)), expected);
}

#[test]
fn security_reads_alike_at_the_root_and_at_each_operation() {
    let with = |root: &Value, security: [Option<Value>; 3]| {
        let mut document = json!({
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {},
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        });
        if !root.is_null() {
            document["security"] = root.clone();
        }
        for (index, security) in security.into_iter().enumerate() {
            let mut operation = json!({"responses": {"204": {"description": ""}}});
            if let Some(security) = security {
                operation["security"] = security;
            }
            document["paths"][format!("/{index}")] = json!({"get": operation});
        }
        canonical(&document.to_string())
    };
    let key = || json!([{"key": []}]);
    let at_the_root = with(&key(), [None, None, None]);
    assert_eq!(with(&Value::Null, [Some(key()), Some(key()), Some(key())]), at_the_root);
    assert_eq!(with(&json!([]), [Some(key()), Some(key()), Some(key())]), at_the_root);
    let but_one = with(&key(), [None, Some(json!([])), None]);
    assert_eq!(with(&Value::Null, [Some(key()), None, Some(key())]), but_one);
    assert_ne!(at_the_root, but_one);
    assert_eq!(with(&Value::Null, [None, None, None]), with(&json!([]), [None, Some(json!([])), None]));
}

#[test]
fn the_raw_document_and_its_snapshot_have_one_surface() {
    let surface = surface_of(DOCUMENT, &[]);
    assert_eq!(surface_of(&canonical(DOCUMENT), &[]), surface);
    let mut document = document();
    let mut dice = Dice(1);
    mutate::move_out(&mut document, &mut dice);
    mutate::shuffle(&mut document, &mut dice);
    assert_eq!(surface_of(&document.to_string(), &[]), surface);
}

#[test]
fn a_change_of_the_interface_shows_where_it_is() {
    let mut document = document();
    document["paths"]["/leads/"]["get"]["parameters"][0]["schema"]["maximum"] = 100.into();
    let (before, after) = (canonical(DOCUMENT), canonical(&document.to_string()));
    let changed: Vec<(&str, &str)> =
        before.lines().zip(after.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(changed, [("          maximum: 250", "          maximum: 100")]);
}

#[test]
fn what_stands_beside_an_inlined_component_is_in_the_same_order_as_ever() {
    let spec = "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {parameters: [{name: a, in: query, schema: {$ref: '#/components/schemas/_made_1__get_output', minimum: 1, a-word: 1}}], responses: {}}}
components: {schemas: {_made_1__get_output: {type: integer, maximum: 5, b-word: 2, x-fern-availability: beta, deprecated: true}}}
";
    let snapshot = canonical(spec);
    let at = |key: &str| snapshot.find(key).unwrap_or_else(|| panic!("{key} is not in\n{snapshot}"));
    let keys = ["type:", "minimum:", "maximum:", "deprecated:", "a-word:", "b-word:", "x-fern-availability:"];
    assert!(keys.map(at).is_sorted(), "{snapshot}");
    assert_eq!(canonical(&snapshot), snapshot);
}
