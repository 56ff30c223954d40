use propexo::Error;

async fn find_lead(client: propexo::Client, id: &str) -> propexo::Result<()> {
    match client.leads().get(id).send().await {
        Ok(lead) => println!("{:?}", lead.results.email_1),
        Err(Error::Api(refused)) if refused.status() == 404 => println!("no such lead"),
        Err(Error::Api(refused)) => println!("{}: {}", refused.status(), refused.message().unwrap_or("no reason given")),
        Err(other) => return Err(other),
    }
    Ok(())
}
