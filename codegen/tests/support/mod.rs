//! Data in, text out: what the generator makes of texts that a test holds.
#![allow(dead_code, clippy::panic)] // Each test binary uses its own part of this.

use codegen::{Failure, Generated, Options, Source, generate, pipeline, snapshot, surface};

/// The name by which messages call the document of a test.
pub(crate) const NAME: &str = "api.yaml";

/// The client of a document with overlays.
pub(crate) fn generated(spec: &str, overlays: &[&str]) -> Result<Generated, Failure> {
    let overlays: Vec<Source<'_>> =
        overlays.iter().map(|text| Source { name: "overlay.yaml", text }).collect();
    generate(Source { name: NAME, text: spec }, &overlays, Options::default())
}

/// The surface of a document that is right.
pub(crate) fn surface_of(spec: &str, overlays: &[(String, String)]) -> String {
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    match pipeline::read(Source { name: NAME, text: spec }, &overlays, Options::default()) {
        Ok((api, names)) => surface::surface(&api, &names),
        Err(failure) => panic!("{}", told(&failure)),
    }
}

/// The canonical form of a document that is right.
pub(crate) fn canonical(spec: &str) -> String {
    canonical_with(spec, Options::default())
}

/// The same with a choice.
pub(crate) fn canonical_with(spec: &str, options: Options) -> String {
    match snapshot(Source { name: NAME, text: spec }, options) {
        Ok(snapshot) => snapshot.yaml,
        Err(failure) => panic!("{}", told(&failure)),
    }
}

/// The messages of a failure, one under the other.
pub(crate) fn told(failure: &Failure) -> String {
    failure.0.iter().map(|message| format!("{message}\n")).collect()
}
