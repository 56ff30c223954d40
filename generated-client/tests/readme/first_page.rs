use propexo::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> propexo::Result<()> {
    let client = Client::from_env()?; // PROPEXO_TOKEN, and PROPEXO_ENVIRONMENT=sandbox
    let page = client.leads().list().limit(50).send().await?;
    for lead in &page.results {
        println!("{} {:?}", lead.id, lead.status);
    }
    Ok(())
}
