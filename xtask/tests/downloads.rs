//! Tests `fetch` with a server that does not return the document: the snapshot and its lock file do not change.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use support::{Folder, NEW, Ran};

const PAGE: &str = "\n <!DOCTYPE html><html><body>Sign in to the network</body></html>";

/// Responds to a path, and closes the connection.
fn response(path: &str, to: &mut TcpStream) -> std::io::Result<()> {
    let head = |status: &str, fields: &str| format!("HTTP/1.1 {status}\r\nConnection: close\r\n{fields}\r\n");
    let body = |text: &str| head("200 OK", &format!("Content-Length: {}\r\n", text.len())) + text;
    let moved = |target: &str| head("302 Found", &format!("Location: {target}\r\nContent-Length: 0\r\n"));
    let text = match path {
        "/document" => body(NEW),
        "/moved" => moved("/document"),
        "/breaks-off" => head("200 OK", "Content-Length: 9999\r\n") + NEW,
        "/breaks-off-in-chunks" => {
            head("200 OK", "Transfer-Encoding: chunked\r\n") + &format!("{:x}\r\n{NEW}\r\n", NEW.len())
        }
        "/page" => body(PAGE),
        "/portal" => moved("/page"),
        "/round" => moved("/round"),
        "/to-a-file" => moved("file:///etc/hosts"),
        "/error" => body(NEW).replace("200 OK", "500 Internal Server Error"),
        "/gone" => body(PAGE).replace("200 OK", "404 Not Found"),
        "/empty" => body(""),
        "/other" => body("{\"message\": \"hello\"}"),
        "/large" => head("200 OK", "Content-Length: 99999999999\r\n"),
        "/packed" => {
            to.write_all(body("12345678").trim_end_matches(char::is_numeric).as_bytes())?;
            return to.write_all(b"\x1f\x8b\x08\0\0\0\0\0");
        }
        "/endless" => {
            to.write_all(head("200 OK", "").as_bytes())?;
            loop {
                to.write_all(&[b' '; 1 << 16])?;
            }
        }
        _ => String::new(),
    };
    to.write_all(text.as_bytes())
}

/// Starts a server on this machine, and returns its address.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            lines.find(String::is_empty);
            // A client that has read enough closes the connection.
            let _ = response(first.split(' ').nth(1).unwrap_or_default(), &mut stream);
        }
    });
    address
}

/// Runs `fetch` without user settings of curl, with `programs` as `PATH`.
fn fetch(folder: &Folder, from: &str, programs: Option<&str>) -> Ran {
    let arguments = ["fetch", "--from", from, "--out", "spec/api.yaml"];
    let mut command = folder.command(env!("CARGO_BIN_EXE_xtask"), &arguments);
    command.env("CURL_HOME", folder.path()).env("NO_PROXY", "*");
    if let Some(programs) = programs {
        command.env("PATH", programs);
    }
    Ran::from(command.output().unwrap())
}

#[test]
fn follows_redirects() {
    let (folder, server) = (Folder::new(), server());
    for path in ["/document", "/moved"] {
        let from = format!("{server}{path}");
        fetch(&folder, &from, None).ends(0);
        assert!(folder.read("spec/api.lock.toml").contains(&format!("source = \"{from}\"")));
    }
}

#[test]
fn reports_invalid_download_and_changes_nothing() {
    let (folder, server) = (Folder::new(), server());
    fetch(&folder, "old.yaml", None).ends(0);
    let before = folder.tree();
    for (path, reason) in [
        ("/breaks-off", "bytes remaining to read"),
        ("/breaks-off-in-chunks", "transfer closed with outstanding read data remaining"),
        ("/page", "this is a web page"),
        ("/portal", "this is a web page"),
        ("/round", "Maximum (5) redirects followed"),
        ("/to-a-file", "file"),
        ("/error", "error: 500"),
        ("/gone", "error: 404"),
        ("/empty", "the response was empty"),
        ("/no-response", "Empty reply from server"),
        ("/other", "openapi"),
        ("/large", "Maximum file size exceeded"),
        ("/endless", "larger than 16777216 bytes"),
        ("/packed", "this is not UTF-8 text"),
    ] {
        let from = format!("{server}{path}");
        let ran = fetch(&folder, &from, None).ends(2);
        for part in [&from, reason, "nothing was written"] {
            assert!(ran.err.contains(part), "{part}: {ran:#?}");
        }
        assert_eq!(folder.tree(), before, "{path}");
    }
}

#[test]
fn reports_unreachable_server_and_changes_nothing() {
    let folder = Folder::new();
    fetch(&folder, "old.yaml", None).ends(0);
    let before = folder.tree();
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = fetch(&folder, &format!("http://{free}/"), None).ends(2);
    assert!(refused.err.contains("nothing was written"), "{refused:#?}");
    let missing = fetch(&folder, "http://127.0.0.1/", Some("spec")).ends(2);
    assert!(missing.err.contains("`curl` cannot be run"), "{missing:#?}");
    assert!(missing.err.contains("use --from FILE; nothing was written"), "{missing:#?}");
    assert_eq!(folder.tree(), before);
}
