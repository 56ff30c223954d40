//! A client for the [Propexo](https://propexo.com) API, one REST interface over the property management systems of many
//! vendors.
//!
//! # From the token to the first page
//!
//! Propexo's dashboard shows the token; the sandbox has its own. A [`Client`] needs a token and an [`Environment`].
//! [`Client::from_env`] reads both from `PROPEXO_TOKEN` and `PROPEXO_ENVIRONMENT`; [`Client::builder`] takes both from
//! your code. A client is cheap to clone, and clones share connections and rate limit:
//!
//! ```no_run
//! # fn run(token: String) -> propexo::Result<()> {
//! use std::time::Duration;
//! use propexo::{Client, Environment};
//!
//! let client =
//!     Client::builder().token(token).environment(Environment::Sandbox).timeout(Duration::from_secs(20)).build()?;
//! # Ok(()) }
//! ```
//!
//! Every group of operations is a method of the client and a module of this crate, whose page lists its operations:
//! `leads` has `client.leads().list()` and `leads::Lead`. Required parameters are arguments, optional ones are setters.
//! A request is a value that does nothing until it is sent:
//!
//! ```no_run
//! # #[cfg(feature = "leads")]
//! # async fn run() -> propexo::Result<()> {
//! use propexo::Client;
//!
//! let client = Client::from_env()?;
//! let page = client.leads().list().limit(50).send().await?;
//! for lead in &page.results {
//!     println!("{} {:?}", lead.id, lead.first_name);
//! }
//! # Ok(()) }
//! ```
//!
//! Programs that are not asynchronous enable the feature `blocking` and call `.blocking()` in place of `.await`:
//!
//! ```no_run
//! # #[cfg(all(feature = "leads", feature = "blocking"))]
//! # fn run(client: propexo::Client) -> propexo::Result<()> {
//! let page = client.leads().list().limit(50).send().blocking()?;
//! # drop(page);
//! # Ok(()) }
//! ```
//!
//! # Whole lists
//!
//! `items()` returns all records as a stream, which can also be read without a stream crate by [`Items::next_item`];
//! `pages()` returns [`Pages`]. Both can prefetch pages, resume at an offset, and report rows that shifted during the
//! read. The loop may make other calls, read other lists or wait: no request of a client waits for a future that is not
//! polled. A record that does not match the API document is a separate error; the other records are still returned.
//!
//! ```no_run
//! # #[cfg(feature = "leads")]
//! # async fn run(client: propexo::Client) -> propexo::Result<()> {
//! let mut leads = client.leads().list().limit(250).items().prefetch(4);
//! while let Some(lead) = leads.next_item().await {
//!     println!("{}", lead?.id);
//! }
//! # Ok(()) }
//! ```
//!
//! # Writing
//!
//! The response to a write names a job, which carries the write to the vendor's system. [`Client::write_jobs`] waits
//! for the job to end:
//!
//! ```no_run
//! # #[cfg(feature = "leads")]
//! # async fn run(client: propexo::Client) -> propexo::Result<()> {
//! use propexo::WriteOutcome;
//! use propexo::leads::CreateLead;
//!
//! let lead = CreateLead::new("integration id").first_name("Ada").email_1("ada@example.com");
//! let receipt = client.leads().create(lead).send().await?;
//! match client.write_jobs().wait(&receipt).await? {
//!     WriteOutcome::Success { created_record_id } => println!("created {created_record_id:?}"),
//!     WriteOutcome::PartialSuccess { errors, .. } | WriteOutcome::Failure { errors } => println!("{errors:?}"),
//!     WriteOutcome::StillPending { job, .. } => println!("keep {job} and wait again later"),
//! }
//! # Ok(()) }
//! ```
//!
//! Every write returns a [`WriteReceipt`]; the response needs to name the job and nothing else. Not every failed write
//! may be repeated: where [`Error::may_have_acted`] is true, look for its job with [`WriteJobs::find_recent`] first.
//!
//! In an update, a field that may be absent, null or set is a [`Patch`]. Constraints on a body can be checked before it
//! is sent: `validate()` of a struct checks that struct, [`ClientBuilder::validate_requests`] checks all of them.
//!
//! # Ids, dates and money
//!
//! Each kind of id is a type of the module `ids`, such as `LeadId`, and the vendor's own id of the same record is another
//! one, `ExternalLeadId`. Where an id is wanted, a string is accepted, but no id of another kind:
//!
//! ```compile_fail,E0277
//! # #[cfg(feature = "leads")]
//! # async fn run(client: propexo::Client) -> propexo::Result<()> {
//! let page = client.leads().list().limit(50).send().await?;
//! for lead in &page.results {
//!     if let Some(external) = &lead.x_id {
//!         client.leads().get(external).send().await?; // `&lead.id` compiles
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! [`Date`], [`DateTime`], [`DateOrDateTime`] and [`TimeOfDay`] keep the string of the response, whatever it is;
//! conversions tell whether it is valid. [`Cents`] is an exact amount of money: arithmetic is checked, and a number that
//! it cannot represent reads as `None`.
//!
//! # Errors
//!
//! Every failure is an [`Error`]. Any status outside 200 to 299 is [`Error::Api`], which keeps the whole response.
//! Errors are safe to log: they show no bodies, URLs or tokens.
//!
//! ```no_run
//! # #[cfg(feature = "leads")]
//! # async fn run(client: propexo::Client) -> propexo::Result<()> {
//! use propexo::Error;
//!
//! match client.leads().get("lead id").send().await {
//!     Ok(lead) => println!("{:?}", lead.results.email_1),
//!     Err(Error::Api(refused)) if refused.status() == 404 => println!("no such lead"),
//!     Err(Error::Api(refused)) => println!("{}: {:?}", refused.status(), refused.message()),
//!     Err(other) => return Err(other),
//! }
//! # Ok(()) }
//! ```
//!
//! # Rate limit and retries
//!
//! All clones of a client share a request budget. It is learnt from responses and stays below the part of the limit
//! from which on the server delays every response; see [`RateLimit`] and [`Priority`]. Reads are retried after
//! transient failures, writes only where the server has certainly not acted; see [`RetryPolicy`].
//!
//! A response body is limited to 64 MiB, so that no server can exhaust the memory of the client; see
//! [`ClientBuilder::max_response_bytes`].
//!
//! # Webhooks
//!
//! A webhook is registered with the events that it receives. Propexo generates its secret unless you set one:
//!
//! ```no_run
//! # #[cfg(feature = "webhooks")]
//! # async fn run(client: propexo::Client) -> propexo::Result<()> {
//! use propexo::webhooks::{CreateWebhook, CreateWebhookTrigger};
//!
//! let failures = vec![CreateWebhookTrigger::WriteOperationFailure];
//! let webhook = CreateWebhook::new(failures, "https://example.com/propexo").active(true);
//! client.webhooks().create(webhook).send().await?;
//! # Ok(()) }
//! ```
//!
//! The module `webhook`, behind the feature of that name, checks the signature of a delivery and parses the event:
//!
//! ```no_run
//! # #[cfg(feature = "webhook")]
//! # fn run(secret: &str, signature: &str, body: &[u8]) -> Result<(), propexo::webhook::WebhookError> {
//! use propexo::webhook::{self, Event};
//!
//! // `signature` is the header `propexo-signature`, `body` the bytes as they came.
//! match webhook::receive(secret, signature, body)? {
//!     Event::WriteOperationFailure(failure) => println!("{} failed: {:?}", failure.root_job_id, failure.errors),
//!     Event::DataNew(change) | Event::DataUpdate(change) => println!("fetch {:?} again", change.record_id),
//!     other => println!("{:?}", other.trigger()),
//! }
//! # Ok(()) }
//! ```
//!
//! # Guides
//!
//! | task | guide |
//! |---|---|
//! | set a field to null | [`nulling`](guide::nulling) |
//! | resume a sync after a crash | [`resuming`](guide::resuming) |
//! | run several processes on one token | [`processes`](guide::processes) |
//! | choose between deadline and timeout | [`deadlines`](guide::deadlines) |
//! | handle duplicate webhooks | [`webhooks`](guide::webhooks) |
//! | read raw JSON and unknown fields | [`raw_json`](guide::raw_json) |
//! | upload a file | [`uploads`](guide::uploads) |
//! | import many records, safe to interrupt | [`imports`](guide::imports) |
//! | run a bounded number of writes at once | [`concurrency`](guide::concurrency) |
//! | test your own code | [`testing`](guide::testing) |
//! | choose features for compile time | [`features`](guide::features) |
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | one per group of operations, such as `leads` | its methods and types; all are on by default, by `all-groups` |
//! | `rustls` (default), `native-tls` | HTTPS, by one library or the other; `reqwest` alone is HTTP without TLS |
//! | `gzip` | compressed responses; the limit on a response body counts decompressed bytes |
//! | `blocking` | `.blocking()` in place of `.await` |
//! | `webhook` | signatures and events of webhooks |
//! | `fake` | a fake of Propexo for your tests, with records, writes, limits, webhooks and faults |
//! | `tracing` | a span for each call, with the attributes of OpenTelemetry |
//! | `http` | the types of the crate `http`, and a transport over any `tower` service |
//! | `jiff`, `chrono` | conversions of [`Date`], [`DateTime`], [`DateOrDateTime`] and [`TimeOfDay`] |
//!
//! # Tests of your own
//!
//! The module `fake`, behind the feature of that name, is a fake of Propexo that holds records, carries out writes and fails on
//! request. [`transport::MemoryTransport`] replaces the server by single responses. Pause time with tokio, or use a
//! [`Clock`] of your own. The guide [`testing`](guide::testing) has tests of a sync, a bot and a receiver.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[rustfmt::skip]
mod generated;
// Doc tests of guides need these features; the pages do not.
#[cfg(all(doc, any(not(doctest), all(feature = "all-groups", feature = "fake", feature = "rustls"))))]
pub mod guide;
#[doc(hidden)]
pub mod runtime;

pub use generated::*;
#[cfg(feature = "blocking")]
pub use runtime::blocking;
pub use runtime::builder::ClientBuilder;
pub use runtime::client::Client;
pub use runtime::clock::{Clock, Sleep, TokioClock};
pub use runtime::environment::Environment;
pub use runtime::error::{
    ApiError, ConfigError, ConnectionError, DecodeError, Error, Issue, RateLimitedError, Result, TimeoutError,
};
#[cfg(feature = "fake")]
pub use runtime::fake;
pub use runtime::headers::Headers;
pub use runtime::limit::{Priority, RateLimit, RateLimitStatus};
pub use runtime::operation::{Idempotency, Method, Operation};
pub use runtime::page::{Items, Page, PageMeta, Pages, PagingReport, RejectedRow, RepeatedRow, Single};
pub use runtime::receipt::{JobReference, RetryResponse, WriteJob, WriteReceipt};
pub use runtime::redirect::Redirect;
pub use runtime::request::Request;
pub use runtime::response_future::ResponseFuture;
pub use runtime::retry::RetryPolicy;
pub use runtime::transport;
pub use runtime::validation::{ValidationError, Violation};
pub use runtime::value::{
    Cents, Date, DateOrDateTime, DateTime, Id, Object, OpenEnum, Patch, Secret, SetIf, TimeOfDay,
};
#[cfg(feature = "webhook")]
pub use runtime::webhook;
pub use runtime::write_jobs::{
    FindWrites, WaitForWrite, WriteJobs, WriteLogEntry, WriteOutcome, WriteState, WriteStatus,
};

#[cfg(feature = "fake")]
impl fake::Fake {
    /// Starts to build a fake with the operations of the API document.
    pub fn builder() -> fake::FakeBuilder {
        fake::FakeBuilder::of(include_str!("generated/fake.json"))
    }
}
