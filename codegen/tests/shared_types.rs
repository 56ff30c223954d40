//! `x-shared-types` where the places of an entry have come to differ.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use codegen::Generated;
use support::{generated, told};

/// A document with an operation for each list of values, in which `vendor` has them, and a table of one entry.
fn of(vendors: &[&str], entry: &str) -> Generated {
    let mut spec = String::from("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n");
    for (values, letter) in vendors.iter().zip('a'..) {
        let schema = format!("{{type: object, properties: {{vendor: {{type: string, enum: [{values}]}}}}}}");
        spec += &format!(
            "  /{letter}:
    post:
      tags: [things]
      operationId: things.create_{letter}
      requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}
      responses: {{'204': {{description: ''}}}}
"
        );
    }
    let overlay = format!(
        "overlay: 1.0.0\nactions:\n  - target: $\n    update:\n      x-shared-types:\n        {entry}\n"
    );
    generated(&spec, &[&overlay]).unwrap_or_else(|failure| panic!("{}", told(&failure)))
}

fn surface_has(generated: &Generated, line: &str) -> bool {
    generated.surface.lines().any(|own| own.trim() == line)
}

#[test]
fn a_place_that_differs_does_not_take_the_name_that_the_others_have() {
    let generated = of(&["X, Y, Z", "X, Y", "X, Y"], "CreateAVendor: {fields: [vendor]}");
    assert!(surface_has(&generated, "enum CreateAVendor: X Y"), "{}", generated.surface);
    assert!(surface_has(&generated, "enum CreateAVendorInline: X Y Z"), "{}", generated.surface);
}

#[test]
fn a_pin_settles_an_equal_split_and_one_that_no_place_has_is_told() {
    let told =
        |generated: &Generated| generated.warnings.iter().map(|it| format!("{it}\n")).collect::<String>();
    let stale = of(&["X, Y", "X, Y"], "Vendor: {fields: [vendor], shape: '0123456789abcdef'}");
    let warning = told(&stale);
    assert!(
        warning.starts_with(
            "overlay.yaml:6:36: warning: `Vendor` is shared by 2 places, none of which has the shape `0123456789abcdef`\n"
        ),
        "{warning}"
    );
    let (_, pin) = warning.split_once("help: write `").unwrap();
    let (pin, _) = pin.split_once('`').unwrap();
    let entry = format!("Vendor: {{fields: [vendor], {pin}}}");
    assert_eq!(told(&of(&["X, Y", "X, Y"], &entry)), "");
    // Whichever of the two changes, the other keeps the name.
    for vendors in [["X, Y, Z", "X, Y"], ["X, Y", "X, Y, Z"]] {
        let generated = of(&vendors, &entry);
        assert!(surface_has(&generated, "enum Vendor: X Y"), "{}", generated.surface);
    }
}
