//! Lists leads, one page and then all of them: `cargo run -p examples --example list_leads`.
//!
//! Calls Propexo if `PROPEXO_TOKEN` and `PROPEXO_ENVIRONMENT` (`production` or `sandbox`) are set, else the fake,
//! with `--features fake`.

mod support;

use propexo::Error;

fn main() -> support::Outcome {
    support::block_on(run())
}

async fn run() -> support::Outcome {
    let client = support::connect()?;

    let page = client.leads().list().limit(10).order_by("created_at:desc").send().await?;
    for lead in &page {
        let name = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
        println!("{}  {} {}  {}", lead.id, name(&lead.first_name), name(&lead.last_name), lead.created_at);
    }
    if let Some(total) = page.meta.total {
        println!("the newest {} of {total} leads\n", page.results.len());
    }

    // All leads, prefetching one page. A record that does not decode does not affect the others.
    let mut leads = client.leads().list().limit(250).items().prefetch(1);
    let mut count = 0;
    while let Some(lead) = leads.next_item().await {
        match lead {
            Ok(_) => count += 1,
            Err(Error::Decode(bad)) => eprintln!("{bad}"),
            Err(other) => return Err(other.into()),
        }
    }
    let report = leads.report();
    println!("{count} leads on {} pages, {} of them came twice", report.pages, report.repeated);
    Ok(())
}
