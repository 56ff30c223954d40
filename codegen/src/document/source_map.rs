//! Positions in the text of the document and of its overlays.

use super::source::{self, LineCol, Source};
use crate::diagnostics::pointer::Pointer;

/// The texts of a run: the document has the index 0, the overlays follow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SourceMap<'a> {
    pub(crate) spec: Source<'a>,
    pub(crate) overlays: &'a [Source<'a>],
}

impl<'a> SourceMap<'a> {
    /// Returns the line and column of each pointer, given with the index of its text.
    pub(crate) fn positions(&self, traced: &[(usize, Pointer)]) -> Vec<LineCol> {
        let mut positions = vec![LineCol::START; traced.len()];
        for file in 0..=self.overlays.len() {
            let own: Vec<usize> =
                (0..traced.len()).filter(|index| traced.get(*index).is_some_and(|it| it.0 == file)).collect();
            let places: Vec<Pointer> =
                own.iter().filter_map(|index| traced.get(*index)).map(|it| it.1.clone()).collect();
            if places.is_empty() {
                continue;
            }
            for (index, found) in own.into_iter().zip(source::locate(self.file(file).text, &places)) {
                if let Some(position) = positions.get_mut(index) {
                    *position = found;
                }
            }
        }
        positions
    }

    /// Returns a text by its index: 0 is the document, the overlays follow.
    pub(crate) fn file(&self, file: usize) -> Source<'a> {
        file.checked_sub(1).and_then(|overlay| self.overlays.get(overlay)).copied().unwrap_or(self.spec)
    }
}
