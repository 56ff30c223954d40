//! A request that is not sent, a response that is not awaited, and other values that do nothing.
#![deny(unused_must_use)]

use propexo::leads::CreateLead;
use propexo::{Client, WriteReceipt};

async fn calls(client: &Client, receipt: &WriteReceipt) -> propexo::Result<()> {
    client.leads().list().send().await?;
    client.leads().list(); //~ unused_must_use Request`
    client.leads().list().send(); //~ unused_must_use `ResponseFuture`
    client.leads().list().items(); //~ unused_must_use `Items`
    client.write_jobs().wait(receipt); //~ unused_must_use `WaitForWrite`
    client.leads().list().send().await; //~ unused_must_use `Result`
    CreateLead::new("integration id").first_name("Ada"); //~ unused_must_use return value
    Ok(())
}

fn main() {}
