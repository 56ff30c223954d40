//! `cargo xtask fetch`: reads a document from the web or a file and writes our interface snapshot of it.

use anyhow::{anyhow, bail};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use codegen::document::canonical::Counts;
use codegen::document::limits::MAX_BYTES;
use codegen::{Options, Source};

use crate::messages::Messages;
use crate::{Outcome, Result, files, finish, root, shown};

const PUBLISHED: &str = "https://docs.propexo.com/openapi.yaml";

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let from: Option<String> = arguments.opt_value_from_str("--from")?;
    let out: Option<PathBuf> = arguments.opt_value_from_str("--out")?;
    let keep_prose = arguments.contains("--keep-prose");
    finish(arguments)?;
    let out = out.unwrap_or_else(|| root().join("spec/openapi.yaml"));
    let fetched = take(from, keep_prose, messages)?;
    let before = if files::is_device(&out) { None } else { std::fs::read_to_string(&out).ok() };
    let mut written = vec![(out.clone(), fetched.yaml.as_str())];
    // A pipe has no lock file next to it.
    if !files::is_device(&out) {
        written.push((out.with_extension("lock.toml"), &fetched.lock));
    }
    files::write_all(&written)?;
    let changed = if before.as_deref() == Some(fetched.yaml.as_str()) {
        "the interface is as it was"
    } else {
        "written"
    };
    let counts = fetched.counts;
    let summary = format!(
        "{}: {changed}; paths {}, operations {}, schemas {}",
        shown(&out),
        counts.paths,
        counts.operations,
        counts.schemas
    );
    if files::is_device(&out) {
        messages.note(&summary);
    } else {
        println!("{summary}");
    }
    Ok(Outcome::Done)
}

/// The files that a document becomes in the repository.
pub(crate) struct Fetched {
    /// The snapshot.
    pub(crate) yaml: String,
    /// The lock file, which names the source.
    pub(crate) lock: String,
    counts: Counts,
}

/// Downloads or reads a document and makes its snapshot; does not write anything.
pub(crate) fn take(from: Option<String>, keep_prose: bool, messages: Messages) -> Result<Fetched> {
    let from = from.unwrap_or_else(|| PUBLISHED.to_owned());
    let bytes = if is_url(&from) {
        messages.note(&format!("downloading {from}"));
        download(&from)?
    } else {
        files::read(Path::new(&from))
            .map(String::into_bytes)
            .map_err(|error| anyhow!("{error:#}; nothing was written"))?
    };
    let sha256 = files::sha256(&bytes);
    let text = String::from_utf8(bytes)
        .map_err(|_| anyhow!("{from}: this is not UTF-8 text; nothing was written"))?;
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        bail!("{from}: this is a web page, not an OpenAPI document; nothing was written");
    }
    let texts = [Source { name: &from, text: &text }];
    let snapshot = codegen::snapshot(texts[0], Options { keep_prose, ..Options::default() })
        .map_err(|failure| messages.refused(&failure, &texts))?;
    messages.tell(&snapshot.warnings, &texts);
    let counts = snapshot.counts;
    // A local file is named without its folder, which is private.
    let source = if is_url(&from) {
        from.clone()
    } else {
        Path::new(&from).file_name().map_or(from.clone(), |name| name.to_string_lossy().into_owned())
    };
    let lock = format!(
        "# Where openapi.yaml comes from. Written by `cargo xtask fetch`.\nsource = {}\nsha256 = \"{sha256}\"\nopenapi = {}\n\n[counts]\npaths = {}\noperations = {}\nschemas = {}\n",
        quoted(&source),
        quoted(&snapshot.version),
        counts.paths,
        counts.operations,
        counts.schemas
    );
    Ok(Fetched { yaml: snapshot.yaml, lock, counts })
}

fn is_url(from: &str) -> bool {
    from.starts_with("http://") || from.starts_with("https://")
}

/// Formats a TOML string: JSON differs in one character only.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// Uses `curl`, which every machine has: a TLS stack would be the largest part of this program.
fn download(url: &str) -> Result<Vec<u8>> {
    let failed = |reason: &str| anyhow!("{url} cannot be downloaded: {reason}; nothing was written");
    // A redirect must not lead from https to http.
    let redirects = if url.starts_with("https://") { "=https" } else { "=http,https" };
    let most = MAX_BYTES.to_string();
    let mut curl = Command::new("curl")
        // No settings of the user, and no patterns in the URL.
        .args(["--disable", "--globoff"])
        .args(["--fail", "--silent", "--show-error", "--location"])
        .args(["--proto", "=http,https", "--proto-redir", redirects, "--max-redirs", "5"])
        .args(["--connect-timeout", "20", "--max-time", "120", "--max-filesize", &most, "--", url])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            anyhow!(
                "`curl` cannot be run ({error}): install it, or download the document and use --from FILE; nothing was written"
            )
        })?;
    let mut bytes = Vec::new();
    let mut said = String::new();
    // `curl` prints at most one line to stderr at the end, so sequential reads block neither pipe.
    let response =
        curl.stdout.take().map(|response| response.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    if bytes.len() > MAX_BYTES {
        // A process that has ended does not need a kill.
        let _ = curl.kill();
    }
    let words = curl.stderr.take().map(|mut words| words.read_to_string(&mut said));
    let status = curl.wait().map_err(|error| failed(&error.to_string()))?;
    for read in [response, words].into_iter().flatten() {
        read.map_err(|error| failed(&error.to_string()))?;
    }
    match (bytes.len(), status.success()) {
        (0, true) => Err(failed("the response was empty")),
        (length, _) if length > MAX_BYTES => Err(failed(&format!("it is larger than {MAX_BYTES} bytes"))),
        (_, true) => Ok(bytes),
        (_, false) if said.trim().is_empty() => Err(failed(&format!("curl ended with {status}"))),
        (_, false) => Err(failed(said.trim())),
    }
}
