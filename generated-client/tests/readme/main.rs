//! The Rust blocks of both READMEs run against the fake. Each is a file of this folder, which a test compares.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "all-groups", feature = "fake-server"))]

use std::process::Command;

use propexo::fake::{Fake, FakeBuilder};

/// A fake that accepts the ids in the READMEs.
fn fake() -> FakeBuilder {
    Fake::builder().accept_unknown_ids(true)
}

/// Returns how many requests to an operation had a status.
fn count(fake: &Fake, operation: &str, status: u16) -> usize {
    fake.requests_to(operation).iter().filter(|request| request.status == Some(status)).count()
}

mod first_page {
    include!("first_page.rs");

    #[test]
    #[ignore = "runs as a process of the next test"]
    fn program() {
        main().unwrap();
    }

    #[tokio::test]
    async fn reads_its_settings_from_the_environment_and_prints_leads() {
        let fake = super::fake().build();
        let server = fake.serve("127.0.0.1:0").await.unwrap();
        let mut program = super::Command::new(std::env::current_exe().unwrap());
        program.args(["--ignored", "--exact", "--nocapture", "first_page::program"]);
        program.env("PROPEXO_TOKEN", "any").env("PROPEXO_BASE_URL", server.url());
        let output = tokio::task::spawn_blocking(move || program.output()).await.unwrap().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{printed}");
        for lead in fake.records::<propexo::leads::Lead>() {
            assert!(printed.contains(&format!("{} {:?}", lead.id, lead.status)), "{printed}");
        }
    }
}

mod all_residents {
    include!("all_residents.rs");

    #[tokio::test(start_paused = true)]
    async fn reads_all_pages() {
        let fake = super::fake().records::<propexo::residents::Resident>(600).build();
        print_residents(fake.client()).await.unwrap();
        let requests = fake.requests_to("GET /v1/residents/");
        assert!(!requests.is_empty() && requests.iter().all(|request| request.status == Some(200)));
        let sent = |name: &str| requests[0].query.iter().find(|(own, _)| own == name).unwrap().1.clone();
        assert_eq!((sent("integration_id"), sent("limit")), ("…".to_owned(), "250".to_owned()));
    }
}

mod create_lead {
    include!("create_lead.rs");

    #[tokio::test(start_paused = true)]
    async fn waits_until_the_lead_exists() {
        let fake = super::fake().records::<propexo::leads::Lead>(0).build();
        create_lead(fake.client()).await.unwrap();
        let leads = fake.records::<propexo::leads::Lead>();
        assert_eq!(leads.iter().map(|lead| lead.first_name.as_deref()).collect::<Vec<_>>(), [Some("Ada")]);
    }
}

mod create_lead_once {
    include!("create_lead_once.rs");

    #[tokio::test(start_paused = true)]
    async fn looks_for_the_job_and_does_not_send_again() {
        let fake = super::fake().records::<propexo::leads::Lead>(0).build();
        fake.faults().once_at("POST /v1/leads/", propexo::fake::Fault::ResetAfter);
        create_lead_once(fake.client(), CreateLead::new("integration id").first_name("Ada")).await.unwrap();
        assert_eq!(fake.writes().len(), 1);
        assert_eq!(super::count(&fake, "GET /v1/admin/logs/writes/", 200), 1);
    }
}

mod find_lead {
    include!("find_lead.rs");

    #[tokio::test(start_paused = true)]
    async fn distinguishes_a_missing_lead_and_returns_other_errors() {
        const GET: &str = "GET /v1/leads/{id}";
        let fake = propexo::fake::Fake::builder().build();
        find_lead(fake.client(), "lead_1").await.unwrap();
        find_lead(fake.client(), "no such lead").await.unwrap();
        assert_eq!((super::count(&fake, GET, 200), super::count(&fake, GET, 404)), (1, 1));
        fake.faults().always_at(GET, propexo::fake::Fault::Unreachable);
        assert!(matches!(find_lead(fake.client(), "lead_1").await, Err(Error::Transport(_))));
    }
}

mod receive {
    include!("receive.rs");

    #[test]
    fn accepts_signed_deliveries_only() {
        let fake = super::fake().build();
        fake.register_webhook("https://example.com/propexo", "secret");
        fake.sync();
        for delivery in fake.deliveries() {
            receive("secret", delivery.signature(), &delivery.body).unwrap();
            let forged = receive("another secret", delivery.signature(), &delivery.body);
            assert_eq!(forged, Err(WebhookError::Signature));
        }
    }
}

/// A test itself.
mod fake {
    include!("fake.rs");
}

#[test]
fn every_block_of_the_readmes_is_a_file_of_this_folder() {
    let files = [
        include_str!("first_page.rs"),
        include_str!("all_residents.rs"),
        include_str!("create_lead.rs"),
        include_str!("create_lead_once.rs"),
        include_str!("find_lead.rs"),
        include_str!("receive.rs"),
        include_str!("fake.rs"),
    ];
    let readmes = [include_str!("../../../README.md"), include_str!("../../README.md")];
    let blocks: Vec<&str> = readmes.iter().flat_map(|readme| readme.split("```rust").skip(1)).collect();
    let text = |block: &&'static str| block.trim_start_matches('\n').split("```").next().unwrap();
    let without_file: Vec<&str> = blocks.iter().map(text).filter(|text| !files.contains(text)).collect();
    println!("{} of {} blocks run", blocks.len() - without_file.len(), blocks.len());
    assert!(without_file.is_empty(), "blocks that differ from their file, or have none: {without_file:#?}");
    let is_used = |file: &&str| readmes.iter().any(|readme| readme.contains(*file));
    assert!(files.iter().all(is_used) && blocks.len() >= files.len());
}
