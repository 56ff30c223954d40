//! Helpers of several tests.
#![allow(dead_code)] // Each test file uses a part of it.
#![allow(clippy::unwrap_used)] // The lint knows test functions, not what they call.

pub(crate) mod leaky;

use propexo::Client;
use propexo::transport::Transport;

/// A client without a real server.
pub(crate) fn client(transport: &(impl Transport + Clone)) -> Client {
    client_at("http://test", transport)
}

/// A client with another base URL.
pub(crate) fn client_at(base_url: &str, transport: &(impl Transport + Clone)) -> Client {
    Client::builder().token("hunter2-token").base_url(base_url).transport(transport.clone()).build().unwrap()
}

/// The next item of a stream.
pub(crate) async fn next<S: futures_core::Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|context| std::pin::Pin::new(&mut *stream).poll_next(context)).await
}
