//! Creates a service request and reads it back: `cargo run -p examples --example service_request`.
//!
//! With `PROPEXO_TOKEN` and `PROPEXO_ENVIRONMENT` it writes to Propexo, for the integration `PROPEXO_INTEGRATION_ID`,
//! the property `PROPEXO_PROPERTY_ID` and the unit `PROPEXO_UNIT_ID`; else to the fake, with
//! `--features fake`.

mod support;

use propexo::WriteOutcome;
use propexo::service_requests::CreateServiceRequest;

fn main() -> support::Outcome {
    support::block_on(run())
}

async fn run() -> support::Outcome {
    let client = support::connect()?;
    let request = CreateServiceRequest::new(support::setting("PROPEXO_INTEGRATION_ID")?)
        .property_id(support::setting("PROPEXO_PROPERTY_ID")?)
        .unit_id(support::setting("PROPEXO_UNIT_ID")?)
        .service_description("The tap in the kitchen drips.")
        .access_is_authorized(true)
        .access_notes("Mind the cat.");

    // Lengths and formats can be validated against the API document before anything is sent.
    if let Err(invalid) = request.validate() {
        for violation in invalid.violations() {
            eprintln!("{violation}");
        }
        return Err(invalid.into());
    }

    let receipt = client.service_requests().create(request).send().await?;
    println!("accepted as job {}; waiting", receipt.job_id());
    match client.write_jobs().wait(&receipt).await? {
        WriteOutcome::Success { created_record_id: Some(id) } => {
            let request = client.service_requests().get(&id).send().await?.into_inner();
            println!("{} is {}", request.id, request.status_raw.as_deref().unwrap_or("without a status"));
        }
        WriteOutcome::Success { created_record_id: None } => println!("done; it comes with the next sync"),
        WriteOutcome::StillPending { job, .. } => println!("still pending as job {job}"),
        ended => println!("it did not go well: {:?}", ended.errors()),
    }
    Ok(())
}
