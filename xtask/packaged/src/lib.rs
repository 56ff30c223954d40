//! The first steps of a user: a list, and a write to its end.

use propexo::leads::CreateLead;
use propexo::{Client, WriteOutcome};

/// Returns the ids of the first leads.
///
/// # Errors
///
/// Any error of the client.
pub async fn first_leads(client: &Client) -> propexo::Result<Vec<String>> {
    let page = client.leads().list().limit(50).send().await?;
    Ok(page.results.into_iter().map(|lead| lead.id.into_string()).collect())
}

/// Creates a lead and waits for the property management system; returns its new id.
///
/// # Errors
///
/// Any error of the client.
pub async fn create(client: &Client, lead: CreateLead) -> propexo::Result<Option<String>> {
    let receipt = client.leads().create(lead).send().await?;
    Ok(match client.write_jobs().wait(&receipt).await? {
        WriteOutcome::Success { created_record_id } => created_record_id,
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use propexo::transport::MemoryTransport;
    use serde_json::json;

    #[tokio::test]
    async fn the_packed_client_sends_and_reads() {
        let server = MemoryTransport::new().respond(200, json!({ "meta": { "orderBy": [] }, "results": [] }));
        let client = propexo::Client::builder().token("t").base_url("http://test").transport(server.clone());
        let found = super::first_leads(&client.build().unwrap()).await.unwrap();
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(server.requests()[0].url(), "http://test/v1/leads/?limit=50");
    }
}
