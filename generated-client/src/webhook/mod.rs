//! Webhooks: is a call really from Propexo, and what does it tell?
//!
//! Registering a webhook is an ordinary operation; what arrives then is for this module. Keep the body as the bytes that came:
//! the signature is over these, and JSON that was read and written again is another text.
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
//! What Propexo does not promise: an order, that an event comes once only, and a moment in the signature. So a call that
//! somebody recorded can be played back, and an event should be taken as a hint to look, not as the state itself.

mod event;
mod payload;
mod signature;

use std::fmt;

pub use event::{Event, Trigger, UnknownEvent};
pub use payload::{DataChange, Diff, JobFailure, SyncComplete, WriteOperationFailure};
pub use signature::{sign, verify};

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "propexo-signature";

/// Checks the signature of a call and reads its event. While a secret is being replaced, try the old one where the new
/// one fails.
///
/// # Errors
///
/// [`WebhookError::Signature`] for a call that is not from Propexo, which is best answered with 401, and
/// [`WebhookError::Payload`] for a body that is not JSON.
pub fn receive(secret: &str, signature: &str, body: &[u8]) -> Result<Event, WebhookError> {
    verify(secret, signature, body)?;
    Event::parse(body)
}

/// Why a call of a webhook is not taken. Neither the secret nor the body is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// The secret is empty, so everybody could sign.
    NoSecret,
    /// The signature is not that of this body by this secret.
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
