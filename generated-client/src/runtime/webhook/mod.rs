//! Webhooks: checks signatures and parses events.
//!
//! Registering a webhook is an ordinary operation; this module handles the deliveries. Keep the body as the bytes
//! received: the signature covers these, and JSON that was parsed and serialized again has other bytes.
//!
//! ```
//! use propexo::webhook::{self, Event};
//!
//! # let secret = "0123456789";
//! # let body = br#"{"trigger":"WRITE_OPERATION_FAILURE","data":{"root_job_id":"4711","errors":["no such unit"]}}"#;
//! # let header = webhook::sign(secret, body)?;
//! // `header` is what the call has in `propexo-signature`, `body` its bytes.
//! match webhook::receive(secret, &header, body)? {
//!     Event::WriteOperationFailure(failure) => println!("{} failed: {:?}", failure.root_job_id, failure.errors),
//!     Event::DataNew(change) | Event::DataUpdate(change) => println!("fetch {:?} again", change.record_id),
//!     other => println!("{:?}", other.trigger()),
//! }
//! # Ok::<(), webhook::WebhookError>(())
//! ```
//!
//! Propexo guarantees neither the order of events nor that each arrives only once, and the signature has no timestamp.
//! So a recorded delivery can be replayed; use an event as a hint to read the record, not as its state. A delivery that
//! is not received with a status of 200 to 299 is sent again every 15 minutes, at most ten times; a [`Deduplicator`]
//! recognizes deliveries that were processed already.

mod deduplicator;
mod event;
mod payload;
mod record_kind;
mod signature;

use std::fmt;

pub use deduplicator::{Deduplicator, Delivery, Duplicate, deduplication_key};
pub use event::{Event, Trigger, UnknownEvent};
pub use payload::{DataChange, Diff, JobFailure, SyncComplete, WriteOperationFailure};
pub use record_kind::RecordKind;
pub use signature::{sign, verify};

/// The header with the signature.
pub const SIGNATURE_HEADER: &str = "propexo-signature";

/// Checks the signature of a delivery and parses its event. While a secret is being replaced, try the old one where the
/// new one fails.
///
/// # Errors
///
/// - [`WebhookError::NoSecret`] if the secret is empty.
/// - [`WebhookError::Signature`] if the delivery is not from Propexo; respond with 401.
/// - [`WebhookError::Payload`] if the body is not a JSON object.
pub fn receive(secret: &str, signature: &str, body: &[u8]) -> Result<Event, WebhookError> {
    verify(secret, signature, body)?;
    Event::parse(body)
}

/// The reason why a delivery is rejected. It shows neither the secret nor the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// The secret is empty, so anyone could sign.
    NoSecret,
    /// The signature does not match the body and the secret.
    Signature,
    /// The body is not a JSON object.
    Payload,
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSecret => "the secret of the webhook is empty",
            Self::Signature => "the signature of the webhook is not right",
            Self::Payload => "the body of the webhook is not a JSON object",
        })
    }
}

impl std::error::Error for WebhookError {}
