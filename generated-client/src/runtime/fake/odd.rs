//! Rows that violate the API document, each in a way that occurs in vendors' data.

use fastrand::Rng;
use serde_json::{Value, json};

use super::generate::hashed;
use super::http::Response;
use super::list::Page;
use super::store::Row;

/// The defect of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OddRow {
    UnknownEnumValue,
    MissingProperties,
    UnexpectedNull,
    ImpossibleDates,
    StringsForNumbers,
    StringForObject,
    NumberForString,
    /// A string with half of a surrogate pair, which is JSON but not Unicode.
    LoneSurrogate,
}

/// Placeholder for the escape sequence of a lone surrogate, which a Rust string cannot contain.
const SURROGATE: &str = "<lone surrogate>";

impl OddRow {
    const ALL: [Self; 8] = [
        Self::UnknownEnumValue,
        Self::MissingProperties,
        Self::UnexpectedNull,
        Self::ImpossibleDates,
        Self::StringsForNumbers,
        Self::StringForObject,
        Self::NumberForString,
        Self::LoneSurrogate,
    ];

    fn apply(self, row: &mut Row) {
        match self {
            Self::UnknownEnumValue => set(row, "integration_vendor", json!("SAMPLE_VENDOR_99")),
            Self::MissingProperties => {
                row.remove("property_id");
                row.remove("updated_at");
            }
            Self::UnexpectedNull => {
                set(row, "property_id", Value::Null);
                set(row, "created_at", Value::Null);
            }
            Self::ImpossibleDates => {
                set(row, "created_at", json!("0000-00-00"));
                replace(row, |name, value| {
                    (name.ends_with("_date") && value.is_string()).then(|| json!("31/02/1999"))
                });
            }
            Self::StringsForNumbers => replace(row, |_, value| value.is_number().then(|| json!("12,50"))),
            Self::StringForObject => {
                set(row, "custom_data", json!("not an object"));
                set(row, "brand_new_property", json!({ "deep": [1, 2, { "x": null }] }));
            }
            Self::NumberForString => set(row, "x_id", json!(17)),
            Self::LoneSurrogate => set(row, "notes", json!(format!("\u{1F600} {SURROGATE}"))),
        }
    }
}

fn set(row: &mut Row, name: &str, value: Value) {
    row.insert(name.to_owned(), value);
}

fn replace(row: &mut Row, other: impl Fn(&str, &Value) -> Option<Value>) {
    for (name, value) in row.iter_mut() {
        if let Some(other) = other(name, value) {
            *value = other;
        }
    }
}

/// Returns a page a share of whose rows are odd: always the same ones, each in the same way.
pub(super) fn response(mut page: Page, share: f64, seed: u64) -> Response {
    for row in &mut page.rows {
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
        let mut rng = Rng::with_seed(hashed(seed, id));
        if rng.f64() < share
            && let Some(odd) = rng.choice(OddRow::ALL)
        {
            odd.apply(row);
        }
    }
    let mut response = page.response();
    let body = String::from_utf8_lossy(&response.body).replace(SURROGATE, r"\ud83d");
    response.body = body.into_bytes();
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let row = json!({
            "id": "lease_1", "x_id": "1", "rent_in_cents": 5, "end_date": "2026-01-01", "custom_data": {},
            "notes": null, "property_id": "p", "created_at": "c", "updated_at": "u", "integration_vendor": "YARDI",
        });
        row.as_object().unwrap().clone()
    }

    #[test]
    fn every_kind_changes_a_row_and_keeps_its_id() {
        for odd in OddRow::ALL {
            let mut changed = row();
            odd.apply(&mut changed);
            assert_ne!(changed, row(), "{odd:?}");
            assert_eq!(changed["id"], "lease_1");
        }
    }

    #[test]
    fn only_the_share_of_rows_is_odd() {
        let rows = || {
            (0..1_000).map(|number| {
                let mut row = row();
                row.insert("id".to_owned(), json!(format!("lease_{number}")));
                row
            })
        };
        let page = |share| {
            let page = Page { meta: json!({}), rows: rows().collect() };
            String::from_utf8(response(page, share, 3).body).unwrap()
        };
        let plain = |page: &str| rows().filter(|row| page.contains(&json!(row).to_string())).count();
        let odd = 1_000 - plain(&page(0.1));
        assert!((70..130).contains(&odd), "{odd}");
        assert_eq!(page(0.1), page(0.1));
        assert!(page(1.0).contains(r"\ud83d"));
        assert_eq!(plain(&page(0.0)), 1_000);
    }
}
