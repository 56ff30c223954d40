//! A fake of the Propexo API for tests: lists, write jobs, a rate limit and faults.
//!
//! [`Core`] maps a time and a request to a response. It opens no socket, reads no clock and draws its randomness from a
//! seed, so equal requests in equal order get equal responses. [`Server`] puts a core behind a loopback socket and carries
//! out the faults of connections.
//!
//! Nothing here names an item of the client.

mod core;
mod data;
mod fault;
mod http;
mod list;
mod models;
mod odd;
mod rate;
mod server;
mod writes;

pub(crate) use self::core::{Config, Core};
pub(crate) use self::data::Data;
pub(crate) use self::fault::FaultRates;
pub(crate) use self::odd::OddRow;
pub(crate) use self::rate::RateLimit;
pub(crate) use self::server::Server;
