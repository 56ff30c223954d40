use propexo::webhook::{self, Event, WebhookError};

fn receive(secret: &str, signature: &str, body: &[u8]) -> Result<(), WebhookError> {
    match webhook::receive(secret, signature, body)? {
        Event::WriteOperationFailure(failure) => println!("failed: {:?}", failure.errors),
        other => println!("{other:?}"),
    }
    Ok(())
}
