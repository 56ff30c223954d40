//! Invalid overlays: the message, its position and its help.
#![allow(clippy::panic)]

mod support;

use support::{failure_text, generated};

const SPEC: &str = "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /things:
    get:
      tags: [things]
      responses:
        '200':
          description: ''
          content: {application/json: {schema: {type: object, properties: {kind: {type: string, enum: [a, b]}}}}}
";

/// The errors or warnings about an overlay of that document.
fn messages_of(overlay: &str) -> String {
    match generated(SPEC, &[overlay]) {
        Ok(generated) => generated.warnings.iter().map(|warning| format!("{warning}\n")).collect(),
        Err(failure) => failure_text(&failure),
    }
}

/// The messages about an overlay with these actions, which begin on line 3.
fn messages_of_actions(actions: &str) -> String {
    messages_of(&format!("overlay: 1.0.0\nactions:\n{}\n", actions.trim_matches('\n')))
}

/// The messages about an overlay with this root table, whose first line is line 5.
fn messages_of_table(name: &str, table: &str) -> String {
    messages_of_actions(&format!("- target: $\n  update:\n    {name}:\n{}", table.trim_matches('\n')))
}

#[test]
fn what_is_no_overlay() {
    insta::assert_snapshot!(messages_of("overlay: 1.0.0\nactions: [\n"), @"overlay.yaml:3:1: error: neither YAML nor JSON: did not find expected node content");
    insta::assert_snapshot!(messages_of("info: {title: T}\n"), @"
    overlay.yaml:1:1: error: this is not an overlay: it has no `overlay: 1.0.0`
      at #
    ");
    insta::assert_snapshot!(messages_of("overlay: 2.0.0\nactions: []\n"), @"
    overlay.yaml:1:1: error: this is not an overlay: it has no `overlay: 1.0.0`
      at #
    ");
    insta::assert_snapshot!(messages_of("overlay: 1.0.0\nactions: {target: $}\n"), @"
    overlay.yaml:1:1: error: an overlay has a list of `actions`
      at #
    ");
    insta::assert_snapshot!(messages_of("overlay: 1.0.0\nactions: []\nactions: []\n"), @"
    overlay.yaml:3:1: error: the key `actions` occurs twice
      help: remove or rename one of the two
    ");
}

#[test]
fn actions_that_do_nothing() {
    insta::assert_snapshot!(messages_of_actions("
- target: $.paths['/things'].get
  update: {operationId: one}
- {target: '$.paths[', remove: true}
- {target: paths, remove: true}
- {remove: true}
- {target: $.paths}
- {target: $.info, remove: false}"), @"
    overlay.yaml:5:4: error: `$.paths[` is not a JSONPath: at position 7, parser error
      at #/actions/1/target
      help: see RFC 9535
    overlay.yaml:6:4: error: `paths` is not a JSONPath: at position 0, parser error
      at #/actions/2/target
      help: see RFC 9535
    overlay.yaml:7:3: error: an action has a `target`, which is a JSONPath
      at #/actions/3
    overlay.yaml:8:3: error: an action has an `update`, or `remove: true`
      at #/actions/4
    overlay.yaml:9:3: error: an action has an `update`, or `remove: true`
      at #/actions/5
    ");
}

#[test]
fn actions_that_match_nothing() {
    insta::assert_snapshot!(messages_of_actions("
- target: $.paths['/thingz'].get
  update: {operationId: one}
- {target: '$..properties.colour', remove: true}"), @"
    overlay.yaml:3:3: warning: `$.paths['/thingz'].get` matches nothing
      at #/actions/0/target
      help: upstream may have renamed or removed it: correct the target, or remove the action
    overlay.yaml:5:4: warning: `$..properties.colour` matches nothing
      at #/actions/1/target
      help: upstream may have renamed or removed it: correct the target, or remove the action
    ");
}

#[test]
fn what_an_overlay_writes_is_wrong_in_the_overlay() {
    insta::assert_snapshot!(messages_of_actions("
- target: $..properties
  update:
    lost: {$ref: '#/components/schemas/Lost'}
    typo: {type: strin}"), @"
    overlay.yaml:5:5: error: `#/components/schemas/Lost` is not in the document
      at #/actions/0/update/lost
    overlay.yaml:6:12: error: `strin` is not a JSON type
      at #/actions/0/update/typo/type
    ");
    insta::assert_snapshot!(messages_of_actions("
- target: $..properties.kind
  update: {maxLenght: 3}"), @"
    overlay.yaml:4:12: warning: `maxLenght` is no keyword that the client knows, and is ignored
      at #/actions/0/update/maxLenght
      help: correct its spelling, or begin it with `x-`
    ");
    insta::assert_snapshot!(messages_of_actions("
- target: $..properties.kind
  update: {x-rust-secret: true}"), @"
    overlay.yaml:4:12: error: `x-rust-secret` is for texts
      at #/actions/0/update/x-rust-secret
      help: mark the texts inside of it
    ");
    insta::assert_snapshot!(messages_of_actions("
- target: $.paths['/things'].get
  update:
    parameters: [{name: a, in: cookie, content: {image/png: {}}}]"), @"
    overlay.yaml:5:18: error: a parameter of `image/png` is not understood
      at #/actions/0/update/parameters/0
      help: change it with an overlay, or leave its operations out with `--skip-unsupported`
    ");
    insta::assert_snapshot!(messages_of_actions("
- target: $.paths
  update:
    /others: {get: {tags: [things], operationId: things.get, responses: {}}}"), @"
    overlay.yaml:5:37: error: `GET /things` and `GET /others` both want the name `get` in the group `things`
      at #/actions/0/update/~1others/get/operationId
      help: give one of them an `operationId` (`group.method`) by an overlay, or let `--skip-unsupported` lengthen the names
    ");
}

#[test]
fn removing_what_is_needed() {
    insta::assert_snapshot!(messages_of_actions("- {target: $.paths, remove: true}"), @"
    api.yaml:1:1: error: this part is not understood: missing field `paths`
      at #
      help: repair it with an overlay
    ");
    insta::assert_snapshot!(messages_of_actions("- {target: $.info.title, remove: true}"), @"
    api.yaml:1:1: error: this part is not understood: missing field `title`
      at #
      help: repair it with an overlay
    ");
}

#[test]
fn shared_types_that_are_not_understood() {
    insta::assert_snapshot!(messages_of_table("x-shared-types", "
      Colour: {fields: [colour]}
      Kind: {field: [kind], fields: kind}
      Everything: {}
      Word: text"), @"
    overlay.yaml:7:14: error: `field` is not understood here
      at #/actions/0/update/x-shared-types/Kind/field
      help: an entry has lists `fields`, `properties`, `values`, `paths` and strings `method`, `role`, `shape`
    overlay.yaml:7:29: error: `fields` is not understood here
      at #/actions/0/update/x-shared-types/Kind/fields
      help: an entry has lists `fields`, `properties`, `values`, `paths` and strings `method`, `role`, `shape`
    overlay.yaml:8:7: error: this entry matches every type
      at #/actions/0/update/x-shared-types/Everything
      help: say by `fields`, `properties`, `values`, `paths` or `role` which places are meant
    overlay.yaml:9:7: error: this entry matches every type
      at #/actions/0/update/x-shared-types/Word
      help: say by `fields`, `properties`, `values`, `paths` or `role` which places are meant
    overlay.yaml:6:7: warning: no place matches this entry
      at #/actions/0/update/x-shared-types/Colour
      help: correct its selectors, or remove it
    ");
    insta::assert_snapshot!(messages_of_table("x-shared-types", "      - Kind"), @"
    overlay.yaml:5:5: error: `x-shared-types` is an object: name to entry
      at #/actions/0/update/x-shared-types
    ");
}

#[test]
fn a_glossary_that_is_no_glossary() {
    insta::assert_snapshot!(messages_of_table("x-glossary", "      kind: [Which of them.]"), @"
    overlay.yaml:6:7: error: an entry of the glossary is a text
      at #/actions/0/update/x-glossary/kind
    ");
    insta::assert_snapshot!(messages_of_table("x-glossary", "      - kind"), @"
    overlay.yaml:5:5: error: `x-glossary` is an object: name to sentence
      at #/actions/0/update/x-glossary
    ");
}

#[test]
fn an_overlay_for_another_document_is_skipped_unread() {
    let overlay = "overlay: 1.0.0\nx-for-title: Another API\nactions: [{target: $.nowhere, remove: true}]\n";
    match generated(SPEC, &[overlay]) {
        Ok(generated) => {
            assert_eq!(generated.skipped, ["overlay.yaml"]);
            assert_eq!(generated.warnings, []);
        }
        Err(failure) => panic!("{}", failure_text(&failure)),
    }
}

#[test]
fn rust_names_that_two_items_want() {
    let parameter = |name| format!("{{name: {name}, in: query, schema: {{type: string}}}}");
    let (first, second) = (parameter("first"), parameter("second"));
    insta::assert_snapshot!(messages_of_actions(&format!("
- target: $.paths['/things'].get
  update: {{parameters: [{first}, {second}]}}
- target: $.paths['/things'].get.parameters[?@.name == 'second']
  update: {{x-rust-name: first}}
")), @"
    overlay.yaml:4:12: error: the parameters `first` and `second` both want the name `first`
      at #/actions/0/update/parameters
      help: give one of them another `x-rust-name` by an overlay
    ");
    insta::assert_snapshot!(messages_of_actions("
- target: $.paths['/things'].get.responses['200'].content['application/json'].schema.properties
  update: {sort: {type: string, x-rust-name: kind}}
"), @"
    overlay.yaml:4:33: error: the fields `kind` and `sort` both want the name `kind`
      at #/actions/0/update/sort/x-rust-name
      help: give one of them another `x-rust-name` by an overlay
    ");
}
