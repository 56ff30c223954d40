//! `cargo xtask pin-constructors`: writes the constructors of the client's types into an overlay, which keeps them.

use std::fmt::Write;

use codegen::api::constructors;
use codegen::{Options, Source, pipeline};

use crate::diff::input;
use crate::messages::Messages;
use crate::{Outcome, Result, files, finish, root};

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
    let spec = files::read(&root().join(input::SPEC))?;
    let spec = Source { name: input::SPEC, text: &spec };
    let overlays = input::own_overlays()?;
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let texts: Vec<Source<'_>> = std::iter::once(spec).chain(overlays.iter().copied()).collect();
    // The entries of the overlay apply already, so this keeps them and adds those of new types.
    let (api, names) = pipeline::read(spec, &overlays, Options::default())
        .map_err(|failure| messages.refused(&failure, &texts))?;
    let types = constructors::constructed(&api, &names);
    let mut text = HEAD.to_owned();
    for (path, id) in &types {
        writeln!(text, "        {path}: {}", constructors::entry(&api, *id))?;
    }
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
    println!("constructors {}, files written {}", types.len(), u8::from(!is_fresh));
    Ok(Outcome::Done)
}
