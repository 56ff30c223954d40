//! Shared code of the examples: a client of Propexo, or of a mock server inside the program.
#![allow(dead_code)] // Each example uses a part of it.

mod stand_in;

use std::error::Error;
use std::fmt;

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

/// Creates a client of Propexo if `PROPEXO_TOKEN` is set, else one of the mock server.
pub(crate) fn connect() -> Outcome<Client> {
    if is_live() {
        let client = Client::from_env()?;
        println!("talking to {}", client.base_url());
        return Ok(client);
    }
    println!("PROPEXO_TOKEN is not set: talking to a stand-in inside this program; nothing leaves it.");
    println!("Set PROPEXO_TOKEN and PROPEXO_ENVIRONMENT (`production` or `sandbox`) to talk to Propexo.\n");
    let builder = Client::builder().token("none").base_url("http://stand-in");
    Ok(builder.transport(stand_in::transport()).build()?)
}

/// Returns whether the example calls Propexo.
pub(crate) fn is_live() -> bool {
    std::env::var("PROPEXO_TOKEN").is_ok()
}

/// Returns an id that the example needs: from the environment for Propexo, a made-up one for the mock server.
pub(crate) fn setting(name: &str) -> Result<String, String> {
    match std::env::var(name) {
        Ok(value) => Ok(value),
        Err(_) if is_live() => Err(format!("set {name}: this example needs a record of yours to work with")),
        Err(_) => Ok(format!("stand-in-{}", name.to_lowercase().replace("propexo_", "").replace('_', "-"))),
    }
}
