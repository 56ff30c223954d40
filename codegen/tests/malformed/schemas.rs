//! References and schemas.

use super::{refused, refused_operation, refused_schema, warned_schema};

#[test]
fn references_that_lead_nowhere() {
    insta::assert_snapshot!(refused_schema("{$ref: '#/components/schemas/Thinge'}", ""), @"
    api.yaml:7:13: error: `#/components/schemas/Thinge` is not in the document
      at #/components/schemas/Thing/$ref
      help: add it to the document, or remove the reference with an overlay
    ");
    insta::assert_snapshot!(refused_schema("{type: object, properties: {a: {$ref: 'common.yaml#/Thing'}}}", ""), @"
    api.yaml:7:44: error: `common.yaml#/Thing` is outside of the document
      at #/components/schemas/Thing/properties/a/$ref
      help: bundle the document into one file first
    ");
    insta::assert_snapshot!(refused_schema("{$ref: ''}", ""), @"
    api.yaml:7:13: error: this `$ref` is empty
      at #/components/schemas/Thing/$ref
      help: let it name what is meant
    ");
    insta::assert_snapshot!(refused_schema("{$ref: 3}", ""), @"
    api.yaml:7:13: error: `$ref` is a text
      at #/components/schemas/Thing/$ref
    ");
    insta::assert_snapshot!(refused_operation("parameters: [{$ref: '#/components/parameters/Id'}]\nresponses: {}"), @"
    api.yaml:6:21: error: `#/components/parameters/Id` is not in the document
      at #/paths/~1things~1{id}/get/parameters/0/$ref
      help: add it to the document, or remove the reference with an overlay
    ");
}

#[test]
fn references_that_turn_in_a_circle() {
    insta::assert_snapshot!(refused_schema("{$ref: '#/components/schemas/Thing'}", ""), @"
    api.yaml:3:91: error: this `$ref` leads back to itself
      at #/paths/~1things/get/responses/200/content/application~1json/schema
      help: repair it with an overlay
    ");
    insta::assert_snapshot!(
        refused_schema("{$ref: '#/components/schemas/Back'}", "    Back: {$ref: '#/components/schemas/Thing'}\n"),
        @"
    api.yaml:3:91: error: this `$ref` leads back to itself
      at #/paths/~1things/get/responses/200/content/application~1json/schema
      help: repair it with an overlay
    "
    );
    insta::assert_snapshot!(refused(
        "openapi: 3.1.0
info: {title: T, version: '1'}
paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/A'}}}}}
components:
  responses:
    A: {$ref: '#/components/responses/B'}
    B: {$ref: '#/components/responses/A'}
"
    ), @"
    api.yaml:3:32: error: this `$ref` leads back to itself
      at #/paths/~1a/get/responses/200
    ");
}

#[test]
fn reports_schema_that_contains_itself_by_path() {
    insta::assert_snapshot!(refused(
        "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /menu: {get: {responses: {'200': {description: '', content: {application/json: {schema:
    {type: object, properties: {kids: {$ref: '#/paths/~1menu/get/responses/200/content/application~1json/schema'}}}}}}}}}
"
    ), @"
    api.yaml:5:40: error: `#/paths/~1menu/get/responses/200/content/application~1json/schema` contains itself by this `$ref`
      at #/paths/~1menu/get/responses/200/content/application~1json/schema/properties/kids/$ref
      help: move that schema to `components/schemas`, and refer to it there
    ");
    insta::assert_snapshot!(refused_schema(
        "{properties: {a: {$ref: '#/components/schemas/Thing/$defs/A'}}, $defs: {A: {items: {$ref: '#/components/schemas/Thing/$defs/A'}}}}", ""), @"
    api.yaml:7:96: error: `#/components/schemas/Thing/$defs/A` contains itself by this `$ref`
      at #/components/schemas/Thing/$defs/A/items/$ref
      help: move that schema to `components/schemas`, and refer to it there
    ");
}

#[test]
fn types_that_no_rust_type_can_be() {
    insta::assert_snapshot!(refused_schema("{allOf: [{$ref: '#/components/schemas/Thing'}, {}]}", ""), @"
    api.yaml:7:21: error: this `allOf` contains itself, or goes on without end
      at #/components/schemas/Thing/allOf/0
      help: break the cycle with an overlay
    ");
    insta::assert_snapshot!(refused_schema("{type: array, items: {$ref: '#/components/schemas/Thing'}}", ""), @"
    api.yaml:7:5: error: this type holds itself with no object between, or unfolds without end
      at #/components/schemas/Thing
      help: put an object between, or make it free-form by an overlay
    ");
    insta::assert_snapshot!(
        refused_schema("{anyOf: [{$ref: '#/components/schemas/Thing'}, {type: string}]}", ""), @"
    api.yaml:7:5: error: this type holds itself with no object between, or unfolds without end
      at #/components/schemas/Thing
      help: put an object between, or make it free-form by an overlay
    ");
    insta::assert_snapshot!(
        refused_schema("{anyOf: [{$ref: '#/components/schemas/Thing'}, {type: 'null'}]}", ""), @"
    api.yaml:3:91: error: this `$ref` leads back to itself
      at #/paths/~1things/get/responses/200/content/application~1json/schema
      help: repair it with an overlay
    ");
    insta::assert_snapshot!(
        refused_schema("{allOf: [{type: string}, {type: object, properties: {a: {}}}]}", ""), @"
    api.yaml:7:5: error: an object and something else cannot both hold
      at #/components/schemas/Thing
      help: change it with an overlay, or leave its operations out with `--skip-unsupported`
    ");
    insta::assert_snapshot!(refused_schema("{allOf: [{type: string}, {type: integer}]}", ""), @"
    api.yaml:7:37: error: parts of different types cannot all hold
      at #/components/schemas/Thing/allOf/1
      help: change it with an overlay, or leave its operations out with `--skip-unsupported`
    ");
}

#[test]
fn keywords_of_the_wrong_kind() {
    insta::assert_snapshot!(refused_schema("{type: text}", ""), @"
    api.yaml:7:13: error: `text` is not a JSON type
      at #/components/schemas/Thing/type
    ");
    insta::assert_snapshot!(refused_schema("{type: object, properties: {a: {type: [string, text]}}}", ""), @"
    api.yaml:7:40: error: `text` is not a JSON type
      at #/components/schemas/Thing/properties/a
    ");
    insta::assert_snapshot!(refused_schema("{type: string, enum: NEW}", ""), @"
    api.yaml:7:27: error: `enum` is a list
      at #/components/schemas/Thing/enum
    ");
    insta::assert_snapshot!(warned_schema("{type: object, required: true}", ""), @"
    api.yaml:7:27: warning: `required` is a list of properties, so a boolean is ignored
      at #/components/schemas/Thing/required
      help: name the properties in the schema that has them
    ");
    insta::assert_snapshot!(refused_schema("{type: object, properties: [a, b]}", ""), @"
    api.yaml:7:27: error: `properties` is an object
      at #/components/schemas/Thing/properties
    ");
    insta::assert_snapshot!(refused_schema("{type: array, items: {type: object, properties: {a: text}}}", ""), @"
    api.yaml:7:61: error: a schema is an object
      at #/components/schemas/Thing/items/properties/a
    ");
    insta::assert_snapshot!(refused_schema("{type: string, maxLength: long}", ""), @r#"
    api.yaml:7:5: error: this part is not understood: invalid type: string "long", expected usize
      at #/components/schemas/Thing
      help: repair it with an overlay
    "#);
    insta::assert_snapshot!(refused_schema("{type: string, enum: [a, b], const: c}", ""), @"
    api.yaml:7:41: error: `const` is none of the values of `enum`
      at #/components/schemas/Thing/const
      help: remove one of the two
    ");
    insta::assert_snapshot!(warned_schema("{type: string, maxLenght: 3}", ""), @"
    api.yaml:7:27: warning: `maxLenght` is no keyword that the client knows, and is ignored
      at #/components/schemas/Thing/maxLenght
      help: correct its spelling, or begin it with `x-`
    ");
    insta::assert_snapshot!(refused_schema("{type: object, properties: {a: {type: string, nullable: 'true', readOnly: 1}}}", ""), @r#"
    api.yaml:7:58: error: `nullable` is a boolean, not `"true"`
      at #/components/schemas/Thing/properties/a/nullable
      help: write `true` or `false` without quotes
    api.yaml:7:76: error: `readOnly` is a boolean, not `1`
      at #/components/schemas/Thing/properties/a/readOnly
      help: write `true` or `false` without quotes
    "#);
    insta::assert_snapshot!(warned_schema("{type: integer, enum: ['1', 2]}", ""), @r#"
    api.yaml:7:28: warning: the value `"1"` is left out, because the type is `integer`
      at #/components/schemas/Thing/enum
      help: correct `type` or the values by an overlay
    "#);
}

#[test]
fn keywords_that_nobody_can_hold_together() {
    insta::assert_snapshot!(
        refused_schema("{type: [string, object], anyOf: [{type: string}, {type: integer}]}", ""), @"
    api.yaml:7:13: error: a list of types next to a union is not supported
      at #/components/schemas/Thing/type
      help: name one type, or move the union's alternatives into their own schemas
    ");
    insta::assert_snapshot!(
        refused_schema("{properties: {a: {}}, anyOf: [{type: object}, {type: string}]}", ""), @"
    api.yaml:7:34: error: an object and something else cannot both hold
      at #/components/schemas/Thing/anyOf
      help: change it with an overlay, or leave its operations out with `--skip-unsupported`
    ");
}

#[test]
fn a_machine_made_component_is_named_where_it_stands_and_once() {
    let schema = "{type: object, properties: {a: {$ref: '#/components/schemas/Enum1'}, b: {$ref: '#/components/schemas/Enum1'}}}";
    insta::assert_snapshot!(refused_schema(schema, "    Enum1: {type: string, enum: x}\n"), @"
    api.yaml:9:27: error: `enum` is a list
      at #/components/schemas/Enum1/enum
    ");
}
