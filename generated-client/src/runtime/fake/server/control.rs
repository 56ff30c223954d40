//! The page, and the requests that it makes.

use serde_json::{Value, json};

use super::super::fault::Fault;
use super::super::handle::{ALL_TRIGGERS, Fake};
use super::super::http::{Request, Response};
use crate::WriteState;
use crate::webhook::Trigger;

const PAGE: &str = include_str!("page.html");

/// The requests and writes that the page shows.
const MAX_SHOWN: usize = 60;

/// Responds to a request of the page; `None` if it is one to the API.
pub(super) fn respond(
    fake: &Fake,
    method: &str,
    target: &str,
    content_type: &str,
    body: &[u8],
) -> Option<Response> {
    let path = target.split('?').next().unwrap_or_default();
    let command = path.strip_prefix("/_fake/");
    match (method, path, command) {
        ("GET", "/", _) => {
            let mut page = Response::new(200, "text/html; charset=utf-8", PAGE);
            let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'";
            page.headers.push(("content-security-policy", policy.to_owned()));
            Some(page)
        }
        ("GET", _, Some("state")) => {
            let seen = Request::new(method, target, "", Vec::new()).number("seen", 0);
            Some(Response::json(&state(fake, seen)))
        }
        // A browser asks before it sends JSON to another origin, so no other page can use this.
        ("POST", _, Some(command)) if content_type.starts_with("application/json") => {
            let given: Value = serde_json::from_slice(body).unwrap_or_default();
            Some(match run(fake, command, &given) {
                Ok(()) => Response::json(&json!({})),
                Err(reason) => Response::error(400, "invalid_command", reason),
            })
        }
        (_, _, Some(_)) => Some(Response::error(400, "invalid_command", "send a POST with JSON")),
        _ => None,
    }
}

fn run(fake: &Fake, command: &str, given: &Value) -> Result<(), &'static str> {
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default();
    let share = given.get("share").and_then(Value::as_f64).filter(|share| (0.0..=1.0).contains(share));
    match command {
        "fault" => {
            let share = share.ok_or("`share` is a number from 0 to 1")?;
            match fault(text("fault")) {
                Some(fault) => fake.faults().rate(fault, share),
                None if text("fault") == "FailedWrites" => fake.faults().failed_writes(share),
                None if text("fault") == "OddRows" => fake.faults().odd_rows(share),
                None => return Err("there is no such fault"),
            }
        }
        "clear" => fake.faults().clear(),
        "next-write" => match WriteState::from(text("state")) {
            state @ (WriteState::Failure | WriteState::PartialSuccess) => {
                fake.faults().next_write(state, [text("error")]);
            }
            _ => return Err("`state` is FAILURE or PARTIAL_SUCCESS"),
        },
        "sync" => fake.sync(),
        "webhook" if text("url").starts_with("http") => {
            drop(fake.register_webhook(text("url"), text("secret")));
        }
        "webhook" => return Err("`url` starts with http"),
        "event" => match Trigger::from(text("trigger")) {
            Trigger::Unknown(_) => return Err("there is no such event"),
            trigger => fake.send_event(&trigger, given.get("data").cloned().unwrap_or_default()),
        },
        _ => return Err("there is no such command"),
    }
    Ok(())
}

fn fault(name: &str) -> Option<Fault> {
    Fault::ALL.into_iter().find(|fault| format!("{fault:?}") == name)
}

/// Returns what the page shows; of the requests, those after the `seen` first ones.
fn state(fake: &Fake, seen: usize) -> Value {
    let mut state = fake.shared().current();
    let now = state.now;
    let used = state.rate.used(now);
    let collections: Vec<Value> = state
        .store
        .world
        .catalog
        .collections
        .iter()
        .enumerate()
        .map(|(index, own)| json!({ "path": own.path, "count": state.store.count(index) }))
        .collect();
    let requests: Vec<Value> = state
        .log
        .requests()
        .rev()
        .take(MAX_SHOWN.min(state.log.count.saturating_sub(seen)))
        .map(|own| json!({ "operation": own.operation, "status": own.status, "seconds": own.time.as_secs_f64() }))
        .collect();
    let writes = state
        .jobs
        .all()
        .iter()
        .rev()
        .take(MAX_SHOWN)
        .map(|job| json!({ "job": job.id, "operation": job.operation, "state": job.state().as_str() }));
    let writes: Vec<Value> = writes.collect();
    let faults: Vec<Value> = Fault::ALL
        .into_iter()
        .map(|fault| json!({ "name": format!("{fault:?}"), "share": state.faults.rate_of(fault) }))
        .chain([
            json!({ "name": "FailedWrites", "share": state.jobs.failure_rate }),
            json!({ "name": "OddRows", "share": state.odd_rows }),
        ])
        .collect();
    json!({
        "seed": state.store.world.seed,
        "seconds": now.as_secs_f64(),
        "budget": { "used": used, "limit": state.rate.limit },
        "integrations": state.store.world.integrations.iter().map(|own| format!("{} ({})", own.id, own.vendor)).collect::<Vec<_>>(),
        "collections": collections,
        "request_count": state.log.count,
        "requests": requests,
        "writes": writes,
        "faults": faults,
        "waiting_deliveries": state.outbox.waiting(),
        "triggers": ALL_TRIGGERS.map(|trigger| trigger.as_str().to_owned()),
    })
}
