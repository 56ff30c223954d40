//! Serves a core on a loopback socket: HTTP/1.1 with persistent connections, and connection faults.
//!
//! It is written by hand because the servers of HTTP libraries cannot reset a connection or end a body early.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::core::Core;
use super::fault::Fault;
use super::http::{Request, Response};

/// The longest head of a request that is read.
const MAX_HEAD: usize = 64 * 1024;

/// The number of pieces of a slow body.
const SLOW_PIECES: usize = 20;

/// A running server. It stops accepting connections when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    base_url: String,
    core: Arc<Mutex<Core>>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts a server on a free port of the loopback interface, in the current runtime.
    pub(crate) async fn start(core: Core) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let core = Arc::new(Mutex::new(core));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&core)));
        Ok(Self { base_url, core, accepting })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The core; while this is held, requests wait.
    pub(crate) fn core(&self) -> MutexGuard<'_, Core> {
        locked(&self.core)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Locks the core. A core that panicked in one request is still valid.
fn locked(core: &Mutex<Core>) -> MutexGuard<'_, Core> {
    core.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, core: Arc<Mutex<Core>>) {
    let start = Instant::now();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // For example too many open files: other tasks may close some.
            sleep(Duration::from_millis(1)).await;
            continue;
        };
        let core = Arc::clone(&core);
        // An error means that the client closed the connection.
        tokio::spawn(async move { drop(serve(stream, &core, start).await) });
    }
}

/// Serves the requests of one connection until either side ends it.
async fn serve(mut stream: TcpStream, core: &Mutex<Core>, start: Instant) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let slow_body = locked(core).config().slow_body;
    let mut received = Vec::new();
    while let Some(request) = read(&mut stream, &mut received).await? {
        let response = locked(core).respond(start.elapsed(), &request);
        sleep(response.delay).await;
        if !deliver(&mut stream, &response, slow_body).await? {
            break;
        }
    }
    Ok(())
}

/// Sends a response with its fault. Returns whether the connection stays open.
async fn deliver(stream: &mut TcpStream, response: &Response, slow_body: Duration) -> io::Result<bool> {
    let body = response.body.as_bytes();
    match response.fault {
        Some(Fault::ResetBefore | Fault::ResetAfter) => {
            stream.set_zero_linger()?;
            return Ok(false);
        }
        Some(Fault::Truncated) => {
            let (half, _) = body.split_at(body.len() / 2);
            stream.write_all(&[head(response).as_bytes(), half].concat()).await?;
            return Ok(false);
        }
        Some(Fault::SlowBody) => {
            stream.write_all(head(response).as_bytes()).await?;
            for piece in body.chunks(body.len().div_ceil(SLOW_PIECES).max(1)) {
                stream.write_all(piece).await?;
                sleep(slow_body / SLOW_PIECES as u32).await;
            }
        }
        None | Some(Fault::BadGatewayBefore | Fault::BadGatewayAfter) => {
            stream.write_all(&[head(response).as_bytes(), body].concat()).await?;
        }
    }
    Ok(true)
}

/// The status line and headers.
fn head(response: &Response) -> String {
    let mut head =
        format!("HTTP/1.1 {} Fake\r\ncontent-length: {}\r\n", response.status, response.body.len());
    for (name, value) in &response.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    head
}

/// Reads the next request; the bytes after it stay in `received`. Returns `None` once the client has closed the
/// connection.
async fn read(stream: &mut TcpStream, received: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let end = loop {
        if let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
        if received.len() > MAX_HEAD || stream.read_buf(received).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(received.get(..end).unwrap_or_default()).into_owned();
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let header = |wanted: &str| {
        let mut headers = head.split("\r\n").filter_map(|line| line.split_once(':'));
        headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let end_of_body = end.saturating_add(length);
    while received.len() < end_of_body {
        if stream.read_buf(received).await? == 0 {
            return Ok(None);
        }
    }
    let body = received.drain(..end_of_body).skip(end).collect();
    Ok(Some(Request::new(method, target, header("authorization").unwrap_or_default(), body)))
}

#[cfg(test)]
mod tests {
    use super::super::{Config, FaultRates};
    use super::*;

    /// Sends requests sequentially over one connection, and reads until the server closes it.
    async fn exchange(faults: FaultRates, requests: usize) -> io::Result<String> {
        let slow_body = Duration::from_millis(20);
        let server = Server::start(Core::new(Config { faults, slow_body, ..Config::default() })).await?;
        let mut stream = TcpStream::connect(server.base_url().trim_start_matches("http://")).await?;
        let body = r#"{"notes":"0123456789"}"#;
        let head = "POST /v1/leads/ HTTP/1.1\r\nAuthorization: Bearer fake-token\r\nContent-Length: 22";
        stream.write_all(format!("{head}\r\n\r\n{body}").repeat(requests).as_bytes()).await?;
        // The server sees the end of the connection after the last request.
        stream.shutdown().await?;
        let mut received = String::new();
        stream.read_to_string(&mut received).await?;
        Ok(received)
    }

    #[tokio::test]
    async fn keeps_a_connection_for_the_next_request() {
        let received = exchange(FaultRates::default(), 2).await.unwrap();
        assert_eq!(received.matches("HTTP/1.1 200 ").count(), 2, "{received}");
        let (first, second) = (received.find("job_00001").unwrap(), received.find("job_00002").unwrap());
        assert!(first < second && received.ends_with('}'), "{received}");
    }

    #[tokio::test]
    async fn a_slow_body_is_whole() {
        let faults = FaultRates { slow_body: 1.0, ..FaultRates::default() };
        let received = exchange(faults, 2).await.unwrap();
        assert!(received.contains(r#""job_id":"job_00002""#) && received.ends_with('}'), "{received}");
    }

    #[tokio::test]
    async fn a_truncated_body_has_half_of_its_length() {
        let faults = FaultRates { truncated: 1.0, ..FaultRates::default() };
        let received = exchange(faults, 1).await.unwrap();
        let (head, body) = received.split_once("\r\n\r\n").unwrap();
        assert!(body.starts_with('{') && !body.ends_with('}'), "{body}");
        assert!(head.contains(&format!("content-length: {}", 2 * body.len())), "{head}");
    }

    #[tokio::test]
    async fn a_reset_sends_nothing() {
        let faults = FaultRates { reset: 1.0, ..FaultRates::default() };
        let error = exchange(faults, 1).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
