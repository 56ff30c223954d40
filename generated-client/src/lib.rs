//! A client for the [Propexo](https://propexo.com) API: one REST interface over the systems that landlords manage properties
//! with.
//!
//! # From the token to the first page
//!
//! The token is in Propexo's dashboard; the sandbox has one of its own. A [`Client`] needs it and an [`Environment`].
//! [`Client::from_env`] takes both from `PROPEXO_TOKEN` and `PROPEXO_ENVIRONMENT`, [`Client::builder`] from your code. A client is
//! cheap to clone, and clones share connections and rate limit:
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
//! Every group of operations is a method of the client and a module of this crate, whose page lists its operations: `leads` has
//! `client.leads().list()` and `leads::Lead`. What an operation must have is an argument, what it may have a setter. A request is a
//! value that does nothing until it is sent:
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
//! Programs that are not asynchronous take the feature `blocking`, and `.blocking()` in place of `.await`:
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
//! `items()` gives all records as a stream, and without a stream crate by [`Items::next_item`]; `pages()` gives [`Pages`].
//! Both can request pages ahead of the reader, go on from an offset, and report rows that shifted while they read. A call, another
//! list or a wait inside the loop is fine: no request of a client waits for a future that is not polled. One record that is not as the API
//! document says is an error of its own and costs none of the others.
//!
//! ```no_run
//! # #[cfg(feature = "leads")]
//! # async fn run(client: propexo::Client) -> propexo::Result<()> {
//! let mut leads = client.leads().list().limit(250).items().look_ahead(4);
//! while let Some(lead) = leads.next_item().await {
//!     println!("{}", lead?.id);
//! }
//! # Ok(()) }
//! ```
//!
//! # Writing
//!
//! A write answers at once with a job, which carries it to the landlord's system. [`Client::write_jobs`] waits for its end:
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
//! Every write returns a [`WriteReceipt`], for which the response need only name the job. Not every write that failed may be sent
//! again: where [`Error::may_have_acted`] is true, look for its job with [`WriteJobs::find_recent`] first.
//!
//! In an update, fields that may be left alone, emptied or set are a [`Patch`]. What a body must be like can be asked before it is
//! sent, of every struct that is sent by its `validate()`, or of all by [`ClientBuilder::validate_requests`].
//!
//! # Errors
//!
//! Everything that fails is an [`Error`]; any status outside 200 to 299 is [`Error::Api`], which keeps all that the server
//! said. Errors can be logged as they are: they show neither bodies nor addresses nor the token.
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
//! All clones of a client share a budget, learnt from the answers, which keeps out of the zone in which the server delays every
//! answer; see [`RateLimit`] and [`Priority`]. Reads are tried again after passing faults, writes only where the server has
//! surely not acted; see [`RetryPolicy`].
//!
//! A response body has a limit of 64 MiB, so that no server can exhaust the memory of the client; see
//! [`ClientBuilder::max_response_bytes`].
//!
//! # Webhooks
//!
//! A webhook is registered with the events that it wants; Propexo makes its secret, unless you give one:
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
//! The module `webhook`, behind the feature of that name, checks the signature of what arrives and reads the event:
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
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | one per group of operations, such as `leads` | its methods and types; all are on by default, by `all-groups` |
//! | `rustls` (default), `native-tls` | HTTPS, by one library or the other; `reqwest` alone is HTTP without TLS |
//! | `gzip` | compressed responses; the limit on a response body counts decompressed bytes |
//! | `blocking` | `.blocking()` in place of `.await` |
//! | `webhook` | signatures and events of webhooks |
//! | `tracing` | a span for each call |
//! | `jiff`, `chrono` | conversions of [`Date`], [`DateTime`] and [`DateOrDateTime`] |
//!
//! # Tests of your own
//!
//! [`transport::MemoryTransport`] stands in for the server; time can be paused with tokio's, or by a [`Clock`] of your own.

#[rustfmt::skip]
mod generated;

#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod clock;
#[cfg(test)]
mod composition;
mod credential;
mod environment;
mod error;
mod headers;
mod json;
mod limit;
mod operation;
mod page;
mod receipt;
#[allow(dead_code, unused_macros, unused_imports)]
// Which of it is used depends on the groups that are enabled.
mod record;
mod redirect;
mod request;
mod retry;
mod sync;
mod trace;
pub mod transport;
mod validation;
mod value;
#[cfg(feature = "webhook")]
pub mod webhook;
mod write_jobs;

#[allow(unused_imports)] // A build without a group has no enum.
pub(crate) use value::open_enum;

pub use builder::ClientBuilder;
pub use client::Client;
pub use clock::{Clock, Sleep, TokioClock};
pub use environment::Environment;
pub use error::{
    ApiError, ConfigError, ConnectionError, DecodeError, Error, Issue, RateLimitedError, Result, TimeoutError,
};
pub use generated::*;
pub use headers::Headers;
pub use limit::{Priority, RateLimit, RateLimitStatus};
pub use operation::{Effect, Method, Operation};
pub use page::{Items, Page, PageMeta, Pages, PagingReport, RejectedRow, RepeatedRow, Single};
pub use receipt::{Receipt, RetriedWrite, WriteJob, WriteReceipt};
pub use redirect::Redirect;
pub use request::{Request, Sending};
pub use retry::RetryPolicy;
pub use validation::{ValidationError, Violation};
pub use value::{Date, DateOrDateTime, DateTime, Object, OpenEnum, Patch, Secret};
pub use write_jobs::{
    FindWrites, WaitForWrite, WriteJobs, WriteLogEntry, WriteOutcome, WriteState, WriteStatus,
};

/// The blocks of both READMEs, so that they are compiled where all features are on.
#[cfg(all(doctest, feature = "all-groups", feature = "webhook"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../../README.md")]
struct Readme;
