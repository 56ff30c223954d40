//! A request in flight.

use std::any::TypeId;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use serde::de::DeserializeOwned;

use crate::call::Answered;
use crate::error::{DecodeError, Error, Result};
use crate::json::{self, Fault};

/// The future of a response. Nothing is sent before it is first polled, and dropping it cancels the call.
///
/// All code but the decoding is shared by every operation, so each operation is cheap to compile.
#[must_use = "a request does nothing until its future is awaited"]
pub struct ResponseFuture<T> {
    work: Pin<Box<dyn Future<Output = Result<Answered>> + Send>>,
    decode: fn(Answered) -> Result<T>,
}

impl<T> ResponseFuture<T> {
    pub(crate) fn new(
        work: impl Future<Output = Result<Answered>> + Send + 'static,
        decode: fn(Answered) -> Result<T>,
    ) -> Self {
        Self { work: Box::pin(work), decode }
    }
}

impl<T> Future for ResponseFuture<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answered = ready!(self.work.as_mut().poll(context));
        Poll::Ready(answered.and_then(self.decode))
    }
}

impl<T> fmt::Debug for ResponseFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").finish_non_exhaustive()
    }
}

/// Decodes the body of a response.
pub(super) fn decode<T: DeserializeOwned + 'static>(answered: Answered) -> Result<T> {
    // For `()` the body is ignored, whether it is empty, `{}` or `{"success":true}`.
    let nothing = TypeId::of::<T>() == TypeId::of::<()>();
    let body = if nothing { b"null" } else { answered.response.body() };
    let read = json::read_owned(body);
    // If an operation declares several success statuses, one of them may have no content.
    let read = if body.is_empty() { json::read_owned(b"null").or(read) } else { read };
    read.map_err(|error| answered.undecodable(&error)).map_err(Error::from)
}

/// Returns the body of a response as a string.
pub(super) fn text(answered: Answered) -> Result<String> {
    let (operation, status) = (answered.operation, answered.response.status());
    String::from_utf8(answered.response.into_body()).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let reason = "the response is not valid UTF-8".to_owned();
        let fault = Fault { path: String::new(), reason: reason.clone(), offset, detail: reason };
        DecodeError::new(operation, status, error.into_bytes(), fault).into()
    })
}
