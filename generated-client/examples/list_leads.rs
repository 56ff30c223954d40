//! Lists the newest leads: `cargo run -p generated-client --example list_leads`.
//!
//! Needs `PROPEXO_TOKEN`, and `PROPEXO_ENVIRONMENT` (`production` or `sandbox`).

use propexo::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> propexo::Result<()> {
    let client = Client::from_env()?;
    let page = client.leads().list().limit(10).order_by("created_at:desc").send().await?;
    for lead in &page.results {
        println!(
            "{}  {} {}  {}",
            lead.id,
            lead.first_name.as_deref().unwrap_or("-"),
            lead.last_name.as_deref().unwrap_or("-"),
            lead.created_at
        );
    }
    match page.meta.total {
        Some(total) => println!("{} of {total} leads", page.results.len()),
        None => println!("{} leads", page.results.len()),
    }
    Ok(())
}
