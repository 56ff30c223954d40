//! For programs that are not asynchronous: the same client, with `.blocking()` at the end of a call.
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
//! The work is done on one thread in the background, which all clients of the program share, so the connections of a client
//! stay alive between two calls, and blocking and asynchronous calls of one client do not get into each other's way.
//! Within asynchronous code `.blocking()` would stop everything else on that thread, so there it is an error.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{ConfigError, Result};
use crate::request::Sending;
use crate::write_jobs::{FindWrites, WaitForWrite, WriteLogEntry, WriteOutcome};
use crate::{Items, Pages};

/// The runtime in the background; it is never shut down.
static RUNTIME: Mutex<Option<Runtime>> = Mutex::new(None);

/// Runs a future to its end.
fn run<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    if Handle::try_current().is_ok() {
        return Err(
            ConfigError::new("`blocking` was called within asynchronous code; await the call there").into()
        );
    }
    // The future is polled on this thread; the one in the background drives connections and timers.
    handle()?.block_on(future)
}

fn handle() -> Result<Handle, ConfigError> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = &*runtime {
        return Ok(runtime.handle().clone());
    }
    let new = Builder::new_multi_thread().worker_threads(1).thread_name("propexo").enable_all().build();
    let new = new.map_err(|error| {
        ConfigError::with_source("the thread for blocking calls cannot be started", error)
    })?;
    Ok(runtime.insert(new).handle().clone())
}

impl<T> Sending<T> {
    /// Waits for the answer on this thread.
    ///
    /// # Errors
    ///
    /// Those of the request, and [`Error::Config`](crate::Error::Config) within asynchronous code.
    pub fn blocking(self) -> Result<T> {
        run(self)
    }
}

impl WaitForWrite {
    /// Waits for the end of the write on this thread.
    ///
    /// # Errors
    ///
    /// Those of [`WriteJobs::wait`](crate::WriteJobs::wait), and [`Error::Config`](crate::Error::Config) within
    /// asynchronous code.
    pub fn blocking(self) -> Result<WriteOutcome> {
        run(self.into_future())
    }
}

impl FindWrites {
    /// Waits for the end of the search on this thread.
    ///
    /// # Errors
    ///
    /// Those of any request, and [`Error::Config`](crate::Error::Config) within asynchronous code.
    pub fn blocking(self) -> Result<Vec<WriteLogEntry>> {
        run(self.into_future())
    }
}

impl<T> Pages<T> {
    /// The pages as an iterator, which waits for each on this thread.
    pub fn blocking(self) -> Blocking<Self> {
        Blocking { stream: self, ended: false }
    }
}

impl<T> Items<T> {
    /// The rows as an iterator, which waits for each page on this thread.
    pub fn blocking(self) -> Blocking<Self> {
        Blocking { stream: self, ended: false }
    }
}

/// A stream as an iterator. [`Blocking::get`] gives the stream back, to ask it for its offset for one.
#[derive(Debug)]
#[must_use = "nothing is read until the iterator is asked"]
pub struct Blocking<S> {
    stream: S,
    ended: bool,
}

impl<S> Blocking<S> {
    /// The stream.
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
