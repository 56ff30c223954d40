//! Requests, lists and waits of one client do not block each other, whichever of their futures are polled.
//!
//! Oxide's RFD 609 names the fault *futurelock*: a future holds what another one needs, and is never polled. Here
//! randomly generated callers compose all features of the client and leave futures unpolled in every state. Every
//! future that is polled has to complete, and the server must never count more requests in a minute than the budget
//! permits.

mod executor;
mod program;
mod server;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use executor::{Task, TestClock};
use program::{Generator, Step, World};
use server::{CountedWhen, Server};

use crate::runtime::client::Config;
use crate::runtime::clock::Clock;
use crate::runtime::limit::{GRACE, Limiter};
use crate::{Client, RateLimit, RetryPolicy};

const SCHEDULES: u64 = 10_000;
const WINDOW: Duration = Duration::from_secs(60);

/// A client of the server, whose waiters pass each other after `grace`.
fn client(server: &Server, grace: Duration) -> Client {
    let clock = Arc::new(server.clock.clone());
    let limit = RateLimit::per_minute(u32::try_from(server.limit).unwrap());
    Client {
        config: Arc::new(Config {
            base_url: "http://test".to_owned(),
            headers: Default::default(),
            bare: Default::default(),
            added: Default::default(),
            credentials: Vec::new(),
            transport: Arc::new(server.clone()),
            limiter: Limiter::with_grace(limit, clock.clone(), grace),
            clock,
            timeout: Duration::from_secs(60),
            deadline: None,
            retry: RetryPolicy::none(),
            retry_budget: Default::default(),
            max_response_bytes: usize::MAX,
            strict_responses: false,
            validate_requests: false,
        }),
    }
}

fn server(random: &mut fastrand::Rng) -> Server {
    let most = *random.choice(&[3, 30, 150, 750]).unwrap();
    Server {
        clock: TestClock::default(),
        limit: random.u64(2..=most),
        counted_when: *random.choice(&[CountedWhen::Sent, CountedWhen::Polled]).unwrap(),
        phase: Duration::from_millis(random.u64(0..60_000)),
        reports_limit: random.u32(0..4) > 0,
        latency: Duration::from_millis(random.u64(0..2_000)),
        jobs_end: Duration::from_secs(random.u64(0..200)),
        counts: Arc::default(),
    }
}

/// Runs a schedule, and returns a description of what failed.
fn schedule(seed: u64, grace: Duration) -> Result<(), String> {
    let mut random = fastrand::Rng::with_seed(seed);
    fastrand::seed(seed);
    let server = server(&mut random);
    let waiters = *random.choice(&[1, 2, 3, 8, 64]).unwrap();
    let fuel = random.u64(4..40);
    let steps: Vec<Step> =
        (0..waiters).map(|_| Generator { random: &mut random, fuel: 1 + fuel / waiters }.step(4)).collect();
    let world = Rc::new(World {
        client: client(&server, grace),
        clock: server.clock.clone(),
        kept: RefCell::new(Vec::new()),
        busy: Cell::new(Duration::ZERO),
        waits: Cell::new(0),
    });
    let mut tasks: Vec<Task> = steps
        .iter()
        .map(|step| {
            let task = Task::new(program::run(step, &world));
            if random.u32(0..4) == 0 { task.abandoned_after(random.u32(1..6)) } else { task }
        })
        .collect();
    let hanging = executor::run(&mut tasks, &server.clock, &mut random);
    let counts = server.counts.lock().unwrap();
    let budget = RateLimit::default().budget(server.limit);
    // The kept futures borrow from the world.
    world.kept.take();
    let failure = |what: String| Err(format!("seed {seed}: {what}; {server:?}; {steps:#?}"));
    if hanging > 0 {
        return failure(format!("{hanging} tasks hang"));
    }
    if counts.most_used > budget {
        return failure(format!("{} requests in a minute with a budget of {budget}", counts.most_used));
    }
    // Each request waits for a place of the budget once; each place is free again after a window and a few seconds.
    let places = (budget - budget / 20).max(1);
    let windows = u32::try_from(counts.requests / places + 3).unwrap();
    // A job is polled at least every 15 seconds.
    let waits = server.jobs_end + world.waits.get() * Duration::from_secs(20);
    let requests = u32::try_from(counts.requests).unwrap();
    let longest =
        (WINDOW + server.latency) * windows * 2 + requests * server.latency + world.busy.get() + waits;
    let took = server.clock.now();
    if took > longest {
        return failure(format!("took {took:?}, which is more than {longest:?}"));
    }
    Ok(())
}

#[test]
fn completes_polled_futures_within_budget() {
    for seed in 0..SCHEDULES {
        schedule(seed, GRACE).unwrap_or_else(|failure| panic!("{failure}"));
    }
}

/// The negative control of the test above: waiters that rely on each other to be polled hang.
#[test]
fn hangs_without_passing_within_a_hundred_schedules() {
    let failures = (0..100).filter(|seed| schedule(*seed, Duration::MAX).is_err()).count();
    assert!(failures > 0);
    println!("{failures} of 100 schedules fail");
}
