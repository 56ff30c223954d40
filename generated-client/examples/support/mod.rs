//! What the examples share: a client of Propexo, or of a stand-in inside the program.
#![allow(dead_code)] // Each example uses a part of it.

mod stand_in;

use propexo::Client;

/// What an example may fail with.
pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A client of Propexo where `PROPEXO_TOKEN` is set, else one of a stand-in.
pub(crate) fn connect() -> propexo::Result<Client> {
    if is_live() {
        let client = Client::from_env()?;
        println!("talking to {}", client.base_url());
        return Ok(client);
    }
    println!("PROPEXO_TOKEN is not set: talking to a stand-in inside this program; nothing leaves it.");
    println!("Set PROPEXO_TOKEN and PROPEXO_ENVIRONMENT (`production` or `sandbox`) to talk to Propexo.\n");
    Client::builder().token("none").base_url("http://stand-in").transport(stand_in::transport()).build()
}

/// Whether the example talks to Propexo.
pub(crate) fn is_live() -> bool {
    std::env::var("PROPEXO_TOKEN").is_ok()
}

/// An id that the example needs: from the environment where it is live, made up where it is not.
pub(crate) fn setting(name: &str) -> Result<String, String> {
    match std::env::var(name) {
        Ok(value) => Ok(value),
        Err(_) if is_live() => Err(format!("set {name}: this example writes to the records that it names")),
        Err(_) => Ok(format!("stand-in-{}", name.to_lowercase().replace("propexo_", "").replace('_', "-"))),
    }
}
