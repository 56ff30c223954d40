//! The transport between a client and a fake in one process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::calendar;
use super::fault::Fault;
use super::http::{Request, Response};
use super::state::State;
use crate::runtime::clock::{Clock, Sleep};
use crate::transport::{
    HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture,
};

/// How long a response with [`Fault::SlowBody`] takes.
pub(super) const SLOW_BODY: Duration = Duration::from_secs(10);

/// What all handles of a fake share.
pub(super) struct Shared {
    pub(super) state: Mutex<State>,
    pub(super) clock: Arc<dyn Clock>,
    /// The time of the clock at the start of the fake.
    pub(super) start: Duration,
}

impl Shared {
    /// Returns the time since the start.
    pub(super) fn now(&self) -> Duration {
        self.clock.now().saturating_sub(self.start)
    }

    /// Returns the state without letting anything happen.
    pub(super) fn locked(&self) -> MutexGuard<'_, State> {
        // A state whose holder panicked, as a test may do, is still consistent enough to be read.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the state after everything that is due has happened.
    pub(super) fn current(&self) -> MutexGuard<'_, State> {
        let now = self.now();
        let mut state = self.locked();
        state.advance(now);
        state
    }

    pub(super) fn respond(&self, request: &Request) -> Response {
        let now = self.now();
        self.locked().respond(now, request)
    }
}

/// Passes requests to a fake.
#[derive(Clone)]
pub(super) struct FakeTransport(pub(super) Arc<Shared>);

impl Transport for FakeTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        // The fake acts when the request is sent, not when its future is first polled.
        let response = self.0.respond(&Request::from(&request));
        let clock = Arc::clone(&self.0.clock);
        Box::pin(async move {
            let slow = if response.fault == Some(Fault::SlowBody) { SLOW_BODY } else { Duration::ZERO };
            let delay = response.delay + slow;
            if !delay.is_zero() {
                clock.sleep(delay).await;
            }
            delivered(response)
        })
    }
}

/// Returns what the client receives of a response.
fn delivered(response: Response) -> Result<HttpResponse, TransportError> {
    let broken = |kind| Err(TransportError::new(kind, "a fault of the fake"));
    match response.fault {
        Some(Fault::Unreachable) => broken(TransportErrorKind::Connect),
        Some(Fault::ResetBefore | Fault::ResetAfter) => broken(TransportErrorKind::Send),
        Some(Fault::Truncated) => broken(TransportErrorKind::Receive),
        _ => {
            let mut out = HttpResponse::new(response.status);
            for (name, value) in response.headers {
                out = out.with_header(name, value);
            }
            Ok(out.with_body(response.body))
        }
    }
}

impl fmt::Debug for FakeTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeTransport")
    }
}

/// The clock of a client of a fake: its time passes as that of the fake's clock, and its calendar is that of the fake.
#[derive(Clone)]
pub(super) struct FakeClock(pub(super) Arc<Shared>);

impl Clock for FakeClock {
    fn now(&self) -> Duration {
        self.0.clock.now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.clock.sleep(duration)
    }

    fn system_time(&self) -> SystemTime {
        calendar::system_time(self.0.now())
    }
}

impl fmt::Debug for FakeClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeClock")
    }
}
