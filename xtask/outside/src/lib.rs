//! The tests of a user: the client over the in-memory transport.

/// Returns the names of all leads of a property.
///
/// # Errors
///
/// Any error of the client.
pub async fn names(client: &propexo::Client, property: &str) -> propexo::Result<Vec<String>> {
    let page = client.leads().list().property_id(property).limit(250).send().await?;
    Ok(page.into_iter().filter_map(|lead| lead.first_name).collect())
}

#[cfg(test)]
mod tests {
    use propexo::transport::MemoryTransport;
    use serde_json::json;

    #[tokio::test]
    async fn a_page_is_read_row_by_row_where_it_must() {
        let response = json!({ "meta": { "orderBy": [] }, "results": [{ "id": 7 }] });
        let server = MemoryTransport::new().respond(200, response);
        let client =
            propexo::Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap();
        assert_eq!(super::names(&client, "p 1").await.unwrap(), Vec::<String>::new());
        assert_eq!(server.requests()[0].url(), "http://test/v1/leads/?property_id=p%201&limit=250");
    }

    /// Tested here, because a dev-dependency enables the necessary feature in the client's own tests.
    #[tokio::test]
    async fn a_number_keeps_its_last_digit() {
        use propexo::{Idempotency, Method, Operation, Request};
        const LONGITUDE: Operation = Operation::new("longitude", Method::Get, "/longitude", Idempotency::Safe);
        let server = MemoryTransport::new().respond_with(
            propexo::transport::HttpResponse::new(200).with_body("-99.86073685300187"),
        );
        let client = propexo::Client::builder().token("t").base_url("http://test").transport(server);
        let read: f64 = Request::new(&client.build().unwrap(), &LONGITUDE).send().await.unwrap();
        assert_eq!(read.to_string(), "-99.86073685300187");
    }
}
