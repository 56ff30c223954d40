//! Runs the generator on a document: it has to return Rust that the judge accepts, or errors with positions, within a
//! time limit.
#![allow(dead_code)] // Each test binary uses its own part of this.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use codegen::{Options, Source, generate};

use crate::judge;

/// The result of one document.
pub(crate) struct Trial {
    /// The CPU time of the generator.
    pub(crate) taken: Duration,
    /// The number of errors, all with a position; 0 if there is a client.
    pub(crate) errors: usize,
    pub(crate) wrong: Vec<Wrong>,
}

/// The forbidden outcomes.
#[derive(Debug)]
pub(crate) enum Wrong {
    Panic,
    Hang(Duration),
    Escape(String),
    NoPlace(String),
}

/// Runs the generator on a document, with a limit on its CPU time.
pub(crate) fn trial(spec: Source<'_>, overlays: &[Source<'_>], options: Options, longest: Duration) -> Trial {
    let before = busy();
    let result = catch_unwind(AssertUnwindSafe(|| generate(spec, overlays, options)));
    let mut trial = Trial { taken: busy() - before, errors: 0, wrong: Vec::new() };
    if trial.taken > longest {
        trial.wrong.push(Wrong::Hang(trial.taken));
    }
    match result {
        Ok(Ok(generated)) => {
            let texts: Vec<&str> = overlays.iter().map(|source| source.text).chain([spec.text]).collect();
            trial.wrong.extend(judge::escapes(&generated, &texts).into_iter().map(Wrong::Escape));
        }
        Ok(Err(failure)) => {
            trial.errors = failure.0.len();
            trial.wrong.extend(judge::unprintable(&failure.0).into_iter().map(Wrong::Escape));
            let names: Vec<&str> = overlays.iter().map(|source| source.name).chain([spec.name]).collect();
            let placed = |file: &str, line: usize| names.contains(&file) && line > 0;
            let lost = failure.0.iter().filter(|message| !placed(&message.file, message.line));
            trial.wrong.extend(lost.map(|message| Wrong::NoPlace(message.to_string())));
            if failure.0.is_empty() {
                trial.wrong.push(Wrong::NoPlace("a failure without any error".to_owned()));
            }
        }
        Err(_) => trial.wrong.push(Wrong::Panic),
    }
    trial
}

/// The results of many documents.
#[derive(Default)]
pub(crate) struct Tally {
    clients: usize,
    refused: usize,
    errors: usize,
    slowest: (Duration, String),
    panics: usize,
    hangs: usize,
    escapes: usize,
    lost: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Adds the result of a document with this name.
    pub(crate) fn add(&mut self, name: String, trial: Trial) {
        match trial.errors {
            0 => self.clients += 1,
            errors => (self.refused, self.errors) = (self.refused + 1, self.errors + errors),
        }
        for wrong in trial.wrong {
            *match &wrong {
                Wrong::Panic => &mut self.panics,
                Wrong::Hang(_) => &mut self.hangs,
                Wrong::Escape(_) => &mut self.escapes,
                Wrong::NoPlace(_) => &mut self.lost,
            } += 1;
            self.wrong.push(format!("{name}: {wrong:?}"));
        }
        if trial.taken > self.slowest.0 {
            self.slowest = (trial.taken, name);
        }
    }

    /// Prints the results, and fails if any is forbidden. `cargo xtask check-robust` reads the last line.
    #[track_caller]
    pub(crate) fn tell(self, tried: usize, what: &str) {
        let Tally { clients, refused, errors, slowest, panics, hangs, escapes, lost, wrong } = self;
        println!(
            "{clients} became clients, {refused} were refused with {errors} errors; slowest {:.2} s: {}",
            slowest.0.as_secs_f64(),
            slowest.1
        );
        println!(
            "robust: {what} {tried}, panics {panics}, hangs {hangs}, escapes {escapes}, errors without a place {lost}"
        );
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// The CPU time of this thread: wall time depends on other load of the machine.
fn busy() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    nanoseconds.map_or_else(|| SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(), Duration::from_nanos)
}
