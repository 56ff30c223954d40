//! Invalid documents: the message, its position and its help.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod schemas;
#[path = "../support/mod.rs"]
mod support;

use support::{failure_text, generated};

/// The errors in a document that is rejected.
fn refused(spec: &str) -> String {
    match generated(spec, &[]) {
        Ok(generated) => panic!("this was understood:\n{}", generated.surface),
        Err(failure) => failure_text(&failure),
    }
}

/// The errors in a document whose single operation has these parts.
fn refused_operation(parts: &str) -> String {
    let parts: String = parts.trim_matches('\n').lines().map(|line| format!("      {line}\n")).collect();
    refused(&format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n  /things/{{id}}:\n    get:\n{parts}"
    ))
}

/// The errors in a document whose single response has this schema, on line 7, with these components.
fn refused_schema(schema: &str, components: &str) -> String {
    refused(&responding_with(schema, components))
}

/// The warnings about a document that is accepted.
fn warned_schema(schema: &str, components: &str) -> String {
    warned(&responding_with(schema, components))
}

fn warned(spec: &str) -> String {
    match generated(spec, &[]) {
        Ok(generated) => generated.warnings.iter().map(|warning| format!("{warning}\n")).collect(),
        Err(failure) => panic!("{}", failure_text(&failure)),
    }
}

fn responding_with(schema: &str, components: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: T, version: '1'}}
paths: {{/things: {{get: {{responses: {{'200': {{description: '', content: {{application/json: {{schema:
  {{$ref: '#/components/schemas/Thing'}}}}}}}}}}}}}}}}
components:
  schemas:
    Thing: {schema}
    Other: {{type: string}}
{components}"
    )
}

#[test]
fn what_is_not_yaml() {
    insta::assert_snapshot!(refused("openapi: 3.1.0\npaths:\n  /things: [\n"), @"api.yaml:4:1: error: neither YAML nor JSON: did not find expected node content");
    insta::assert_snapshot!(refused("openapi: 3.1.0\n\tpaths: {}\n"), @"api.yaml:2:1: error: neither YAML nor JSON: found a tab character that violates indentation at line 2 column 1, while scanning a plain scalar");
    insta::assert_snapshot!(refused("a: 1\n---\nb: 2\n"), @"api.yaml:1:1: error: neither YAML nor JSON: deserializing from YAML containing more than one document is not supported");
}

#[test]
fn what_is_not_json() {
    insta::assert_snapshot!(refused("{\n  \"openapi\": \"3.1.0\",\n  \"paths\": {\"/a\": }\n}"), @"
    api.yaml:3:13: error: a path item is an object
      at #/paths/~1a
    api.yaml:1:1: error: `info` is missing
      at #/info
      help: an OpenAPI document has `info: {title, version}`
    ");
    insta::assert_snapshot!(refused("{openapi: 3.1.0, info: {title: T}, info: {title: U}}"), @"
    api.yaml:1:36: error: the key `info` occurs twice
      help: remove or rename one of the two
    ");
}

#[test]
fn what_is_no_openapi_document() {
    insta::assert_snapshot!(refused(""), @"
    api.yaml:1:1: error: this is not an OpenAPI document: its top level is not an object
      at #
    ");
    insta::assert_snapshot!(refused("<!DOCTYPE html><html><body>404</body></html>"), @"
    api.yaml:1:1: error: this is not an OpenAPI document: its top level is not an object
      at #
    ");
    insta::assert_snapshot!(refused("- a\n- b\n"), @"
    api.yaml:1:1: error: this is not an OpenAPI document: its top level is not an object
      at #
    ");
    insta::assert_snapshot!(refused("name: x\nversion: 1\n"), @"
    api.yaml:1:1: error: this is not an OpenAPI document: it has no `openapi` version
      at #
    ");
    insta::assert_snapshot!(refused("overlay: 1.0.0\nactions: []\n"), @"
    api.yaml:1:1: error: this is not an OpenAPI document: it has no `openapi` version
      at #
    ");
}

#[test]
fn versions_that_are_not_read() {
    insta::assert_snapshot!(refused("info: {}\nswagger: '2.0'\npaths: {/a: {}}\n"), @"
    api.yaml:2:1: error: this is a Swagger 2.0 document; OpenAPI 3.0 or 3.1 is read
      at #/swagger
      help: convert it to OpenAPI 3 first
    ");
    insta::assert_snapshot!(refused("info: {}\nopenapi: 4.0.0\npaths: {/a: {}}\n"), @"
    api.yaml:2:1: error: `openapi: 4.0.0` is not read; OpenAPI 3.0, 3.1 and 3.2 are
      at #/openapi
    ");
    insta::assert_snapshot!(refused("openapi: 3.0\ninfo: {title: T, version: '1'}\npaths: {/a: {}}\n"), @"
    api.yaml:1:1: error: the version is a text
      at #/openapi
      help: write it in quotes: `'3.0.3'`
    ");
}

#[test]
fn what_every_document_has() {
    insta::assert_snapshot!(refused("openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"), @"
    api.yaml:1:1: error: the document has no path
      at #
      help: check that this is an OpenAPI document
    ");
    insta::assert_snapshot!(refused("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"), @"
    api.yaml:1:1: error: the document has no path
      at #
      help: check that this is an OpenAPI document
    ");
    insta::assert_snapshot!(refused("openapi: 3.1.0\npaths: {/a: {}}\n"), @"
    api.yaml:1:1: error: `info` is missing
      at #/info
      help: an OpenAPI document has `info: {title, version}`
    ");
    insta::assert_snapshot!(refused("openapi: 3.1.0\ninfo: {version: '1'}\npaths: {/a: {}}\n"), @"
    api.yaml:2:1: error: `info` has a `title`, which is a string
      at #/info
    ");
    insta::assert_snapshot!(refused("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: [/a]\n"), @"
    api.yaml:3:1: error: `paths` is an object
      at #/paths
    api.yaml:1:1: error: the document has no path
      at #
      help: check that this is an OpenAPI document
    ");
}

#[test]
fn a_key_that_stands_twice() {
    insta::assert_snapshot!(refused("openapi: 3.1.0\npaths:\n  /a: {}\n  /b: {}\n  /a: {}\n"), @"
    api.yaml:5:3: error: the key `/a` occurs twice
      help: remove or rename one of the two
    ");
}

#[test]
fn reports_invalid_parameters_operations_and_security() {
    insta::assert_snapshot!(refused("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {$ref: ./ops.yaml}}}\n"), @"
    api.yaml:3:20: error: `./ops.yaml` is outside of the document
      at #/paths/~1a/get/$ref
      help: bundle the document into one file first
    ");
    insta::assert_snapshot!(refused_operation("parameters: [{name: q, in: query, content: {}}]\nresponses: {}"), @"
    api.yaml:6:41: error: the `content` of a parameter has exactly one media type
      at #/paths/~1things~1{id}/get/parameters/0/content
      help: describe the parameter by `schema` instead
    ");
    let twice = "openapi: 3.0.3
info: {title: T, version: '1'}
security: [{root: []}]
paths:
  /a:
    get:
      security: [{nope: []}]
      parameters: [{name: q, in: query, schema: {type: string}}, {name: q, in: query, schema: {type: integer}}]
      responses: {}
";
    insta::assert_snapshot!(warned(twice), @"
    api.yaml:8:66: warning: the query parameter `q` is declared twice; the first one is used
      at #/paths/~1a/get/parameters/1
      help: remove one of the two
    api.yaml:7:19: warning: the security scheme `nope` is not declared, so no credential is sent
      at #/paths/~1a/get/security/0/nope
      help: declare it in `components/securitySchemes`
    ");
}

#[test]
fn parameters_that_are_not_understood() {
    insta::assert_snapshot!(refused_operation("
parameters:
  - {name: id, in: path, schema: {type: string}}
  - {name: ID, in: path, schema: {type: string}}
responses: {}"), @"
    api.yaml:6:7: error: the path has no `{ID}` for this parameter
      at #/paths/~1things~1{id}/get/parameters
      help: correct the name with an overlay
    ");
    insta::assert_snapshot!(refused_operation("
parameters:
  - {name: id, in: path, schema: {type: string}}
  - {name: file, in: query, content: {image/png: {}}}
responses: {}"), @"
    api.yaml:8:11: error: a parameter of `image/png` is not understood
      at #/paths/~1things~1{id}/get/parameters/1
      help: change it with an overlay, or leave its operations out with `--skip-unsupported`
    ");
    insta::assert_snapshot!(refused_operation("
parameters:
  - {name: id, in: path, schema: {type: string}}
  - {name: ids, in: query, explode: false, schema: {type: array, items: {type: string}}}
  - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
  - {name: nothing, in: query}
  - {in: query}
responses: {}"), @"
    api.yaml:10:11: error: a parameter has a `schema` or a `content`
      at #/paths/~1things~1{id}/get/parameters/3
    api.yaml:11:11: error: a parameter has a `name` and says where it is (`in`)
      at #/paths/~1things~1{id}/get/parameters/4
    ");
    insta::assert_snapshot!(refused_operation("parameters: {id: {in: path}}\nresponses: {}"), @"
    api.yaml:6:7: error: `parameters` is a list
      at #/paths/~1things~1{id}/get/parameters
    ");
}

#[test]
fn bodies_and_responses_that_are_not_understood() {
    insta::assert_snapshot!(refused_operation("
parameters: [{name: id, in: path, schema: {type: string}}]
requestBody: {content: {multipart/mixed: {schema: {type: object}}}}
responses: {'101': {description: ''}}"), @"
    api.yaml:7:31: error: `multipart/mixed` is not understood
      at #/paths/~1things~1{id}/get/requestBody/content/multipart~1mixed
      help: change it with an overlay, or leave its operations out with `--skip-unsupported`
    api.yaml:8:7: warning: the only success is a switch of protocols, which the client returns as an error
      at #/paths/~1things~1{id}/get/responses
    ");
}

#[test]
fn two_that_want_one_name() {
    insta::assert_snapshot!(refused(
        "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {tags: [x], operationId: read, responses: {}}}
  /b: {get: {tags: [x], operationId: x.read, responses: {}}}
  /c: {get: {tags: [X], operationId: other, responses: {}}}
"
    ), @"
    api.yaml:5:8: error: `GET /b` and `GET /a` both want the name `read` in the group `x`
      at #/paths/~1b/get
      help: give one of them an `operationId` (`group.method`) by an overlay, or let `--skip-unsupported` lengthen the names
    ");
    insta::assert_snapshot!(refused_schema(
        "{type: object, properties: {a: {$ref: '#/components/schemas/lead'}, b: {$ref: '#/components/schemas/Lead'}}}",
        "    lead: {type: object, properties: {a: {type: string}}}\n    Lead: {type: object, properties: {b: {type: string}}}\n"
    ), @"
    api.yaml:10:5: error: `#/components/schemas/Lead` and `#/components/schemas/lead` both want the name `Lead` in the module `models`
      at #/components/schemas/Lead
      help: name one of them by an overlay (`x-rust-name`, or an entry of `x-shared-types`): - {target: '$[''components''][''schemas''][''Lead'']', update: {x-rust-name: LeadSchema}}, or let `--skip-unsupported` lengthen the names
    ");
}

#[test]
fn action_in_the_help_settles_a_clash_of_types() {
    let text = "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/it''s'}}}}}}}
components:
  schemas:
    it's: {type: object, properties: {a: {$ref: '#/components/schemas/Its'}}}
    Its: {type: object, properties: {b: {type: string}}}
";
    let refusal = refused(text);
    let action = refusal
        .split_once("`x-shared-types`): ")
        .and_then(|(_, rest)| rest.split_once(", or let"))
        .unwrap()
        .0;
    let overlay = format!("overlay: 1.0.0\ninfo: {{title: O, version: '1'}}\nactions:\n{action}\n");
    let surface = generated(text, &[&overlay]).unwrap().surface;
    assert!(surface.contains("struct ItsSchema") && surface.contains("struct Its\n"), "{surface}");
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    insta::assert_snapshot!(refused(
        "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {responses: {'200': {$ref: '#/components/responses/Missing'}}}}
  /b: text
  /c: {get: [], put: {responses: {'200': {description: '', content: {application/json: {schema: 3}}}}}}
"
    ), @"
    api.yaml:4:34: error: `#/components/responses/Missing` is not in the document
      at #/paths/~1a/get/responses/200/$ref
      help: add it to the document, or remove the reference with an overlay
    api.yaml:5:3: error: a path item is an object
      at #/paths/~1b
    api.yaml:6:8: error: an operation is an object
      at #/paths/~1c/get
    api.yaml:6:89: error: a schema is an object
      at #/paths/~1c/put/responses/200/content/application~1json/schema
    ");
}

#[test]
fn what_is_lost_is_a_warning() {
    insta::assert_snapshot!(warned_schema(
        "{type: object, properties: {a: {type: string, not: {const: x}}}, required: [b]}", ""
    ), @"
    api.yaml:7:58: warning: `not` is not checked by the client
      at #/components/schemas/Thing/properties/a/not
    api.yaml:7:77: warning: `b` is required but not described
      at #/components/schemas/Thing/required
      help: describe it with an overlay; extra fields can be sent as they are
    ");
    let spec = "openapi: 3.1.0
info: {title: T, version: '1'}
pathes: {}
paths:
  /a:
    gett: {}
    servers: [{url: https://example.com}]
    get:
      operationID: a
      callbacks: {}
      servers: [{url: https://example.com}]
      parameters: [{name: a, in: query, require: true, schema: {type: string}}]
      responses: {'204': {description: '', contents: {}}}
";
    let warnings = match generated(spec, &[]) {
        Ok(generated) => generated.warnings,
        Err(failure) => panic!("{}", failure_text(&failure)),
    };
    insta::assert_snapshot!(warnings.iter().map(|warning| format!("{warning}\n")).collect::<String>(), @"
    api.yaml:3:1: warning: `pathes` is not part of OpenAPI here, and is left out
      at #/pathes
      help: correct its spelling, or begin it with `x-`
    api.yaml:6:5: warning: `gett` is not part of OpenAPI here, and is left out
      at #/paths/~1a/gett
      help: correct its spelling, or begin it with `x-`
    api.yaml:7:5: warning: servers of a single path are left out
      at #/paths/~1a/servers
    api.yaml:9:7: warning: `operationID` is not part of OpenAPI here, and is left out
      at #/paths/~1a/get/operationID
      help: correct its spelling, or begin it with `x-`
    api.yaml:10:7: warning: `callbacks` of an operation are left out
      at #/paths/~1a/get/callbacks
    api.yaml:11:7: warning: `servers` of an operation are left out
      at #/paths/~1a/get/servers
    api.yaml:12:41: warning: `require` is not part of OpenAPI here, and is left out
      at #/paths/~1a/get/parameters/0/require
      help: correct its spelling, or begin it with `x-`
    api.yaml:13:44: warning: `contents` is not part of OpenAPI here, and is left out
      at #/paths/~1a/get/responses/204/contents
      help: correct its spelling, or begin it with `x-`
    ");
}

#[test]
fn a_place_is_found_in_json_with_tabs_and_escapes() {
    let spec = "{\n\t\"openapi\": \"3.1.0\",\n\t\"info\": {\"title\": \"\\ud83d\\ude00 \\/\", \"version\": \"1\"},\n\t\"paths\": {\n\t\t\"/a\": {\"get\": {\"responses\": {\"200\": {\"$ref\": \"#/no\"}}}}\n\t}\n}";
    insta::assert_snapshot!(refused(spec), @"
    api.yaml:5:40: error: `#/no` is not in the document
      at #/paths/~1a/get/responses/200/$ref
      help: add it to the document, or remove the reference with an overlay
    ");
}
