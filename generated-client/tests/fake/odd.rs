//! Rows that violate the API's document, each in a way that occurs in vendors' data.

use serde_json::{Map, Value, json};

use super::models::{Kind, Model};

/// The defect of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OddRow {
    /// An enum value that the description does not list.
    UnknownEnumValue,
    /// Required properties are absent.
    MissingProperties,
    /// Properties that are never null are null.
    UnexpectedNull,
    /// Dates that do not exist in the calendar.
    ImpossibleDates,
    /// Strings in place of numbers.
    StringsForNumbers,
    /// A string in place of an object, and a property that the description does not have.
    StringForObject,
    /// A number in place of a string.
    NumberForString,
    /// A string with half of a surrogate pair, which is JSON but not Unicode.
    LoneSurrogate,
}

/// Placeholder for the escape sequence of a lone surrogate, which a Rust string cannot contain.
const SURROGATE: &str = "<lone surrogate>";

impl OddRow {
    pub(crate) const ALL: [Self; 8] = [
        Self::UnknownEnumValue,
        Self::MissingProperties,
        Self::UnexpectedNull,
        Self::ImpossibleDates,
        Self::StringsForNumbers,
        Self::StringForObject,
        Self::NumberForString,
        Self::LoneSurrogate,
    ];

    /// The JSON of a row with the defect.
    pub(super) fn apply(self, model: &Model, mut row: Map<String, Value>) -> String {
        let mut set = |name: &str, value: Value| row.insert(name.to_owned(), value);
        match self {
            Self::UnknownEnumValue => drop(set("integration_vendor", json!("SAMPLE_VENDOR_99"))),
            Self::MissingProperties => {
                for name in ["property_id", "updated_at"] {
                    row.remove(name);
                }
            }
            Self::UnexpectedNull => {
                for name in ["property_id", "created_at"] {
                    set(name, Value::Null);
                }
            }
            Self::ImpossibleDates => {
                set("created_at", json!("0000-00-00"));
                for (name, _) in model.properties().filter(|(_, kind)| *kind == Kind::Date) {
                    set(name, json!("31/02/1999"));
                }
            }
            Self::StringsForNumbers => {
                let is_number = |kind| matches!(kind, Kind::Number | Kind::Integer);
                for (name, _) in model.properties().filter(|(_, kind)| is_number(*kind)) {
                    set(name, json!("12,50"));
                }
            }
            Self::StringForObject => {
                set("custom_data", json!("not an object"));
                set("brand_new_property", json!({ "deep": [1, 2, { "x": null }] }));
            }
            Self::NumberForString => drop(set("x_id", json!(17))),
            Self::LoneSurrogate => drop(set("notes", json!(format!("\u{1F600} \0 {SURROGATE}")))),
        }
        Value::Object(row).to_string().replace(SURROGATE, r"\ud83d")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Data;
    use super::*;

    /// Row 0 of a list, with the defect.
    fn odd(list: &str, oddity: OddRow) -> String {
        let model = Model::named(list).unwrap();
        let plain: Value = serde_json::from_str(&Data::default().row(model, 0)).unwrap();
        oddity.apply(model, plain.as_object().unwrap().clone())
    }

    #[test]
    fn every_kind_changes_a_row_of_every_list() {
        for list in ["residents", "leases", "units", "properties"] {
            let plain = Data::default().row(Model::named(list).unwrap(), 0);
            for oddity in OddRow::ALL {
                assert_ne!(odd(list, oddity), plain, "{list} {oddity:?}");
            }
        }
    }

    #[test]
    fn lone_surrogate_is_an_escape_sequence_that_does_not_decode() {
        let row = odd("residents", OddRow::LoneSurrogate);
        assert!(row.contains(r"\ud83d"), "{row}");
        assert!(serde_json::from_str::<Value>(&row).is_err());
    }

    #[test]
    fn strings_replace_numbers_and_integers() {
        let row: Value = serde_json::from_str(&odd("units", OddRow::StringsForNumbers)).unwrap();
        assert_eq!((&row["bathrooms_full"], &row["square_feet"]), (&json!("12,50"), &json!("12,50")));
    }
}
