//! The overhead of the client: building a request, a whole call over the in-memory transport, and reading a list of a
//! million records. Counts allocations; times are medians.
//!
//! A separate program, since it sets its own allocator.
#![allow(missing_docs, clippy::unwrap_used)]

mod figures;

use std::hint::black_box;
use std::time::Instant;

use allocation_counter::{AllocationInfo, measure};
use figures::Figures;
use propexo::leads::CreateLead;
use propexo::transport::{HttpRequest, HttpResponse, MemoryTransport, Transport, TransportFuture};
use propexo::{Client, Page, RateLimit, Single};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const RUNS: usize = 20_000;
const RECORDS: u64 = 1_000_000;
const PAGE: u64 = 250;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut figures = Figures::default();
    requests(&mut figures);
    calls(&runtime, &mut figures);
    stream(&runtime, &mut figures);
    figures.write();
}

/// Returns the median microseconds and the allocations of one run.
fn of_one<T>(mut run: impl FnMut() -> T) -> (f64, u64) {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let counted = measure(|| drop(black_box(run())));
    (times[RUNS / 2], counted.count_total)
}

fn row(figures: &mut Figures, name: &str, (time, allocations): (f64, u64)) {
    println!("{name:<58} {time:>8.2} µs {allocations:>6} allocations");
    figures.add(name, time, "µs");
    figures.add(name, allocations as f64, "allocations");
}

fn client(transport: impl Transport) -> Client {
    let builder = Client::builder().token("t").base_url("https://api.example.org");
    builder.rate_limit(RateLimit::unlimited()).transport(transport).build().unwrap()
}

fn new_lead() -> CreateLead {
    CreateLead::new("integration id").first_name("Ada").email_1("ada@example.org").desired_num_bedrooms(2.0)
}

/// Measures building a request: with one path parameter, three query parameters, four fields of a body.
fn requests(figures: &mut Figures) {
    let client = client(MemoryTransport::new());
    row(figures, "build leads.get", of_one(|| client.leads().get("lead id")));
    let list = || client.leads().list().limit(250).offset(500).property_id("p");
    row(figures, "build leads.list", of_one(list));
    row(figures, "build leads.create", of_one(|| client.leads().create(new_lead())));
}

/// A server with one response. Unlike `MemoryTransport` it records no requests, so memory does not grow between runs.
#[derive(Clone, Debug)]
struct Same(HttpResponse);

impl Transport for Same {
    fn send(&self, _: HttpRequest) -> TransportFuture {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

/// Measures whole calls, and the part of each that sends and decodes the same response without a client. The list has
/// no rows.
fn calls(runtime: &Runtime, figures: &mut Figures) {
    let list = json!({ "results": [], "meta": { "orderBy": [], "hasMore": false } });
    call::<Page<Value>, _>(runtime, figures, "call leads.list", &list, async |client| {
        drop(client.leads().list().limit(250).offset(500).property_id("p").send().await.unwrap());
    });
    let source = json!({ "results": {
        "id": "i", "x_id": "x", "name": "n", "integration_id": "j", "integration_vendor": "ENTRATA", "created_at": "c",
        "updated_at": "u", "last_seen": "l", "custom_data": null, "x_property_id": "p", "property_id": "p",
    } });
    let get_source = async |client: &Client| {
        drop(client.leads().get_source("id").send().await.unwrap());
    };
    call::<Single<propexo::leads::LeadSource>, _>(
        runtime,
        figures,
        "call leads.get_source",
        &source,
        get_source,
    );
    let receipt = json!({ "data": {}, "job_id": "job" });
    call::<propexo::WriteReceipt, _>(runtime, figures, "call leads.create", &receipt, async |client| {
        drop(client.leads().create(new_lead()).send().await.unwrap());
    });
}

/// Prints the cost of a call, the cost without the client, and the difference.
fn call<T, F>(runtime: &Runtime, figures: &mut Figures, name: &str, response: &Value, send: F)
where
    T: serde::de::DeserializeOwned,
    F: AsyncFn(&Client),
{
    let server = Same(HttpResponse::json(200, response));
    let client = client(server.clone());
    let (time, allocations) = of_one(|| runtime.block_on(send(&client)));
    let request = MemoryTransport::new().respond(200, response.clone());
    let recorded = self::client(request.clone());
    runtime.block_on(send(&recorded));
    let request = request.requests().remove(0);
    let (bare_time, bare) = of_one(|| {
        let response = runtime.block_on(server.send(request.clone())).unwrap();
        serde_json::from_str::<T>(std::str::from_utf8(response.body()).unwrap()).unwrap()
    });
    // The client builds the request that the transport takes, so cloning it does not count as cost without the client.
    let (clone_time, clone) = of_one(|| request.clone());
    row(figures, name, (time, allocations));
    row(figures, &format!("{name}, transport and decoding"), (bare_time - clone_time, bare - clone));
    let client = (time - bare_time + clone_time, allocations + clone - bare);
    row(figures, &format!("{name}, client"), client);
}

/// A list whose rows are generated on request.
#[derive(Debug)]
struct Million;

impl Transport for Million {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let query = request.query();
        let offset =
            query.iter().find(|(name, _)| name == "offset").map_or(0, |(_, text)| text.parse().unwrap());
        let rows = offset..RECORDS.min(offset + PAGE);
        let more = rows.end < RECORDS;
        let rows: Vec<Value> = rows
            .map(|row| {
                json!({
                    "id": format!("row {row}"), "x_id": "x", "name": "n", "integration_id": "j",
                    "integration_vendor": "ENTRATA", "created_at": "c", "updated_at": "u", "last_seen": "l",
                    "custom_data": null, "x_property_id": "p", "property_id": "p",
                })
            })
            .collect();
        let meta =
            json!({ "orderBy": [], "offset": offset, "limit": PAGE, "hasMore": more, "total": RECORDS });
        Box::pin(std::future::ready(Ok(HttpResponse::json(200, &json!({ "results": rows, "meta": meta })))))
    }
}

/// Measures reading a list, including the server that generates its rows: the time, and the peak memory above the
/// start.
fn stream(runtime: &Runtime, figures: &mut Figures) {
    for prefetch in [0, 4] {
        let client = client(Million);
        let start = Instant::now();
        let mut rows = 0;
        let used: AllocationInfo = measure(|| {
            runtime.block_on(async {
                let mut items = client.leads().list_sources().limit(PAGE).items().prefetch(prefetch);
                while let Some(row) = items.next_item().await {
                    black_box(row.unwrap());
                    rows += 1;
                }
            });
        });
        assert_eq!(rows, RECORDS);
        let name = format!("stream {RECORDS} records, prefetch {prefetch}");
        let (seconds, most) = (start.elapsed().as_secs_f64(), used.bytes_max as f64 / f64::from(1 << 20));
        println!("{name:<58} {seconds:>8.2} s  {most:>6.2} MiB");
        figures.add(&name, seconds, "s");
        figures.add(&name, most, "MiB");
    }
}
