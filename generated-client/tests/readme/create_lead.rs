use propexo::WriteOutcome;
use propexo::leads::CreateLead;

async fn create_lead(client: propexo::Client) -> propexo::Result<()> {
    let lead = CreateLead::new("integration id").first_name("Ada").email_1("ada@example.com");
    let receipt = client.leads().create(lead).send().await?;
    match client.write_jobs().wait(&receipt).await? {
        WriteOutcome::Success { created_record_id } => println!("created {created_record_id:?}"),
        WriteOutcome::PartialSuccess { errors, .. } | WriteOutcome::Failure { errors } => println!("{errors:?}"),
        WriteOutcome::StillPending { job, .. } => println!("keep {job} and wait again later"),
    }
    Ok(())
}
