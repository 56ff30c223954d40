//! Shared code of the examples: a client of Propexo, or of a fake inside the program.
#![allow(dead_code)] // Each example uses a part of it.

use std::error::Error;
use std::fmt;
#[cfg(feature = "fake")]
use std::time::Duration;

use propexo::Client;

/// The result of an example.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// The error of an example. `main` shows errors by `Debug`, so here `Debug` is the readable message with its sources.
pub(crate) struct Failure(Box<dyn Error>);

impl<E: Into<Box<dyn Error>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Runs a program. `#[tokio::main]` does the same, but its macros would be one more dependency to compile.
pub(crate) fn block_on<T>(program: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(program)
}

/// Creates a client of Propexo if `PROPEXO_TOKEN` is set, else one of the fake.
pub(crate) fn connect() -> Outcome<Client> {
    if is_live() {
        let client = Client::from_env()?;
        println!("talking to {}", client.base_url());
        return Ok(client);
    }
    connect_to_fake()
}

/// Creates a client of a fake inside this program.
#[cfg(feature = "fake")]
fn connect_to_fake() -> Outcome<Client> {
    println!("PROPEXO_TOKEN is not set: talking to a fake inside this program; nothing leaves it.");
    println!("Set PROPEXO_TOKEN and PROPEXO_ENVIRONMENT (`production` or `sandbox`) to talk to Propexo.\n");
    let fake = propexo::fake::Fake::builder().default_records(1_234).job_duration(Duration::from_millis(500));
    Ok(fake.accept_unknown_ids(true).build().client())
}

#[cfg(not(feature = "fake"))]
fn connect_to_fake() -> Outcome<Client> {
    Err("set PROPEXO_TOKEN and PROPEXO_ENVIRONMENT (`production` or `sandbox`) to talk to Propexo, or run this with \
         `--features fake` to talk to a fake inside this program"
        .into())
}

/// Returns whether the example calls Propexo.
pub(crate) fn is_live() -> bool {
    std::env::var("PROPEXO_TOKEN").is_ok()
}

/// Returns an id that the example needs: from the environment for Propexo, one of the fake's otherwise.
pub(crate) fn setting(name: &str) -> Result<String, String> {
    match std::env::var(name) {
        Ok(value) => Ok(value),
        Err(_) if is_live() => Err(format!("set {name}: this example needs a record of yours to work with")),
        Err(_) => {
            let stem = name.trim_start_matches("PROPEXO_").trim_end_matches("_ID").to_lowercase();
            Ok(format!("{stem}_1"))
        }
    }
}
