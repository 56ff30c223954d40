//! The state machine: a time and a request in, a response out.

use std::collections::BTreeMap;
use std::time::Duration;

use super::data::Data;
use super::fault::{Fault, FaultRates};
use super::http::{Request, Response};
use super::list;
use super::models::Model;
use super::rate::{RateLimit, Window, Zone};
use super::writes::{Job, Writes};

/// How a fake behaves.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Decides which requests go wrong; [`Data::seed`] decides the rows.
    pub(crate) seed: u64,
    pub(crate) token: String,
    pub(crate) data: Data,
    pub(crate) rate_limit: RateLimit,
    pub(crate) faults: FaultRates,
    /// How long a body takes with [`Fault::SlowBody`].
    pub(crate) slow_body: Duration,
    /// How long a write job takes.
    pub(crate) job_duration: Duration,
}

impl Default for Config {
    /// The rate limit of the usual contract, and no faults.
    fn default() -> Self {
        Self {
            seed: 7,
            token: "fake-token".to_owned(),
            data: Data::default(),
            rate_limit: RateLimit::default(),
            faults: FaultRates::default(),
            slow_body: Duration::from_secs(1),
            job_duration: Duration::from_secs(3),
        }
    }
}

/// What a fake has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stats {
    pub(crate) requests: u64,
    /// Responses delayed by the rate limit.
    pub(crate) delayed: u64,
    /// Requests rejected with 429.
    pub(crate) refused: u64,
    pub(crate) faults: BTreeMap<Fault, u64>,
}

/// A fake without its socket.
#[derive(Debug)]
pub(crate) struct Core {
    config: Config,
    rng: fastrand::Rng,
    window: Window,
    writes: Writes,
    stats: Stats,
}

impl Core {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(config.seed),
            config,
            window: Window::default(),
            writes: Writes::default(),
            stats: Stats::default(),
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn stats(&self) -> &Stats {
        &self.stats
    }

    /// The jobs of all writes, in the order of their creation.
    pub(crate) fn jobs(&self) -> &[Job] {
        &self.writes.jobs
    }

    /// Responds to a request that arrives at `now`, the time since some fixed point, which never decreases.
    pub(crate) fn respond(&mut self, now: Duration, request: &Request) -> Response {
        self.stats.requests += 1;
        let limit = self.config.rate_limit;
        let (zone, remaining) = self.window.count(&limit, now);
        let mut response = match zone {
            _ if request.authorization != format!("Bearer {}", self.config.token) => {
                Response::error(401, "unauthorized", "bad token", &[])
            }
            Zone::Refused => {
                self.stats.refused += 1;
                Response::new(429, "text/plain", "rate limited")
            }
            Zone::Free | Zone::Slow => self.respond_or_fail(now, request),
        };
        if zone == Zone::Slow {
            self.stats.delayed += 1;
            response.delay = limit.slow_delay;
        }
        response.headers.push(("x-ratelimit-limit", limit.limit.to_string()));
        response.headers.push(("x-ratelimit-remaining", remaining.to_string()));
        response
    }

    fn respond_or_fail(&mut self, now: Duration, request: &Request) -> Response {
        let fault = self.config.faults.draw(&mut self.rng);
        let mut act = || self.act(now, request).unwrap_or_else(|refusal| refusal);
        let Some(fault) = fault else { return act() };
        let acted = fault.acts().then(act);
        let response = match (fault, acted) {
            (Fault::Truncated | Fault::SlowBody, Some(response)) => response,
            // A reset sends no part of it.
            _ => Response::new(502, "text/html", "<html>bad gateway</html>"),
        };
        *self.stats.faults.entry(fault).or_default() += 1;
        Response { fault: Some(fault), ..response }
    }

    fn act(&mut self, now: Duration, request: &Request) -> Result<Response, Response> {
        let segments: Vec<&str> = request.path.split('/').collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["", "v1", "admin", "write-status", id]) => self.writes.status(now, id),
            ("GET", ["", "v1", "admin", "logs", "writes", ""]) => self.writes.log(now, request),
            ("GET", ["", "v1", name, rest @ ..]) => match (Model::named(name), rest) {
                (Some(model), [""]) => list::page(&self.config.data, model, request),
                (Some(model), [id] | [id, ""]) => list::record(&self.config.data, model, id),
                _ => Err(Response::not_found(&request.path)),
            },
            ("POST" | "PUT" | "PATCH" | "DELETE", ["", "v1" | "crm", ..]) => {
                self.writes.create(now, self.config.job_duration, request)
            }
            _ => Err(Response::not_found(&request.path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, target: &str) -> Request {
        Request::new(method, target, "Bearer fake-token", b"{}".to_vec())
    }

    fn statuses(core: &mut Core, targets: &[(&str, &str)]) -> Vec<u16> {
        targets
            .iter()
            .map(|(method, target)| core.respond(Duration::ZERO, &request(method, target)).status)
            .collect()
    }

    #[test]
    fn routes_lists_records_jobs_and_writes() {
        let mut core = Core::new(Config::default());
        let found = [
            ("POST", "/v1/leads/"),
            ("PUT", "/crm/v1/prospects/funnel/7"),
            ("GET", "/v1/residents/?limit=1"),
            ("GET", "/v1/leases/lea_000001"),
            ("GET", "/v1/units/uni_000001/"),
            ("GET", "/v1/admin/write-status/job_00001"),
            ("GET", "/v1/admin/logs/writes/?limit=100"),
        ];
        assert_eq!(statuses(&mut core, &found), [200; 7]);
        let absent = [("GET", "/v1/residents"), ("GET", "/v1/pets/"), ("GET", "/"), ("POST", "/v2/leads/")];
        assert_eq!(statuses(&mut core, &absent), [404; 4]);
        assert_eq!(core.jobs().len(), 2);
    }

    #[test]
    fn refuses_another_token_and_counts_the_request() {
        let mut core = Core::new(Config::default());
        let mut wrong = request("GET", "/v1/residents/");
        wrong.authorization = "Bearer other".to_owned();
        let response = core.respond(Duration::ZERO, &wrong);
        assert_eq!(response.status, 401);
        assert!(response.headers.contains(&("x-ratelimit-remaining", "149".to_owned())));
    }

    #[test]
    fn delays_in_the_slow_zone_and_refuses_beyond_the_limit_without_acting() {
        let rate_limit = RateLimit { limit: 5, ..RateLimit::default() };
        let mut core = Core::new(Config { rate_limit, ..Config::default() });
        let responses: Vec<_> =
            (0..6).map(|_| core.respond(Duration::ZERO, &request("POST", "/v1/leads/"))).collect();
        let delays: Vec<u64> = responses.iter().map(|response| response.delay.as_secs()).collect();
        assert_eq!(delays, [0, 0, 0, 2, 2, 0]);
        assert_eq!((responses[4].status, responses[5].status, core.jobs().len()), (200, 429, 5));
        assert_eq!((core.stats().delayed, core.stats().refused), (2, 1));
    }

    #[test]
    fn faults_before_acting_create_no_job_and_faults_after_it_do() {
        let faults = FaultRates { bad_gateway: 0.4, reset: 0.4, truncated: 0.1, slow_body: 0.1 };
        let mut core = Core::new(Config { faults, rate_limit: unlimited(), ..Config::default() });
        let mut acted = 0;
        for _ in 0..1_000 {
            let response = core.respond(Duration::ZERO, &request("POST", "/v1/leads/"));
            acted += usize::from(response.fault.unwrap().acts());
            assert_eq!(core.jobs().len(), acted);
        }
        assert_eq!(core.stats().faults.len(), 6);
        assert_eq!(core.stats().faults.values().sum::<u64>(), 1_000);
    }

    #[test]
    fn equal_seeds_give_equal_responses() {
        let responses = |seed| {
            let faults = FaultRates { bad_gateway: 0.1, reset: 0.1, truncated: 0.1, slow_body: 0.1 };
            let mut core = Core::new(Config { seed, faults, rate_limit: unlimited(), ..Config::default() });
            let get = |index: u64| request("GET", &format!("/v1/units/uni_{index:06}"));
            (0..100).map(|index| core.respond(Duration::ZERO, &get(index))).collect::<Vec<_>>()
        };
        assert_eq!(responses(1), responses(1));
        assert_ne!(responses(1), responses(2));
    }

    fn unlimited() -> RateLimit {
        RateLimit { limit: 1_000_000, ..RateLimit::default() }
    }
}
