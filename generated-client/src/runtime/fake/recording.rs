//! Recordings of real responses for tests, without secrets and personal data.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::transport::{
    HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture,
};

/// The headers of responses that are recorded.
const HEADERS: [&str; 4] = ["content-type", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining"];

/// What replaces a string begins with this.
const REPLACED: &str = "text ";

/// Records the exchanges of another transport, to replay them with a [`ReplayTransport`].
///
/// What identifies people is replaced before it is kept: every string but ids, dates and the values of enums, and the
/// numbers of incomes, ages and scores. Equal strings have equal replacements. Tokens are not recorded. Read a recording
/// before you commit it.
///
/// ```no_run
/// # #[cfg(all(feature = "leads", feature = "reqwest"))]
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use propexo::ClientBuilder;
/// use propexo::fake::RecordingTransport;
/// use propexo::transport::ReqwestTransport;
///
/// let recording = RecordingTransport::new(ReqwestTransport::new(Duration::from_secs(10))?);
/// let client = ClientBuilder::from_env()?.transport(recording.clone()).build()?;
/// client.leads().list().limit(5).send().await?;
/// std::fs::write("tests/leads.json", recording.to_json())?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct RecordingTransport<T> {
    transport: T,
    recorded: Arc<Mutex<Recorded>>,
}

#[derive(Default)]
struct Recorded {
    exchanges: Vec<Exchange>,
    replacements: Replacements,
}

/// A request and its response.
#[derive(Clone, Serialize, Deserialize)]
struct Exchange {
    operation: String,
    path: String,
    query: Vec<(String, String)>,
    /// The request body.
    body: Value,
    status: u16,
    headers: Vec<(String, String)>,
    response: Value,
}

impl<T> RecordingTransport<T> {
    /// Records the exchanges of a transport.
    pub fn new(transport: T) -> Self {
        Self { transport, recorded: Arc::default() }
    }

    /// Returns the recording as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let recorded = locked(&self.recorded);
        serde_json::to_string_pretty(&recorded.exchanges).unwrap_or_default()
    }
}

impl<T: Transport> Transport for RecordingTransport<T> {
    fn runs_in_background(&self) -> bool {
        self.transport.runs_in_background()
    }

    fn send(&self, request: HttpRequest) -> TransportFuture {
        let sent = self.transport.send(request.clone());
        let recorded = Arc::clone(&self.recorded);
        Box::pin(async move {
            let response = sent.await?;
            locked(&recorded).add(&request, &response);
            Ok(response)
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for RecordingTransport<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingTransport").field("transport", &self.transport).finish_non_exhaustive()
    }
}

impl Recorded {
    fn add(&mut self, request: &HttpRequest, response: &HttpResponse) {
        let replacements = &mut self.replacements;
        let query = request.query().into_iter().map(|(name, value)| {
            let value = replacements.string(&name, value);
            (name, value)
        });
        let query = query.collect();
        let headers =
            HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), response.header(name)?.to_owned())));
        let received = serde_json::from_slice(response.body()).unwrap_or_default();
        self.exchanges.push(Exchange {
            operation: request.operation().to_string(),
            path: request.path().to_owned(),
            query,
            body: replacements.value("", request.json()),
            status: response.status(),
            headers: headers.collect(),
            response: replacements.value("", received),
        });
    }
}

/// The strings that were replaced, with the numbers of their replacements.
#[derive(Default)]
struct Replacements(HashMap<String, usize>);

impl Replacements {
    /// Replaces what identifies people in a value of a property.
    fn value(&mut self, name: &str, value: Value) -> Value {
        match value {
            Value::String(string) => Value::String(self.string(name, string)),
            Value::Array(items) => items.into_iter().map(|item| self.value(name, item)).collect(),
            Value::Object(object) => {
                let replaced = object.into_iter().map(|(name, value)| {
                    let value = self.value(&name, value);
                    (name, value)
                });
                Value::Object(replaced.collect::<Map<_, _>>())
            }
            Value::Number(_) if ["income", "age_in", "score"].iter().any(|part| name.contains(part)) => {
                0.into()
            }
            other => other,
        }
    }

    fn string(&mut self, name: &str, string: String) -> String {
        if string.is_empty() || is_harmless(name, &string) {
            return string;
        }
        let next = self.0.len() + 1;
        format!("{REPLACED}{}", self.0.entry(string).or_insert(next))
    }
}

/// Returns whether a string cannot identify a person: an id, a date, a number of a request, or a value of an enum.
fn is_harmless(name: &str, string: &str) -> bool {
    let is_id = name == "id" || name.ends_with("_id") || name.ends_with("_ids");
    let is_public = is_id && !["tax_id", "third_party_id"].contains(&name);
    let digits = string.bytes().filter(u8::is_ascii_digit).count();
    let is_date = digits >= 8 && string.get(4..5) == Some("-") && string.get(7..8) == Some("-");
    let is_paging = ["limit", "offset", "order-by", "field", "direction"].contains(&name);
    let is_constant =
        string.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
    let is_enum = ["status", "type", "vendor", "trigger", "normalized", "event", "model"];
    is_public
        || is_paging
        || (is_date && !name.contains("birth"))
        || (is_constant && is_enum.iter().any(|part| name.contains(part)))
}

/// Responds with recorded responses: each request gets the first one that is left of its operation, path and query.
///
/// Values that the recording replaced match any value, and request bodies are not compared.
#[derive(Clone)]
pub struct ReplayTransport {
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl ReplayTransport {
    /// Reads a recording.
    ///
    /// # Errors
    ///
    /// Those of JSON, and of JSON that is not a recording.
    pub fn from_json(json: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let exchanges: Vec<Exchange> = serde_json::from_str(json)?;
        Ok(Self { exchanges: Arc::new(Mutex::new(exchanges)) })
    }

    /// Returns the number of responses that were not requested yet.
    #[must_use]
    pub fn remaining(&self) -> usize {
        locked(&self.exchanges).len()
    }
}

impl Transport for ReplayTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture {
        let mut exchanges = locked(&self.exchanges);
        let index = exchanges.iter().position(|exchange| exchange.matches(&request));
        let response = match index.map(|index| exchanges.remove(index)) {
            Some(exchange) => {
                let mut response = HttpResponse::json(exchange.status, &exchange.response);
                for (name, value) in exchange.headers.iter().filter(|(name, _)| name != "content-type") {
                    response = response.with_header(name.clone(), value.clone());
                }
                Ok(response)
            }
            None => {
                let message = format!("the recording has no response left for {}", request.operation());
                Err(TransportError::new(TransportErrorKind::Other, message))
            }
        };
        Box::pin(std::future::ready(response))
    }
}

impl Exchange {
    fn matches(&self, request: &HttpRequest) -> bool {
        let query = request.query();
        let is_equal = |((name, value), (own_name, own_value)): (&(String, String), &(String, String))| {
            name == own_name && (value == own_value || own_value.starts_with(REPLACED))
        };
        self.operation == request.operation().to_string()
            && self.path == request.path()
            && self.query.len() == query.len()
            && query.iter().zip(&self.query).all(is_equal)
    }
}

impl fmt::Debug for ReplayTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayTransport").field("remaining", &self.remaining()).finish()
    }
}

/// Nothing panics while these locks are held, so a poisoned lock is still consistent.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::transport::MemoryTransport;
    use crate::{Client, Idempotency, Method, Operation, Request};

    const LIST: Operation = Operation::new("leads.list", Method::Get, "/v1/leads/", Idempotency::Safe);

    async fn list(transport: impl Transport, email: &str) -> crate::Result<Value> {
        let client =
            Client::builder().token("hunter2").base_url("http://test").transport(transport).build()?;
        Request::new(&client, &LIST).query("email_1", email).query("limit", 5).send().await
    }

    #[tokio::test]
    async fn a_recording_is_replayed_without_personal_data() {
        let response = json!({ "results": [{
            "id": "lead-4711", "first_name": "ADA", "email_1": "ada@example.com", "tax_id": "123-45-6789",
            "status_normalized": "ACTIVE", "created_at": "2026-01-15T09:00:00.000Z", "date_of_birth": "1990-12-10",
            "monthly_income_in_cents": 500_000, "desired_max_rent_in_cents": 150_000, "notes": null,
        }] });
        let recording = RecordingTransport::new(MemoryTransport::new().respond(200, response));
        list(recording.clone(), "ada@example.com").await.unwrap();
        let json = recording.to_json();
        for secret in ["hunter2", "ADA", "ada@", "123-45", "1990", "500000"] {
            assert!(!json.contains(secret), "{secret}: {json}");
        }
        let replay = ReplayTransport::from_json(&json).unwrap();
        let replayed = list(replay.clone(), "somebody@example.com").await.unwrap();
        let row = &replayed["results"][0];
        assert_eq!((&row["id"], &row["status_normalized"]), (&json!("lead-4711"), &json!("ACTIVE")));
        assert_eq!((&row["created_at"], &row["notes"]), (&json!("2026-01-15T09:00:00.000Z"), &Value::Null));
        assert_eq!(row["desired_max_rent_in_cents"], 150_000);
        // The query has the same address; equal strings stay equal.
        assert_eq!(row["email_1"], "text 1");
        let name = row["first_name"].as_str().unwrap();
        assert!(name.starts_with("text ") && name != "text 1", "{name}");
        assert_eq!(replay.remaining(), 0);
        assert!(list(replay, "ada@example.com").await.is_err());
    }

    #[test]
    fn rejects_what_is_no_recording() {
        assert!(ReplayTransport::from_json("{}").is_err());
        assert!(ReplayTransport::from_json("[{}]").is_err());
    }
}
