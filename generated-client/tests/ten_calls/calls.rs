//! Ten calls, written from `llms.txt` and `API.md` alone.

use std::time::Duration;

use propexo::fake::Fake;
use propexo::ids::LeadId;
use propexo::leads::{CreateLead, Lead, LeadStatus, NewEvent, NewEventName, PhoneType};
use propexo::resman::{
    CreateLeadAppointment, CreateLeadAppointmentRequired, ResmanAttachment, ResmanAttachmentRequired,
    UploadApplicantFile,
};
use propexo::units::UpdateUnit;
use propexo::webhook::{self, Event, WebhookError};
use propexo::webhooks::{CreateWebhook, CreateWebhookTrigger};
use propexo::{Client, Error, WriteOutcome, WriteReceipt};

/// 1. A list with filters, as a stream.
pub(crate) async fn list(client: &Client) -> propexo::Result<Vec<LeadId>> {
    let leads = client.leads().list().integration_vendor("RESMAN".into()).property_id("property_1");
    let mut leads = leads.order_by("created_at:asc").limit(250).items().prefetch(4);
    let mut ids = Vec::new();
    while let Some(lead) = leads.next_item().await {
        ids.push(lead?.id);
    }
    Ok(ids)
}

/// 2. A write with enums, dates, money and a nested type.
pub(crate) async fn create(client: &Client) -> propexo::Result<WriteReceipt> {
    let call =
        NewEvent::new("employee_1", "2027-02-01T15:30:00Z", NewEventName::WalkIn).notes("with her dog");
    let lead = CreateLead::new("integration_1")
        .first_name("Ada")
        .phone_1("2125550100")
        .phone_1_type(PhoneType::Mobile)
        .status(LeadStatus::Active)
        .target_move_in_date("2027-02-01")
        .desired_max_rent_in_cents(150_000)
        .events(vec![call]);
    client.leads().create(lead).send().await
}

/// 3. A field that becomes null.
pub(crate) async fn null(client: &Client) -> propexo::Result<WriteReceipt> {
    let change = UpdateUnit::default().bathrooms("1.5").clear_bedrooms();
    client.units().update("unit_1", change).send().await
}

/// 4. The outcome of a write.
pub(crate) async fn wait(client: &Client, receipt: &WriteReceipt) -> propexo::Result<String> {
    Ok(match client.write_jobs().wait(receipt).deadline(Duration::from_secs(60)).await? {
        WriteOutcome::Success { created_record_id } => created_record_id.unwrap_or_default(),
        WriteOutcome::PartialSuccess { errors, .. } | WriteOutcome::Failure { errors } => errors.join(", "),
        WriteOutcome::StillPending { job, last_error } => format!("{job}: {last_error:?}"),
    })
}

/// 5. A webhook that is registered, and one that is received.
pub(crate) async fn register(client: &Client) -> propexo::Result<Option<String>> {
    let webhook = CreateWebhook::new(vec![CreateWebhookTrigger::DataNew], "https://example.com").active(true);
    let response = client.webhooks().create(webhook).send().await?;
    Ok(response.result.secret.as_ref().map(|secret| secret.expose().to_owned()))
}

pub(crate) fn receive(secret: &str, signature: &str, body: &[u8]) -> u16 {
    match webhook::receive(secret, signature, body) {
        Ok(Event::DataNew(change)) => println!("read {:?}", change.record_id),
        Ok(Event::WriteOperationFailure(failure)) => {
            println!("{}: {:?}", failure.root_job_id, failure.errors)
        }
        Ok(_) => {}
        Err(WebhookError::Signature) => return 401,
        Err(_) => return 400,
    }
    204
}

/// 6. Errors, told apart.
pub(crate) async fn errors(client: &Client, id: &str) -> propexo::Result<Option<Lead>> {
    match client.leads().get(id).timeout(Duration::from_secs(5)).send().await {
        Ok(lead) => Ok(Some(lead.into_inner())),
        Err(Error::Api(error)) if error.status() == 404 => Ok(None),
        Err(Error::Api(error)) => {
            error.issues().iter().for_each(|issue| println!("{}: {}", issue.path(), issue.message()));
            println!("{}", error.message().unwrap_or("no message"));
            Err(Error::Api(error))
        }
        Err(Error::Timeout(error)) => Err(Error::Timeout(error)),
        Err(error) => Err(error),
    }
}

/// 7. A file.
pub(crate) async fn upload(client: &Client, base64: String) -> propexo::Result<WriteReceipt> {
    let file = ResmanAttachment::new(ResmanAttachmentRequired {
        file_data: base64,
        file_name: "id.pdf".into(),
        mime_type: "application/pdf".into(),
    });
    let files = UploadApplicantFile::new("integration_1", "application_1", vec![file]);
    client.resman().upload_applicant_file("applicant_1", files).send().await
}

/// 8. An operation of one vendor.
pub(crate) async fn appointment(client: &Client) -> propexo::Result<WriteReceipt> {
    let appointment = CreateLeadAppointment::new(CreateLeadAppointmentRequired {
        integration_id: "integration_1".into(),
        lead_id: "lead_1".into(),
        lead_source_id: "lead_source_1".into(),
        appointment_date: "2027-02-01".into(),
        appointment_time: "15:30:00".into(),
    });
    client.resman().create_lead_appointment(appointment.notes("with her dog").unit_id("unit_1")).send().await
}

/// 9. Calls without asynchronous code.
pub(crate) fn blocking(client: &Client) -> propexo::Result<usize> {
    let page = client.leads().list().limit(2).send().blocking()?;
    let mut count = 0;
    for lead in client.leads().list().limit(2).items().blocking() {
        lead?;
        count += 1;
    }
    assert_eq!(page.meta.total, Some(count));
    Ok(page.results.len())
}

/// 10. A test without a network.
#[tokio::test(start_paused = true)]
async fn lists_every_lead_of_the_property() {
    let fake = Fake::builder().integration("RESMAN").records::<Lead>(300).build();
    let ids = list(&fake.client()).await.unwrap();
    assert!(!ids.is_empty());
    assert!(
        fake.records::<Lead>()
            .iter()
            .filter(|lead| lead.property_id.as_ref().is_some_and(|id| *id == *"property_1"))
            .all(|lead| ids.contains(&lead.id))
    );
    assert_eq!(fake.requests_to("GET /v1/leads/").len(), ids.len().div_ceil(250));
}
