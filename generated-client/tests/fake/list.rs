//! Lists: filters, order, and pages by offset.

use serde_json::{Value, json};

use super::data::Data;
use super::http::{Request, Response};
use super::models::Model;

const MAX_LIMIT: usize = 250;

/// These parameters are not filters.
const PAGING: [&str; 3] = ["limit", "offset", "order-by"];

/// A page of a list.
pub(super) fn page(data: &Data, model: &Model, request: &Request) -> Result<Response, Response> {
    let (offset, limit) = request.paging(MAX_LIMIT)?;
    let filters: Vec<_> = request.query.iter().filter(|(name, _)| !PAGING.contains(&name.as_str())).collect();
    let mut found: Vec<u64> = (0..data.count(model.name))
        .filter(|index| filters.iter().all(|(name, value)| data.matches(model, *index, name, value)))
        .collect();
    let order = order(request.parameter("order-by").unwrap_or("created_at:desc"));
    // Rows are numbered in the order of their creation, which all orders of the fake use.
    if order.first().is_some_and(|(_, direction)| *direction == "desc") {
        found.reverse();
    }
    let total = found.len();
    let rows: Vec<String> =
        found.into_iter().skip(offset).take(limit).map(|index| data.row(model, index)).collect();
    let order_by: Vec<Value> =
        order.iter().map(|(field, direction)| json!({ "field": field, "direction": direction })).collect();
    let meta = json!({
        "orderBy": order_by,
        "offset": offset,
        "limit": limit,
        "hasMore": offset.saturating_add(limit) < total,
        "total": total,
    });
    let body = format!(r#"{{"meta":{meta},"results":[{}]}}"#, rows.join(","));
    Ok(Response::new(200, "application/json", body))
}

/// One row, by its id.
pub(super) fn record(data: &Data, model: &Model, id: &str) -> Result<Response, Response> {
    let index = data.index(model, id).ok_or_else(|| Response::not_found("no such record"))?;
    let body = format!(r#"{{"meta":{{}},"results":{}}}"#, data.row(model, index));
    Ok(Response::new(200, "application/json", body))
}

/// The terms of an `order-by`: fields with their directions.
fn order(terms: &str) -> Vec<(&str, &str)> {
    terms.split(',').map(|term| term.split_once(':').unwrap_or((term, "asc"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> Data {
        Data { counts: [("units", 250), ("properties", 10)].into(), ..Data::default() }
    }

    fn get(target: &str) -> (u16, Value) {
        let units = Model::named("units").unwrap();
        let request = Request::new("GET", target, "", Vec::new());
        let response = page(&data(), units, &request).unwrap_or_else(|refusal| refusal);
        (response.status, serde_json::from_str(&response.body).unwrap())
    }

    fn ids(page: &Value) -> Vec<&str> {
        page["results"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
    }

    #[test]
    fn gives_the_newest_100_rows_by_default() {
        let (status, page) = get("/v1/units/");
        assert_eq!((status, ids(&page).len(), ids(&page)[0]), (200, 100, "uni_000249"));
        let meta = json!({
            "orderBy": [{ "field": "created_at", "direction": "desc" }],
            "offset": 0, "limit": 100, "hasMore": true, "total": 250,
        });
        assert_eq!(page["meta"], meta);
    }

    #[test]
    fn pages_end_with_the_list() {
        let (_, page) = get("/v1/units/?order-by=created_at%3Aasc&offset=247&limit=3");
        assert_eq!(ids(&page), ["uni_000247", "uni_000248", "uni_000249"]);
        assert_eq!(page["meta"]["hasMore"], false);
        let (_, page) = get("/v1/units/?offset=250");
        assert_eq!((ids(&page).len(), &page["meta"]["hasMore"]), (0, &json!(false)));
    }

    #[test]
    fn a_field_without_a_direction_is_ascending() {
        assert_eq!(ids(&get("/v1/units/?order-by=id&limit=1").1), ["uni_000000"]);
    }

    #[test]
    fn filters_by_equality_and_counts_what_is_left() {
        let (_, page) = get("/v1/units/?property_id=pro_000003&integration_id=int_b&order-by=id&limit=2");
        assert_eq!(ids(&page), ["uni_000003", "uni_000013"]);
        assert_eq!(page["meta"]["total"], 25);
        let all = get("/v1/units/?limit=250").1;
        let furnished = all["results"].as_array().unwrap().iter().filter(|row| row["is_furnished"] == true);
        assert_eq!(get("/v1/units/?is_furnished=true").1["meta"]["total"], furnished.count());
    }

    #[test]
    fn rejects_limits_above_250_and_limits_that_are_not_numbers() {
        for (limit, code) in [("251", "too_big"), ("-1", "invalid_type"), ("ten", "invalid_type")] {
            let (status, error) = get(&format!("/v1/units/?limit={limit}"));
            let issue = &error["error"]["details"]["details"]["issues"][0];
            assert_eq!((status, &issue["code"], &issue["path"]), (400, &json!(code), &json!(["limit"])));
        }
    }

    #[test]
    fn finds_a_record_by_its_id() {
        let units = Model::named("units").unwrap();
        let found: Value = serde_json::from_str(&record(&data(), units, "uni_000007").unwrap().body).unwrap();
        assert_eq!(found["results"]["id"], "uni_000007");
        assert_eq!(record(&data(), units, "uni_000250").unwrap_err().status, 404);
    }
}
