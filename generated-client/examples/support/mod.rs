//! What the examples share: a client of Propexo, or of a stand-in inside the program.
#![allow(dead_code)] // Each example uses a part of it.

mod stand_in;

use std::error::Error;
use std::fmt;

use propexo::Client;

/// How an example ends.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// What an example fails with. `main` shows errors by `Debug`, so here that is the message for people, with what is behind it.
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

/// A client of Propexo where `PROPEXO_TOKEN` is set, else one of a stand-in.
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

/// Whether the example talks to Propexo.
pub(crate) fn is_live() -> bool {
    std::env::var("PROPEXO_TOKEN").is_ok()
}

/// An id that the example needs: from the environment where it is live, made up where it is not.
pub(crate) fn setting(name: &str) -> Result<String, String> {
    match std::env::var(name) {
        Ok(value) => Ok(value),
        Err(_) if is_live() => Err(format!("set {name}: this example needs a record of yours to work with")),
        Err(_) => Ok(format!("stand-in-{}", name.to_lowercase().replace("propexo_", "").replace('_', "-"))),
    }
}
