//! `cargo xtask conformance`: calls every operation of the client over HTTP, against a validating mock of the
//! document.

use anyhow::{Context, anyhow, bail};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::messages::Messages;
use crate::{Outcome, Result, cargo, files, finish, generate, root, shown};

/// The mock's program, below its installation folder.
const PROGRAM: &str = "node_modules/@stoplight/prism-cli/dist/index.js";

/// The line that the mock prints when it is ready, up to the port.
const READY: &str = "Prism is listening on http://127.0.0.1:";

/// The time limit for that; an idle machine takes 2 seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The prefix of the line with the results of the test.
const COUNTS: &str = "conformance: ";

/// Runs the command.
pub(crate) fn run(arguments: pico_args::Arguments, messages: Messages) -> Result {
    finish(arguments)?;
    let folder = root().join(".cache/prism");
    install(&folder)?;
    let document = folder.join("openapi.json");
    let effective = vec![OsString::from("--effective"), document.clone().into_os_string()];
    generate::run(pico_args::Arguments::from_vec(effective), messages)?;
    let mock = Mock::start(&folder, &document)?;
    let outcome = drive(&mock.url)?;
    drop(mock);
    if matches!(outcome, Outcome::Found) {
        eprintln!("what the mock said: {}", shown(&folder.join("mock.log")));
    }
    Ok(outcome)
}

/// Installs the mock unless the version of the lock file is installed: the network is needed once.
fn install(folder: &Path) -> Result<()> {
    let node = Command::new("node").arg("--version").output();
    if !node.as_ref().is_ok_and(|output| output.status.success()) {
        bail!(
            "Node is missing: the mock is a Node program, and `node --version` cannot be run. \
             Install Node.js 20 or newer with npm"
        );
    }
    let own = root().join("xtask/prism");
    let lock = files::read(&own.join("package-lock.json"))?;
    // Written at the end, so that a partial installation does not count as complete.
    let installed = folder.join("installed.json");
    if fs::read_to_string(&installed).is_ok_and(|text| text == lock) && folder.join(PROGRAM).is_file() {
        return Ok(());
    }
    let manifest = files::read(&own.join("package.json"))?;
    files::write_all(&[(folder.join("package.json"), &manifest), (folder.join("package-lock.json"), &lock)])?;
    println!("installing the mock into {}", shown(folder));
    // Install scripts of packages are not run: the mock does not need any.
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let status = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .status()
        .with_context(|| format!("npm is missing, it comes with Node.js: `{npm}` cannot be run"))?;
    if !status.success() {
        bail!(
            "the mock cannot be installed: `npm ci` in {} failed ({status}); the first run needs the network",
            shown(folder)
        );
    }
    files::write_all(&[(installed, &lock)])
}

/// The running mock. It ends when this value is dropped, and when this process ends for any reason: see
/// `xtask/prism/leash.cjs`.
struct Mock {
    process: Child,
    url: String,
}

impl Mock {
    fn start(folder: &Path, document: &Path) -> Result<Self> {
        let log = folder.join("mock.log");
        let action = "the mock cannot be started";
        let output = File::create(&log).context(action)?;
        let process = Command::new("node")
            .arg("--require")
            .arg(root().join("xtask/prism/leash.cjs"))
            .arg(folder.join(PROGRAM))
            // Port 0 selects a free port; the log contains its number.
            .args(["mock", "--errors=false", "--host", "127.0.0.1", "--port", "0"])
            .arg(document)
            .env("FORCE_COLOR", "0")
            .stdin(Stdio::piped())
            .stdout(output.try_clone().context(action)?)
            .stderr(output)
            .spawn()
            .context(action)?;
        let mut mock = Mock { process, url: String::new() };
        mock.url = mock.wait_until_ready(&log)?;
        Ok(mock)
    }

    /// Returns the URL, as soon as it is known.
    fn wait_until_ready(&mut self, log: &Path) -> Result<String> {
        let start = Instant::now();
        loop {
            let ended = self.process.try_wait()?;
            let said = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
            // The line may be incomplete.
            if let Some((port, _)) = said.split_once(READY).and_then(|(_, rest)| rest.split_once('\n')) {
                return Ok(format!("http://127.0.0.1:{}", port.trim()));
            }
            let reason = match ended {
                Some(status) => format!("ended ({status})"),
                None if start.elapsed() > PATIENCE => format!("was not ready after {} s", PATIENCE.as_secs()),
                None => {
                    std::thread::sleep(Duration::from_millis(50));
                    continue;
                }
            };
            bail!("{}\nthe mock {reason}; what it said is in {}", said.trim_end(), shown(log));
        }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It may have ended already, which is not an error.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the client's test against the mock.
fn drive(url: &str) -> Result {
    let mut command = Command::new(cargo());
    command
        .args(["test", "--quiet", "--package", "generated-client", "--test", "conformance"])
        .args(["--no-default-features", "--features", "reqwest,all-groups,fake", "--", "--nocapture"])
        .current_dir(root())
        .env_remove("CARGO_MANIFEST_DIR")
        .env("PROPEXO_CONFORMANCE_URL", url)
        .stdout(Stdio::piped());
    // A proxy cannot reach this machine.
    for name in ["NO_PROXY", "no_proxy"] {
        let known = std::env::var(name).map(|hosts| hosts + ",").unwrap_or_default();
        command.env(name, known + "127.0.0.1");
    }
    let action = "cargo test";
    let mut child = command.spawn().context(action)?;
    let mut counts = None;
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufReader::lines) {
        let line = line.context(action)?;
        match line.split_once(COUNTS) {
            Some((_, found)) => counts = Some(found.to_owned()),
            None => println!("{line}"),
        }
    }
    let status = child.wait().context(action)?;
    let counts = counts.ok_or_else(|| anyhow!("the test came to no result (cargo test: {status})"))?;
    println!("{counts}");
    Ok(if status.success() { Outcome::Done } else { Outcome::Found })
}
