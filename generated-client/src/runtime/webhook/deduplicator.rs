//! Recognizes deliveries that come again.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::runtime::clock::{Clock, TokioClock};

/// Longer than Propexo repeats a delivery: ten times, every 15 minutes.
const REMEMBERED: Duration = Duration::from_secs(3 * 3600);

/// Returns the key of a delivery for a [`Deduplicator`] or a database: the SHA-256 of its body, in hexadecimal.
///
/// A repeated delivery has the same body. So have two events with the same content, of which one is enough as a hint.
#[must_use]
pub fn deduplication_key(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Recognizes, within one process, deliveries that were processed in the last three hours. Clones share their memory.
///
/// ```
/// use propexo::webhook::{Deduplicator, Duplicate, deduplication_key};
///
/// let deduplicator = Deduplicator::default();
/// let status = |body: &[u8]| match deduplicator.begin(deduplication_key(body)) {
///     Ok(delivery) => {
///         // Process the event. Without `commit`, for example after an error, the next delivery is processed.
///         delivery.commit();
///         204
///     }
///     Err(Duplicate::Committed) => 204,
///     // Propexo delivers it again, in case the first one fails.
///     Err(Duplicate::InProgress) => 503,
/// };
/// assert_eq!([status(b"{}"), status(b"{}")], [204, 204]);
/// ```
#[derive(Clone)]
pub struct Deduplicator {
    clock: Arc<dyn Clock>,
    known: Arc<Mutex<HashMap<String, State>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    InProgress,
    CommittedAt(Duration),
}

/// The reason why a delivery need not be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicate {
    /// The delivery was processed.
    Committed,
    /// The delivery is being processed, and may still fail.
    InProgress,
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Committed => "the delivery was processed already",
            Self::InProgress => "the delivery is being processed",
        })
    }
}

impl std::error::Error for Duplicate {}

impl Default for Deduplicator {
    fn default() -> Self {
        Self::new(TokioClock::default())
    }
}

impl Deduplicator {
    /// Creates a deduplicator with a clock of your own.
    pub fn new(clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), known: Arc::default() }
    }

    /// Begins to process a delivery. Dropping the [`Delivery`] without [`Delivery::commit`] forgets it.
    ///
    /// # Errors
    ///
    /// [`Duplicate`] if a delivery with this key was processed, or is being processed.
    pub fn begin(&self, key: impl Into<String>) -> Result<Delivery, Duplicate> {
        let (key, now) = (key.into(), self.clock.now());
        let mut known = self.lock();
        known.retain(|_, state| match state {
            State::InProgress => true,
            State::CommittedAt(at) => at.saturating_add(REMEMBERED) > now,
        });
        match known.get(&key) {
            Some(State::InProgress) => Err(Duplicate::InProgress),
            Some(State::CommittedAt(_)) => Err(Duplicate::Committed),
            None => {
                known.insert(key.clone(), State::InProgress);
                drop(known);
                Ok(Delivery { deduplicator: self.clone(), key })
            }
        }
    }

    /// Nothing panics while the lock is held, so a poisoned lock is still consistent.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Deduplicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deduplicator").field("known", &self.lock().len()).finish_non_exhaustive()
    }
}

/// A delivery that is being processed.
#[derive(Debug)]
#[must_use = "a delivery that is dropped without `commit` is processed again"]
pub struct Delivery {
    deduplicator: Deduplicator,
    key: String,
}

impl Delivery {
    /// Records that the delivery was processed.
    pub fn commit(self) {
        let now = self.deduplicator.clock.now();
        self.deduplicator.lock().insert(self.key.clone(), State::CommittedAt(now));
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        let mut known = self.deduplicator.lock();
        if known.get(&self.key) == Some(&State::InProgress) {
            known.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn recognizes_processed_delivery_for_three_hours() {
        let deduplicator = Deduplicator::default();
        deduplicator.begin("a").unwrap().commit();
        for _ in 0..10 {
            tokio::time::advance(Duration::from_secs(15 * 60)).await;
            assert_eq!(deduplicator.clone().begin("a").unwrap_err(), Duplicate::Committed);
        }
        assert!(deduplicator.begin("b").is_ok());
        tokio::time::advance(REMEMBERED).await;
        assert!(deduplicator.begin("a").is_ok());
        assert!(deduplicator.lock().is_empty());
    }

    #[test]
    fn forgets_delivery_that_was_not_committed() {
        let deduplicator = Deduplicator::default();
        let delivery = deduplicator.begin("a").unwrap();
        assert_eq!(deduplicator.begin("a").unwrap_err(), Duplicate::InProgress);
        drop(delivery);
        assert!(deduplicator.begin("a").is_ok());
    }

    #[test]
    fn key_is_sha_256_of_the_body() {
        // FIPS 180-2, example B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(deduplication_key(b"abc"), expected);
    }
}
