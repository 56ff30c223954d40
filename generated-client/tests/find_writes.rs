//! Finds the jobs of a write whose receipt was lost.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::{Duration, SystemTime};

use common::client;
use propexo::transport::{HttpRequest, HttpResponse, MemoryTransport};
use propexo::{Client, Clock, Error, Sleep, TokioClock, WriteState};
use serde_json::{Value, json};

/// 2026-02-12T08:00:00Z.
const NOW: u64 = 1_770_883_200;

/// A clock that always returns the same calendar time.
#[derive(Debug, Default)]
struct Stopped(TokioClock);

impl Clock for Stopped {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.sleep(duration)
    }

    fn system_time(&self) -> SystemTime {
        ago(0)
    }
}

fn at_now(server: &MemoryTransport) -> Client {
    let client = Client::builder().token("t").base_url("http://test").transport(server.clone());
    client.clock(Stopped::default()).build().unwrap()
}

/// So many seconds before `NOW`.
fn ago(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW - seconds)
}

/// A log entry with a number, made so many seconds before `NOW`.
fn entry(number: u64, seconds: u64) -> Value {
    let (minutes, seconds) = ((3_600 - seconds) / 60, (3_600 - seconds) % 60);
    json!({
        "id": format!("e{number}"), "job_id": format!("j{number}"), "integration_id": "i", "name": "Create Lead",
        "created_at": format!("2026-02-12T07:{minutes:02}:{seconds:02}.000Z"), "error": null, "status": "SUCCESS",
        "parameters": { "integration_id": "i", "number": number },
    })
}

fn logs(entries: &[Value]) -> Value {
    json!({ "results": { "logs": entries } })
}

/// The jobs that `find_recent` returns for these entries.
async fn found(entries: &[Value], body: &Value, since: SystemTime) -> Vec<String> {
    let server = MemoryTransport::new().respond(200, logs(entries));
    let found = at_now(&server).write_jobs().find_recent(body, since).await.unwrap();
    assert_eq!(server.requests().len(), 1);
    found.into_iter().map(|entry| entry.job.job_id).collect()
}

/// A server with this log, newest first, which returns it in pages.
fn paged(entries: Vec<Value>) -> MemoryTransport {
    MemoryTransport::handler(move |request: &HttpRequest| {
        let offset =
            request.query().into_iter().find(|(name, _)| name == "offset").unwrap().1.parse().unwrap();
        let page: Vec<Value> = entries.iter().skip(offset).take(100).cloned().collect();
        Ok(HttpResponse::json(200, &logs(&page)))
    })
}

#[tokio::test]
async fn finds_the_jobs_whose_parameters_hold_the_body() {
    let body = json!({ "integration_id": "i", "notes": "pool", "rent": 1250 });
    let with = |number, parameters: Value| {
        let mut entry = entry(number, 10);
        entry["parameters"] = parameters;
        entry
    };
    let entries = [
        with(1, json!({ "integration_id": "i", "body": { "notes": "pool", "rent": 1250.0, "more": null } })),
        with(2, json!({ "integration_id": "i", "notes": "Pool", "rent": 1250 })),
        with(3, json!({ "notes": "pool", "rent": 1250 })),
        with(4, json!({ "rent": 1250, "notes": "pool", "integration_id": "i" })),
    ];
    assert_eq!(found(&entries, &body, ago(60)).await, ["j1", "j4"]);
}

#[tokio::test]
async fn omits_older_entries_with_a_tolerance_for_clock_skew() {
    let entries = [entry(1, 0), entry(2, 60), entry(3, 180), entry(4, 181)];
    assert_eq!(found(&entries, &json!({}), ago(60)).await, ["j1", "j2", "j3"]);
    let [mut dated, mut odd, mut undated] = [entry(5, 3_600), entry(6, 0), entry(7, 0)];
    dated["created_at"] = json!("2026-02-12T09:58:00+02:00");
    odd["created_at"] = json!("yesterday");
    undated.as_object_mut().unwrap().remove("created_at");
    let entries = [entry(4, 181), dated, odd, undated, entry(1, 10)];
    assert_eq!(found(&entries, &json!({}), ago(60)).await, ["j5", "j6", "j7", "j1"], "no job is hidden");
}

#[tokio::test]
async fn keeps_other_entries_if_one_is_invalid() {
    let entries = [
        json!(null),
        json!(7),
        json!("entry"),
        json!({}),
        json!({ "job_id": null }),
        json!({ "job_id": 7, "created_at": 7, "status": {}, "error": ["e"], "name": null, "parameters": "text" }),
        entry(1, 10),
    ];
    let server = MemoryTransport::new().respond(200, logs(&entries));
    let all = at_now(&server).write_jobs().find_recent(&json!({ "number": 1 }), ago(60)).await.unwrap();
    let [odd, good] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        (&*odd.job.job_id, odd.created_at.as_str(), odd.error.as_deref()),
        ("7", "7", Some(r#"["e"]"#))
    );
    assert_eq!(odd.status, WriteState::Unknown("{}".to_owned()));
    assert_eq!((&*good.job.job_id, &good.status, good.error.as_deref()), ("j1", &WriteState::Success, None));
    assert_eq!((good.integration_id.as_deref(), good.name.as_deref()), (Some("i"), Some("Create Lead")));
    assert_eq!(good.parameters["number"], 1);

    let body = r#"{"results":{"logs":[{"job_id":"j","parameters":{"notes":"cut \ud83d"}}]}}"#;
    let server = MemoryTransport::new().respond_with(HttpResponse::new(200).with_body(body));
    let all = at_now(&server).write_jobs().find_recent(&json!({ "notes": "n" }), ago(60)).await.unwrap();
    assert_eq!((&*all[0].job.job_id, &all[0].parameters), ("j", &Value::Null), "it may be the one");
}

#[tokio::test]
async fn asks_for_the_smallest_time_range_that_holds_the_moment() {
    for (seconds, range) in [
        (0, Some("hour")),
        (3_480, Some("hour")),
        (3_481, Some("day")),
        (86_280, Some("day")),
        (86_281, Some("week")),
        (7 * 86_400, Some("month")),
        (27 * 86_400, Some("month")),
        (30 * 86_400, None),
    ] {
        let server = MemoryTransport::new().respond(200, logs(&[]));
        at_now(&server).write_jobs().find_recent(&(), ago(seconds)).await.unwrap();
        let query = server.requests()[0].query();
        let asked = query.iter().find(|(name, _)| name == "time_range").map(|(_, value)| value.as_str());
        assert_eq!(asked, range, "{seconds}");
    }
    for since in [SystemTime::UNIX_EPOCH, ago(0) + Duration::from_secs(999)] {
        let server = MemoryTransport::new().respond(200, logs(&[entry(1, 0)]));
        at_now(&server).write_jobs().find_recent(&(), since).await.unwrap();
    }
}

#[tokio::test]
async fn narrows_the_search_on_the_server() {
    let server = MemoryTransport::new().respond(200, logs(&[]));
    let search =
        at_now(&server).write_jobs().find_recent(&(), ago(0)).integration_id("i&j").write_category("leads");
    assert!(tokio::spawn(search.into_future()).await.unwrap().unwrap().is_empty());
    let sent = &server.requests()[0];
    assert_eq!((sent.method().as_str(), sent.path()), ("GET", "/v1/admin/logs/writes/"));
    let mut query = sent.query();
    query.sort();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        query,
        [
            pair("integration_id", "i&j"),
            pair("limit", "100"),
            pair("offset", "0"),
            pair("time_range", "hour"),
            pair("write_category", "leads"),
        ]
    );
}

#[tokio::test]
async fn reads_on_until_the_log_is_too_old_or_ends() {
    let numbered = |count, age: fn(u64) -> u64| (0..count).map(|number| entry(number, age(number))).collect();
    for (server, found, requests) in [
        // The entry at the end of the second page is too old.
        (paged(numbered(350, |number| 2 * number)), 211, 3),
        (paged(numbered(250, |_| 0)), 250, 3),
        (paged(numbered(200, |_| 0)), 200, 3),
        // Oldest first: matching entries follow a page of older ones.
        (paged(numbered(250, |number| 800 - 2 * number)), 60, 3),
    ] {
        let all = at_now(&server).write_jobs().find_recent(&json!({}), ago(300)).await.unwrap();
        assert_eq!((all.len(), server.requests().len()), (found, requests));
    }
}

#[tokio::test]
async fn ends_where_the_server_repeats_a_page_and_returns_each_job_once() {
    let page: Vec<Value> = (0..100).map(|number| entry(number, 0)).collect();
    let server = MemoryTransport::handler(move |_| Ok(HttpResponse::json(200, &logs(&page))));
    let all = at_now(&server).write_jobs().find_recent(&json!({}), ago(60)).await.unwrap();
    assert_eq!((all.len(), server.requests().len()), (100, 2));
}

#[tokio::test]
async fn reports_bad_parameters_and_errors_of_the_server() {
    let server = MemoryTransport::new().respond(200, json!({ "results": [] })).respond(403, json!({}));
    let client = client(&server);
    for body in [json!([1]), json!("text")] {
        let error = client.write_jobs().find_recent(&body, ago(0)).await.unwrap_err();
        assert!(
            matches!(error, Error::Validation(_)) && error.to_string().contains("not an object"),
            "{error}"
        );
    }
    let unwritable = std::collections::BTreeMap::from([(vec![1], 2)]);
    let error = client.write_jobs().find_recent(&unwritable, ago(0)).await.unwrap_err();
    assert!(matches!(error, Error::Validation(_)), "{error}");
    assert!(server.requests().is_empty());
    let error = client.write_jobs().find_recent(&(), ago(0)).await.unwrap_err();
    assert!(matches!(&error, Error::Decode(_)) && !error.may_have_acted(), "{error}");
    let error = client.write_jobs().find_recent(&(), ago(0)).await.unwrap_err();
    assert_eq!(error.status(), Some(403));
}
