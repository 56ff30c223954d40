//! Runs the programs as their users do: as processes, against a Propexo that is a fake over HTTP.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;
use std::time::Duration;

use propexo::fake::{Fake, FakeBuilder};
use propexo::leads::Lead;
use propexo::residents::Resident;
use propexo::service_requests::ServiceRequest;
use rusqlite::Connection;

fn fake() -> FakeBuilder {
    Fake::builder().job_duration(Duration::from_millis(100)).accept_unknown_ids(true)
}

/// Returns what a program prints, which `cargo test` has built.
fn run(fake: &Fake, program: &str, arguments: &[&str]) -> String {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("examples").join(program);
    let mut command = Command::new(path);
    command.args(arguments).env_remove("PROPEXO_ENVIRONMENT");
    for record in ["INTEGRATION", "PROPERTY", "UNIT", "COMMUNITY", "SERVICE_REQUEST"] {
        command.env(format!("PROPEXO_{record}_ID"), format!("{}_1", record.to_lowercase()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let output = runtime.block_on(async {
        let server = fake.serve("127.0.0.1:0").await.unwrap();
        command.env("PROPEXO_BASE_URL", server.url()).env("PROPEXO_TOKEN", "any");
        tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
    });
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

#[test]
fn list_leads_reads_all_pages() {
    let fake = fake().records::<Lead>(600).build();
    let printed = run(&fake, "list_leads", &[]);
    assert!(printed.contains("the newest 10 of 600 leads"), "{printed}");
    assert!(printed.contains("600 leads on 3 pages, 0 of them came twice"), "{printed}");
}

#[test]
fn create_lead_waits_until_the_lead_exists() {
    let fake = fake().records::<Lead>(0).build();
    run(&fake, "create_lead", &[]);
    let leads = fake.records::<Lead>();
    assert_eq!(leads.iter().map(|lead| lead.first_name.as_deref()).collect::<Vec<_>>(), [Some("Ada")]);
}

#[test]
fn schedule_tour_writes_each_of_the_two_once() {
    for arguments in [&[][..], &["eliseai"]] {
        let fake = fake().build();
        run(&fake, "schedule_tour", arguments);
        assert_eq!(fake.writes().len(), 2, "{arguments:?}");
    }
}

#[test]
fn service_request_is_created_and_read_back() {
    let fake = fake().records::<ServiceRequest>(0).build();
    run(&fake, "service_request", &[]);
    assert_eq!(fake.records::<ServiceRequest>().len(), 1);
}

#[test]
fn upload_file_writes_once() {
    let fake = fake().build();
    let printed = run(&fake, "upload_file", &[]);
    assert!(printed.contains("note.txt: 20 bytes of text/plain"), "{printed}");
    assert_eq!(fake.writes().len(), 1);
}

#[test]
fn sync_resumes_where_it_was_interrupted() {
    let fake = fake().records::<Resident>(600).build();
    let folder = std::env::temp_dir().join(format!("propexo-sync-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("mirror.db");
    let path = path.to_str().unwrap();
    run(&fake, "sync_to_sqlite", &[path]);
    // What a run leaves that is killed after its second page.
    Connection::open(path).unwrap().execute_batch("UPDATE sync SET position = 500").unwrap();
    let before = fake.request_count();
    let printed = run(&fake, "sync_to_sqlite", &[path]);
    assert!(printed.contains("600 residents, 0 rows that do not decode"), "{printed}");
    let requests = fake.requests();
    let resumed = &requests[before..];
    assert_eq!(resumed.len(), 1, "only the page that is missing is read");
    let query = &resumed[0].query;
    assert!(query.contains(&("offset".to_owned(), "500".to_owned())), "{query:?}");
    let stored: Vec<String> = {
        let database = Connection::open(path).unwrap();
        let mut select = database.prepare("SELECT id FROM resident ORDER BY id").unwrap();
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut held: Vec<String> =
        fake.records::<Resident>().into_iter().map(|resident| resident.id.into()).collect();
    held.sort();
    assert_eq!(stored, held);
    std::fs::remove_dir_all(folder).unwrap();
}
