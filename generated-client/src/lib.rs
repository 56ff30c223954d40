//! A client for the [Propexo](https://propexo.com) API: one REST interface over the systems that landlords manage
//! properties with.

#[rustfmt::skip]
mod generated;

#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod clock;
mod environment;
mod error;
mod headers;
mod json;
mod limit;
mod operation;
mod page;
#[allow(dead_code, unused_macros, unused_imports)]
// Which of it is used depends on the groups that are enabled.
mod record;
mod redirect;
mod request;
mod retry;
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
pub use redirect::Redirect;
pub use request::{Request, Sending};
pub use retry::RetryPolicy;
pub use validation::{ValidationError, Violation};
pub use value::{Date, DateOrDateTime, DateTime, Object, OpenEnum, Patch, Secret};
pub use write_jobs::{
    Receipt, RetriedWrite, WaitForWrite, WriteJob, WriteJobs, WriteOutcome, WriteState, WriteStatus,
};
