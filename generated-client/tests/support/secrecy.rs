//! Calls every operation with a secret in its request or response, and collects all output that can be printed.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::Duration;

use propexo::transport::{
    HttpRequest, HttpResponse, MemoryTransport, Transport, TransportErrorKind, TransportFuture,
};
use propexo::{Client, Error, RetryPolicy};
use serde_json::{Value, json};

use super::document::Operation;
use super::instance::{Fill, HIDDEN, instance, is_secret};
use super::{Call, Given, Log, places};

/// The ways in which a server responds. Every response contains secrets.
const RESPONSES: [fn(&HttpRequest, &Value) -> Option<HttpResponse>; 6] = [
    |_, response| Some(HttpResponse::json(200, response)),
    // Returns the request body.
    |request, _| {
        let sent = format!("{} {HIDDEN}", request.json());
        let issue = json!({ "code": sent, "message": sent, "path": [sent], "keys": [sent] });
        let error = json!({ "code": sent, "message": sent, "details": { "issues": [issue] } });
        Some(HttpResponse::json(400, &json!({ "error": error })).with_header("x-request-id", HIDDEN))
    },
    // None of these bodies decodes.
    |_, _| Some(HttpResponse::json(200, &json!(HIDDEN))),
    |_, response| Some(HttpResponse::json(200, &listed(response))),
    |_, _| Some(HttpResponse::json(200, &json!({ "results": [HIDDEN, { "id": [HIDDEN] }], "meta": {} }))),
    // Does not respond.
    |_, _| None,
];

/// The failures of a connection.
const FAILURES: [TransportErrorKind; 4] = [
    TransportErrorKind::Connect,
    TransportErrorKind::Send,
    TransportErrorKind::Receive,
    TransportErrorKind::Other,
];

#[derive(Debug)]
struct Silent;

impl Transport for Silent {
    fn send(&self, _: HttpRequest) -> TransportFuture {
        Box::pin(std::future::pending())
    }
}

/// The bodies and responses of an operation, which together have a secret at each marked node.
fn instances(schema: &Value) -> Vec<Value> {
    let secrets = places::of_schema(schema, is_secret);
    let variants = if secrets.is_empty() { 1 } else { 15 };
    let all: Vec<Value> =
        (0..variants).map(|variant| instance(schema, Fill::Everything { variant })).collect();
    let met = all.iter().flat_map(|one| places::of_texts(one, |text| text.starts_with(HIDDEN))).collect();
    assert_eq!(secrets, met, "a secret was passed over");
    all
}

/// Makes each of these calls in every way, and returns all output that can be printed.
pub(crate) async fn exercise(operations: &[(Operation, &'static Call)]) -> String {
    let mut shown = String::new();
    for (operation, call) in operations.iter().filter(|(operation, _)| has_secrets(operation)) {
        let bodies =
            operation.body.as_ref().filter(|_| call.check.is_some()).map(instances).unwrap_or_default();
        for body in bodies.iter().flat_map(|body| std::iter::once(body.clone()).chain(mutilated(body))) {
            shown += &read(call, body);
        }
        let responses = operation.response_schema().map(instances).unwrap_or_default();
        for number in 0..bodies.len().max(responses.len()) {
            let mut given = Given::of(operation, Fill::Everything { variant: 0 });
            given.body = bodies.get(number % bodies.len().max(1)).cloned();
            let response = responses.get(number % responses.len().max(1)).cloned().unwrap_or_default();
            shown += &run(call, given, response).await;
        }
    }
    shown
}

fn has_secrets(operation: &Operation) -> bool {
    let mut sides = operation.body.iter().chain(operation.response_schema());
    sides.any(|schema| !places::of_schema(schema, is_secret).is_empty())
}

/// All output that can be printed of a body, and of its violations.
fn read(call: &Call, body: Value) -> String {
    match call.check.expect("a body can be checked")(body) {
        Ok(checked) => {
            let outcome = checked.outcome.map_err(|error| format!("{error} {error:?}"));
            format!("{} {outcome:?}\n", checked.shown)
        }
        // The message of serde is printed only on request.
        Err(_) => String::new(),
    }
}

/// The body with single properties removed or of another type: a value that then matches no alternative of a union is
/// kept unchanged.
fn mutilated(body: &Value) -> Vec<Value> {
    let mut paths = Vec::new();
    secret_siblings(body, String::new(), &mut paths);
    let mut all = Vec::new();
    for path in paths {
        let (parent, name) = path.rsplit_once('/').expect("a pointer");
        for instead in [None, Some(json!(7)), Some(json!([HIDDEN]))] {
            let mut body = body.clone();
            let members = body.pointer_mut(parent).and_then(Value::as_object_mut).expect("its object");
            match instead {
                Some(value) => drop(members.insert(name.to_owned(), value)),
                None => drop(members.remove(name)),
            }
            all.push(body);
        }
    }
    all
}

/// The pointers to all properties of objects that contain a secret, except the body itself, which is not a union. No
/// name contains a slash or a tilde.
fn secret_siblings(value: &Value, at: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let is_hidden = |member: &Value| member.as_str().is_some_and(|text| text.starts_with(HIDDEN));
            if !at.is_empty() && members.values().any(is_hidden) {
                paths.extend(members.keys().map(|name| format!("{at}/{name}")));
            }
            members.iter().for_each(|(name, member)| secret_siblings(member, format!("{at}/{name}"), paths));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| secret_siblings(item, format!("{at}/{n}"), paths));
        }
        _ => {}
    }
}

/// The response with each secret string in an array, which no field accepts.
fn listed(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with(HIDDEN) => json!([text]),
        Value::Array(items) => items.iter().map(listed).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), listed(value))).collect(),
        other => other.clone(),
    }
}

/// All output that can be printed of a call: the client, the request, and the response or the error with its sources.
async fn run(call: &Call, given: Given, response: Value) -> String {
    let log = Log::default();
    let given = Given { log: Some(log.clone()), ..given };
    let mut shown = String::new();
    let responses = RESPONSES.iter().map(|respond| {
        let response = response.clone();
        let server = MemoryTransport::handler(move |request| {
            respond(request, &response)
                .ok_or_else(|| propexo::transport::TransportError::new(TransportErrorKind::Other, "silence"))
        });
        (client(server.clone()), Some(server))
    });
    let failures = FAILURES.iter().map(|failure| (client(MemoryTransport::new().fail(*failure)), None));
    for (client, server) in responses.chain(failures).chain([(client(Silent), None)]) {
        if let Err(error) = (call.run)(client.clone(), given.clone()).await {
            shown += &chain(&error);
        }
        writeln!(shown, "{client:?} {:?}", server.map(|server| server.requests())).unwrap();
    }
    shown + &log.take()
}

fn client(transport: impl Transport) -> Client {
    let client =
        Client::builder().token(format!("{HIDDEN}-token")).base_url("http://test").transport(transport);
    client.validate_requests(true).timeout(Duration::from_secs(1)).retry(RetryPolicy::none()).build().unwrap()
}

/// An error and its sources, in both formats.
pub(crate) fn chain(error: &Error) -> String {
    let mut shown = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        write!(shown, "\n{error} {error:?}").unwrap();
        source = error.source();
    }
    shown + "\n"
}
