//! Lists of servers with faults, and the JSON of rows.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::client;
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::{Error, Idempotency, Method, Operation, Page, Pages, Request};
use serde_json::{Value, json};

const LIST: Operation = Operation::new("things.list", Method::Get, "/list", Idempotency::Safe);

/// A list whose pages have the given metadata; page `n` has the rows that `rows` returns.
fn list(meta: Value, rows: fn(usize) -> Vec<Value>) -> (Request<Page<Value>>, MemoryTransport) {
    let page = std::sync::atomic::AtomicUsize::new(0);
    let server = MemoryTransport::handler(move |_| {
        let rows = rows(page.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
        Ok(HttpResponse::json(200, &json!({ "results": rows, "meta": meta })))
    });
    (Request::new(&client(&server), &LIST), server)
}

fn same_rows(_: usize) -> Vec<Value> {
    (0..10).map(|id| json!({ "id": id })).collect()
}

fn ten_new_rows(page: usize) -> Vec<Value> {
    (0..10).map(|row| json!({ "id": format!("{page}-{row}") })).collect()
}

/// Reads pages until the list ends; returns their number and the error.
async fn read(mut pages: Pages<Value>) -> (usize, Option<Error>) {
    let mut count = 0;
    loop {
        match pages.next_page().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => return (count, None),
            Err(error) => {
                assert!(pages.next_page().await.unwrap().is_none(), "the list has ended");
                return (count, Some(error));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ends_with_an_error_at_the_first_repeated_page() {
    for meta in
        [json!({ "hasMore": true }), json!({ "hasMore": true, "total": 1000, "offset": 0 }), json!({})]
    {
        for prefetch in [0, 4] {
            let (request, _) = list(meta.clone(), same_rows);
            let (count, error) = read(request.query("limit", 10).pages().prefetch(prefetch)).await;
            let Some(Error::Decode(error)) = error else { panic!("{meta}: {count} pages") };
            assert_eq!((count, error.path()), (1, "results"));
            assert!(error.reason().ends_with("the server ignores `offset`"), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ends_without_an_error_where_a_page_repeats_although_all_rows_were_read() {
    for prefetch in [0, 4] {
        let (request, _) = list(json!({ "hasMore": true, "total": 10 }), same_rows);
        let (count, error) = read(request.query("limit", 10).pages().prefetch(prefetch)).await;
        assert!(error.is_none() && count == 1, "{count}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn goes_on_where_a_growing_list_shifts_by_a_page() {
    let pages = |rows: &[u64], total: u64| {
        let rows: Vec<Value> = rows.iter().map(|id| json!({ "id": id })).collect();
        json!({ "results": rows, "meta": { "total": total, "limit": 1, "hasMore": rows[0]["id"] != 2 } })
    };
    let server = MemoryTransport::new()
        .respond(200, pages(&[1], 2))
        .respond(200, pages(&[1], 3))
        .respond(200, pages(&[2], 3));
    let (count, error) = read(Request::new(&client(&server), &LIST).pages()).await;
    assert!(error.is_none() && count == 3, "{count}: {error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_impossible_total_is_no_reason_to_prefetch() {
    for total in [i64::MAX, 1_000_000_001] {
        let (request, server) = list(json!({ "total": total, "limit": 10 }), ten_new_rows);
        let mut pages = request.pages().prefetch(100_000);
        pages.next_page().await.unwrap().unwrap();
        assert!(server.requests().len() < 10, "{}", server.requests().len());
    }
}

#[tokio::test(start_paused = true)]
async fn ends_at_the_largest_offset() {
    for prefetch in [0, 3] {
        let (request, _) = list(json!({ "hasMore": true }), ten_new_rows);
        let pages = request.query("offset", u64::MAX - 15).pages().prefetch(prefetch);
        let (count, error) = read(pages).await;
        assert!(error.is_none() && count == 2, "{count}: {error:?}");
    }
}

/// A page whose second row does not decode as a string.
fn texts() -> (Request<Page<String>>, MemoryTransport) {
    let body = r#"{"results":["a",{"id":"x","rent": 1.50},"\u00e9",{"id":7},{"no":"id"}]}"#;
    let server = MemoryTransport::handler(move |_| Ok(HttpResponse::new(200).with_body(body)));
    (Request::new(&client(&server), &LIST), server)
}

#[tokio::test(start_paused = true)]
async fn rejected_row_has_its_id_and_its_json() {
    let page = texts().0.send_page().await.unwrap();
    let rejected: Vec<_> = page.rejected.iter().map(|row| (row.id(), row.raw())).collect();
    let id = |id: &str| Some(id.to_owned());
    assert_eq!(
        rejected,
        [(id("x"), r#"{"id":"x","rent": 1.50}"#), (id("7"), r#"{"id":7}"#), (None, r#"{"no":"id"}"#)]
    );
}

#[tokio::test(start_paused = true)]
async fn keeps_json_of_rows_on_request_only() {
    let page = texts().0.send_page().await.unwrap();
    assert!(page.raw.is_empty());
    let kept = texts().0.keep_raw(true).send_page().await.unwrap();
    assert_eq!(kept.raw, [r#""a""#, r#""\u00e9""#]);
    assert_eq!((&kept.results, &kept.rejected), (&page.results, &page.rejected));
    let next = texts().0.pages().keep_raw(true).next_page().await.unwrap().unwrap();
    assert_eq!(next.raw, kept.raw);
}

/// A server whose list loses its first `removed` rows after the first page; it reports no total.
fn shrinking(removed: usize) -> Request<Page<Value>> {
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let server = MemoryTransport::handler(move |request| {
        let page = calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let number = |name: &str| {
            let mut query = request.url().split(['?', '&']);
            query.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok())
        };
        let (offset, limit) = (number("offset").unwrap_or(0), number("limit").unwrap());
        let first = if page == 0 { 0 } else { removed };
        let rows: Vec<Value> = (first..35).skip(offset).take(limit).map(|id| json!({ "id": id })).collect();
        Ok(HttpResponse::json(200, &json!({ "results": rows, "meta": {} })))
    });
    Request::new(&client(&server), &LIST).query("limit", 10)
}

#[tokio::test(start_paused = true)]
async fn overlap_detects_removed_rows_without_a_total() {
    for prefetch in [0, 3] {
        for (removed, gaps) in [(0, 0), (1, 1), (3, 1)] {
            let mut items = shrinking(removed).items().overlap(true).prefetch(prefetch);
            let mut ids = Vec::new();
            while let Some(item) = items.next_item().await {
                ids.push(item.unwrap()["id"].as_u64().unwrap());
            }
            let skipped = removed.saturating_sub(1) as u64;
            let expected: Vec<u64> = (0..10).chain(10 + skipped..35).collect();
            assert_eq!(ids, expected, "{removed} removed, prefetch {prefetch}");
            assert_eq!((items.report().gaps, items.report().is_inconsistent()), (gaps, removed > 0));
            assert_eq!(items.offset(), 35 - removed as u64);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn overlap_returns_no_row_twice_and_ends_a_list_of_single_rows() {
    for limit in [1, 2, 7, 35, 100] {
        let request = shrinking(0).query("limit", limit);
        let mut pages = request.pages().overlap(true).keep_raw(true);
        let mut raw = Vec::new();
        while let Some(page) = pages.next_page().await.unwrap() {
            assert_eq!(page.raw.len(), page.results.len());
            raw.extend(page.raw);
        }
        let expected: Vec<String> = (0..35).map(|id| format!("{{\"id\":{id}}}")).collect();
        assert_eq!(raw, expected, "limit {limit}");
    }
}
