//! Random programs: what callers do with requests, lists and waits, and which of their futures they leave unpolled.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use serde_json::Value;

use super::executor::TestClock;
use crate::runtime::clock::Clock;
use crate::{Client, Idempotency, Method, Operation, Page, Priority, Request};

const GET: Operation = Operation::new("get", Method::Get, "/one", Idempotency::Safe);
const LIST: Operation = Operation::new("list", Method::Get, "/list", Idempotency::Safe);

/// One action of a caller.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Sends one request and awaits the response.
    Call(Priority),
    /// Does other work.
    Busy(Duration),
    /// Waits for a write job.
    Wait(Priority),
    /// Reads a list, and runs `each` for each row.
    List { rows: u64, prefetch: usize, each: Vec<Step> },
    /// Runs up to `at_once` of the steps concurrently, and does other work after each that is done.
    Concurrently { at_once: usize, steps: Vec<Step>, busy: Duration },
    /// Runs both until one is done; the other one is kept unpolled or dropped.
    Race { steps: [Box<Step>; 2], keeps: bool },
    /// Polls a future that was kept until it is done, or drops it.
    Resume { drops: bool },
    /// Starts the step, polls it `polls` times and keeps it unpolled.
    Abandon { step: Box<Step>, polls: u32 },
}

/// Generates steps until the fuel, about the number of requests, is used up.
pub(super) struct Generator<'a> {
    pub(super) random: &'a mut fastrand::Rng,
    pub(super) fuel: u64,
}

impl Generator<'_> {
    fn busy(&mut self) -> Duration {
        let most = *self.random.choice(&[0, 10, 3_000, 200_000]).unwrap_or(&0);
        Duration::from_millis(self.random.u64(0..=most))
    }

    fn priority(&mut self) -> Priority {
        if self.random.bool() { Priority::Interactive } else { Priority::Bulk }
    }

    pub(super) fn step(&mut self, depth: u32) -> Step {
        self.fuel = self.fuel.saturating_sub(1);
        if depth == 0 || self.fuel == 0 {
            return Step::Call(self.priority());
        }
        match self.random.u32(0..13) {
            0..=2 => Step::Call(self.priority()),
            3 => Step::Busy(self.busy()),
            4 => Step::Wait(self.priority()),
            5..=7 => {
                let rows = self.random.u64(0..=8).min(self.fuel);
                let fuel = self.fuel - rows;
                // The steps for each row run `rows` times.
                self.fuel = fuel / (rows + 1);
                let each = self.steps(depth - 1);
                self.fuel = fuel.saturating_sub((fuel / (rows + 1)).saturating_sub(self.fuel) * rows);
                Step::List { rows, prefetch: self.random.usize(0..=16), each }
            }
            8 => {
                let at_once = self.random.usize(1..=8);
                let busy = self.busy();
                Step::Concurrently { at_once, steps: self.steps(depth - 1), busy }
            }
            9 => {
                let steps = [Box::new(self.step(depth - 1)), Box::new(self.step(depth - 1))];
                Step::Race { steps, keeps: self.random.bool() }
            }
            10 => Step::Resume { drops: self.random.bool() },
            _ => Step::Abandon { step: Box::new(self.step(depth - 1)), polls: self.random.u32(1..4) },
        }
    }

    fn steps(&mut self, depth: u32) -> Vec<Step> {
        (0..self.random.u32(0..4)).map(|_| self.step(depth)).collect()
    }
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// The state that all callers of a schedule share.
pub(super) struct World {
    pub(super) client: Client,
    pub(super) clock: TestClock,
    /// Futures that are kept and not polled again.
    pub(super) kept: RefCell<Vec<Work>>,
    /// The time that callers spent on other work.
    pub(super) busy: Cell<Duration>,
    pub(super) waits: Cell<u32>,
}

impl World {
    async fn be_busy(&self, time: Duration) {
        self.busy.set(self.busy.get() + time);
        self.clock.sleep(time).await;
    }
}

pub(super) async fn call(client: &Client, priority: Priority) {
    Request::<Value>::new(client, &GET).priority(priority).send().await.unwrap();
}

pub(super) fn run(step: &Step, world: &Rc<World>) -> Work {
    let (step, world) = (step.clone(), Rc::clone(world));
    Box::pin(async move {
        match step {
            Step::Call(priority) => call(&world.client, priority).await,
            Step::Busy(time) => world.be_busy(time).await,
            Step::Wait(priority) => {
                world.waits.set(world.waits.get() + 1);
                let jobs = world.client.write_jobs();
                while !jobs.wait("job").priority(priority).await.unwrap().is_success() {}
            }
            Step::List { rows, prefetch, each } => {
                let request = Request::<Page<Value>>::new(&world.client, &LIST).query("total", rows);
                let mut items = request.items().prefetch(prefetch);
                let mut seen = 0;
                while let Some(row) = items.next_item().await {
                    assert_eq!(row.unwrap()["id"], seen.to_string());
                    seen += 1;
                    for step in &each {
                        run(step, &world).await;
                    }
                }
                assert_eq!(seen, rows);
            }
            Step::Concurrently { at_once, steps, busy } => {
                let work = futures_util::stream::iter(&steps).map(|step| run(step, &world));
                let mut work = work.buffer_unordered(at_once);
                while work.next().await.is_some() {
                    world.be_busy(busy).await;
                }
            }
            Step::Race { steps: [one, other], keeps } => {
                let (Either::Left(((), loser)) | Either::Right(((), loser))) =
                    select(run(&one, &world), run(&other, &world)).await;
                if keeps {
                    world.kept.borrow_mut().push(loser);
                }
            }
            Step::Resume { drops } => {
                let kept = world.kept.borrow_mut().pop();
                if let Some(work) = kept.filter(|_| !drops) {
                    work.await;
                }
            }
            Step::Abandon { step, polls } => {
                let mut work = run(&step, &world);
                for _ in 0..polls {
                    let done = poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_ready())).await;
                    if done {
                        return;
                    }
                    world.clock.sleep(Duration::from_millis(40)).await;
                }
                world.kept.borrow_mut().push(work);
            }
        }
    })
}
