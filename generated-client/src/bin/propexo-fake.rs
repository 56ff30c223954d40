//! Serves a fake of Propexo over HTTP, with a page that shows what happens.

use std::process::ExitCode;
use std::time::Duration;

use propexo::fake::{Fake, FakeBuilder};

const HELP: &str = "\
Serves a fake of Propexo over HTTP. Open the address in a browser to see what happens.

  propexo-fake [options]

  --address <ADDRESS>     where to listen; 127.0.0.1:8600 by default
  --seed <NUMBER>         equal seeds give equal records; 0 by default
  --integration <VENDOR>  an integration, such as RESMAN; may be repeated
  --records <NUMBER>      records of each kind; 10 by default
  --rate-limit <NUMBER>   requests in each minute; 150 by default
  --changes <SECONDS>     something changes at this interval; never by default
  --strict-ids            respond with 404 to ids that do not exist

A client finds it by PROPEXO_BASE_URL, with any token:

  PROPEXO_BASE_URL=http://127.0.0.1:8600 PROPEXO_TOKEN=any cargo run ...
";

fn main() -> ExitCode {
    let mut arguments = pico_args::Arguments::from_env();
    if arguments.contains(["-h", "--help"]) {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let served = configure(arguments).and_then(|(fake, address)| serve(&fake, &address));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("propexo-fake: {reason}\nSee `propexo-fake --help`.");
            ExitCode::FAILURE
        }
    }
}

/// Reads the arguments; returns the fake and the address.
fn configure(mut arguments: pico_args::Arguments) -> Result<(FakeBuilder, String), String> {
    let text = |error: pico_args::Error| error.to_string();
    let address = arguments.opt_value_from_str("--address").map_err(text)?;
    let address = address.unwrap_or_else(|| "127.0.0.1:8600".to_owned());
    let mut fake = Fake::builder().accept_unknown_ids(!arguments.contains("--strict-ids"));
    if let Some(seed) = arguments.opt_value_from_str("--seed").map_err(text)? {
        fake = fake.seed(seed);
    }
    if let Some(records) = arguments.opt_value_from_str("--records").map_err(text)? {
        fake = fake.default_records(records);
    }
    if let Some(requests) = arguments.opt_value_from_str("--rate-limit").map_err(text)? {
        fake = fake.rate_limit(requests);
    }
    if let Some(seconds) = arguments.opt_value_from_str("--changes").map_err(text)? {
        fake = fake.change_interval(Duration::from_secs(seconds));
    }
    for vendor in arguments.values_from_str::<_, String>("--integration").map_err(text)? {
        fake = fake.integration(vendor);
    }
    match arguments.finish().first() {
        None => Ok((fake, address)),
        Some(other) => Err(format!("`{}` is not an option", other.to_string_lossy())),
    }
}

fn serve(fake: &FakeBuilder, address: &str) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the asynchronous runtime does not start: {error}"))?;
    runtime.block_on(async {
        let server = fake.clone().build().serve(address).await;
        let server = server.map_err(|error| format!("{address} cannot be bound: {error}"))?;
        println!("serving at {}; Ctrl-C ends it", server.url());
        server.run().await;
        Ok(())
    })
}
