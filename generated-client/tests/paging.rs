//! Reading a complete list.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{client, next};
use propexo::transport::{
    HttpRequest, HttpResponse, MemoryTransport, Transport, TransportError, TransportErrorKind,
    TransportFuture,
};
use propexo::{Error, Idempotency, Items, Method, Operation, Page, Pages, Request};
use serde_json::{Value, json};

const LIST: Operation = Operation::new("things.list", Method::Get, "/v1/things/", Idempotency::Safe);

/// A server with a list of rows, which responds as the real one does.
#[derive(Clone, Debug, Default)]
struct List {
    rows: Arc<Mutex<Vec<Value>>>,
    /// Omits `hasMore` and `total`.
    terse: bool,
    /// The maximum number of rows per page, for any requested `limit`.
    cap: Option<usize>,
    under_way: Arc<AtomicUsize>,
    most_under_way: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<usize>>>,
}

impl List {
    fn of(count: usize) -> Self {
        let rows = (0..count).map(|n| json!({ "id": format!("r{n}") })).collect();
        Self { rows: Arc::new(Mutex::new(rows)), ..Self::default() }
    }

    fn asked(&self) -> Vec<usize> {
        self.asked.lock().unwrap().clone()
    }

    fn page(&self, request: &HttpRequest) -> HttpResponse {
        let query = request.query();
        let number =
            |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.parse().unwrap());
        let (offset, limit) = (number("offset").unwrap_or(0), number("limit").unwrap_or(100));
        let limit = self.cap.map_or(limit, |cap| cap.min(limit));
        self.asked.lock().unwrap().push(offset);
        let rows = self.rows.lock().unwrap();
        let page: Vec<Value> = rows.iter().skip(offset).take(limit).cloned().collect();
        let meta = if self.terse {
            json!({ "orderBy": [], "hasMore": null })
        } else {
            let more = offset + page.len() < rows.len();
            json!({ "orderBy": [], "offset": offset, "limit": limit, "hasMore": more, "total": rows.len() })
        };
        HttpResponse::json(200, &json!({ "results": page, "meta": meta }))
    }
}

impl Transport for List {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let list = self.clone();
        Box::pin(async move {
            let now = list.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            list.most_under_way.fetch_max(now, Ordering::SeqCst);
            // Later pages arrive sooner, which tests their order.
            let offset = request
                .query()
                .into_iter()
                .find(|(name, _)| name == "offset")
                .map_or(0, |(_, n)| n.parse().unwrap());
            tokio::time::sleep(Duration::from_millis(500 - offset % 400)).await;
            list.under_way.fetch_sub(1, Ordering::SeqCst);
            Ok(list.page(&request))
        })
    }
}

fn request(list: &List) -> Request<Page<Value>> {
    Request::new(&client(list), &LIST)
}

async fn ids(mut items: Items<Value>) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some(item) = items.next_item().await {
        ids.push(item.unwrap()["id"].as_str().unwrap().to_owned());
    }
    ids
}

fn expected(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("r{n}")).collect()
}

#[tokio::test(start_paused = true)]
async fn every_row_comes_once_and_in_order_with_any_prefetch() {
    for (count, terse) in [(0, false), (1, true), (7, false), (20, true), (53, false), (53, true)] {
        for prefetch in [0, 1, 3, 64] {
            let list = List { terse, ..List::of(count) };
            let items = request(&list).query("limit", 10).items().prefetch(prefetch);
            assert_eq!(ids(items).await, expected(count), "{count} rows, {prefetch} pages ahead");
            assert!(list.most_under_way.load(Ordering::SeqCst) <= prefetch.max(1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn requests_no_page_beyond_the_last_if_the_server_reports_the_end() {
    for prefetch in [0, 64] {
        let list = List::of(30);
        ids(request(&list).query("limit", 10).items().prefetch(prefetch)).await;
        let mut asked = list.asked();
        asked.sort_unstable();
        assert_eq!(asked, [0, 10, 20]);
    }
}

#[tokio::test(start_paused = true)]
async fn prefetch_saves_time() {
    let time = async |prefetch| {
        let start = tokio::time::Instant::now();
        ids(request(&List::of(100)).query("limit", 10).items().prefetch(prefetch)).await;
        start.elapsed()
    };
    let (alone, ahead) = (time(0).await, time(5).await);
    assert!(ahead * 3 < alone, "{ahead:?} against {alone:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_gives_fewer_rows_than_asked_for_is_followed() {
    let list = List { cap: Some(7), ..List::of(50) };
    assert_eq!(ids(request(&list).query("limit", 10).items().prefetch(4)).await, expected(50));
}

#[tokio::test(start_paused = true)]
async fn the_first_page_is_asked_for_as_the_request_says() {
    let list = List::of(5);
    let server = list.clone();
    let memory = MemoryTransport::handler(move |request| Ok(server.page(request)));
    ids(Request::<Page<Value>>::new(&client(&memory), &LIST).query("x", 1).items()).await;
    assert_eq!(memory.requests()[0].url(), "http://test/v1/things/?x=1");
}

#[tokio::test(start_paused = true)]
async fn reading_goes_on_from_an_offset() {
    let list = List::of(35);
    let mut items = request(&list).query("limit", 10).items();
    for _ in 0..13 {
        items.next_item().await.unwrap().unwrap();
    }
    assert_eq!(items.offset(), 13);
    let rest = request(&list).query("limit", 10).query("offset", items.offset()).items();
    assert_eq!(ids(rest).await, expected(35)[13..]);
}

#[tokio::test(start_paused = true)]
async fn reports_shifted_rows() {
    let list = List::of(30);
    let mut pages = request(&list).query("limit", 10).pages();
    pages.next_page().await.unwrap().unwrap();
    list.rows.lock().unwrap().insert(0, json!({ "id": "new" }));
    let mut rows = 10;
    while let Some(page) = pages.next_page().await.unwrap() {
        rows += page.results.len();
    }
    let report = pages.report();
    assert_eq!(rows, 31, "the row that moved comes twice");
    assert_eq!((report.pages, report.rows, report.repeated), (4, 31, 1));
    assert_eq!(
        (report.repeats[0].id.as_str(), report.repeats[0].first_offset, report.repeats[0].offset),
        ("r9", 9, 10)
    );
    assert_eq!((report.first_total, report.last_total), (Some(30), Some(31)));
    assert!(report.is_inconsistent());
}

#[tokio::test(start_paused = true)]
async fn detects_repeated_rows_on_a_page_with_invalid_utf8() {
    let page = |body: &[u8]| HttpResponse::new(200).with_body(body);
    let server = MemoryTransport::new()
        .respond_with(page(br#"{"results":[{"id":"a"},{"id":7}],"meta":{"hasMore":true}}"#))
        .respond_with(page(
            b"{\"results\":[{\"id\":7},{\"id\":\"b\",\"note\":\"\xff\"}],\"meta\":{\"hasMore\":false}}",
        ));
    let mut pages = Request::<Page<Value>>::new(&client(&server), &LIST).pages();
    while pages.next_page().await.unwrap().is_some() {}
    let repeats: Vec<_> = pages.report().repeats.iter().map(|it| (it.id.as_str(), it.offset)).collect();
    assert_eq!((repeats, pages.report().rejected), (vec![("7", 2)], 1));
}

#[tokio::test(start_paused = true)]
async fn invalid_row_is_an_error_and_reading_continues() {
    let list = List::of(5);
    list.rows.lock().unwrap()[1] = json!({ "id": 7 });
    list.rows.lock().unwrap()[4] = json!({});
    #[derive(serde::Deserialize)]
    struct Row {
        id: String,
    }
    let mut items = Request::<Page<Row>>::new(&client(&list), &LIST).query("limit", 2).items();
    let mut seen = Vec::new();
    while let Some(item) = next(&mut items).await {
        match item {
            Ok(row) => seen.push(row.id),
            Err(Error::Decode(bad)) => seen.push(bad.path().to_owned()),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(seen, ["r0", "results[1].id", "r2", "r3", "results[0]"]);
    assert_eq!((items.report().rejected, items.offset()), (2, 5));
}

/// A list whose second page fails once.
fn failing_once() -> MemoryTransport {
    let list = List::of(30);
    let calls = AtomicUsize::new(0);
    MemoryTransport::handler(move |request| {
        if calls.fetch_add(1, Ordering::SeqCst) == 1 {
            return Err(TransportError::new(TransportErrorKind::Other, "made by the test"));
        }
        Ok(list.page(request))
    })
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_after_a_page_that_fails() {
    let mut pages: Pages<Value> = Request::new(&client(&failing_once()), &LIST).query("limit", 10).pages();
    assert!(next(&mut pages).await.unwrap().is_ok());
    assert!(next(&mut pages).await.unwrap().is_err());
    assert!(next(&mut pages).await.is_none());
    assert_eq!(pages.offset(), 10);
}

#[tokio::test(start_paused = true)]
async fn without_a_stream_a_page_that_failed_is_tried_again() {
    let mut items: Items<Value> = Request::new(&client(&failing_once()), &LIST).query("limit", 10).items();
    let mut errors = 0;
    let mut rows = Vec::new();
    while let Some(item) = items.next_item().await {
        match item {
            Ok(row) => rows.push(row["id"].as_str().unwrap().to_owned()),
            Err(_) => errors += 1,
        }
    }
    assert_eq!((rows, errors), (expected(30), 1));
}

#[tokio::test(start_paused = true)]
async fn giving_up_on_a_page_in_the_middle_loses_nothing() {
    let list = List::of(30);
    let mut pages = request(&list).query("limit", 10).pages().prefetch(2);
    pages.next_page().await.unwrap().unwrap();
    for _ in 0..3 {
        let hurry = tokio::time::timeout(Duration::from_millis(10), pages.next_page()).await;
        assert!(hurry.is_err());
    }
    let page = pages.next_page().await.unwrap().unwrap();
    assert_eq!(page.results[0]["id"], "r10");
    assert_eq!(list.asked(), [0, 20, 10], "none was asked for again");
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_ends_the_list_whatever_it_says() {
    let lie = json!({ "results": [], "meta": { "hasMore": true, "total": 99 } });
    let server = MemoryTransport::new().respond(200, lie);
    let mut pages: Pages<Value> = Request::new(&client(&server), &LIST).pages().prefetch(3);
    assert_eq!(pages.next_page().await.unwrap().unwrap().row_count(), 0);
    assert!(pages.next_page().await.unwrap().is_none());
}

#[test]
fn streams_travel_between_threads_and_need_no_pinning() {
    fn travels<S: futures_core::Stream + Send + Unpin + 'static>(_: S) {}
    travels(request(&List::of(1)).pages());
    travels(request(&List::of(1)).items());
    let _: Pin<&mut Items<Value>> = Pin::new(&mut request(&List::of(1)).items());
}
