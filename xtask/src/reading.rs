//! Reads the document and the overlays of the working tree, with the client that they make.

use codegen::Source;
use codegen::api::model::Api;
use codegen::api::names::Names;
use codegen::pipeline::Reading;

use crate::messages::Messages;
use crate::{Result, diff::input, files, root};

/// Calls `then` with the reading, its client, and the texts: the document, then the overlays.
pub(crate) fn with_own<T>(
    messages: Messages,
    then: impl FnOnce(&Reading<'_>, &(Api, Names), &[Source<'_>]) -> Result<T>,
) -> Result<T> {
    let spec = files::read(&root().join(input::SPEC))?;
    let spec = Source { name: input::SPEC, text: &spec };
    let overlays = input::own_overlays()?;
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let texts: Vec<Source<'_>> = std::iter::once(spec).chain(overlays.iter().copied()).collect();
    let report = |failure: codegen::Failure| messages.refused(&failure, &texts);
    let reading = Reading::new(spec, &overlays).map_err(report)?;
    let client = reading.client.as_ref().map_err(|failure| report(failure.clone()))?;
    then(&reading, client, &texts)
}
