//! The locks of the rate limiter: those of std. The model checker of `tests/queue_model.rs` replaces them.

pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
pub(crate) use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
