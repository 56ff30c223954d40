//! Schedules a tour for a prospect in a CRM: `cargo run -p examples --example schedule_tour [eliseai]`.
//!
//! Uses the operation for all CRMs, or with `eliseai` the one for EliseAI. With `PROPEXO_TOKEN` and
//! `PROPEXO_ENVIRONMENT` it writes to Propexo, for the integration `PROPEXO_INTEGRATION_ID` and the community
//! `PROPEXO_COMMUNITY_ID`; else to the fake, with
//! `--features fake`.

mod support;

use propexo::crm_appointments::CreateCrmAppointment;
use propexo::crm_prospects::CreateCrmProspect;
use propexo::eliseai::CreateAppointment;
use propexo::{Client, Date, WriteOutcome, WriteReceipt};

fn main() -> support::Outcome {
    support::block_on(run())
}

async fn run() -> support::Outcome {
    let client = support::connect()?;
    let integration = support::setting("PROPEXO_INTEGRATION_ID")?;
    let community = support::setting("PROPEXO_COMMUNITY_ID")?;

    let prospect = CreateCrmProspect::new(&integration)
        .community_id(&community)
        .first_name("Ada")
        .last_name("Example")
        .email_1("ada@example.com")
        .move_in_date(Date::from("2027-03-01"))
        .rent_maximum_in_cents(250_000);
    let receipt = client.crm_prospects().create(prospect).send().await?;
    let prospect = finish(&client, "the prospect", &receipt).await?;

    // The time is UTC in both operations.
    let (day, time) = (Date::from("2027-02-01"), "15:30:00");
    let outcome = if std::env::args().any(|argument| argument == "eliseai") {
        let mut tour = CreateAppointment::new(&integration, day, time)
            .community_id(&community)
            .email_1("ada@example.com");
        tour.prospect_id = prospect.map(Into::into);
        let receipt = client.eliseai().create_appointment(tour).send().await?;
        finish(&client, "the tour, by EliseAI", &receipt).await?
    } else {
        let tour =
            CreateCrmAppointment::new(&integration).community_id(&community).email_1("ada@example.com");
        let mut tour = tour.appointment_date(day).appointment_time(time).notes("Would like to see the gym.");
        tour.prospect_id = prospect.map(Into::into);
        let receipt = client.crm_appointments().create(tour).send().await?;
        finish(&client, "the tour", &receipt).await?
    };
    println!("the tour is {}", outcome.as_deref().unwrap_or("booked, without an id as yet"));
    Ok(())
}

/// Waits for a write and returns the id of the created record.
async fn finish(client: &Client, what: &str, receipt: &WriteReceipt) -> support::Outcome<Option<String>> {
    println!("{what}: job {}, waiting", receipt.job_id());
    match client.write_jobs().wait(receipt).await? {
        WriteOutcome::Success { created_record_id } => Ok(created_record_id),
        WriteOutcome::StillPending { job, .. } => Err(format!("{what} is still pending as job {job}").into()),
        ended => Err(format!("{what} failed: {:?}", ended.errors()).into()),
    }
}
