//! The span of a call follows the OpenTelemetry conventions. This is the only test of its binary, because `tracing`
//! caches for the whole program which events have subscribers.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "tracing")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use opentelemetry_semantic_conventions::attribute;
use propexo::transport::{HttpResponse, MemoryTransport, TransportErrorKind};
use propexo::{Client, Idempotency, Method, Operation, Request};
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

const READ: Operation = Operation::new("things.get", Method::Get, "/things/{id}", Idempotency::Safe);

/// The fields of all spans, and the messages of all events.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Default)]
struct Recorded {
    names: Vec<&'static str>,
    fields: BTreeMap<&'static str, String>,
    messages: Vec<String>,
}

impl Visit for Recorded {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_new_span(&self, span: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut recorded = self.0.lock().unwrap();
        if span.metadata().target() == "propexo" {
            recorded.names = span.fields().iter().map(|field| field.name()).collect();
            recorded.fields.clear();
            span.record(&mut *recorded);
        }
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut *self.0.lock().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Recorded::default();
        event.record(&mut fields);
        self.0.lock().unwrap().messages.extend(fields.fields.remove("message"));
    }
}

#[test]
fn spans_have_the_attributes_of_opentelemetry() {
    let recorder = Recorder::default();
    let guard = tracing_subscriber::registry().with(recorder.clone()).set_default();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let call = |server: MemoryTransport| {
        let client =
            Client::builder().token("t").base_url("https://api.example.com:8443/v1").transport(server);
        let request = Request::<Value>::new(&client.build().unwrap(), &READ).path("id", "secret");
        runtime.block_on(async { request.send().await.is_ok() })
    };
    let refused = HttpResponse::new(429).with_header("retry-after", "7");
    assert!(call(MemoryTransport::new().respond_with(refused).respond(200, json!({}))));
    {
        let recorded = recorder.0.lock().unwrap();
        let conventional = [
            attribute::HTTP_REQUEST_METHOD,
            attribute::URL_TEMPLATE,
            attribute::SERVER_ADDRESS,
            attribute::HTTP_REQUEST_RESEND_COUNT,
            attribute::HTTP_RESPONSE_STATUS_CODE,
            attribute::ERROR_TYPE,
        ];
        assert_eq!(recorded.names, [&["otel.kind", "operation"], &conventional[..]].concat());
        let expected = [
            ("otel.kind", "client"),
            ("operation", "things.get"),
            (attribute::HTTP_REQUEST_METHOD, "GET"),
            (attribute::URL_TEMPLATE, "/things/{id}"),
            (attribute::SERVER_ADDRESS, "api.example.com"),
            (attribute::HTTP_REQUEST_RESEND_COUNT, "1"),
            (attribute::HTTP_RESPONSE_STATUS_CODE, "200"),
        ];
        let fields: Vec<_> = recorded.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(fields, BTreeMap::from(expected).into_iter().collect::<Vec<_>>());
        let waits = recorded.messages.iter().filter(|message| *message == "waits for the rate limit").count();
        assert_eq!(waits, 1, "{:?}", recorded.messages);
    }
    for (server, error) in [
        (MemoryTransport::new().respond(404, json!({})), "404"),
        (MemoryTransport::new().fail(TransportErrorKind::Other), "_OTHER"),
    ] {
        assert!(!call(server));
        assert_eq!(recorder.0.lock().unwrap().fields[attribute::ERROR_TYPE], error);
    }
    drop(guard);
}
