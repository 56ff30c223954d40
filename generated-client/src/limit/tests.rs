//! The budget, step by step; the simulation of a whole export is among the integration tests.

use std::time::Duration;

use super::budget::Budget;
use super::{Priority, RateLimit, Report, WINDOW};

const S: Duration = Duration::from_secs(1);

fn used(limit: u64, used: u64) -> Option<Report> {
    Some(Report { limit: Some(limit), remaining: Some(limit - used), ..Report::default() })
}

fn refused(retry_after: Option<Duration>) -> Option<Report> {
    Some(Report { refused: true, retry_after, ..Report::default() })
}

fn send(budget: &mut Budget, now: Duration) -> u64 {
    budget.acquire(now, Priority::Interactive)
}

/// Sends a request and reports its response.
fn exchange(budget: &mut Budget, sent: Duration, answered: Duration, report: Option<Report>) {
    let id = send(budget, sent);
    budget.release(id, sent, answered, report);
}

/// A budget that knows the server not to report the limit, so that the own record alone counts.
fn silent(limit: u32) -> Budget {
    let mut budget = Budget::new(RateLimit::per_minute(limit));
    exchange(&mut budget, Duration::ZERO, Duration::ZERO, Some(Report::default()));
    budget.expire(WINDOW);
    budget
}

/// Sends as many interactive requests as the budget allows at a moment.
fn burst(budget: &mut Budget, now: Duration) -> Vec<u64> {
    budget.expire(now);
    let mut ids = Vec::new();
    while budget.check(now, Priority::Interactive).is_ok() {
        ids.push(send(budget, now));
    }
    ids
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
fn a_place_is_free_one_window_after_the_response() {
    let mut budget = silent(10);
    let start = WINDOW;
    let ids = burst(&mut budget, start);
    assert_eq!(ids.len(), 7);
    budget.release(ids[0], start, start + 2 * S, None);
    assert_eq!(budget.check(start + 2 * S, Priority::Interactive), Err(start + 62 * S));
    assert_eq!(burst(&mut budget, start + 62 * S).len(), 1);
}

#[test]
fn requests_that_nobody_polls_give_their_places_to_others_after_a_window() {
    let mut budget = silent(10);
    let start = WINDOW;
    let ids = burst(&mut budget, start);
    assert_eq!(budget.check(start, Priority::Interactive), Err(start + 65 * S), "none has a response");
    assert!(ids.iter().all(|id| budget.polled(*id, start + 30 * S)));
    assert_eq!(budget.check(start + 65 * S, Priority::Interactive), Err(start + 95 * S), "all were polled");
    assert!(budget.polled(ids[6], start + 94 * S), "this one is polled again and again");
    let others = burst(&mut budget, start + 95 * S);
    assert_eq!(others.len(), 6);
    assert!(ids[..6].iter().all(|id| !budget.polled(*id, start + 96 * S)), "these have lost their places");
    assert!(budget.polled(ids[6], start + 96 * S));
    budget.release(ids[0], start, start + 97 * S, None);
    budget.release(others[0], start + 95 * S, start + 97 * S, None);
    assert_eq!(
        budget.check(start + 97 * S, Priority::Interactive),
        Err(start + 157 * S),
        "only the response to a request that has a place frees one"
    );
}

#[test]
fn requests_that_nobody_polls_do_not_count_beside_the_count_of_the_server() {
    let mut budget = Budget::new(RateLimit::per_minute(20));
    for _ in 0..7 {
        send(&mut budget, S);
    }
    exchange(&mut budget, S, 2 * S, used(20, 8));
    assert_eq!(budget.check(2 * S, Priority::Interactive), Err(62 * S), "8 counted and 7 in flight are 15");
    exchange(&mut budget, 70 * S, 70 * S, used(20, 8));
    assert_eq!(burst(&mut budget, 70 * S).len(), 7);
}

#[test]
fn few_requests_go_out_until_the_first_response() {
    let mut budget = Budget::new(RateLimit::default());
    let ids = burst(&mut budget, S);
    assert_eq!(ids.len(), 8);
    budget.release(ids[0], S, 2 * S, used(150, 100));
    assert_eq!(burst(&mut budget, 2 * S).len(), 12, "119 less the 100 of others and the 7 in flight");
}

#[test]
fn further_requests_follow_at_the_pace_of_the_budget_where_no_response_comes() {
    let mut budget = Budget::new(RateLimit::per_minute(76));
    assert_eq!(burst(&mut budget, S).len(), 8);
    assert_eq!(budget.check(S, Priority::Interactive), Err(2 * S), "60 requests a minute");
    assert_eq!(burst(&mut budget, 2 * S).len(), 1);
    assert_eq!(burst(&mut budget, 12 * S).len(), 8);
}

#[test]
fn requests_of_other_programs_count() {
    let mut budget = Budget::new(RateLimit::default());
    exchange(&mut budget, S, 2 * S, used(150, 119));
    assert_eq!(budget.check(3 * S, Priority::Interactive), Err(62 * S), "a window after the first response");
    assert_eq!(burst(&mut budget, 62 * S).len(), 8, "the count of the new minute is unknown");
}

#[test]
fn the_limit_is_learnt() {
    let mut budget = Budget::new(RateLimit::default());
    exchange(&mut budget, S, S, used(600, 1));
    assert_eq!(budget.limits(), (600, 479));
    assert_eq!(burst(&mut budget, S).len(), 478);
}

#[test]
fn an_overtaken_response_is_no_new_minute() {
    let mut budget = Budget::new(RateLimit::default());
    let ids: Vec<u64> = (0..3).map(|_| send(&mut budget, S)).collect();
    budget.release(ids[0], S, 2 * S, used(150, 100));
    budget.release(ids[1], S, 3 * S, used(150, 3));
    assert_eq!(budget.used(), 101, "the lower count was sent before the higher one came");
    exchange(&mut budget, 4 * S, 5 * S, used(150, 4));
    assert_eq!(budget.used(), 5, "sent after the higher count came: a new minute");
}

#[test]
fn the_largest_numbers_are_no_overflow() {
    let mut budget = Budget::new(RateLimit::default());
    send(&mut budget, S);
    exchange(&mut budget, S, 2 * S, used(u64::MAX, u64::MAX));
    assert_eq!(budget.used(), u64::MAX);
    assert_eq!(budget.check(2 * S, Priority::Bulk), Err(62 * S));
}

#[test]
fn a_refusal_blocks_until_the_minute_of_the_count_is_over() {
    let mut budget = Budget::new(RateLimit::default());
    exchange(&mut budget, S, 10 * S, used(150, 1));
    exchange(&mut budget, 20 * S, 21 * S, refused(None));
    assert_eq!(budget.blocked_until(), 70 * S);
    assert_eq!(budget.check(30 * S, Priority::Interactive), Err(70 * S));
}

#[test]
fn a_refusal_blocks_as_long_as_the_server_says_within_reason() {
    for (asked, blocked) in [(7, 7), (1_000_000, 300)] {
        let mut budget = Budget::new(RateLimit::default());
        exchange(&mut budget, S, 2 * S, refused(Some(asked * S)));
        assert_eq!(budget.blocked_until(), (2 + blocked) * S);
    }
}

#[test]
fn a_refusal_without_retry_after_blocks_for_a_window() {
    let mut budget = Budget::new(RateLimit::default());
    exchange(&mut budget, S, 2 * S, refused(None));
    assert_eq!(budget.blocked_until(), 62 * S);
}

#[test]
fn bulk_work_is_spread_and_leaves_places() {
    let mut budget = silent(150);
    let mut now = WINDOW;
    let mut sent = 0;
    loop {
        match budget.check(now, Priority::Bulk) {
            Ok(()) => {
                let id = budget.acquire(now, Priority::Bulk);
                budget.release(id, now, now, Some(Report::default()));
                sent += 1;
            }
            Err(moment) if moment < WINDOW + WINDOW => now = moment,
            Err(_) => break,
        }
    }
    assert_eq!(
        sent, 113,
        "119 less what is kept for interactive requests, and one that comes with the next minute"
    );
    assert!(now > WINDOW + WINDOW * 9 / 10, "the second half is spread over the minute");
    assert_eq!(burst(&mut budget, now).len(), 6);
}

#[test]
fn without_a_limit_nothing_waits() {
    let mut budget = Budget::new(RateLimit::off());
    for _ in 0..10_000 {
        assert_eq!(budget.check(S, Priority::Bulk), Ok(()));
        budget.acquire(S, Priority::Bulk);
    }
    exchange(&mut budget, S, S, refused(None));
    assert_eq!(budget.check(S, Priority::Bulk), Ok(()));
}
