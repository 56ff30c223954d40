//! A stand-in for Propexo in tests: it holds records, carries out writes, enforces the rate limit, sends webhooks, and
//! fails when it is told to. It opens no socket.
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
//! Everything happens by the clock of tokio, which a test can pause: jobs end, syncs run, deliveries are repeated. Its
//! calendar starts at 2026-01-15T09:00:00Z.
//!
//! # Writes
//!
//! A write is checked as the server does it, and answered with a receipt. Its job ends after some seconds and changes the
//! records. With some vendors a new record appears with the next sync only, and its id is not reported.

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
mod model;
mod odd;
mod rate;
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
pub use model::Model;
#[cfg(feature = "fake-server")]
pub use server::FakeServer;
