//! Blocking calls, for programs that are not asynchronous: the same client, with `.blocking()` at the end of a call.
//!
//! ```no_run
//! # #[cfg(feature = "leads")]
//! # fn run(client: propexo::Client) -> propexo::Result<()> {
//! let page = client.leads().list().limit(50).send().blocking()?;
//! println!("{} of {:?}", page.results.len(), page.meta.total);
//! for lead in client.leads().list().items().blocking() {
//!     println!("{}", lead?.id);
//! }
//! let outcome = client.write_jobs().wait("4711").blocking()?;
//! println!("{outcome:?}");
//! # Ok(()) }
//! ```
//!
//! Two background threads do the work for all clients of the program, so connections stay alive between two calls, and
//! blocking and asynchronous calls of one client do not disturb each other. Within asynchronous code `.blocking()`
//! would block everything else on the calling thread, so there it returns an error. It works on threads that may block, such
//! as those of `tokio::task::spawn_blocking`.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use futures_core::Stream;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::runtime::error::{ConfigError, Result};
use crate::runtime::response_future::ResponseFuture;
use crate::runtime::write_jobs::{FindWrites, WaitForWrite, WriteLogEntry, WriteOutcome};
use crate::{Items, Pages};

/// The background runtime; it is never shut down.
static RUNTIME: Mutex<Option<Runtime>> = Mutex::new(None);

/// Runs a future to completion.
fn run<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    if is_asynchronous() {
        return Err(
            ConfigError::new("`blocking` was called within asynchronous code; await the call there").into()
        );
    }
    // The future is polled on this thread; the background threads drive connections and timers.
    let handle = handle()?;
    let _context = handle.enter();
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return result;
        }
        // On a runtime that is too busy for its timers, polling finds that a timeout has passed.
        thread::park_timeout(MAX_PARK);
    }
}

/// The longest time between two polls.
const MAX_PARK: Duration = Duration::from_millis(100);

/// Wakes a thread that waits for a future.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// More than the operations that tokio permits a task before the task has to yield.
const MAX_BUDGET: usize = 1_000;

/// Returns whether this thread polls a task of tokio. Only there the number of operations is limited: a thread of
/// `spawn_blocking` belongs to a runtime too, but may block.
fn is_asynchronous() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    Handle::try_current().is_ok()
        && (0..MAX_BUDGET).any(|_| pin!(tokio::task::consume_budget()).poll(&mut context).is_pending())
}

fn handle() -> Result<Handle, ConfigError> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = &*runtime {
        return Ok(runtime.handle().clone());
    }
    let new = Builder::new_multi_thread()
        // A connection that never stops delivering occupies one of them; the other one keeps the timers running.
        .worker_threads(2)
        .thread_name("propexo")
        .enable_all()
        .build();
    let new = new.map_err(|error| {
        ConfigError::with_source("the threads for blocking calls cannot be started", error)
    })?;
    Ok(runtime.insert(new).handle().clone())
}

impl<T> ResponseFuture<T> {
    /// Blocks this thread until the response arrives.
    ///
    /// # Errors
    ///
    /// The errors of the request, and [`Error::Config`](crate::Error::Config) within asynchronous code.
    pub fn blocking(self) -> Result<T> {
        run(self)
    }
}

impl WaitForWrite {
    /// Blocks this thread until the write ends.
    ///
    /// # Errors
    ///
    /// The errors of [`WriteJobs::wait`](crate::WriteJobs::wait), and [`Error::Config`](crate::Error::Config) within
    /// asynchronous code.
    pub fn blocking(self) -> Result<WriteOutcome> {
        run(self.into_future())
    }
}

impl FindWrites {
    /// Blocks this thread until the search ends.
    ///
    /// # Errors
    ///
    /// The errors of any request, and [`Error::Config`](crate::Error::Config) within asynchronous code.
    pub fn blocking(self) -> Result<Vec<WriteLogEntry>> {
        run(self.into_future())
    }
}

impl<T> Pages<T> {
    /// Returns the pages as an iterator, which blocks this thread for each page.
    pub fn blocking(self) -> Blocking<Self> {
        Blocking { stream: self, ended: false }
    }
}

impl<T> Items<T> {
    /// Returns the rows as an iterator, which blocks this thread for each page.
    pub fn blocking(self) -> Blocking<Self> {
        Blocking { stream: self, ended: false }
    }
}

/// A stream as an iterator. [`Blocking::get`] returns the stream, for example to read its offset.
#[derive(Debug)]
#[must_use = "nothing is read until the iterator is asked"]
pub struct Blocking<S> {
    stream: S,
    ended: bool,
}

impl<S> Blocking<S> {
    /// Returns the stream.
    pub const fn get(&self) -> &S {
        &self.stream
    }
}

impl<T, S: Stream<Item = Result<T>> + Unpin> Iterator for Blocking<S> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        if self.ended {
            return None;
        }
        let stream = &mut self.stream;
        let next = run(async {
            Ok(std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await)
        });
        self.ended = matches!(next, Ok(None) | Err(_));
        next.unwrap_or_else(|error| Some(Err(error)))
    }
}
