//! Unit tests of the budget; the simulation of a whole export is an integration test.

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
fn exchange(budget: &mut Budget, sent: Duration, received: Duration, report: Option<Report>) {
    let id = send(budget, sent);
    budget.release(id, sent, received, report);
}

/// Returns a budget for a server that does not report the limit, so that only the own record counts.
fn silent(limit: u32) -> Budget {
    let mut budget = Budget::new(RateLimit::per_minute(limit));
    exchange(&mut budget, Duration::ZERO, Duration::ZERO, Some(Report::default()));
    budget.expire(WINDOW);
    budget
}

/// Sends as many interactive requests as the budget permits at a moment.
fn burst(budget: &mut Budget, now: Duration) -> Vec<u64> {
    budget.expire(now);
    let mut ids = Vec::new();
    while budget.check(now, Priority::Interactive).is_ok() {
        ids.push(send(budget, now));
    }
    ids
}

#[test]
fn keeps_budget_below_share() {
    assert_eq!(RateLimit::default().budget(150), 119);
    assert_eq!(RateLimit::default().utilization(1.0).budget(150), 149);
    assert_eq!(RateLimit::default().utilization(0.5).budget(600), 299);
    assert_eq!(RateLimit::default().utilization(-1.0).budget(1), 1);
    assert_eq!(RateLimit::default().utilization(f64::NAN).budget(150), 1);
}

#[test]
fn frees_place_one_window_after_response() {
    let mut budget = silent(10);
    let start = WINDOW;
    let ids = burst(&mut budget, start);
    assert_eq!(ids.len(), 7);
    budget.release(ids[0], start, start + 2 * S, None);
    assert_eq!(budget.check(start + 2 * S, Priority::Interactive), Err(start + 62 * S));
    assert_eq!(burst(&mut budget, start + 62 * S).len(), 1);
}

#[test]
fn reclaims_places_of_unpolled_requests_after_a_window() {
    let mut budget = silent(10);
    let start = WINDOW;
    let ids = burst(&mut budget, start);
    assert_eq!(budget.check(start, Priority::Interactive), Err(start + 75 * S), "none has a response");
    assert!(ids.iter().all(|id| budget.polled(*id, start + 30 * S)));
    assert_eq!(budget.check(start + 75 * S, Priority::Interactive), Err(start + 105 * S), "all were polled");
    assert!(budget.polled(ids[6], start + 104 * S), "this one is polled again and again");
    let others = burst(&mut budget, start + 105 * S);
    assert_eq!(others.len(), 6);
    assert!(ids[..6].iter().all(|id| !budget.polled(*id, start + 106 * S)), "these have lost their places");
    assert!(budget.polled(ids[6], start + 106 * S));
    budget.release(ids[0], start, start + 107 * S, None);
    budget.release(others[0], start + 105 * S, start + 107 * S, None);
    assert_eq!(
        budget.check(start + 107 * S, Priority::Interactive),
        Err(start + 167 * S),
        "only the response to a request that has a place frees one"
    );
}

#[test]
fn dropping_requests_that_were_not_polled_for_long_takes_no_place() {
    let mut budget = silent(10);
    let ids = burst(&mut budget, WINDOW);
    budget.polled(ids[0], 70 * WINDOW);
    for id in ids {
        budget.release(id, WINDOW, 70 * WINDOW, None);
    }
    assert_eq!(burst(&mut budget, 70 * WINDOW).len(), 6, "one of the seven was polled just now");
}

#[test]
fn excludes_unpolled_requests_from_count_of_server() {
    let mut budget = Budget::new(RateLimit::per_minute(20));
    for _ in 0..7 {
        send(&mut budget, S);
    }
    exchange(&mut budget, S, 2 * S, used(20, 8));
    assert_eq!(budget.check(2 * S, Priority::Interactive), Err(62 * S), "8 counted and 7 in flight are 15");
    exchange(&mut budget, 80 * S, 80 * S, used(20, 8));
    assert_eq!(burst(&mut budget, 80 * S).len(), 7);
}

#[test]
fn sends_few_requests_until_first_response() {
    let mut budget = Budget::new(RateLimit::default());
    let ids = burst(&mut budget, S);
    assert_eq!(ids.len(), 8);
    budget.release(ids[0], S, 2 * S, used(150, 100));
    assert_eq!(burst(&mut budget, 2 * S).len(), 12, "119 less the 100 of others and the 7 in flight");
}

#[test]
fn paces_requests_without_response() {
    let mut budget = Budget::new(RateLimit::per_minute(76));
    assert_eq!(burst(&mut budget, S).len(), 8);
    assert_eq!(budget.check(S, Priority::Interactive), Err(2 * S), "60 requests a minute");
    assert_eq!(burst(&mut budget, 2 * S).len(), 1);
    assert_eq!(burst(&mut budget, 12 * S).len(), 8);
}

#[test]
fn counts_requests_of_other_programs() {
    let mut budget = Budget::new(RateLimit::default());
    exchange(&mut budget, S, 2 * S, used(150, 119));
    assert_eq!(budget.check(3 * S, Priority::Interactive), Err(62 * S), "a window after the first response");
    assert_eq!(burst(&mut budget, 62 * S).len(), 8, "the count of the new minute is unknown");
}

#[test]
fn learns_limit_from_response() {
    let mut budget = Budget::new(RateLimit::default());
    exchange(&mut budget, S, S, used(600, 1));
    assert_eq!(budget.limits(), (600, 479));
    assert_eq!(burst(&mut budget, S).len(), 478);
}

#[test]
fn ignores_overtaken_response() {
    let mut budget = Budget::new(RateLimit::default());
    let ids: Vec<u64> = (0..3).map(|_| send(&mut budget, S)).collect();
    budget.release(ids[0], S, 2 * S, used(150, 100));
    budget.release(ids[1], S, 3 * S, used(150, 3));
    assert_eq!(budget.used(), 101, "the lower count was sent before the higher one came");
    exchange(&mut budget, 4 * S, 5 * S, used(150, 4));
    assert_eq!(budget.used(), 5, "sent after the higher count came: a new minute");
}

#[test]
fn accepts_largest_numbers_without_overflow() {
    let mut budget = Budget::new(RateLimit::default());
    send(&mut budget, S);
    exchange(&mut budget, S, 2 * S, used(u64::MAX, u64::MAX));
    assert_eq!(budget.used(), u64::MAX);
    assert_eq!(budget.check(2 * S, Priority::Bulk), Err(62 * S));
}

#[test]
fn blocks_until_end_of_counted_minute_after_refusal() {
    let mut budget = Budget::new(RateLimit::default());
    exchange(&mut budget, S, 10 * S, used(150, 1));
    exchange(&mut budget, 20 * S, 21 * S, refused(None));
    assert_eq!(budget.blocked_until(), 70 * S);
    assert_eq!(budget.check(30 * S, Priority::Interactive), Err(70 * S));
}

#[test]
fn blocks_for_capped_retry_after() {
    for (asked, blocked) in [(7, 7), (1_000_000, 300)] {
        let mut budget = Budget::new(RateLimit::default());
        exchange(&mut budget, S, 2 * S, refused(Some(asked * S)));
        assert_eq!(budget.blocked_until(), (2 + blocked) * S);
    }
}

#[test]
fn blocks_for_a_window_without_retry_after() {
    let mut budget = Budget::new(RateLimit::default());
    exchange(&mut budget, S, 2 * S, refused(None));
    assert_eq!(budget.blocked_until(), 62 * S);
}

#[test]
fn spreads_bulk_requests_and_leaves_places() {
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
fn never_waits_without_limit() {
    let mut budget = Budget::new(RateLimit::unlimited());
    for _ in 0..10_000 {
        assert_eq!(budget.check(S, Priority::Bulk), Ok(()));
        budget.acquire(S, Priority::Bulk);
    }
    exchange(&mut budget, S, S, refused(None));
    assert_eq!(budget.check(S, Priority::Bulk), Ok(()));
}
