//! The state machine of a fake: a time and a request in, a response out. It opens no socket, reads no clock and draws its
//! randomness from a seed.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};

use super::calendar;
use super::check::{Checker, Issues};
use super::events::Outbox;
use super::fault::{Fault, FaultPlan};
use super::generate;
use super::http::{Request, Response};
use super::jobs::Jobs;
use super::list::{self, Filter, Page, Selection};
use super::log::{Log, RecordedRequest};
use super::odd;
use super::rate::{Rate, SLOW_DELAY, Zone};
use super::store::{Row, Store};
use super::table::{Kind, Operation, PathParameters, ShapeId, Table, Type};
use super::world::{Place, World};
use crate::webhook::Trigger;

/// How a fake behaves.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// The only token that is accepted; `None` accepts any.
    pub(super) token: Option<String>,
    /// How long a response takes.
    pub(super) latency: Duration,
    /// How long a write job takes on average.
    pub(super) job_duration: Duration,
    /// The time between two syncs.
    pub(super) sync_interval: Duration,
    /// The time between two changes in the landlord's system; `None` for no changes.
    pub(super) change_interval: Option<Duration>,
    /// Whether requests may name records that do not exist.
    pub(super) accepts_unknown_ids: bool,
    pub(super) rate_limit: u32,
    pub(super) other_requests: u32,
}

/// The state of a fake.
#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: Settings,
    pub(super) store: Store,
    pub(super) checker: Checker,
    pub(super) rng: Rng,
    pub(super) rate: Rate,
    pub(super) faults: FaultPlan,
    /// The share of rows in pages that are not as the API document says.
    pub(super) odd_rows: f64,
    pub(super) jobs: Jobs,
    pub(super) outbox: Outbox,
    pub(super) log: Log,
    /// Records that appear with the next sync, with their collections.
    pub(super) late: Vec<(usize, Row)>,
    pub(super) now: Duration,
    next_sync: Duration,
    next_change: Option<Duration>,
}

/// A request whose operation is known.
pub(super) struct Call<'a> {
    pub(super) table: &'a Table,
    pub(super) index: usize,
    pub(super) operation: &'a Operation,
    pub(super) path: PathParameters,
    pub(super) request: &'a Request,
}

impl State {
    pub(super) fn new(world: World, settings: Settings) -> Self {
        Self {
            rng: Rng::with_seed(world.seed),
            rate: Rate::new(settings.rate_limit, settings.other_requests),
            next_sync: settings.sync_interval,
            next_change: settings.change_interval,
            settings,
            store: Store::new(world),
            checker: Checker::default(),
            faults: FaultPlan::default(),
            odd_rows: 0.0,
            jobs: Jobs::default(),
            outbox: Outbox::default(),
            log: Log::default(),
            late: Vec::new(),
            now: Duration::ZERO,
        }
    }

    /// Returns the calendar time, in milliseconds of Unix time.
    pub(super) fn calendar(&self) -> i64 {
        calendar::unix_millis(self.now)
    }

    /// Lets everything happen that is due at `now`, the time since the start, which never decreases.
    pub(super) fn advance(&mut self, now: Duration) {
        loop {
            let events = [self.jobs.next_end(), Some(self.next_sync), self.next_change];
            let Some(next) = events.into_iter().flatten().min().filter(|next| *next <= now) else { break };
            self.now = self.now.max(next);
            if self.jobs.next_end() == Some(next) {
                self.end_job();
            } else if self.next_sync == next {
                self.sync();
                self.next_sync = next.saturating_add(self.settings.sync_interval);
            } else {
                self.change();
                self.next_change =
                    self.settings.change_interval.map(|interval| next.saturating_add(interval));
            }
        }
        self.now = self.now.max(now);
    }

    /// Starts or ends the changes in the landlord's system.
    pub(super) fn set_change_interval(&mut self, interval: Option<Duration>) {
        self.settings.change_interval = interval;
        self.next_change = interval.map(|interval| self.now.saturating_add(interval));
    }

    /// Responds to a request that arrives at `now`.
    pub(super) fn respond(&mut self, now: Duration, request: &Request) -> Response {
        self.advance(now);
        let table = Arc::clone(&self.store.world.table);
        let found = table.find(&request.method, &request.segments);
        let operation = found.as_ref().and_then(|(index, _)| table.operations.get(*index));
        let name =
            operation.map_or_else(|| format!("{} <no operation>", request.method), Operation::template);
        let call = found.zip(operation).map(|((index, path), operation)| Call {
            table: &table,
            index,
            operation,
            path,
            request,
        });
        let (zone, left) = self.rate.count(self.now);
        let mut response = if !self.is_authorized(request) {
            Response::error(401, "unauthorized", "the token is missing or not the one of this server")
        } else if zone == Zone::Refused {
            Response::error(429, "too_many_requests", "the budget of this minute is used up")
        } else {
            self.respond_or_fail(&name, call)
        };
        response.delay += self.settings.latency;
        if zone == Zone::Slow {
            response.delay += SLOW_DELAY;
        }
        response.headers.push(("x-ratelimit-limit", self.rate.limit.to_string()));
        response.headers.push(("x-ratelimit-remaining", left.to_string()));
        let is_lost = response.fault.is_some_and(|it| it.ends_connection() || it == Fault::Truncated);
        self.log.add(RecordedRequest {
            operation: name,
            path: request.segments.join("/"),
            query: request.query.clone(),
            body: serde_json::from_slice(&request.body).unwrap_or_default(),
            status: (!is_lost).then_some(response.status),
            delay: response.delay,
            fault: response.fault,
            time: self.now,
        });
        response
    }

    fn is_authorized(&self, request: &Request) -> bool {
        let token = request.authorization.strip_prefix("Bearer ").unwrap_or_default();
        match &self.settings.token {
            Some(expected) => token == expected,
            None => !token.is_empty(),
        }
    }

    fn respond_or_fail(&mut self, name: &str, call: Option<Call<'_>>) -> Response {
        let fault = self.faults.draw(name, &mut self.rng);
        let is_act = fault.is_none_or(Fault::acts);
        let response = is_act.then(|| match &call {
            Some(call) => self.act(call).unwrap_or_else(|refusal| refusal),
            None => Response::not_found("there is no such operation"),
        });
        let response = match (fault, response) {
            (None | Some(Fault::Truncated | Fault::SlowBody | Fault::ResetAfter), Some(response)) => response,
            (Some(Fault::ServerError), _) => Response::error(500, "internal_error", "something went wrong"),
            _ => Response::new(502, "text/html", "<html>bad gateway</html>"),
        };
        Response { fault, ..response }
    }

    fn act(&mut self, call: &Call<'_>) -> Result<Response, Response> {
        self.check_parameters(call)?;
        if call.operation.method != "GET" {
            return self.write(call);
        }
        match call.operation.path.as_str() {
            "/v1/admin/write-status/{root_job_id}" => self.write_status(call),
            "/v1/admin/logs/writes/" => Ok(self.write_log(call)),
            _ => self.read(call),
        }
    }

    /// Checks the query against the API document.
    fn check_parameters(&mut self, call: &Call<'_>) -> Result<(), Response> {
        let mut issues = Issues::new();
        for parameter in call.table.parameters(call.operation).filter(|own| own.location == "query") {
            let given = call.request.parameter(&parameter.name);
            match (given, parameter.shape) {
                (Some(given), Some(shape)) => {
                    let types = &call.table.shape(shape).types;
                    let found = self.checker.issues(call.table, shape, &typed(types, given), true);
                    issues.extend(found.into_iter().map(|mut issue| {
                        if let Some(path) = issue.get_mut("path") {
                            *path = json!([parameter.name]);
                        }
                        issue
                    }));
                }
                (None, _) if parameter.required => {
                    let message = "Required";
                    issues.push(
                        json!({ "code": "invalid_type", "path": [parameter.name], "message": message }),
                    );
                }
                _ => {}
            }
        }
        if issues.is_empty() { Ok(()) } else { Err(Response::invalid(&issues)) }
    }

    fn read(&mut self, call: &Call<'_>) -> Result<Response, Response> {
        let Call { table, operation, request, .. } = *call;
        let record = table.record(operation);
        let collection = self.store.world.catalog.read_by(call.index);
        match (operation.kind, record, collection) {
            (Kind::Redirect, ..) => Ok(Response::redirect("https://files.example.com/signed".to_owned())),
            (Kind::Page, Some(shape), Some(collection)) => {
                let filters = list::filters(request, &operation.path, call.path.clone());
                let page = self.page(call, shape, collection, &filters);
                let odd_rows = self.odd_rows;
                Ok(if odd_rows > 0.0 {
                    odd::response(page, odd_rows, self.store.world.seed)
                } else {
                    page.response()
                })
            }
            (Kind::Record, Some(shape), Some(collection)) => {
                let id = call.path.last().map_or("", |(_, id)| id.as_str());
                let row = match self.store.get(&mut self.checker, collection, id) {
                    Some(row) => row.clone(),
                    None if self.settings.accepts_unknown_ids => {
                        let now = self.calendar();
                        let mut row = self.store.make(&mut self.checker, collection, None, now);
                        row.insert("id".to_owned(), id.into());
                        row
                    }
                    None => return Err(Response::not_found("there is no such record")),
                };
                let record = list::projected(table, shape, &row);
                Ok(Response::json(&json!({ "meta": { "orderBy": [] }, "results": record })))
            }
            _ => Ok(self.generated(call)),
        }
    }

    /// Returns a page of a collection.
    fn page(&mut self, call: &Call<'_>, shape: ShapeId, collection: usize, filters: &[Filter]) -> Page {
        let selection = Selection::of(call.request);
        // The rows of a long list are made page by page, so that it takes no memory.
        if let Some(total) = self.store.unmade(collection).filter(|_| filters.is_empty())
            && let Some(numbers) = selection.numbers(total)
        {
            let rows =
                numbers.map(|number| self.store.initial(&mut self.checker, collection, number)).collect();
            return selection.page(call.table, shape, total, rows);
        }
        let rows = self.store.rows(&mut self.checker, collection);
        let found = selection.found(rows, filters);
        let total = found.len();
        let rows = found.into_iter().skip(selection.offset).take(selection.limit).cloned().collect();
        selection.page(call.table, shape, total, rows)
    }

    /// Returns a generated response without a record; equal paths get equal responses.
    fn generated(&mut self, call: &Call<'_>) -> Response {
        let Some(shape) = call.operation.success() else { return Response::new(200, "text/plain", "") };
        let key = call.request.segments.join("/");
        let integration = call.path.iter().find(|(name, _)| name == "integration_id");
        let place = self.place(None, integration.map(|(_, id)| id.as_str()));
        Response::json(&generate::value(&self.store.world, &mut self.checker, place, shape, &key))
    }

    /// Returns the place of a property and an integration.
    pub(super) fn place(&self, property: Option<&str>, integration: Option<&str>) -> Place {
        self.store.world.place_of(property, integration, 0)
    }

    /// Reads the landlord's system: new records appear, and webhooks receive an event.
    pub(super) fn sync(&mut self) {
        let now = self.calendar();
        self.store.sync(now);
        for (collection, row) in std::mem::take(&mut self.late) {
            self.create(collection, row);
        }
        for integration in self.store.world.integrations.clone() {
            let data = json!({
                "event": "SYNC_COMPLETE", "integration_id": integration.id, "vendor": integration.vendor,
                "is_backsync": false, "successful_job_count": 12, "failed_job_count": 0, "is_sync_finished": true,
                "job_schedule_id": null, "models_synced": ["leads", "leases", "residents", "units"],
            });
            self.emit(&Trigger::SyncComplete, &data);
        }
    }

    /// Adds a record, and sends an event to the webhooks.
    pub(super) fn create(&mut self, collection: usize, row: Row) {
        let mut data = self.change_data(&Trigger::DataNew, collection, &row);
        data.insert("payload".to_owned(), json!(row));
        self.store.put(&mut self.checker, collection, row);
        self.emit(&Trigger::DataNew, &Value::Object(data));
    }

    /// Changes a record, and sends an event to the webhooks. Returns the changed record.
    pub(super) fn update(&mut self, collection: usize, id: &str, changes: &Row) -> Option<Row> {
        let now = self.calendar();
        let row = self.store.get(&mut self.checker, collection, id)?;
        let mut previous = Row::new();
        for (name, value) in changes {
            let old = row.insert(name.clone(), value.clone());
            previous.insert(name.clone(), old.unwrap_or_default());
        }
        super::store::touch(row, now);
        let row = row.clone();
        let mut data = self.change_data(&Trigger::DataUpdate, collection, &row);
        data.insert("diff".to_owned(), json!({ "new": changes, "previous": previous }));
        self.emit(&Trigger::DataUpdate, &Value::Object(data));
        Some(row)
    }

    /// Returns what an event says of a record.
    fn change_data(&self, trigger: &Trigger, collection: usize, row: &Row) -> Row {
        let path = self.store.world.catalog.collections.get(collection).map_or("", |own| own.path.as_str());
        let object = path.rsplit('/').next().unwrap_or_default().replace('-', "_");
        let of = |name: &str| row.get(name).cloned().unwrap_or_default();
        let data = json!({
            "event": trigger.as_str(), "integration_id": of("integration_id"), "vendor": of("integration_vendor"),
            "object": object, "record_id": of("id"), "job_id": "job_of_sync", "root_job_id": "job_of_sync",
            "job_type": "SYNC", "context": { "property_id": of("property_id") },
            "meta": { "integration_id": of("integration_id"), "object": object },
        });
        data.as_object().cloned().unwrap_or_default()
    }

    /// Sends an event to the webhooks that are registered for it.
    pub(super) fn emit(&mut self, trigger: &Trigger, data: &Value) {
        if let Some(webhooks) = self.webhooks() {
            let rows = self.store.rows(&mut self.checker, webhooks);
            self.outbox.send(self.now, rows, trigger, data, &mut self.rng);
        }
    }

    /// Returns the collection of webhooks.
    pub(super) fn webhooks(&self) -> Option<usize> {
        self.store.world.catalog.at("/v1/webhooks")
    }

    /// Changes something in the landlord's system: creates, changes or removes a record of a property.
    fn change(&mut self) {
        let collections: Vec<usize> = (0..self.store.world.catalog.collections.len())
            .filter(|index| self.store.world.count(*index) > 0 && self.is_of_property(*index))
            .collect();
        let Some(collection) = self.rng.choice(collections) else { return };
        let count = self.store.rows(&mut self.checker, collection).len();
        let now = self.calendar();
        let kind = self.rng.u8(..10);
        if kind < 2 || count == 0 {
            let row = self.store.make(&mut self.checker, collection, None, now);
            return self.create(collection, row);
        }
        let index = self.rng.usize(..count);
        let row = self.store.rows(&mut self.checker, collection).get(index).cloned().unwrap_or_default();
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        if kind == 2 {
            self.store.remove(&mut self.checker, collection, &id);
            return;
        }
        let other = self.store.make(&mut self.checker, collection, None, now);
        let is_free = |name: &str| !name.ends_with("_id") && !generate::ALWAYS_FILLED.contains(&name);
        let changes: Vec<(String, Value)> =
            other.into_iter().filter(|(name, value)| is_free(name) && row.get(name) != Some(value)).collect();
        if let Some(change) = self.rng.choice(changes) {
            self.update(collection, &id, &Row::from_iter([change]));
        }
    }

    /// Returns whether the records of a collection belong to properties.
    fn is_of_property(&self, collection: usize) -> bool {
        let World { catalog, table, .. } = &self.store.world;
        let shapes = catalog.collections.get(collection).map(|own| own.shapes.as_slice()).unwrap_or_default();
        shapes.iter().any(|shape| table.property(*shape, "property_id").is_some())
    }
}

/// Returns the JSON value of a query parameter.
fn typed(types: &[Type], given: &str) -> Value {
    let is = |wanted: &[Type]| types.iter().any(|of| wanted.contains(of));
    let number = || given.parse().ok().map(|number: f64| json!(number));
    match given {
        "true" | "false" if is(&[Type::Boolean]) => Value::Bool(given == "true"),
        _ if is(&[Type::Integer, Type::Number]) => number().unwrap_or_else(|| given.into()),
        _ if is(&[Type::Array]) => json!([given]),
        _ => given.into(),
    }
}
