//! An export against a faulty server, killed repeatedly, stores every row once.
//!
//! The server runs in the test; the exporter is another process of this program.
//! `cargo test --test soak -- --ignored --nocapture` makes the long run and prints its measurements.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "all-groups", feature = "fake-server"))]

mod exporter;
mod journal;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use exporter::{FastClock, Plan};
use journal::Entry;
use propexo::fake::{Fake, Fault, RecordedRequest};
use propexo::models::{Property, Resident, Unit};
use tokio::task::JoinSet;

/// The variable that holds the plan of an exporter.
const PLAN: &str = "PROPEXO_SOAK_PLAN";

const MAX_RSS_KIB: u64 = 40 * 1024;

/// An export, and the faults during it.
#[derive(Clone, Copy)]
struct Soak {
    seed: u64,
    rows: u64,
    page: u64,
    list_every: u64,
    write_every: u64,
    kills: usize,
    /// The requests in each minute of the clock.
    rate_limit: u32,
    /// So many seconds of the client and of the server pass in one.
    clock_speed: u32,
    /// The test fails after this long.
    time_limit: Duration,
}

/// A limit that no export reaches.
const LOOSE: u32 = 1_000_000;

/// Properties, and the units of each.
const PROPERTIES: usize = 20;
const UNITS: usize = 10;

const SHORT: Soak = Soak {
    seed: 1,
    rows: 600,
    page: 50,
    list_every: 10,
    write_every: 30,
    kills: 2,
    rate_limit: LOOSE,
    clock_speed: 100,
    time_limit: Duration::from_secs(60),
};

#[tokio::test]
async fn stores_600_rows_once_when_killed_twice() {
    SHORT.run().await;
}

#[tokio::test]
async fn stays_below_a_tight_rate_limit_when_killed() {
    let more_requests = Soak { page: 25, list_every: 3, write_every: 200, ..SHORT };
    Soak { seed: 2, kills: 1, rate_limit: 150, clock_speed: 60, ..more_requests }.run().await;
}

#[tokio::test]
#[ignore = "takes minutes; `cargo xtask ci --full` runs it"]
async fn stores_50000_rows_once_when_killed_eight_times_for_ten_seeds() {
    let long = Soak { rows: 50_000, page: 250, list_every: 25, write_every: 500, kills: 8, ..SHORT };
    // An export mostly waits, so they run concurrently.
    let mut exports = JoinSet::new();
    for seed in 1..=10 {
        let soak = Soak { seed, time_limit: Duration::from_secs(600), ..long };
        exports.spawn(async move { soak.run().await });
    }
    exports.join_all().await;
}

/// The exporter, which the tests above start as a separate process. It does nothing without a plan.
#[tokio::test]
#[ignore = "the other tests start it"]
async fn exporter_process() {
    let Ok(plan) = std::env::var(PLAN) else { return };
    exporter::run(serde_json::from_str(&plan).unwrap()).await.unwrap();
}

impl Soak {
    async fn run(&self) {
        let start = Instant::now();
        let fake = Fake::builder()
            .seed(self.seed)
            .integration("RESMAN")
            .default_records(0)
            .records::<Property>(PROPERTIES)
            .records::<Unit>(PROPERTIES * UNITS)
            .records::<Resident>(self.rows as usize)
            .rate_limit(self.rate_limit)
            .job_duration(Duration::from_millis(40) * self.clock_speed)
            .clock(FastClock::new(self.clock_speed))
            .build();
        let server = fake.serve("127.0.0.1:0").await.unwrap();
        for (fault, share) in [
            (Fault::BadGatewayBefore, 0.015),
            (Fault::BadGatewayAfter, 0.015),
            (Fault::ResetBefore, 0.015),
            (Fault::ResetAfter, 0.015),
            (Fault::Truncated, 0.02),
            (Fault::SlowBody, 0.01),
        ] {
            fake.faults().rate(fault, share);
        }
        fake.faults().failed_writes(0.3);
        fake.faults().odd_rows(1.0 / 40.0);
        let plan = Plan {
            base_url: server.url().to_owned(),
            journal: journal_path(self.seed),
            page: self.page,
            list_every: self.list_every,
            write_every: self.write_every,
            clock_speed: self.clock_speed,
            job_limit: Duration::from_millis(300),
        };
        let peak = self.export(&fake, &plan, start + self.time_limit).await;
        let requests = fake.requests();
        let found = self.verify(&fake, &plan).await;
        fs::remove_file(&plan.journal).unwrap();
        println!(
            "seed {}: {} rows, {} kills, {:.1} s, largest RSS {}, {} requests, {} faults, {} jobs, {found} of them found \
             in the log",
            self.seed,
            self.rows,
            self.kills,
            start.elapsed().as_secs_f64(),
            peak.map_or("unknown: there is no /proc".to_owned(), |kib| format!(
                "{:.1} MiB",
                kib as f64 / 1024.0
            )),
            requests.len(),
            requests.iter().filter(|request| request.fault.is_some()).count(),
            fake.writes().len(),
        );
        let is_late = |request: &&RecordedRequest| request.status == Some(429) || !request.delay.is_zero();
        assert_eq!(requests.iter().filter(is_late).count(), 0, "the client kept its budget");
        assert!(peak.is_none_or(|kib| kib < MAX_RSS_KIB), "{peak:?} KiB");
    }

    /// Starts the exporter, kills it at seeded moments, and lets the last one end. Returns the largest resident set
    /// size of all processes in KiB, or `None` if the system does not have `/proc`.
    async fn export(&self, fake: &Fake, plan: &Plan, deadline: Instant) -> Option<u64> {
        let mut rng = fastrand::Rng::with_seed(self.seed);
        // An export that is never killed makes at least this many requests.
        let requests = self.rows / self.page + self.rows / self.list_every + self.rows / self.write_every;
        let mut moments: Vec<u64> = (0..self.kills).map(|_| rng.u64(..requests)).collect();
        moments.sort_unstable();
        let mut peak = None;
        for moment in moments {
            let mut exporter = Exporter::start(plan);
            while fake.request_count() as u64 <= moment {
                assert!(exporter.is_running(), "the export ended before it was killed {} times", self.kills);
                exporter.tick(deadline, &mut peak).await;
            }
            tokio::time::sleep(Duration::from_micros(rng.u64(..20_000))).await;
            exporter.kill();
            // As if the process had been killed while it wrote a line.
            if rng.bool() {
                let mut journal = File::options().append(true).create(true).open(&plan.journal).unwrap();
                journal.write_all(br#"{"row":{"at":1"#).unwrap();
            }
        }
        let mut exporter = Exporter::start(plan);
        while exporter.is_running() {
            exporter.tick(deadline, &mut peak).await;
        }
        peak
    }

    /// Compares the journal with the records and the writes of the fake. Returns how many jobs were found in the write log.
    async fn verify(&self, fake: &Fake, plan: &Plan) -> usize {
        let expected = residents(fake).await;
        let mut rows = 0;
        let mut writes: BTreeMap<u64, Vec<Entry>> = BTreeMap::new();
        journal::read(&plan.journal, |entry| match entry {
            Entry::Row { at, id, rejected, units } => {
                assert_eq!(at, rows, "each row is stored once, in order");
                assert_eq!((id, rejected), expected[at as usize], "row {at}");
                let listed = !rejected && at % self.list_every == 0;
                assert_eq!(units, listed.then_some(UNITS as u64), "row {at}");
                rows += 1;
            }
            Entry::Intent { at } | Entry::Job { at, .. } | Entry::Outcome { at, .. } => {
                writes.entry(at).or_default().push(entry);
            }
        })
        .unwrap();
        assert_eq!(rows, self.rows);
        let expected: Vec<u64> = (0..self.rows).step_by(self.write_every as usize).collect();
        assert_eq!(writes.keys().copied().collect::<Vec<_>>(), expected, "the rows that were written for");
        let jobs = fake.writes();
        assert_eq!(jobs.len(), expected.len(), "no write was carried out twice");
        let mut all_found = 0;
        for (at, entries) in writes {
            let [Entry::Intent { .. }, Entry::Job { job_id, found, .. }, Entry::Outcome { outcome, .. }] =
                &entries[..]
            else {
                panic!("row {at}: {entries:?}")
            };
            let job = jobs.iter().find(|job| job.job_id == *job_id).unwrap();
            assert_eq!(job.body["description"], exporter::description(at));
            assert_eq!(job.state.as_str(), outcome);
            all_found += usize::from(*found);
        }
        all_found
    }
}

/// Reads the ids of all residents without a fault of the connection, and whether each row does not decode.
async fn residents(fake: &Fake) -> Vec<(String, bool)> {
    for fault in Fault::ALL {
        fake.faults().rate(fault, 0.0);
    }
    let builder = fake.client_builder().rate_limit(propexo::RateLimit::unlimited());
    let client = builder.retry(propexo::RetryPolicy::none()).build().unwrap();
    let mut residents = Vec::new();
    let mut rows = client.residents().list().limit(250).order_by("created_at:asc").items();
    while let Some(row) = rows.next_item().await {
        residents.push(match row {
            Ok(resident) => (resident.id.to_string(), false),
            Err(propexo::Error::Decode(odd)) => (exporter::id_of(odd.body()).unwrap(), true),
            Err(error) => panic!("{error}"),
        });
    }
    residents
}

/// A fresh file for the journal of an export.
fn journal_path(seed: u64) -> PathBuf {
    let name = format!("soak-{}-{seed}.jsonl", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_file(&path));
    path
}

/// An exporting process. It is killed when it is dropped.
struct Exporter(Child);

impl Exporter {
    fn start(plan: &Plan) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "exporter_process", "--ignored", "--nocapture"])
            .env(PLAN, serde_json::to_string(plan).unwrap())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Whether it is still running. It must not fail.
    fn is_running(&mut self) -> bool {
        match self.0.try_wait().unwrap() {
            None => true,
            Some(status) => {
                assert!(status.success(), "the exporter failed: {status}");
                false
            }
        }
    }

    /// Waits a moment and notes the peak of the memory.
    async fn tick(&self, deadline: Instant, peak: &mut Option<u64>) {
        assert!(Instant::now() < deadline, "the export takes too long");
        *peak = (*peak).max(peak_rss(self.0.id()));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The largest resident set size of a process, in KiB.
fn peak_rss(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().strip_suffix(" kB")?.parse().ok()
}
