//! A server on loopback, and a transport over HTTP/2.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use propexo::transport::ReqwestTransport;
use serde_json::{Value, json};

/// Serves over HTTP/1.1, and over HTTP/2 with prior knowledge:
///
/// - `GET /list`: a page of a list, by `offset` and `limit`;
/// - `GET /one`: an empty object;
/// - `GET /v1/admin/write-status/{id}`: a write that has succeeded.
///
/// The header `x-protocol` of each response names the version of HTTP.
#[derive(Debug, Default)]
pub(crate) struct ApiServer {
    /// The length of the list.
    pub(crate) rows: usize,
    /// The additional content of each row.
    pub(crate) padding: usize,
    /// The delay before each response.
    pub(crate) latency: Duration,
    /// The value of `x-ratelimit-limit`; without it, responses do not have rate limit headers.
    pub(crate) rate_limit: Option<u64>,
    /// The number of requests received.
    pub(crate) requests: AtomicU64,
}

impl ApiServer {
    /// Starts the server on the runtime of the caller, and returns its base URL.
    pub(crate) async fn start(self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(respond).with_state(Arc::new(self));
        tokio::spawn(axum::serve(listener, router).into_future());
        base_url
    }

    fn page(&self, uri: &Uri) -> Value {
        let pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        let number = |name: &str, default: usize| {
            let value = pairs.clone().find(|(key, _)| *key == name).map(|(_, value)| value.parse().unwrap());
            value.unwrap_or(default)
        };
        let (offset, limit) = (number("offset", 0), number("limit", 100));
        let end = self.rows.min(offset + limit);
        let padding = "x".repeat(self.padding);
        let rows: Vec<Value> =
            (offset..end).map(|id| json!({ "id": id.to_string(), "padding": padding })).collect();
        let meta =
            json!({ "offset": offset, "limit": limit, "total": self.rows, "hasMore": end < self.rows });
        json!({ "results": rows, "meta": meta })
    }
}

async fn respond(State(server): State<Arc<ApiServer>>, request: Request) -> Response {
    let used = server.requests.fetch_add(1, Ordering::SeqCst) + 1;
    tokio::time::sleep(server.latency).await;
    let body = match request.uri().path() {
        "/list" => server.page(request.uri()),
        "/one" => json!({}),
        path if path.starts_with("/v1/admin/write-status/") => {
            json!({ "write_status": "SUCCESS", "errors": [], "created_record_id": null })
        }
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let protocol = format!("{:?}", request.version());
    let mut response = ([("x-protocol", protocol)], body.to_string()).into_response();
    if let Some(limit) = server.rate_limit {
        let headers = response.headers_mut();
        headers.insert("x-ratelimit-limit", HeaderValue::from(limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(limit.saturating_sub(used)));
    }
    response
}

/// HTTP/2 without TLS: all requests share one connection.
pub(crate) fn http2_transport() -> ReqwestTransport {
    ReqwestTransport::from(reqwest::Client::builder().http2_prior_knowledge().build().unwrap())
}
