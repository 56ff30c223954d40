//! Adds a file to the history of a service request: `cargo run -p examples --example upload_file [FILE]`.
//!
//! Files are sent as base64 within the JSON. With `PROPEXO_TOKEN` and `PROPEXO_ENVIRONMENT` it writes to Propexo, for
//! the integration `PROPEXO_INTEGRATION_ID` and the request `PROPEXO_SERVICE_REQUEST_ID`; else to the fake, with
//! `--features fake`.

mod support;

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use propexo::service_requests::{CreateHistory, NoteAttachment, NoteAttachmentRequired};

fn main() -> support::Outcome {
    support::block_on(run())
}

async fn run() -> support::Outcome {
    let client = support::connect()?;
    let (name, bytes) = match std::env::args().nth(1) {
        Some(path) => {
            let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read(&path)?)
        }
        None => ("note.txt".to_owned(), b"The tap was mended.\n".to_vec()),
    };
    let kind = match name.rsplit('.').next() {
        Some("pdf") => "application/pdf",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        _ => "text/plain",
    };
    println!("{name}: {} bytes of {kind}", bytes.len());

    let file = NoteAttachment::new(NoteAttachmentRequired {
        file_data: STANDARD.encode(&bytes),
        file_name: name,
        mime_type: kind.to_owned(),
    });
    let history = CreateHistory::new(support::setting("PROPEXO_INTEGRATION_ID")?)
        .service_request_id(support::setting("PROPEXO_SERVICE_REQUEST_ID")?)
        .title("Mended")
        .attachment(file);
    // The maximum size of a file is checked here, before megabytes are sent in vain.
    history.validate()?;

    let upload = client.service_requests().create_history(history).timeout(Duration::from_secs(300));
    let receipt = upload.send().await?;
    let outcome = client.write_jobs().wait(&receipt).await?;
    println!("{outcome:?}");
    Ok(())
}
