//! Bodies of responses, which may be slow or incomplete.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::super::fault::Fault;
use super::super::transport::SLOW_BODY;
use super::Reset;
use crate::runtime::clock::{Clock, Sleep};

/// The number of pieces of a slow body.
const PIECES: usize = 20;

/// The body of a response.
pub(super) struct Body {
    rest: Bytes,
    /// The size that the header `content-length` states.
    size: u64,
    fault: Option<Fault>,
    /// The largest piece.
    piece: usize,
    clock: Arc<dyn Clock>,
    pause: Option<Sleep>,
}

impl Body {
    pub(super) fn new(bytes: Vec<u8>, fault: Option<Fault>, clock: Arc<dyn Clock>) -> Self {
        let piece =
            if fault == Some(Fault::SlowBody) { bytes.len().div_ceil(PIECES).max(1) } else { usize::MAX };
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut rest = Bytes::from(bytes);
        if fault == Some(Fault::Truncated) {
            rest.truncate(rest.len() / 2);
        }
        Self { rest, size, fault, piece, clock, pause: None }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Reset;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Reset>>> {
        if let Some(pause) = &mut self.pause
            && pause.as_mut().poll(context).is_pending()
        {
            return Poll::Pending;
        }
        self.pause = None;
        if self.rest.is_empty() {
            return Poll::Ready((self.fault == Some(Fault::Truncated)).then_some(Err(Reset)));
        }
        let length = self.piece.min(self.rest.len());
        let piece = self.rest.split_to(length);
        if self.fault == Some(Fault::SlowBody) {
            let pieces = u32::try_from(PIECES).unwrap_or(1);
            self.pause = Some(self.clock.sleep(SLOW_BODY / pieces));
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.size)
    }
}
