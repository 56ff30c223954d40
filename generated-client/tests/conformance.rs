//! Calls every operation over real HTTP against a validating mock of the document, which `cargo xtask conformance`
//! starts. Without the mock the test does nothing.
//!
//! The mock validates requests as they arrive and makes up the responses. Some versions of it accept a number for a
//! string in bodies, so `jsonschema` validates the sent bodies as well.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "all-groups", feature = "reqwest"))]

#[rustfmt::skip]
mod generated;
mod support;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use propexo::transport::{HttpRequest, HttpResponse, ReqwestTransport, Transport, TransportFuture};
use propexo::{Client, Error, RateLimit, RetryPolicy};
use serde_json::Value;
use support::document::{Document, Operation};
use support::instance::Fill;
use support::{Given, judge};

/// How to fill the arguments of an operation, and which response the mock returns: the simplest one, or a random one
/// that is equal for an equal seed.
const DRIVES: [(Fill, &str); 4] = [
    (Fill::Required, "dynamic=false"),
    (Fill::Everything { variant: 0 }, "dynamic=true, seed=a"),
    (Fill::Everything { variant: 1 }, "dynamic=true, seed=b"),
    (Fill::Everything { variant: 2 }, "dynamic=true, seed=c"),
];

#[tokio::test]
async fn validating_mock_accepts_requests_and_its_responses_decode() {
    let Ok(url) = std::env::var("PROPEXO_CONFORMANCE_URL") else {
        println!("skipped: PROPEXO_CONFORMANCE_URL is absent; `cargo xtask conformance` sets it");
        return;
    };
    let wire = Recording::new();
    assert_mock_reports_violation(&wire, &url).await;

    let operations: Vec<Operation> = Document::load().operations().collect();
    let mut tally = Tally::default();
    for call in generated::GROUPS.iter().flat_map(|group| group.iter()) {
        let operation = operations
            .iter()
            .find(|operation| operation.method == call.method && operation.path == call.path)
            .unwrap();
        let mut arrived = 0;
        for (fill, preference) in DRIVES {
            let outcome = (call.run)(client(&wire, &url, preference), Given::of(operation, fill)).await;
            arrived += usize::from(tally.judge(operation, fill, &wire.take(), &outcome));
        }
        tally.driven += usize::from(arrived == DRIVES.len());
    }
    let Tally { driven, violations, undecodable, requests, odd_responses } = tally;
    println!("requests judged: {requests}; outcomes of the mock that break the description: {odd_responses}");
    // `cargo xtask conformance` looks for this line.
    let all = operations.len();
    println!("conformance: {driven} of {all} driven, {violations} violations, {undecodable} undecodable");
    assert_eq!((driven, violations, undecodable), (all, 0, 0));
}

/// Changes requests so that some of them violate the document: what the fake accepts, the mock accepts.
#[cfg(feature = "fake")]
#[tokio::test]
async fn validating_mock_accepts_what_the_fake_accepts() {
    let Ok(url) = std::env::var("PROPEXO_CONFORMANCE_URL") else { return };
    let mock = ReqwestTransport::new(Duration::from_secs(10)).unwrap();
    let fake = propexo::fake::Fake::builder().rate_limit(u32::MAX).accept_unknown_ids(true).build();
    let (mut accepted, mut refused, mut disagreements) = (0, 0, 0);
    for (operation, call) in support::operations(generated::GROUPS) {
        let recording = Recording { transport: fake.transport(), exchanges: Arc::default() };
        // The fake ignores the host, so both get the same request.
        let client = client(&recording, &url, "dynamic=false");
        drop((call.run)(client, Given::of(&operation, Fill::Everything { variant: 0 })).await);
        let exchanges = recording.take();
        let [(sent, _)] = exchanges.as_slice() else { panic!("{operation} sends no request") };
        for body in support::changes::of_body(&sent.json()) {
            let body = Some(body.to_string().into_bytes().into());
            let request = HttpRequest::new(*sent.operation(), sent.url(), sent.headers().clone(), body);
            if !fake.transport().send(request.clone()).await.unwrap().is_success() {
                refused += 1;
                continue;
            }
            let violations = Objections::of(&mock.send(request).await.unwrap()).request;
            accepted += usize::from(violations.is_empty());
            disagreements += usize::from(!violations.is_empty());
            for violation in violations {
                println!("accepted by the fake only: {operation}: {violation}");
            }
        }
    }
    println!("changed requests: {accepted} accepted by both, {refused} refused by the fake");
    assert_eq!(disagreements, 0);
    assert!(accepted > 0 && refused > 0);
}

/// Asserts that the mock reports an invalid request: otherwise a run without violations proves nothing.
async fn assert_mock_reports_violation(wire: &Recording, url: &str) {
    let sent = client(wire, url, "dynamic=false").leads().list().limit(251).send().await;
    let exchanges = wire.take();
    let [(_, response)] = exchanges.as_slice() else { panic!("the mock cannot be reached: {sent:?}") };
    assert_ne!(Objections::of(response).request, Vec::<String>::new(), "a limit of 251 is taken");
}

/// The violations that the mock reports.
struct Objections {
    request: Vec<String>,
    /// Whether its own response has one of these violations: the mock ignores patterns and some bounds in responses.
    /// Such a response has to decode all the same.
    is_odd: bool,
}

impl Objections {
    fn of(response: &HttpResponse) -> Self {
        let header = response.header("sl-violations").unwrap_or("[]");
        let Ok(found) = serde_json::from_str::<Vec<Value>>(header) else {
            return Objections { request: vec![header.to_owned()], is_odd: false };
        };
        let (in_response, request): (Vec<Value>, Vec<Value>) =
            found.into_iter().partition(|violation| violation["location"][0] == "response");
        let mut request: Vec<String> = request.iter().map(Value::to_string).collect();
        if request.is_empty() && !response.is_success() {
            request.push(format!("{} {}", response.status(), response.text()));
        }
        Objections { request, is_odd: !in_response.is_empty() }
    }
}

#[derive(Default)]
struct Tally {
    /// The operations all of whose requests reached the mock.
    driven: usize,
    violations: usize,
    undecodable: usize,
    requests: usize,
    odd_responses: usize,
}

impl Tally {
    /// Validates the recorded requests and responses; returns `false` if no request reached the mock.
    fn judge(
        &mut self,
        operation: &Operation,
        fill: Fill,
        exchanges: &[(HttpRequest, HttpResponse)],
        outcome: &Result<Value, Error>,
    ) -> bool {
        let [(request, response)] = exchanges else {
            println!("not driven: {operation} ({fill:?}), {} requests: {outcome:?}", exchanges.len());
            return false;
        };
        self.requests += 1;
        let Objections { request: mut violations, is_odd } = Objections::of(response);
        self.odd_responses += usize::from(is_odd);
        if let Some(schema) = &operation.body
            && request.body().is_some()
        {
            violations.extend(judge::faults(schema, &request.json()));
        }
        for violation in &violations {
            println!("violation: {operation} ({fill:?}): {violation}");
        }
        self.violations += violations.len();
        // By the document the redirect is a 200 without an address, which the client correctly rejects. Only the
        // request of this operation is validated here; `wire.rs` checks its response.
        if let (Err(error), true, false) = (outcome, response.is_success(), operation.redirects) {
            println!("undecodable: {operation} ({fill:?}): {error}\n  {}", response.text());
            self.undecodable += 1;
        }
        true
    }
}

/// A strict client: one attempt without waiting, and an invalid row is an error.
fn client<T: Transport + Clone>(wire: &Recording<T>, url: &str, preference: &str) -> Client {
    Client::builder()
        .token("token-of-the-test")
        .base_url(url)
        .transport(wire.clone())
        .default_header("prefer", preference)
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::none())
        .strict_responses(true)
        .build()
        .unwrap()
}

/// The real transport, with a record of what it sent and received.
#[derive(Clone, Debug)]
struct Recording<T = ReqwestTransport> {
    transport: T,
    exchanges: Arc<Mutex<Vec<(HttpRequest, HttpResponse)>>>,
}

impl Recording {
    fn new() -> Self {
        let transport = ReqwestTransport::new(Duration::from_secs(10)).unwrap();
        Recording { transport, exchanges: Arc::default() }
    }
}

impl<T> Recording<T> {
    fn take(&self) -> Vec<(HttpRequest, HttpResponse)> {
        std::mem::take(&mut *self.exchanges.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Transport> Transport for Recording<T> {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let outcome = self.transport.send(request.clone());
        let exchanges = Arc::clone(&self.exchanges);
        Box::pin(async move {
            let response = outcome.await?;
            exchanges.lock().unwrap_or_else(PoisonError::into_inner).push((request, response.clone()));
            Ok(response)
        })
    }
}
