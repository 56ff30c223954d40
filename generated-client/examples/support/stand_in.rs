//! A small mock server of Propexo: lists of made-up records, and writes that succeed at the second poll.

use std::collections::BTreeMap;
use std::sync::Mutex;

use propexo::Method;
use propexo::transport::{HttpRequest, HttpResponse, MemoryTransport};
use serde_json::{Value, json};

/// Records in every list.
const RECORDS: u64 = 1_234;

/// Returns a transport that responds in place of Propexo.
pub(crate) fn transport() -> MemoryTransport {
    let jobs = Mutex::new(BTreeMap::new());
    MemoryTransport::handler(move |request| {
        let mut jobs = jobs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(response(request, &mut jobs))
    })
}

fn response(request: &HttpRequest, jobs: &mut BTreeMap<String, u32>) -> HttpResponse {
    let path = request.path();
    if let Some(job) = path.strip_prefix("/v1/admin/write-status/") {
        return HttpResponse::json(200, &status(job, jobs));
    }
    if request.method() != Method::Get {
        let job = format!("job-{}", jobs.len() + 1);
        jobs.insert(job.clone(), 0);
        // Operations of one vendor have the job at another path than the generic ones, and echo the request.
        let receipt = if path.ends_with("/eliseai") {
            json!({ "meta": { "job_id": job }, "result": request.json() })
        } else {
            json!({ "job_id": job, "data": {} })
        };
        return HttpResponse::json(200, &receipt);
    }
    if path.ends_with('/') {
        HttpResponse::json(200, &page(request))
    } else {
        HttpResponse::json(200, &single(path))
    }
}

/// Returns pending at the first poll and success afterwards.
fn status(job: &str, jobs: &mut BTreeMap<String, u32>) -> Value {
    let asked = jobs.entry(job.to_owned()).or_default();
    *asked += 1;
    let (state, record) =
        if *asked > 1 { ("SUCCESS", Some(format!("record-of-{job}"))) } else { ("PENDING", None) };
    json!({ "write_status": state, "errors": [], "created_record_id": record })
}

fn page(request: &HttpRequest) -> Value {
    let query = request.query();
    let number =
        |name: &str| query.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok());
    let (offset, limit) = (number("offset").unwrap_or(0), number("limit").unwrap_or(100));
    let end = RECORDS.min(offset + limit);
    let rows: Vec<Value> = (offset..end).map(record).collect();
    let meta = json!({
        "offset": offset, "limit": limit, "hasMore": end < RECORDS, "total": RECORDS,
        "orderBy": [{ "field": "created_at", "direction": "desc" }],
    });
    json!({ "results": rows, "meta": meta })
}

fn single(path: &str) -> Value {
    let mut record = record(0);
    if let (Some(record), Some(id)) = (record.as_object_mut(), path.rsplit('/').next()) {
        record.insert("id".to_owned(), id.into());
    }
    json!({ "results": record, "meta": { "orderBy": [] } })
}

/// Returns a record with the required properties of every kind of record that the examples read.
fn record(number: u64) -> Value {
    let names = ["Ada", "Grace", "Edsger", "Barbara", "Alan", "Radia"];
    let name = names.get(number as usize % names.len());
    json!({
        "id": format!("record-{number}"),
        "created_at": "2026-02-12T08:30:00.000Z",
        "updated_at": "2026-02-12T08:30:00.000Z",
        "integration_id": "stand-in-integration-id",
        "integration_vendor": "BUILDIUM",
        "property_id": "stand-in-property-id",
        "x_id": number.to_string(),
        "x_property_id": "1",
        "first_name": name,
        "last_name": "Example",
        "status_raw": "Submitted",
        "pets": [], "screenings": [], "vehicles": [], "leases": [], "employees": [], "history": [], "vendors": [],
        "unit_id_preferred": [], "x_unit_id_preferred": [],
    })
}
