//! A request in flight.

use std::any::TypeId;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use serde::de::DeserializeOwned;

use crate::runtime::call::ReceivedResponse;
use crate::runtime::error::{DecodeError, Error, Result};
use crate::runtime::json::{self, Fault};

/// The future of a response. Nothing is sent before it is first polled, and dropping it cancels the call.
///
/// All code but the decoding is shared by every operation, so each operation is cheap to compile.
#[must_use = "a request does nothing until its future is awaited"]
pub struct ResponseFuture<T> {
    work: Pin<Box<dyn Future<Output = Result<ReceivedResponse>> + Send>>,
    decode: fn(ReceivedResponse) -> Result<T>,
}

impl<T> ResponseFuture<T> {
    pub(crate) fn new(
        work: impl Future<Output = Result<ReceivedResponse>> + Send + 'static,
        decode: fn(ReceivedResponse) -> Result<T>,
    ) -> Self {
        Self { work: Box::pin(work), decode }
    }
}

impl<T> Future for ResponseFuture<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let received = ready!(self.work.as_mut().poll(context));
        Poll::Ready(received.and_then(self.decode))
    }
}

impl<T> fmt::Debug for ResponseFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

/// Decodes the body of a response.
pub(crate) fn decode<T: DeserializeOwned + 'static>(received: ReceivedResponse) -> Result<T> {
    // For `()` the body is ignored, whether it is empty, `{}` or `{"success":true}`.
    let nothing = TypeId::of::<T>() == TypeId::of::<()>();
    let body = if nothing { b"null" } else { received.response.body() };
    let read = json::read_owned(body);
    // If an operation declares several success statuses, one of them may have no content.
    let read = if body.is_empty() { json::read_owned(b"null").or(read) } else { read };
    read.map_err(|error| received.undecodable(&error)).map_err(Error::from)
}

/// Returns the body of a response as a string.
pub(crate) fn text(received: ReceivedResponse) -> Result<String> {
    let (operation, status) = (received.operation, received.response.status());
    String::from_utf8(received.response.into_body()).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let reason = "the response is not valid UTF-8".to_owned();
        let fault = Fault { path: String::new(), reason: reason.clone(), offset, detail: reason };
        DecodeError::new(operation, status, error.into_bytes(), fault).into()
    })
}
