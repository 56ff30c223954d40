//! Writes: validation, receipts, and what a job changes when it ends.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::calendar;
use super::catalog::{list_path, singular};
use super::generate::{self, ALWAYS_FILLED};
use super::http::Response;
use super::jobs::{Effect, Job, Outcome};
use super::state::{Call, State};
use super::store::Row;
use super::table::{ShapeId, Table, Type, parameter_name};
use crate::WriteState;
use crate::webhook::Trigger;

/// The vendors whose new records appear with the next sync, and whose systems do not report their ids.
const LATE_VENDORS: [&str; 3] = ["ENTRATA", "REALPAGE_RPX", "RENTMANAGER"];

/// What a write is about.
struct Target {
    collection: usize,
    /// The id of the record; `None` for a new one.
    id: Option<String>,
}

impl State {
    pub(super) fn write(&mut self, call: &Call<'_>) -> Result<Response, Response> {
        let body = self.body(call)?;
        self.check_ids(call, &body)?;
        if call.operation.path == "/v1/admin/retry-write/{root_job_id}" {
            return self.retry_write(call);
        }
        let Some(shape) = call.operation.success() else { return Ok(Response::new(200, "text/plain", "")) };
        let target = self.target(call);
        let is_job = has_job(call.table, shape);
        let effect = match &target {
            Some(Target { collection, id: None }) => {
                let row = self.new_row(call.table, *collection, &body);
                Effect::Create { collection: *collection, row }
            }
            Some(Target { collection, id: Some(id) }) => {
                let changes = self.changes(call.table, *collection, &body);
                Effect::Update { collection: *collection, id: id.clone(), changes }
            }
            None => Effect::Nothing,
        };
        let (job, row) = if is_job {
            let row = match &effect {
                Effect::Create { row, .. } => Some(row.clone()),
                _ => None,
            };
            (Some(self.start_job(call, &body, effect)), row)
        } else {
            (None, self.apply_now(call, effect))
        };
        if call.operation.path.ends_with("/manual-sync") {
            self.sync();
        }
        Ok(self.written(call, shape, job.as_deref(), &body, row.as_ref()))
    }

    /// Parses and validates the body.
    fn body(&mut self, call: &Call<'_>) -> Result<Value, Response> {
        let bytes = &call.request.body;
        let body = match serde_json::from_slice(bytes) {
            Ok(body) => body,
            Err(_) if bytes.is_empty() => json!({}),
            Err(_) => return Err(Response::error(400, "invalid_json", "the body is not JSON")),
        };
        let Some(shape) = call.operation.body else { return Ok(body) };
        let accepts_unknown = call.request.parameter("ignore_unknown_fields") == Some("true");
        let issues = self.checker.issues(call.table, shape, &body, accepts_unknown);
        if issues.is_empty() { Ok(body) } else { Err(Response::invalid(&issues)) }
    }

    /// Checks that the integration of a body and the records in the path exist.
    fn check_ids(&mut self, call: &Call<'_>, body: &Value) -> Result<(), Response> {
        if self.settings.accepts_unknown_ids {
            return Ok(());
        }
        if let Some(id) = body.get("integration_id").and_then(Value::as_str)
            && !self.exists(self.store.world.catalog.referred_by("integration_id"), id)
        {
            let message = "there is no such integration";
            return Err(Response::invalid(&[json!({
                "code": "custom", "path": ["integration_id"], "message": message,
            })]));
        }
        for (name, id) in &call.path {
            let candidates = self.referred(call, name);
            if !candidates.is_empty() && !candidates.iter().any(|own| self.exists(Some(*own), id)) {
                return Err(Response::not_found("there is no such record"));
            }
        }
        Ok(())
    }

    fn exists(&mut self, collection: Option<usize>, id: &str) -> bool {
        collection.is_some_and(|own| self.store.get(&mut self.checker, own, id).is_some())
    }

    /// Returns the collections that a path parameter may refer to.
    fn referred(&self, call: &Call<'_>, name: &str) -> Vec<usize> {
        let catalog = &self.store.world.catalog;
        let path = call.operation.path.trim_end_matches('/');
        let is_last = path.ends_with(&format!("{{{name}}}"));
        let written = catalog.written_by(list_path(path)).filter(|_| is_last);
        let before = path.split(&format!("/{{{name}}}")).next().unwrap_or_default();
        let owner = before.rsplit('/').next().unwrap_or_default().replace('-', "_");
        let named = [catalog.referred_by(name), catalog.referred_by(&format!("{}_id", singular(&owner)))];
        written.into_iter().chain(named.into_iter().flatten()).collect()
    }

    /// Returns what a write is about; `None` if no such record can be read.
    fn target(&mut self, call: &Call<'_>) -> Option<Target> {
        let path = call.operation.path.trim_end_matches('/');
        let collection = self.store.world.catalog.written_by(path)?;
        let own_path = &self.store.world.catalog.collections.get(collection)?.path;
        let is_action = path.contains("/cancel") || path.contains("/assign");
        let is_of_list = !path.contains('{') || list_path(path) == own_path;
        let ends_with_id = path.rsplit('/').next().and_then(parameter_name).is_some();
        match call.path.last().filter(|_| ends_with_id) {
            Some((_, id)) => {
                self.exists(Some(collection), id).then(|| Target { collection, id: Some(id.clone()) })
            }
            None => (call.operation.method == "POST" && is_of_list && !is_action)
                .then_some(Target { collection, id: None }),
        }
    }

    /// Makes the record that a write creates: what the body says, and nothing else that may be absent.
    fn new_row(&mut self, table: &Table, collection: usize, body: &Value) -> Row {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let place = self.place(text("property_id"), text("integration_id"));
        let now = self.calendar();
        let mut row = self.store.make(&mut self.checker, collection, Some(place), now);
        for (name, value) in row.iter_mut().filter(|(name, _)| !ALWAYS_FILLED.contains(&name.as_str())) {
            let Some(shape) = self.property(table, collection, name) else { continue };
            let absent = [Value::Null, Value::Bool(false), json!([])];
            if let Some(absent) = absent.into_iter().find(|absent| self.fits(table, shape, absent)) {
                *value = absent;
            }
        }
        row.extend(self.changes(table, collection, body));
        row
    }

    /// Returns the properties of a body that the records of a collection have, too.
    fn changes(&mut self, table: &Table, collection: usize, body: &Value) -> Row {
        let mut changes = Row::new();
        for (name, value) in body.as_object().into_iter().flatten() {
            let Some(shape) = self.property(table, collection, name) else { continue };
            let model = body.get("model").cloned().unwrap_or_default();
            let value = if name == "triggers" { triggers(value, &model) } else { value.clone() };
            if self.fits(table, shape, &value) {
                changes.insert(name.clone(), value);
            }
        }
        changes
    }

    /// Returns the shape of a property of the records of a collection.
    fn property(&self, table: &Table, collection: usize, name: &str) -> Option<ShapeId> {
        let shapes = &self.store.world.catalog.collections.get(collection)?.shapes;
        shapes.iter().find_map(|shape| table.property(*shape, name))
    }

    /// Returns whether a value can be part of a response.
    fn fits(&mut self, table: &Table, shape: ShapeId, value: &Value) -> bool {
        let values = table.shape(shape).values.as_ref();
        (!value.is_null() || values.is_none_or(|values| values.contains(value)))
            && self.checker.accepts(table, shape, value)
    }

    /// Starts the job of a write; returns its id.
    fn start_job(&mut self, call: &Call<'_>, body: &Value, effect: Effect) -> String {
        let id = self.jobs.next_id();
        let given = body.get("integration_id").and_then(Value::as_str);
        let place = self.place(None, given);
        let integration = self.store.world.integration(place).cloned();
        let vendor = integration.as_ref().map_or_else(String::new, |own| own.vendor.clone());
        let is_late = LATE_VENDORS.contains(&vendor.as_str());
        let record_id = match &effect {
            Effect::Create { row, .. } => row.get("id").and_then(Value::as_str).map(str::to_owned),
            Effect::Update { id, .. } => Some(id.clone()),
            Effect::Nothing => Some(format!("record_of_{id}")),
        };
        let mut segments = call.operation.path.split('/');
        let category = segments.find(|part| !["", "crm", "v1"].contains(part)).unwrap_or_default();
        let job = Job {
            id: id.clone(),
            operation: call.operation.template(),
            category: category.replace('-', "_"),
            integration_id: given.map(str::to_owned).or(integration.map(|own| own.id)).unwrap_or_default(),
            vendor,
            parameters: body.clone(),
            created: self.now,
            outcome: self.jobs.draw(&mut self.rng),
            record_id: record_id.filter(|_| !(is_late && call.operation.method == "POST")),
            effect,
            has_ended: false,
        };
        self.schedule(job);
        id
    }

    fn schedule(&mut self, job: Job) {
        let duration = self.settings.job_duration.mul_f64(0.5 + self.rng.f64());
        self.jobs.start(job, duration);
    }

    /// Ends the next job: carries out its write, and sends an event if it failed.
    pub(super) fn end_job(&mut self) {
        let Some(job) = self.jobs.end_next() else { return };
        let Outcome { state, errors } = &job.outcome;
        if *state != WriteState::Failure {
            match job.effect {
                Effect::Nothing => {}
                Effect::Create { collection, mut row } => {
                    let now = Value::from(calendar::date_time(self.calendar()));
                    for name in ["created_at", "updated_at", "last_seen"] {
                        row.entry(name).and_modify(|time| time.clone_from(&now));
                    }
                    if job.record_id.is_some() {
                        self.create(collection, row);
                    } else {
                        self.late.push((collection, row));
                    }
                }
                Effect::Update { collection, id, changes } => drop(self.update(collection, &id, &changes)),
            }
        }
        if *state != WriteState::Success {
            let data = json!({
                "event": "WRITE_OPERATION_FAILURE", "integration_id": job.integration_id, "vendor": job.vendor,
                "root_job_id": job.id, "write_status": state.as_str(), "errors": errors,
            });
            self.emit(&Trigger::WriteOperationFailure, &data);
        }
    }

    /// Carries out a write that needs no job; returns the record.
    fn apply_now(&mut self, call: &Call<'_>, effect: Effect) -> Option<Row> {
        match effect {
            Effect::Nothing => None,
            Effect::Create { collection, row } => {
                self.store.put(&mut self.checker, collection, row.clone());
                Some(row)
            }
            Effect::Update { collection, id, .. } if call.operation.method == "DELETE" => {
                self.store.remove(&mut self.checker, collection, &id)
            }
            Effect::Update { collection, id, changes } => self.update(collection, &id, &changes),
        }
    }

    /// Returns the response to a write: the job, and an echo of the body or the record.
    fn written(
        &mut self,
        call: &Call<'_>,
        shape: ShapeId,
        job: Option<&str>,
        body: &Value,
        row: Option<&Row>,
    ) -> Response {
        let place = self.place(None, body.get("integration_id").and_then(Value::as_str));
        let key = call.request.segments.join("/");
        let generated = generate::value(&self.store.world, &mut self.checker, place, shape, &key);
        let mut out = generated.as_object().cloned().unwrap_or_default();
        for (name, value) in &mut out {
            let Some(own) = call.table.property(shape, name) else { continue };
            match (name.as_str(), job) {
                ("job_id", Some(job)) => *value = job.into(),
                ("meta", Some(job)) => *value = json!({ "job_id": job }),
                ("success", _) => *value = Value::Bool(true),
                ("data" | "result" | "results", _) => {
                    *value = self.echo(call.table, own, value.take(), body, row, &call.path);
                }
                _ => {}
            }
        }
        Response::json(&Value::Object(out))
    }

    /// Replaces the properties of a generated value by those of the record or the body.
    fn echo(
        &mut self,
        table: &Table,
        shape: ShapeId,
        generated: Value,
        body: &Value,
        row: Option<&Row>,
        path: &[(String, String)],
    ) -> Value {
        let own = table.shape(shape);
        if own.properties.is_empty() {
            return if own.types.contains(&Type::Object) || own.types.is_empty() {
                body.clone()
            } else {
                generated
            };
        }
        let Value::Object(generated) = generated else { return generated };
        let mut out = Map::new();
        for (name, value) in generated {
            let Some(of) = own.properties.get(&name).copied() else { continue };
            let in_path = path.iter().find(|(own, _)| *own == name).map(|(_, id)| Value::from(id.as_str()));
            let known = row.and_then(|row| row.get(&name)).or(body.get(&name)).cloned().or(in_path);
            let known = known.filter(|known| self.fits(table, of, known));
            let is_null = self.fits(table, of, &Value::Null);
            match known {
                Some(known) => drop(out.insert(name, known)),
                None if name == "success" => drop(out.insert(name, Value::Bool(true))),
                None if is_null => drop(out.insert(name, Value::Null)),
                None if own.required.contains(&name) => drop(out.insert(name, value)),
                None => {}
            }
        }
        Value::Object(out)
    }

    pub(super) fn write_status(&self, call: &Call<'_>) -> Result<Response, Response> {
        Ok(Response::json(&self.job(call)?.status()))
    }

    /// Returns the job that a path names; the latest one if unknown ids are accepted.
    fn job(&self, call: &Call<'_>) -> Result<&Job, Response> {
        let named = call.path.first().and_then(|(_, id)| self.jobs.get(id));
        let latest = self.jobs.all().last().filter(|_| self.settings.accepts_unknown_ids);
        named.or(latest).ok_or_else(|| Response::not_found("there is no such job"))
    }

    /// Repeats a failed write with a new job.
    fn retry_write(&mut self, call: &Call<'_>) -> Result<Response, Response> {
        let job = self.job(call)?.clone();
        if !job.has_ended || job.outcome.state == WriteState::Success {
            return Err(Response::error(400, "not_failed", "only a write that failed can be repeated"));
        }
        let id = self.jobs.next_id();
        let outcome = self.jobs.draw(&mut self.rng);
        self.schedule(Job { id: id.clone(), created: self.now, outcome, has_ended: false, ..job });
        Ok(Response::json(&json!({ "success": true, "job_id": id })))
    }

    /// Returns the write log: the jobs that have ended, newest first.
    pub(super) fn write_log(&self, call: &Call<'_>) -> Response {
        let request = call.request;
        let parameter = |name: &str| request.parameter(name);
        let hours = match parameter("time_range") {
            Some("hour") => 1,
            Some("day") => 24,
            Some("week") => 24 * 7,
            Some("month") => 24 * 31,
            _ => u64::MAX / 3_600,
        };
        let earliest = self.now.saturating_sub(Duration::from_secs(hours * 3_600));
        let is_wanted = |wanted: Option<&str>, own: &str| wanted.is_none_or(|wanted| wanted == own);
        let ended = self.jobs.all().iter().rev().filter(|job| {
            job.has_ended
                && job.created >= earliest
                && is_wanted(parameter("integration_id"), &job.integration_id)
                && is_wanted(parameter("write_category"), &job.category)
        });
        let logs: Vec<Value> = ended
            .map(Job::log_entry)
            .filter(|entry| {
                parameter("status").is_none_or(|status| entry.get("status").is_some_and(|own| own == status))
            })
            .skip(request.number("offset", 0))
            .take(request.number("limit", 100))
            .collect();
        Response::json(&json!({ "results": { "logs": logs } }))
    }
}

/// Returns whether a response names a job: in `job_id` or in `meta.job_id`.
fn has_job(table: &Table, shape: ShapeId) -> bool {
    let meta = table.property(shape, "meta");
    table.property(shape, "job_id").is_some()
        || meta.is_some_and(|meta| table.property(meta, "job_id").is_some())
}

/// Returns the triggers of a webhook as a response has them, from those of a request.
fn triggers(given: &Value, model: &Value) -> Value {
    let entry = |(number, trigger): (usize, &Value)| json!({ "id": format!("trigger_{}", number + 1), "model": model, "trigger": trigger });
    given.as_array().into_iter().flatten().enumerate().map(entry).collect()
}
