//! `cargo xtask pin-constructors`: writes the constructors of the client's types into an overlay, which keeps them.

use std::fmt::Write;

use crate::messages::Messages;
use crate::{Outcome, Result, files, finish, reading, root};
use codegen::api::constructors;

/// The overlay that the command writes.
const OVERLAY: &str = "spec/overlays/54-constructors.yaml";

/// The overlay up to its table.
const HEAD: &str = "\
overlay: 1.0.0
info:
  title: Constructors
  version: 1.0.0
  description: Made by `cargo xtask pin-constructors`. To let a constructor change, remove its entry and run it again.
x-for-title: [Propexo API, Propify API]
x-for-host: [api.propexo.com, api.sandbox.propexo.com, api.getpropify.com, api.sandbox.getpropify.com]
actions:
  - target: $
    description: >-
      The constructors of published types do not change. A property that a later document does not require any more stays
      an argument, and is sent. A property that it requires in addition becomes one, with a warning.
    update:
      x-constructors:
";

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let check = arguments.contains("--check");
    finish(arguments)?;
    // The entries of the overlay apply already, so this keeps them and adds those of new types.
    let (text, count) = reading::with_own(messages, |_, (api, names), _| {
        let types = constructors::constructed(api, names);
        let mut text = HEAD.to_owned();
        for (path, id) in &types {
            writeln!(text, "        {path}: {}", constructors::entry(api, *id))?;
        }
        Ok((text, types.len()))
    })?;
    let path = root().join(OVERLAY);
    let is_fresh = path.exists() && files::read(&path)? == text;
    if check && !is_fresh {
        messages.note(&format!("stale: {OVERLAY}"));
        messages.note("run `cargo xtask pin-constructors`, read the difference and commit it");
        return Ok(Outcome::Found);
    }
    if !is_fresh {
        files::write_all(&[(path, &text)])?;
    }
    println!("constructors {count}, files written {}", u8::from(!is_fresh));
    Ok(Outcome::Done)
}
