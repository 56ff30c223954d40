//! Writes all residents to a file, one JSON object a line: `cargo run -p generated-client --example bulk_export [FILE] [OFFSET]`.
//!
//! Calls Propexo if `PROPEXO_TOKEN` and `PROPEXO_ENVIRONMENT` are set, else the fake, with
//! `--features fake`. Without FILE the lines are only counted. An interrupted export resumes at the OFFSET that it printed.

mod support;

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};

use indicatif::{ProgressBar, ProgressStyle};
use propexo::{Client, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> support::Outcome {
    let client = support::connect()?;
    let mut arguments = std::env::args().skip(1);
    let mut file: Box<dyn Write> = match arguments.next() {
        Some(path) => Box::new(BufWriter::new(OpenOptions::new().create(true).append(true).open(path)?)),
        None => Box::new(io::sink()),
    };
    let offset = arguments.next().map_or(Ok(0), |offset| offset.parse())?;

    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
        "{bar:40} {pos} of {len} residents, {per_sec}, {eta} to go  {msg}",
    )?);
    let result = export(&client, offset, &mut file, &bar).await;
    file.flush()?;
    if let Err(error) = result {
        bar.abandon();
        eprintln!("broke off; go on from {}", bar.position());
        return Err(error);
    }
    bar.finish();
    println!("{} residents", bar.position() - offset);
    Ok(())
}

/// Writes all residents from an offset on; the position of the bar is the offset at which to resume.
async fn export(client: &Client, offset: u64, file: &mut dyn Write, bar: &ProgressBar) -> support::Outcome {
    // Full pages, four at once: the client keeps the rate limit and lets its interactive requests go first.
    let mut pages = client.residents().list().limit(250).offset(offset).pages().prefetch(4);
    bar.set_position(offset);
    while let Some(page) = pages.next_page().await? {
        for resident in &page {
            serde_json::to_writer(&mut *file, resident)?;
            file.write_all(b"\n")?;
        }
        for bad in page.rejected {
            // Nothing is lost: a row that does not decode is written as received.
            bar.println(Error::from(bad.error.clone()).to_string());
            file.write_all(bad.error.body())?;
            file.write_all(b"\n")?;
        }
        if let Some(total) = page.meta.total {
            bar.set_length(total);
        }
        bar.set_position(pages.offset());
        let limit = client.rate_limit();
        bar.set_message(format!("{} of {} requests this minute", limit.used, limit.budget));
    }
    let report = pages.report();
    if report.is_inconsistent() {
        bar.println(format!("the list changed while it was read: {} residents came twice", report.repeated));
    }
    Ok(())
}
