//! Runs the example of every operation against the fake.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "all-groups", feature = "fake"))]

#[rustfmt::skip]
mod generated;

use std::pin::Pin;

use propexo::Client;
use propexo::fake::Fake;

/// An operation, and the function that calls it as its documentation shows.
type Example = (&'static str, fn(Client) -> Pin<Box<dyn Future<Output = propexo::Result<()>>>>);

#[tokio::test(start_paused = true)]
async fn every_example_runs() {
    let mut succeeded = 0;
    for (operation, run) in generated::EXAMPLES {
        // The ids in examples are words, not those of records.
        let fake = Fake::builder().accept_unknown_ids(true).build();
        // A write that failed is there to be retried.
        fake.faults().next_write(propexo::WriteState::Failure, ["no"]);
        let lead = propexo::leads::CreateLead::new("integration id");
        let receipt = fake.client().leads().create(lead).send().await.unwrap();
        drop(fake.client().write_jobs().wait(&receipt).await.unwrap());
        match run(fake.client()).await {
            Ok(()) if fake.requests().last().unwrap().operation == *operation => succeeded += 1,
            outcome => println!("{operation}: {outcome:?}"),
        }
    }
    println!("{succeeded} of {} examples run", generated::EXAMPLES.len());
    assert_eq!(succeeded, generated::EXAMPLES.len());
}
