async fn print_residents(client: propexo::Client) -> propexo::Result<()> {
    let mut residents = client.residents().list().integration_id("…").limit(250).items().prefetch(4);
    while let Some(resident) = residents.next_item().await {
        println!("{}", resident?.id);
    }
    Ok(())
}
