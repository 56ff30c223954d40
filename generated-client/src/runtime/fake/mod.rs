//! A fake of Propexo for tests: it holds records, carries out writes, enforces the rate limit, sends webhooks, and fails
//! on request. It opens no socket.
//!
//! ```
//! # #[cfg(feature = "leads")]
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! use propexo::fake::Fake;
//! use propexo::leads::{CreateLead, Lead};
//! use propexo::{WriteOutcome, WriteState};
//!
//! let fake = Fake::builder().seed(7).integration("RESMAN").records::<Lead>(3).build();
//! let client = fake.client();
//! assert_eq!(client.leads().list().send().await?.results.len(), 3);
//!
//! fake.faults().next_write(WriteState::Failure, ["no such lead source"]);
//! let receipt = client.leads().create(CreateLead::new("integration_1").first_name("Ada")).send().await?;
//! let outcome = client.write_jobs().wait(&receipt).await?;
//! assert!(matches!(outcome, WriteOutcome::Failure { .. }));
//! assert_eq!(fake.requests_to("POST /v1/leads/").len(), 1);
//! # Ok::<(), propexo::Error>(()) }).unwrap();
//! ```
//!
//! # Records
//!
//! A fake has records for every list of the API, and they refer to one another: the unit of a lease exists, and both
//! belong to the same property. Equal seeds give equal records. [`Fake::records`] returns them as the types of this crate;
//! [`Fake::insert`] and [`Fake::remove`] change what the landlord's system holds.
//!
//! # Time
//!
//! Everything happens by the clock of tokio: jobs end, syncs run, deliveries are repeated. A test that pauses this clock,
//! by `#[tokio::test(start_paused = true)]` and tokio's feature `test-util`, lives through days in milliseconds. The
//! calendar of a fake starts at 2026-01-15T09:00:00Z; see [`Fake::now`].
//!
//! # Writes
//!
//! The body of a write is checked as the server checks it, and the response is a receipt. The job ends after some
//! seconds and changes the records. With Entrata, RealPage RPX and Rent Manager a new record appears with the next sync
//! only, and its id is not reported.
//!
//! # Tests of a sync, a bot and a receiver
//!
//! A sync meets failures, and rows that shift while they are read:
//!
//! ```
//! # #[cfg(feature = "leads")]
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::time::Duration;
//! # use propexo::fake::{Fake, Fault};
//! # use propexo::leads::Lead;
//! let fake = Fake::builder().records::<Lead>(600).change_interval(Duration::from_secs(1)).build();
//! fake.faults().rate(Fault::BadGatewayBefore, 0.2);
//! fake.faults().odd_rows(0.01);
//!
//! let client = fake.client();
//! let mut leads = client.leads().list().limit(100).items();
//! let mut read = 0;
//! while let Some(lead) = leads.next_item().await {
//!     read += usize::from(lead.is_ok());
//! }
//! assert!(read > 500);
//! assert!(fake.requests_to("GET /v1/leads/").iter().all(|request| request.status != Some(429)));
//! # });
//! ```
//!
//! A bot must not book twice if the connection breaks after the server has acted:
//!
//! ```
//! # #[cfg(feature = "leads")]
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::time::Duration;
//! # use propexo::fake::{Fake, Fault};
//! # use propexo::leads::{CreateLead, Lead};
//! let fake = Fake::builder().integration("RESMAN").records::<Lead>(0).build();
//! fake.faults().once_at("POST /v1/leads/", Fault::ResetAfter);
//!
//! let (client, since) = (fake.client(), fake.now());
//! let lead = CreateLead::new("integration_1").first_name("Ada");
//! let error = client.leads().create(lead.clone()).send().await.unwrap_err();
//! assert!(error.may_have_acted());
//! tokio::time::sleep(Duration::from_secs(60)).await;
//! assert_eq!(client.write_jobs().find_recent(&lead, since).await?.len(), 1);
//! assert_eq!(fake.records::<Lead>()[0].first_name.as_deref(), Some("Ada"));
//! # Ok::<(), propexo::Error>(()) }).unwrap();
//! ```
//!
//! A receiver sees deliveries again until it accepts them:
//!
//! ```
//! # #[cfg(feature = "leads")]
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! # use std::time::Duration;
//! # use propexo::fake::Fake;
//! use propexo::webhook;
//!
//! let fake = Fake::builder().build();
//! fake.register_webhook("https://example.com/propexo", "0123456789");
//! fake.sync();
//! let first = fake.deliveries().remove(0);
//! assert!(webhook::receive("0123456789", first.signature(), &first.body).is_ok());
//!
//! tokio::time::sleep(Duration::from_secs(15 * 60)).await;
//! let again = fake.deliveries().remove(0);
//! assert_eq!((again.attempt, &again.body), (2, &first.body));
//! fake.accept_delivery(&again);
//! # });
//! ```
//!
//! # Real responses
//!
//! [`RecordingTransport`] records responses of Propexo without secrets and personal data, [`ReplayTransport`] replays
//! them.
#![cfg_attr(
    feature = "fake-server",
    doc = "",
    doc = "# Over HTTP",
    doc = "",
    doc = "[`Fake::serve`] and the program `propexo-fake` serve a fake over HTTP, with a page that shows what happens."
)]

mod builder;
mod calendar;
mod catalog;
mod check;
mod events;
mod fault;
mod generate;
mod handle;
mod http;
mod jobs;
mod list;
mod log;
mod odd;
mod rate;
mod recording;
#[cfg(feature = "fake-server")]
mod server;
mod state;
mod store;
mod table;
mod transport;
mod words;
mod world;
mod write;

pub use builder::FakeBuilder;
pub use events::WebhookDelivery;
pub use fault::Fault;
pub use handle::{Fake, Faults};
pub use log::{RecordedRequest, RecordedWrite};
pub use recording::{RecordingTransport, ReplayTransport};
#[cfg(feature = "fake-server")]
pub use server::FakeServer;

pub use crate::runtime::record::Model;
