//! Runs the generator in memory on documents that a test contains.
#![allow(dead_code, clippy::panic)] // Each test binary uses its own part of this.

use codegen::client::surface;
use codegen::{Failure, Generated, Options, Source, generate, pipeline, snapshot};

/// The name of the test's document in messages.
pub(crate) const NAME: &str = "api.yaml";

/// Generates the client of a document with overlays.
pub(crate) fn generated(spec: &str, overlays: &[&str]) -> Result<Generated, Failure> {
    let overlays: Vec<Source<'_>> =
        overlays.iter().map(|text| Source { name: "overlay.yaml", text }).collect();
    generate(Source { name: NAME, text: spec }, &overlays, Options::default())
}

/// Returns an overlay that sets keys of the root; `keys` is indented by six spaces.
pub(crate) fn overlay_of_root(keys: &str) -> String {
    format!("overlay: 1.0.0\nactions:\n  - target: $\n    update:\n{keys}")
}

/// Returns the surface of a valid document.
pub(crate) fn surface_of(spec: &str, overlays: &[(String, String)]) -> String {
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    match pipeline::read(Source { name: NAME, text: spec }, &overlays, Options::default()) {
        Ok((api, names)) => surface::surface(&api, &names),
        Err(failure) => panic!("{}", failure_text(&failure)),
    }
}

/// Returns the canonical form of a valid document.
pub(crate) fn canonical(spec: &str) -> String {
    canonical_with(spec, Options::default())
}

/// Returns the canonical form with options.
pub(crate) fn canonical_with(spec: &str, options: Options) -> String {
    match snapshot(Source { name: NAME, text: spec }, options) {
        Ok(snapshot) => snapshot.yaml,
        Err(failure) => panic!("{}", failure_text(&failure)),
    }
}

/// Joins the messages of a failure, one per line.
pub(crate) fn failure_text(failure: &Failure) -> String {
    failure.0.iter().map(|message| format!("{message}\n")).collect()
}
