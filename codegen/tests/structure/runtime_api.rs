//! Snapshots the public API of the hand-written runtime for review: every rename changes a line of
//! `snapshots/runtime_api.snap`.
//!
//! Auto traits (`Send`, `Sync`), blanket implementations of other crates, values of constants, and the generated tree
//! are not included; the surface of the generated tree is in `tests/snapshots/surface.snap`. Macros that generated
//! code calls are shown with a type `$name`, and with one copy of each repetition.

use super::public::Public;
use super::rename::PRIVATE;
use super::{runtime, surface};

#[test]
fn public_api_is_the_reviewed_one() {
    let krate = runtime();
    let lines = surface::lines(&krate, &Public::of(&krate));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("runtime_api", lines.join("\n"));
    });
}

#[test]
fn public_api_names_only_types_that_users_can_name() {
    let krate = runtime();
    let private = format!("{PRIVATE}::");
    let lines = surface::lines(&krate, &Public::of(&krate));
    let leaks: Vec<String> = lines.into_iter().filter(|line| line.contains(&private)).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}
