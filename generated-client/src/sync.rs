//! The locks of the rate limiter: those of std, for which the model checker of `tests/queue_model.rs` puts its own.

pub(crate) use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
