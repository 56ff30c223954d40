//! The budget, step by step; the simulation of a whole export is among the integration tests.

use std::time::Duration;

use super::state::{State, Wait};
use super::{Priority, RateLimit, Report, WINDOW};

const S: Duration = Duration::from_secs(1);

fn told(limit: u64, used: u64) -> Option<Report> {
    Some(Report { limit: Some(limit), remaining: Some(limit - used), ..Report::default() })
}

/// A state that knows the server to be silent about the limit, so that the own record alone counts.
fn silent(limit: u32) -> State {
    let mut state = State::new(RateLimit::per_minute(limit));
    state.take(Duration::ZERO, Priority::Interactive);
    state.give_back(Duration::ZERO, Duration::ZERO, Some(Report::default()));
    state.forget(WINDOW);
    state
}

/// How many interactive requests may go at a moment.
fn burst(state: &mut State, now: Duration) -> usize {
    state.forget(now);
    let mut count = 0;
    while state.room(now, Priority::Interactive).is_ok() {
        state.take(now, Priority::Interactive);
        count += 1;
    }
    count
}

#[test]
fn the_budget_stays_below_the_share() {
    assert_eq!(RateLimit::default().budget(150), 119);
    assert_eq!(RateLimit::default().share(1.0).budget(150), 149);
    assert_eq!(RateLimit::default().share(0.5).budget(600), 299);
    assert_eq!(RateLimit::default().share(-1.0).budget(1), 1);
    assert_eq!(RateLimit::default().share(f64::NAN).budget(150), 1);
}

#[test]
fn a_place_is_free_a_minute_after_the_answer() {
    let mut state = silent(10);
    let start = WINDOW;
    assert_eq!(burst(&mut state, start), 7);
    assert_eq!(state.room(start, Priority::Interactive), Err(Wait::Answer));
    state.give_back(start, start + 2 * S, None);
    assert_eq!(state.room(start + 2 * S, Priority::Interactive), Err(Wait::Until(start + 62 * S)));
    state.forget(start + 62 * S);
    assert_eq!(burst(&mut state, start + 62 * S), 1);
}

#[test]
fn few_requests_go_until_the_first_answer() {
    let mut state = State::new(RateLimit::default());
    assert_eq!(burst(&mut state, S), 8);
    state.give_back(S, 2 * S, told(150, 100));
    assert_eq!(burst(&mut state, 2 * S), 12, "119 less the 100 of others and the 7 under way");
}

#[test]
fn what_other_programs_use_counts() {
    let mut state = State::new(RateLimit::default());
    state.take(S, Priority::Interactive);
    state.give_back(S, 2 * S, told(150, 119));
    assert_eq!(
        state.room(3 * S, Priority::Interactive),
        Err(Wait::Until(62 * S)),
        "a minute after the first answer"
    );
    state.forget(62 * S);
    assert_eq!(burst(&mut state, 62 * S), 8, "nothing is known of the new minute");
}

#[test]
fn the_limit_is_learnt() {
    let mut state = State::new(RateLimit::default());
    state.take(S, Priority::Interactive);
    state.give_back(S, S, told(600, 1));
    assert_eq!(state.limits(), (600, 479));
    assert_eq!(burst(&mut state, S), 478);
}

#[test]
fn an_overtaken_answer_is_no_new_minute() {
    let mut state = State::new(RateLimit::default());
    for _ in 0..3 {
        state.take(S, Priority::Interactive);
    }
    state.give_back(S, 2 * S, told(150, 100));
    state.give_back(S, 3 * S, told(150, 3));
    assert_eq!(state.used(), 101, "the lower count was sent before the higher one came");
    state.take(4 * S, Priority::Interactive);
    state.give_back(4 * S, 5 * S, told(150, 4));
    assert_eq!(state.used(), 5, "sent after the higher count came: a new minute");
}

#[test]
fn a_refusal_blocks_until_the_minute_of_the_count_is_over() {
    let mut state = State::new(RateLimit::default());
    state.take(S, Priority::Interactive);
    state.give_back(S, 10 * S, told(150, 1));
    state.take(20 * S, Priority::Interactive);
    state.give_back(20 * S, 21 * S, Some(Report { refused: true, ..Report::default() }));
    assert_eq!(state.blocked_until(), 70 * S);
    assert_eq!(state.room(30 * S, Priority::Interactive), Err(Wait::Until(70 * S)));
}

#[test]
fn a_refusal_blocks_as_long_as_the_server_says_within_reason() {
    for (asked, blocked) in [(7, 7), (1_000_000, 300)] {
        let mut state = State::new(RateLimit::default());
        state.take(S, Priority::Interactive);
        let report = Report { refused: true, retry_after: Some(asked * S), ..Report::default() };
        state.give_back(S, 2 * S, Some(report));
        assert_eq!(state.blocked_until(), (2 + blocked) * S);
    }
}

#[test]
fn a_refusal_without_any_word_blocks_for_a_minute() {
    let mut state = State::new(RateLimit::default());
    state.take(S, Priority::Interactive);
    state.give_back(S, 2 * S, Some(Report { refused: true, ..Report::default() }));
    assert_eq!(state.blocked_until(), 62 * S);
}

#[test]
fn bulk_work_is_spread_and_leaves_room() {
    let mut state = silent(150);
    let mut now = WINDOW;
    let mut sent = 0;
    loop {
        match state.room(now, Priority::Bulk) {
            Ok(()) => {
                state.take(now, Priority::Bulk);
                state.give_back(now, now, Some(Report::default()));
                sent += 1;
            }
            Err(Wait::Until(moment)) if moment < WINDOW + WINDOW => now = moment,
            Err(_) => break,
        }
    }
    assert_eq!(
        sent, 113,
        "119 less what is kept for interactive requests, and one that comes with the next minute"
    );
    assert!(now > WINDOW + WINDOW * 9 / 10, "the second half is spread over the minute");
    assert_eq!(burst(&mut state, now), 6);
}

#[test]
fn without_a_limit_nothing_waits() {
    let mut state = State::new(RateLimit::off());
    for _ in 0..10_000 {
        assert_eq!(state.room(S, Priority::Bulk), Ok(()));
        state.take(S, Priority::Bulk);
    }
    state.give_back(S, S, Some(Report { refused: true, ..Report::default() }));
    assert_eq!(state.room(S, Priority::Bulk), Ok(()));
}
