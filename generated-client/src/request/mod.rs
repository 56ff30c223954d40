//! One request: what every generated request is made of.

mod body;
mod macros;
mod multipart;
mod parameters;
mod sending;
mod style;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

// Which of them are used depends on the groups that are enabled.
#[allow(unused_imports)]
pub(crate) use macros::{
    body_methods, bytes_methods, option_methods, paged_methods, receipt_methods, redirect_methods,
    request_methods, text_methods,
};
#[allow(unused_imports)] // A build without a group has no operation.
pub(crate) use parameters::{QueryRules, query_rules, query_violations};
pub use sending::Sending;
#[allow(unused_imports)] // No operation of the document may have such a parameter.
pub(crate) use style::{Place, Style, joined};

use crate::Client;
use crate::call::{Accept, Call};
use crate::limit::Priority;
use crate::operation::Operation;
use crate::page::{Items, Page, Pages};
use crate::receipt::{self, WriteReceipt};
use crate::redirect::Redirect;
use crate::retry::RetryPolicy;
use crate::transport::HttpResponse;
use crate::validation::Violation;

/// A request of any operation: a value that can be cloned and kept, and does nothing until it is sent.
///
/// The generated requests wrap one. To call what the API document does not have, make one from an [`Operation`] of
/// your own:
///
/// ```no_run
/// # async fn run(client: propexo::Client) -> propexo::Result<()> {
/// use propexo::{Effect, Method, Operation, Request};
/// use serde_json::Value;
///
/// const AGENTS: Operation = Operation::new("crm.agents", Method::Get, "/crm/v1/agents/{id}", Effect::Read);
///
/// let agent: Value = Request::new(&client, &AGENTS).path("id", "4711").query("detail", true).send().await?;
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Request<T> {
    call: Call,
    answer: PhantomData<fn() -> T>,
}

impl<T> Request<T> {
    /// A request without arguments.
    pub fn new(client: &Client, operation: &'static Operation) -> Self {
        Self { call: Call::new(client, operation), answer: PhantomData }
    }

    /// Fills an argument of the path in; it becomes one segment, whatever it holds.
    pub fn path(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.call.arguments.push((name, value.into()));
        self
    }

    /// Sets a pair of the query in place of earlier ones of that name.
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.call.set_query(name.into(), [value.to_string()]);
        self
    }

    /// Sets a list in the query as `name=a&name=b`, in place of earlier pairs of that name.
    pub fn query_list<V: fmt::Display>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.call.set_query(name.into(), values.into_iter().map(|value| value.to_string()));
        self
    }

    /// Sets a header in place of earlier ones of that name, the client's own included.
    pub fn header(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.call.set_header(name.into(), value.to_string());
        self
    }

    /// Sets a header that is a parameter of the operation.
    #[allow(dead_code)] // No operation of the document may have one.
    pub(crate) fn header_param(self, name: &'static str, value: impl fmt::Display) -> Self {
        self.header(name, value)
    }

    /// Sets the body, which is written as JSON at once.
    pub fn json<B: Serialize + ?Sized>(mut self, body: &B) -> Self {
        self.call.set_body(serde_json::to_vec(body));
        self
    }

    /// Sets a member of the body that the API document does not have.
    pub fn body_field(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.call.set_body_field(name.into(), value.into());
        self
    }

    /// Notes broken rules: the request will not be sent.
    pub fn invalid(mut self, violations: impl IntoIterator<Item = Violation>) -> Self {
        self.call.violations.extend(violations);
        self
    }

    /// Waits this long for the answer to each attempt, instead of what the client does.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.call.timeout = Some(timeout);
        self
    }

    /// Gives the call up after this long, waiting for the rate limit and retries included.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.call.deadline = Some(deadline);
        self
    }

    /// Accepts a response body of up to this many bytes, instead of what the client does; see
    /// [`ClientBuilder::max_response_bytes`](crate::ClientBuilder::max_response_bytes).
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.call.max_response_bytes = Some(limit);
        self
    }

    /// Tries again as this policy says, instead of the client's; [`RetryPolicy::none`] turns it off.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.call.retry = Some(policy);
        self
    }

    /// Says whether it goes before or after others when the rate limit makes them wait.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.call.priority = Some(priority);
        self
    }

    /// Sends it and gives the answer as it came, whatever its status.
    pub fn send_raw(self) -> Sending<HttpResponse> {
        Sending::new(self.call.execute(Accept::Anything), |answered| Ok(answered.response))
    }
}

impl<T: DeserializeOwned + 'static> Request<T> {
    /// Sends it and decodes the answer. For the type `()` the body does not matter.
    ///
    /// # Errors
    ///
    /// [`Error::Api`](crate::Error::Api) for any status outside 200 to 299, and the other variants of
    /// [`Error`](crate::Error) as they say.
    pub fn send(self) -> Sending<T> {
        Sending::new(self.call.execute(Accept::Success), sending::decode)
    }
}

impl<T: DeserializeOwned + 'static> Request<Page<T>> {
    /// Sends it and decodes the page, keeping the good rows where one is bad.
    pub fn send_page(self) -> Sending<Page<T>> {
        Sending::new(self.call.execute(Accept::Success), crate::page::decode)
    }

    /// All pages from this one on.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.call)
    }

    /// All rows from this page on.
    pub fn items(self) -> Items<T> {
        Items::new(self.call)
    }
}

#[allow(dead_code)] // No operation of the document may have such an answer.
impl Request<String> {
    pub(crate) fn send_text(self) -> Sending<String> {
        Sending::new(self.call.execute(Accept::Success), sending::text)
    }
}

#[allow(dead_code)] // No operation of the document may have such an answer.
impl Request<Vec<u8>> {
    pub(crate) fn send_bytes(self) -> Sending<Vec<u8>> {
        Sending::new(self.call.execute(Accept::Success), |answered| Ok(answered.response.into_body()))
    }
}

impl Request<WriteReceipt> {
    /// Sends it and reads the receipt, for which the response need only name the job; invalid UTF-8 in the rest is replaced.
    pub fn send_receipt(self) -> Sending<WriteReceipt> {
        Sending::new(self.call.execute(Accept::Success), receipt::decode)
    }
}

impl Request<Redirect> {
    /// Sends it and gives the address that the answer points to, which is not followed.
    pub fn send_redirect(self) -> Sending<Redirect> {
        Sending::new(self.call.execute(Accept::Redirect), crate::redirect::read)
    }
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self { call: self.call.clone(), answer: PhantomData }
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}
