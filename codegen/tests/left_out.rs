//! `--skip-unsupported`: operations that cannot be generated are left out with a warning, and the others are
//! generated.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use codegen::{Failure, Generated, Options, Source, generate};
use support::{NAME, failure_text};

fn lenient(spec: &str) -> Result<Generated, Failure> {
    let options = Options { skip_unsupported: true, ..Options::default() };
    generate(Source { name: NAME, text: spec }, &[], options)
}

/// Returns what is left out and why, the generated methods, and the warnings.
fn report(spec: &str) -> String {
    let generated = lenient(spec).unwrap_or_else(|failure| panic!("{}", failure_text(&failure)));
    let mut out = String::new();
    for left_out in &generated.left_out {
        out += &format!("skipped: {}\n", left_out.unit);
        out.extend(left_out.reasons.iter().map(|reason| format!("{reason}\n")));
    }
    let there = generated.surface.lines().filter(|line| line.starts_with("mod ") || line.contains("  fn "));
    out.extend(there.map(|line| format!("{line}\n")));
    out.extend(generated.warnings.iter().map(|warning| format!("{warning}\n")));
    out
}

#[test]
fn an_operation_goes_with_its_own_place_and_others_stay() {
    insta::assert_snapshot!(report("
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a:
    get: {tags: [x], responses: {'200': {$ref: 'responses.yaml#/A'}}}
    post: {tags: [x], responses: {'204': {description: ''}}}
  /b: {$ref: 'paths.yaml#/b'}
  /c: {get: {tags: [x], parameters: [{$ref: 'https://example.com/p.json'}], responses: {}}}
"), @"
    skipped: GET /a
    api.yaml:6:42: error: `responses.yaml#/A` is outside of the document
      at #/paths/~1a/get/responses/200/$ref
      help: bundle the document into one file first
    skipped: /b
    api.yaml:8:8: error: `paths.yaml#/b` is outside of the document
      at #/paths/~1b/$ref
      help: bundle the document into one file first
    skipped: GET /c
    api.yaml:9:39: error: `https://example.com/p.json` is outside of the document
      at #/paths/~1c/get/parameters/0/$ref
      help: bundle the document into one file first
    mod x
      fn create_a() -> ()  // POST /a
    mod models
    ");
}

#[test]
fn a_component_takes_those_with_it_that_reach_it() {
    insta::assert_snapshot!(report("
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /near: {get: {tags: [x], responses: {'200': {$ref: '#/components/responses/Near'}}}}
  /far: {get: {tags: [x], responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Far'}}}}}}}
  /off: {get: {tags: [x], responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Off'}}}}}}}
components:
  responses:
    Near: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Bad'}}}}
  schemas:
    Far: {type: array, items: {$ref: '#/components/schemas/Bad'}}
    Off: {type: string}
    Bad: {allOf: [{type: string}, {type: integer}]}
"), @"
    skipped: GET /far
    api.yaml:14:35: error: parts of different types cannot all hold
      at #/components/schemas/Bad/allOf/1
      help: change it with an overlay, or leave its operations out with `--skip-unsupported`
    skipped: GET /near
    api.yaml:14:35: error: parts of different types cannot all hold
      at #/components/schemas/Bad/allOf/1
      help: change it with an overlay, or leave its operations out with `--skip-unsupported`
    mod x
      fn get_off() -> String  // GET /off
    mod models
    ");
}

#[test]
fn what_is_wrong_in_each_pass_is_left_out() {
    insta::assert_snapshot!(report("
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /canonical: {get: {responses: {'200': 3}}}
  /lowered: {get: {parameters: [{name: a, in: query, schema: {type: string, enum: [a], const: b}}], responses: {}}}
  /typed: {get: {parameters: [{name: a, in: body, schema: {type: string}}], responses: {}}}
  /resolved: {get: {parameters: [{name: id, in: path, schema: {}}], responses: {}}}
  /right: {get: {responses: {}}}
"), @"
    skipped: GET /canonical
    api.yaml:5:34: error: a response is an object
      at #/paths/~1canonical/get/responses/200
    skipped: GET /lowered
    api.yaml:6:88: error: `const` is none of the values of `enum`
      at #/paths/~1lowered/get/parameters/0/schema/const
      help: remove one of the two
    skipped: GET /resolved
    api.yaml:8:21: error: the path has no `{id}` for this parameter
      at #/paths/~1resolved/get/parameters
      help: correct the name with an overlay
    skipped: GET /typed
    api.yaml:7:12: error: this part is not understood: unknown variant `body`, expected one of `query`, `header`, `path`, `cookie`
      at #/paths/~1typed/get
      help: repair it with an overlay
    mod default_api
      fn get_right() -> ()  // GET /right
    mod models
    ");
}

#[test]
fn names_that_are_taken_twice_are_lengthened_and_that_is_said() {
    insta::assert_snapshot!(report("
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {tags: [leads], operationId: read, responses: {'200': {$ref: '#/components/responses/R'}}}}
  /b/{id}: {get: {tags: [Leads], operationId: read, parameters: [{name: id, in: path, schema: {type: string}}], responses: {}}}
components:
  responses:
    R: {description: '', content: {application/json: {schema: {type: object, properties: {
      a: {$ref: '#/components/schemas/lead'}, b: {$ref: '#/components/schemas/Lead'}, c: {$ref: '#/components/schemas/Leads'},
      d: {$ref: '#/components/schemas/ReadRequest'}}}}}}
  schemas:
    lead: {type: object, properties: {a: {type: string}, kind: {type: string, enum: [x]}}}
    Lead: {type: object, properties: {b: {type: string}}}
    LeadKind: {type: string, enum: [y]}
    Leads: {type: object, properties: {c: {$ref: '#/components/schemas/LeadKind'}}}
    ReadRequest: {type: object, properties: {d: {type: string}}}
"), @"
    mod leads
      fn get_a() -> GetAResponse  // GET /a
      fn get_b_by_id(id: String) -> ()  // GET /b/{id}
    mod models
    api.yaml:5:8: warning: `GET /a` and `GET /b/{id}` both want the name `read` in the group `leads`; the former is called `get_a`
      at #/paths/~1a/get
      help: give one of them an `operationId` (`group.method`) by an overlay
    api.yaml:6:13: warning: `GET /b/{id}` and `GET /a` both want the name `read` in the group `leads`; the former is called `get_b_by_id`
      at #/paths/~1b~1{id}/get
      help: give one of them an `operationId` (`group.method`) by an overlay
    api.yaml:13:5: warning: `#/components/schemas/lead` and `#/components/schemas/Lead` both want the name `Lead` in the module `models`; the former is called `LeadLlll`
      at #/components/schemas/lead
      help: name one of them by an overlay (`x-rust-name`, or an entry of `x-shared-types`): - {target: '$[''components''][''schemas''][''lead'']', update: {x-rust-name: LeadLlll}}
    api.yaml:14:5: warning: `#/components/schemas/Lead` and `#/components/schemas/lead` both want the name `Lead` in the module `models`; the former is called `LeadUlll`
      at #/components/schemas/Lead
      help: name one of them by an overlay (`x-rust-name`, or an entry of `x-shared-types`): - {target: '$[''components''][''schemas''][''Lead'']', update: {x-rust-name: LeadUlll}}
    api.yaml:15:5: warning: `#/components/schemas/LeadKind` and `#/components/schemas/lead/properties/kind` both want the name `LeadKind` in the module `models`; the former is called `LeadKindSchema`
      at #/components/schemas/LeadKind
      help: name one of them by an overlay (`x-rust-name`, or an entry of `x-shared-types`): - {target: '$[''components''][''schemas''][''LeadKind'']', update: {x-rust-name: LeadKindSchema}}
    api.yaml:13:58: warning: `#/components/schemas/lead/properties/kind` and `#/components/schemas/LeadKind` both want the name `LeadKind` in the module `models`; the former is called `LeadKindField`
      at #/components/schemas/lead/properties/kind
      help: name one of them by an overlay (`x-rust-name`, or an entry of `x-shared-types`): - {target: '$[''components''][''schemas''][''lead''][''properties''][''kind'']', update: {x-rust-name: LeadKindField}}
    ");
}

#[test]
fn what_concerns_the_whole_document_is_an_error_still() {
    let surface =
        |spec| lenient(spec).map(|generated| generated.surface).map_err(|failure| failure_text(&failure));
    insta::assert_snapshot!(surface("openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': 3}}}}").unwrap_err(), @"
    api.yaml:2:32: error: a response is an object
      at #/paths/~1a/get/responses/200
    api.yaml:1:1: error: `info` is missing
      at #/info
      help: an OpenAPI document has `info: {title, version}`
    ");
    insta::assert_snapshot!(
        surface("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {responses: {'200': 3}}}}").unwrap_err(),
        @"
    api.yaml:3:32: error: a response is an object
      at #/paths/~1a/get/responses/200
    api.yaml:1:1: error: no operation is left that can be generated
      at #
      help: settle the other errors first
    "
    );
}
