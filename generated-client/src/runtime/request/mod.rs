//! A request of any operation, which every generated request wraps.

mod body;
mod by_status;
mod macros;
mod multipart;
mod parameters;
mod path_style;
mod style;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use by_status::by_status;
pub(crate) use macros::{
    body_methods, bytes_methods, option_methods, paged_methods, receipt_methods, redirect_methods,
    request_methods, status_methods, text_methods,
};
pub(crate) use parameters::query_rules;
pub use style::{ParameterIn, Style, joined};

use crate::Client;
use crate::runtime::call::{Accept, Call, ReceivedResponse};
use crate::runtime::error::Result;
use crate::runtime::limit::Priority;
use crate::runtime::operation::Operation;
use crate::runtime::page::{Items, Page, Pages};
use crate::runtime::receipt::{self, WriteReceipt};
use crate::runtime::redirect::Redirect;
use crate::runtime::response_future::{self, ResponseFuture};
use crate::runtime::retry::RetryPolicy;
use crate::runtime::transport::HttpResponse;
use crate::runtime::validation::Violation;

/// A request of any operation: a value that can be cloned and stored, and does nothing until it is sent.
///
/// The generated requests wrap one. To call an operation that the API document does not have, create one from your own
/// [`Operation`]:
///
/// ```no_run
/// # async fn run(client: propexo::Client) -> propexo::Result<()> {
/// use propexo::{Idempotency, Method, Operation, Request};
/// use serde_json::Value;
///
/// const AGENTS: Operation = Operation::new("crm.agents", Method::Get, "/crm/v1/agents/{id}", Idempotency::Safe);
///
/// let agent: Value = Request::new(&client, &AGENTS).path("id", "4711").query("detail", true).send().await?;
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Request<T> {
    call: Call,
    response: PhantomData<fn() -> T>,
}

impl<T> Request<T> {
    /// Creates a request without arguments.
    pub fn new(client: &Client, operation: &'static Operation) -> Self {
        Self { call: Call::new(client, operation), response: PhantomData }
    }

    /// Sets a path parameter; its value is encoded as one path segment.
    pub fn path(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.call.arguments.push((name, value.into()));
        self
    }

    /// Sets a query parameter and replaces earlier values of that name.
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.call.set_query(name.into(), [value.to_string()]);
        self
    }

    /// Sets an array in the query as `name=a&name=b`, and replaces earlier values of that name.
    pub fn query_list<V: fmt::Display>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.call.set_query(name.into(), values.into_iter().map(|value| value.to_string()));
        self
    }

    /// Sets a header and replaces earlier values of that name, including the client's.
    pub fn header(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.call.set_header(name.into(), value.to_string());
        self
    }

    /// Sets a header that is a parameter of the operation.
    #[doc(hidden)]
    pub fn header_param(self, name: &'static str, value: impl fmt::Display) -> Self {
        self.header(name, value)
    }

    /// Sets the body, and serializes it as JSON at once.
    pub fn json<B: Serialize + ?Sized>(mut self, body: &B) -> Self {
        self.call.set_body(serde_json::to_vec(body));
        self
    }

    /// Sets a property of the body that the API document does not have.
    pub fn body_field(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.call.set_body_field(name.into(), value.into());
        self
    }

    /// Adds violations: the request will not be sent.
    pub fn with_violations(mut self, violations: impl IntoIterator<Item = Violation>) -> Self {
        self.call.violations.extend(violations);
        self
    }

    /// Sets the timeout of each attempt, in place of the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.call.timeout = Some(timeout);
        self
    }

    /// Sets the deadline of the whole call, including the wait for the rate limit and retries.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.call.deadline = Some(deadline);
        self
    }

    /// Sets the largest response body to accept, in bytes, in place of the client's; see
    /// [`ClientBuilder::max_response_bytes`](crate::ClientBuilder::max_response_bytes).
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.call.max_response_bytes = Some(limit);
        self
    }

    /// Sets the retry policy, in place of the client's; [`RetryPolicy::none`] disables retries.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.call.retry = Some(policy);
        self
    }

    /// Sets the priority of the request when it waits for the rate limit.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.call.priority = Some(priority);
        self
    }

    /// Sends the request and returns the response as received, whatever its status.
    pub fn send_raw(self) -> ResponseFuture<HttpResponse> {
        ResponseFuture::new(self.call.execute(Accept::Anything), |received| Ok(received.response))
    }
}

impl<T: DeserializeOwned + 'static> Request<T> {
    /// Sends the request and decodes the response. For the type `()` the body is ignored.
    ///
    /// # Errors
    ///
    /// [`Error::Api`](crate::Error::Api) for any status outside 200 to 299, and the other variants of
    /// [`Error`](crate::Error) as documented there.
    pub fn send(self) -> ResponseFuture<T> {
        ResponseFuture::new(self.call.execute(Accept::Success), response_future::decode)
    }
}

#[doc(hidden)]
impl<T> Request<T> {
    /// Sends the request and decodes the response by a function.
    pub fn send_decoded(self, decode: fn(ReceivedResponse) -> Result<T>) -> ResponseFuture<T> {
        ResponseFuture::new(self.call.execute(Accept::Success), decode)
    }
}

impl<T: DeserializeOwned + 'static> Request<Page<T>> {
    /// Sends the request and decodes the page. Rows that do not decode are in [`Page::rejected`].
    pub fn send_page(self) -> ResponseFuture<Page<T>> {
        ResponseFuture::new(self.call.execute(Accept::Success), crate::runtime::page::decode)
    }

    /// Keeps the JSON of each row in [`Page::raw`], next to its model; false by default.
    pub fn keep_raw(mut self, keep: bool) -> Self {
        self.call.keep_raw = keep;
        self
    }

    /// Returns all pages from this one on.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.call)
    }

    /// Returns all rows from this page on.
    pub fn items(self) -> Items<T> {
        Items::new(self.call)
    }
}

#[doc(hidden)]
impl Request<String> {
    pub fn send_text(self) -> ResponseFuture<String> {
        ResponseFuture::new(self.call.execute(Accept::Success), response_future::text)
    }
}

#[doc(hidden)]
impl Request<Vec<u8>> {
    pub fn send_bytes(self) -> ResponseFuture<Vec<u8>> {
        ResponseFuture::new(self.call.execute(Accept::Success), |received| Ok(received.response.into_body()))
    }
}

impl Request<WriteReceipt> {
    /// Sends the request and reads the receipt; the response needs to name the job and nothing else. Invalid UTF-8 in
    /// the rest is replaced.
    pub fn send_receipt(self) -> ResponseFuture<WriteReceipt> {
        ResponseFuture::new(self.call.execute(Accept::Success), receipt::decode)
    }
}

impl Request<Redirect> {
    /// Sends the request and returns the URL to which the response redirects, without following it.
    pub fn send_redirect(self) -> ResponseFuture<Redirect> {
        ResponseFuture::new(self.call.execute(Accept::Redirect), crate::runtime::redirect::read)
    }
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self { call: self.call.clone(), response: PhantomData }
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}
