//! Lists: filters, order, and pages by offset.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::http::{Request, Response};
use super::store::Row;
use super::table::{PathParameters, ShapeId, Table};

/// These parameters are not filters.
const PAGING: [&str; 3] = ["limit", "offset", "order-by"];

/// The order of a list unless the request specifies another.
const DEFAULT_ORDER: &str = "created_at:desc";

const DEFAULT_LIMIT: usize = 100;

/// A condition on rows: the name of a parameter, and its value.
pub(super) type Filter = (String, String);

/// Returns the filters of a request: those of its query, and the parameters of its path.
pub(super) fn filters(request: &Request, template: &str, path: PathParameters) -> Vec<Filter> {
    let segments: Vec<&str> = template.split('/').collect();
    let in_path = path.into_iter().map(|(name, value)| {
        let position = segments.iter().position(|segment| segment.trim_matches(['{', '}']) == name);
        let owner = position.and_then(|position| segments.get(position.checked_sub(1)?));
        // `{id}` below `leads` is the id of a lead.
        match owner {
            Some(owner) if name == "id" && !template.ends_with('}') => {
                (format!("{}_id", super::catalog::singular(&owner.replace('-', "_"))), value)
            }
            _ => (name, value),
        }
    });
    let in_query = request.query.iter().filter(|(name, _)| !PAGING.contains(&name.as_str())).cloned();
    in_query.chain(in_path).collect()
}

/// The order of a list, and the page of it that a request is for.
pub(super) struct Selection<'a> {
    /// The fields, and whether each is descending.
    order: Vec<(&'a str, bool)>,
    pub(super) offset: usize,
    pub(super) limit: usize,
}

impl<'a> Selection<'a> {
    pub(super) fn of(request: &'a Request) -> Self {
        Self {
            order: order(request.parameter("order-by").unwrap_or(DEFAULT_ORDER)),
            offset: request.number("offset", 0),
            limit: request.number("limit", DEFAULT_LIMIT),
        }
    }

    /// Returns the numbers of the page's rows if all rows are listed by their creation, in which they are numbered.
    pub(super) fn numbers(&self, total: usize) -> Option<impl Iterator<Item = usize> + use<>> {
        let [("created_at", is_descending)] = self.order[..] else { return None };
        let numbers = (0..total).skip(self.offset).take(self.limit);
        Some(numbers.map(move |number| if is_descending { total - 1 - number } else { number }))
    }

    /// Returns the rows that match all filters, in order; `rows` has the oldest first.
    pub(super) fn found<'r>(&self, rows: &'r [Row], filters: &[Filter]) -> Vec<&'r Row> {
        let is_wanted = |row: &&Row| filters.iter().all(|filter| matches(row, filter));
        let mut found: Vec<&Row> = rows.iter().filter(is_wanted).collect();
        match self.order[..] {
            [("created_at", is_descending)] => {
                if is_descending {
                    found.reverse();
                }
            }
            _ => found.sort_by(|one, other| compare(&self.order, one, other)),
        }
        found
    }

    /// Returns the page with these rows out of `total`.
    pub(super) fn page(&self, table: &Table, record: ShapeId, total: usize, rows: Vec<Row>) -> Page {
        let term = |(field, is_descending): &(&str, bool)| json!({ "field": field, "direction": if *is_descending { "desc" } else { "asc" } });
        Page {
            meta: json!({
                "orderBy": self.order.iter().map(term).collect::<Vec<_>>(),
                "offset": self.offset,
                "limit": self.limit,
                "hasMore": self.offset.saturating_add(self.limit) < total,
                "total": total,
            }),
            rows: rows.iter().map(|row| projected(table, record, row)).collect(),
        }
    }
}

/// A page of a list.
pub(super) struct Page {
    pub(super) meta: Value,
    pub(super) rows: Vec<Row>,
}

impl Page {
    pub(super) fn response(self) -> Response {
        Response::json(&json!({ "meta": self.meta, "results": self.rows }))
    }
}

/// Returns the properties of a row that a shape lists; all if it lists none.
pub(super) fn projected(table: &Table, shape: ShapeId, row: &Row) -> Row {
    let properties = &table.shape(shape).properties;
    let is_listed = |name: &&String| properties.is_empty() || properties.contains_key(*name);
    row.iter()
        .filter(|(name, _)| is_listed(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Returns whether a row matches a filter. A filter that is about no property of the row matches every row.
fn matches(row: &Row, (name, value): &Filter) -> bool {
    if let Some(own) = row.get(name) {
        return is_equal(own, value);
    }
    if let Some(rest) = name.strip_suffix("_not_null") {
        return row.get(rest).is_none_or(|own| own.is_null() != (value == "true"));
    }
    if name == "only_null_move_outs" {
        return value != "true" || row.get("realized_move_out_date").is_none_or(Value::is_null);
    }
    let bounds = [
        (name.strip_prefix("after"), Ordering::Greater),
        (name.strip_prefix("before"), Ordering::Less),
        (name.strip_suffix("_start"), Ordering::Greater),
        (name.strip_suffix("_end"), Ordering::Less),
    ];
    for (of, wanted) in bounds {
        if let Some(date) = of.and_then(|of| date(row, of.trim_start_matches('_'))) {
            // A bound without a time includes its whole day.
            let date = date.get(..value.len().min(date.len())).unwrap_or(date);
            return date.cmp(value) != wanted.reverse();
        }
    }
    let nested: Vec<&Value> = nested(row, name).collect();
    nested.is_empty() || nested.into_iter().any(|own| is_equal(own, value))
}

/// Returns the date that a bound is about: `move_in_date` is that of the real move, else that of the planned one.
fn date<'r>(row: &'r Row, of: &str) -> Option<&'r str> {
    let of = if of.is_empty() { "created_at" } else { of };
    let names = [of.to_owned(), format!("realized_{of}"), format!("scheduled_{of}")];
    names.iter().find_map(|name| row.get(name)?.as_str())
}

/// Returns the values of a property of the objects in the arrays of a row.
fn nested<'r>(row: &'r Row, name: &'r str) -> impl Iterator<Item = &'r Value> {
    let items = row.values().filter_map(Value::as_array).flatten();
    items.filter_map(Value::as_object).filter_map(move |item: &Map<String, Value>| item.get(name))
}

fn is_equal(own: &Value, value: &str) -> bool {
    match own {
        Value::String(own) => own == value,
        Value::Array(items) => items.iter().any(|item| is_equal(item, value)),
        Value::Null => false,
        Value::Bool(own) => (if *own { "true" } else { "false" }) == value,
        Value::Number(own) => own.to_string().as_str() == value,
        Value::Object(_) => false,
    }
}

/// Parses an `order-by`: the fields, and whether each is descending.
fn order(terms: &str) -> Vec<(&str, bool)> {
    terms
        .split(',')
        .map(|term| term.split_once(':').map_or((term, false), |(field, way)| (field, way == "desc")))
        .collect()
}

fn compare(order: &[(&str, bool)], one: &Row, other: &Row) -> Ordering {
    let fields = order.iter().map(|(field, is_descending)| {
        let ordering = compare_values(one.get(*field), other.get(*field));
        if *is_descending { ordering.reverse() } else { ordering }
    });
    fields.fold(Ordering::Equal, Ordering::then)
}

fn compare_values(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one, other) {
        (Some(Value::Number(one)), Some(Value::Number(other))) => {
            one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Some(Value::String(one)), Some(Value::String(other))) => one.cmp(other),
        (one, other) => one.map(Value::to_string).cmp(&other.map(Value::to_string)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        (0..5)
            .map(|number| {
                let row = json!({
                    "id": format!("lease_{number}"), "rent": (7 * number) % 5, "is_open": number > 2,
                    "created_at": format!("2026-01-0{}T00:00:00.000Z", number + 1),
                    "scheduled_move_in_date": format!("2026-02-0{}T10:00:00.000Z", number + 1),
                    "realized_move_out_date": (number == 4).then_some("2026-03-01"),
                    "residents": [{ "resident_id": format!("resident_{}", number % 2) }], "tags": ["a", number],
                });
                row.as_object().unwrap().clone()
            })
            .collect()
    }

    fn get(target: &str) -> (Value, Vec<String>) {
        let table = Table::parse(
            r#"{ "operations": [{ "method": "GET", "path": "/", "parameters": [], "kind": "other",
                 "body": 0, "responses": {} }], "shapes": [{ "properties": { "id": 0 } }] }"#,
        );
        let request = Request::new("GET", target, "", Vec::new());
        let filters = filters(&request, "/", Vec::new());
        let (selection, rows) = (Selection::of(&request), rows());
        let found = selection.found(&rows, &filters);
        let total = found.len();
        let own = found.into_iter().skip(selection.offset).take(selection.limit).cloned().collect::<Vec<_>>();
        if let Some(numbers) = selection.numbers(rows.len()).filter(|_| filters.is_empty()) {
            assert_eq!(numbers.map(|number| rows[number].clone()).collect::<Vec<_>>(), own);
        }
        let page = selection.page(&table, table.operations[0].body.unwrap(), total, own);
        assert!(page.rows.iter().all(|row| row.len() == 1));
        (page.meta, page.rows.iter().map(|row| row["id"].as_str().unwrap()[6..].to_owned()).collect())
    }

    #[test]
    fn lists_the_newest_first_and_counts() {
        let (meta, ids) = get("/?limit=2&offset=1");
        assert_eq!(ids, ["3", "2"]);
        assert_eq!(
            meta,
            json!({
                "orderBy": [{ "field": "created_at", "direction": "desc" }],
                "offset": 1, "limit": 2, "hasMore": true, "total": 5,
            })
        );
        assert_eq!(get("/?offset=3").0["hasMore"], false);
        assert_eq!(get("/?offset=9").1, Vec::<String>::new());
    }

    #[test]
    fn orders_by_several_fields() {
        assert_eq!(get("/?order-by=rent:desc").1, ["2", "4", "1", "3", "0"]);
        assert_eq!(get("/?order-by=is_open:desc,id").1, ["3", "4", "0", "1", "2"]);
    }

    #[test]
    fn filters_by_equality_dates_and_nested_properties() {
        for (query, expected) in [
            ("id=lease_2", vec!["2"]),
            ("is_open=true", vec!["4", "3"]),
            ("tags=a&rent=4", vec!["2"]),
            ("resident_id=resident_1", vec!["3", "1"]),
            ("after_move_in_date=2026-02-04", vec!["4", "3"]),
            ("before_move_in_date=2026-02-02", vec!["1", "0"]),
            ("only_null_move_outs=true&is_open=true", vec!["3"]),
            ("realized_move_out_date_not_null=true", vec!["4"]),
            ("after=2026-01-04T00:00:00.000Z", vec!["4", "3"]),
            ("unknown=1&id=lease_0", vec!["0"]),
        ] {
            assert_eq!(get(&format!("/?{query}")).1, expected, "{query}");
        }
    }

    #[test]
    fn path_parameters_are_filters() {
        let request = Request::new("GET", "/v1/leads/lead_1/units?x_id=2&limit=1", "", Vec::new());
        let path = vec![("id".to_owned(), "lead_1".to_owned())];
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let filters = filters(&request, "/v1/leads/{id}/units", path);
        assert_eq!(filters, [pair("x_id", "2"), pair("lead_id", "lead_1")]);
    }
}
