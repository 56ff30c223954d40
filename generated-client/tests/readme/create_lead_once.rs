use std::time::SystemTime;
use propexo::leads::CreateLead;

async fn create_lead_once(client: propexo::Client, lead: CreateLead) -> propexo::Result<()> {
    let since = SystemTime::now();
    match client.leads().create(lead.clone()).send().await {
        Ok(receipt) => println!("accepted as job {}", receipt.job_id()),
        Err(error) if error.may_have_acted() => {
            let found = client.write_jobs().find_recent(&lead, since).await?;
            println!("{error}; {} jobs may be this write", found.len());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
