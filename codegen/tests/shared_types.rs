//! `x-shared-types` whose sites have diverged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use codegen::Generated;
use support::{failure_text, generated};

/// A document with an operation for each array of values, in which `vendor` has these values, and an entry of
/// `x-shared-types`.
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
    generated(&spec, &[&overlay]).unwrap_or_else(|failure| panic!("{}", failure_text(&failure)))
}

fn surface_has(generated: &Generated, line: &str) -> bool {
    generated.surface.lines().any(|own| own.trim() == line)
}

#[test]
fn differing_site_does_not_take_the_name_of_the_others() {
    let generated = of(&["X, Y, Z", "X, Y", "X, Y"], "CreateAVendor: {fields: [vendor]}");
    assert!(surface_has(&generated, "enum CreateAVendor: X Y"), "{}", generated.surface);
    assert!(surface_has(&generated, "enum CreateAVendorInline: X Y Z"), "{}", generated.surface);
}

#[test]
fn pin_settles_an_equal_split_and_unmatched_pin_is_a_warning() {
    let warnings =
        |generated: &Generated| generated.warnings.iter().map(|it| format!("{it}\n")).collect::<String>();
    let stale = of(&["X, Y", "X, Y"], "Vendor: {fields: [vendor], shape: '0123456789abcdef'}");
    let warning = warnings(&stale);
    assert!(
        warning.starts_with(
            "overlay.yaml:6:36: warning: `Vendor` is shared by 2 places, none of which has the shape `0123456789abcdef`\n"
        ),
        "{warning}"
    );
    let (_, pin) = warning.split_once("help: write `").unwrap();
    let (pin, _) = pin.split_once('`').unwrap();
    let entry = format!("Vendor: {{fields: [vendor], {pin}}}");
    assert_eq!(warnings(&of(&["X, Y", "X, Y"], &entry)), "");
    // If either of the two changes, the other keeps the name.
    for vendors in [["X, Y, Z", "X, Y"], ["X, Y", "X, Y, Z"]] {
        let generated = of(&vendors, &entry);
        assert!(surface_has(&generated, "enum Vendor: X Y"), "{}", generated.surface);
    }
}
