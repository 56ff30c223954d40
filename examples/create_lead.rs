//! Creates a lead and waits until the vendor's system has it: `cargo run -p examples --example create_lead`.
//!
//! With `PROPEXO_TOKEN` and `PROPEXO_ENVIRONMENT` it writes to Propexo, for the integration `PROPEXO_INTEGRATION_ID`
//! and the property `PROPEXO_PROPERTY_ID`; else to the fake, with
//! `--features fake`.

mod support;

use std::time::SystemTime;

use propexo::leads::CreateLead;
use propexo::{Error, WriteOutcome};

fn main() -> support::Outcome {
    support::block_on(run())
}

async fn run() -> support::Outcome {
    let client = support::connect()?;
    let lead = CreateLead::new(support::setting("PROPEXO_INTEGRATION_ID")?)
        .property_id(support::setting("PROPEXO_PROPERTY_ID")?)
        .first_name("Ada")
        .last_name("Example")
        .email_1("ada@example.com");

    // Vendors accept different fields; fields that this vendor does not accept are ignored.
    let since = SystemTime::now();
    let job = match client.leads().create(lead.clone()).ignore_unknown_fields(true).send().await {
        Ok(receipt) => receipt.job(),
        // Sending the request again could create the lead twice.
        Err(error) if error.may_have_acted() => {
            eprintln!("{error}; looking for its job");
            let found = client.write_jobs().find_recent(&lead, since).await?;
            found.into_iter().next().ok_or(error)?.job
        }
        Err(Error::Api(refused)) => {
            for issue in refused.issues() {
                eprintln!("{}: {}", issue.path(), issue.message());
            }
            return Err(Error::Api(refused).into());
        }
        Err(other) => return Err(other.into()),
    };
    println!("accepted as job {job}; waiting");

    match client.write_jobs().wait(job).await? {
        WriteOutcome::Success { created_record_id: Some(id) } => {
            // Some vendors show it at once, others only after the next sync.
            match client.leads().get(&id).send().await {
                Ok(lead) => println!("created {} ({:?})", id, lead.results.first_name),
                Err(error) if error.status() == Some(404) => println!("created {id}; it cannot be read yet"),
                Err(error) => return Err(error.into()),
            }
        }
        WriteOutcome::Success { created_record_id: None } => {
            println!("done; this vendor gives no id at once, the lead comes with the next sync");
        }
        WriteOutcome::StillPending { job, .. } => {
            println!("not done yet; keep this and wait again later: {}", serde_json::to_string(&job)?);
        }
        ended => println!("it did not go well: {:?}", ended.errors()),
    }
    Ok(())
}
