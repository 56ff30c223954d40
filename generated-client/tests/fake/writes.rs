//! Writes: each creates a job, which ends after a while.
//!
//! A word in the body selects an outcome other than success: `PARTIAL`, `FAILME`, `NULLID` (success without the id of
//! a record), `ODDSTATE` (an undocumented status), `FOREVER` (stays pending) and `REFUSE` (400, no job).

use std::time::Duration;

use serde_json::{Value, json};

use super::http::{Request, Response};

/// The job of a write.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) body: Value,
    /// The time at which it ends.
    ends: Duration,
    end: Value,
}

impl Job {
    /// The outcome of the job: the response of the status operation.
    pub(crate) fn end(&self) -> &Value {
        &self.end
    }
}

/// The largest `limit` of the write log.
const MAX_LOG_LIMIT: usize = 100;

/// The outcome of a job.
fn end(body: &str, record_id: &str) -> Value {
    let says = |word| body.contains(word);
    if says("PARTIAL") {
        status("PARTIAL_SUCCESS", &["agent not set"], Some(record_id))
    } else if says("FAILME") {
        status("FAILURE", &["vendor: unit is gone"], None)
    } else if says("ODDSTATE") {
        json!({ "write_status": "QUEUED", "errors": null, "created_record_id": null })
    } else {
        status("SUCCESS", &[], (!says("NULLID")).then_some(record_id))
    }
}

fn status(name: &str, errors: &[&str], record_id: Option<&str>) -> Value {
    json!({ "write_status": name, "errors": errors, "created_record_id": record_id })
}

/// All jobs, in the order of their creation.
#[derive(Debug, Default)]
pub(super) struct Writes {
    pub(super) jobs: Vec<Job>,
}

impl Writes {
    /// Creates the job of a write, which ends `duration` later.
    pub(super) fn create(
        &mut self,
        now: Duration,
        duration: Duration,
        request: &Request,
    ) -> Result<Response, Response> {
        let refused = |message: &str| Err(Response::error(400, "invalid_request", message, &[]));
        let body = match serde_json::from_slice::<Value>(&request.body) {
            Ok(body) if body.is_object() => body,
            Err(_) if request.body.is_empty() => json!({}),
            Ok(_) => return refused("Expected object"),
            Err(error) => return refused(&error.to_string()),
        };
        let text = body.to_string();
        if text.contains("REFUSE") {
            return refused("refused");
        }
        let id = format!("job_{:05}", self.jobs.len() + 1);
        let end = end(&text, &format!("rec_{id}"));
        let response = Response::json(&json!({ "job_id": id, "data": body }));
        self.jobs.push(Job {
            id,
            path: request.path.clone(),
            body,
            ends: if text.contains("FOREVER") { Duration::MAX } else { now + duration },
            end,
        });
        Ok(response)
    }

    /// The status of a job.
    pub(super) fn status(&self, now: Duration, id: &str) -> Result<Response, Response> {
        let job =
            self.jobs.iter().find(|job| job.id == id).ok_or_else(|| Response::not_found("no such job"))?;
        let pending = status("PENDING", &[], None);
        Ok(Response::json(if job.ends > now { &pending } else { &job.end }))
    }

    /// The write log: the ended jobs, newest first.
    pub(super) fn log(&self, now: Duration, request: &Request) -> Result<Response, Response> {
        let (offset, limit) = request.paging(MAX_LOG_LIMIT)?;
        let outcome = request.parameter("status");
        let ended = self.jobs.iter().rev().filter(|job| job.ends <= now).map(log_entry);
        let logs: Vec<Value> = ended
            .filter(|entry| outcome.is_none_or(|outcome| entry["status"] == outcome))
            .skip(offset)
            .take(limit)
            .collect();
        Ok(Response::json(&json!({ "results": { "logs": logs } })))
    }
}

fn log_entry(job: &Job) -> Value {
    let failed = job.end["write_status"] == "FAILURE";
    json!({
        "id": format!("log_{}", job.id),
        "job_id": job.id,
        "job_log_id": format!("log_{}", job.id),
        "job_type": "WRITE",
        "name": job.path,
        "parameters": job.body,
        "status": if failed { "FAILURE" } else { "SUCCESS" },
        "error": job.end["errors"].get(0),
        "created_at": "2026-11-01T00:00:00.000Z",
        "integration_id": job.body["integration_id"].as_str().unwrap_or_default(),
        "vendor": "ENTRATA",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn create(writes: &mut Writes, body: &str) -> (u16, Value) {
        let request = Request::new("POST", "/v1/leads/", "", body.into());
        let response = writes.create(SECOND, 3 * SECOND, &request).unwrap_or_else(|refusal| refusal);
        (response.status, serde_json::from_str(&response.body).unwrap())
    }

    fn read(response: Result<Response, Response>) -> Value {
        serde_json::from_str(&response.unwrap().body).unwrap()
    }

    #[test]
    fn a_job_is_pending_until_it_ends() {
        let mut writes = Writes::default();
        let (status, receipt) = create(&mut writes, r#"{"a":1}"#);
        assert_eq!((status, receipt), (200, json!({ "job_id": "job_00001", "data": { "a": 1 } })));
        let at = |now| read(writes.status(now, "job_00001"))["write_status"].clone();
        assert_eq!((at(3 * SECOND), at(4 * SECOND)), (json!("PENDING"), json!("SUCCESS")));
        assert_eq!(writes.status(SECOND, "job_00002").unwrap_err().status, 404);
    }

    #[test]
    fn a_word_in_the_body_chooses_the_end() {
        let end = |word: &str| {
            let mut writes = Writes::default();
            create(&mut writes, &json!({ "notes": word }).to_string());
            let end = read(writes.status(1_000 * SECOND, "job_00001"));
            (end["write_status"].as_str().unwrap().to_owned(), end["created_record_id"].is_string())
        };
        assert_eq!(end("anything"), ("SUCCESS".to_owned(), true));
        assert_eq!(end("NULLID"), ("SUCCESS".to_owned(), false));
        assert_eq!(end("PARTIAL"), ("PARTIAL_SUCCESS".to_owned(), true));
        assert_eq!(end("FAILME"), ("FAILURE".to_owned(), false));
        assert_eq!(end("ODDSTATE"), ("QUEUED".to_owned(), false));
        assert_eq!(end("FOREVER"), ("PENDING".to_owned(), false));
    }

    #[test]
    fn a_refused_body_creates_no_job() {
        let mut writes = Writes::default();
        for body in ["{", "[]", r#"{"notes":"REFUSE"}"#] {
            assert_eq!(create(&mut writes, body).0, 400, "{body}");
        }
        assert!(writes.jobs.is_empty());
    }

    #[test]
    fn the_log_lists_ended_jobs_with_their_bodies_newest_first() {
        let mut writes = Writes::default();
        for notes in ["one", "FAILME", "FOREVER", "two"] {
            create(&mut writes, &json!({ "notes": notes }).to_string());
        }
        let log = |now, target: &str| {
            let log = read(writes.log(now, &Request::new("GET", target, "", Vec::new())));
            let entries = log["results"]["logs"].as_array().unwrap().clone();
            entries
                .iter()
                .map(|entry| entry["parameters"]["notes"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert!(log(SECOND, "/").is_empty());
        assert_eq!(log(4 * SECOND, "/"), ["two", "FAILME", "one"]);
        assert_eq!(log(4 * SECOND, "/?status=FAILURE"), ["FAILME"]);
        assert_eq!(log(4 * SECOND, "/?limit=1&offset=2"), ["one"]);
    }
}
