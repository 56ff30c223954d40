//! Copies all residents into an SQLite file: `cargo run -p examples --features sqlite --example sync_to_sqlite [FILE]`.
//!
//! A run that was interrupted, even by `kill -9`, is resumed by the next one: the rows of a page and the position behind
//! it are stored in one transaction. Without FILE the database is in memory. Calls Propexo if `PROPEXO_TOKEN` and
//! `PROPEXO_ENVIRONMENT` are set, else the fake, with `--features fake`.

mod support;

use indicatif::{ProgressBar, ProgressStyle};
use propexo::{Client, Error};
use rusqlite::{Connection, params};

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS resident (id TEXT PRIMARY KEY, updated_at TEXT, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS rejected (json TEXT PRIMARY KEY, error TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS sync (list TEXT PRIMARY KEY, position INTEGER NOT NULL);
    INSERT OR IGNORE INTO sync VALUES ('residents', 0);";

fn main() -> support::Outcome {
    support::block_on(run())
}

async fn run() -> support::Outcome {
    let client = support::connect()?;
    let mut database = match std::env::args().nth(1) {
        Some(path) => Connection::open(path)?,
        None => Connection::open_in_memory()?,
    };
    database.execute_batch(TABLES)?;
    sync(&client, &mut database).await?;
    let count = |table| database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
    let (residents, rejected): (u64, u64) = (count("resident")?, count("rejected")?);
    println!("{residents} residents, {rejected} rows that do not decode");
    Ok(())
}

/// Stores all residents from the position on at which the last run ended.
async fn sync(client: &Client, database: &mut Connection) -> support::Outcome {
    let position: u64 = database.query_row("SELECT position FROM sync", [], |row| row.get(0))?;
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
        "{bar:40} {pos} of {len} residents, {per_sec}, {eta} to go  {msg}",
    )?);
    // Full pages, four at once: the client keeps the rate limit and lets its interactive requests go first.
    let mut pages = client.residents().list().limit(250).offset(position).pages().prefetch(4);
    while let Some(page) = pages.next_page().await? {
        let transaction = database.transaction()?;
        for resident in &page {
            transaction.execute(
                "INSERT OR REPLACE INTO resident VALUES (?1, ?2, ?3)",
                params![resident.id.as_str(), resident.updated_at.as_str(), serde_json::to_string(resident)?],
            )?;
        }
        for row in &page.rejected {
            // A row that does not decode costs only itself, and is kept as received.
            transaction.execute(
                "INSERT OR REPLACE INTO rejected VALUES (?1, ?2)",
                params![row.error.body(), Error::from(row.error.clone()).to_string()],
            )?;
        }
        transaction.execute("UPDATE sync SET position = ?1", [pages.offset()])?;
        transaction.commit()?;
        if let Some(total) = page.meta.total {
            bar.set_length(total);
        }
        bar.set_position(pages.offset());
        let limit = client.rate_limit();
        bar.set_message(format!("{} of {} requests this minute", limit.used, limit.budget));
    }
    bar.finish();
    // The next run begins anew. A list that changed while it was read may have skipped rows, which that run finds.
    database.execute("UPDATE sync SET position = 0", [])?;
    let report = pages.report();
    if report.is_inconsistent() {
        println!("the list changed while it was read: {} residents came twice; sync again", report.repeated);
    }
    Ok(())
}
