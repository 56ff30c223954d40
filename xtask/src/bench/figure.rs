//! Measurements of a benchmark, by name and unit.

use anyhow::anyhow;
use serde_json::{Value, json};

use crate::Result;

/// A measured value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) name: String,
    /// Empty for a count.
    pub(crate) unit: String,
    pub(crate) value: f64,
}

impl Figure {
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        Figure { name: name.into(), unit: unit.into(), value }
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "name": self.name, "unit": self.unit, "value": self.value })
    }
}

/// Parses the output of a benchmark: an array of objects with `name`, `unit` and `value`.
pub(crate) fn parse(text: &str) -> Result<Vec<Figure>> {
    let objects: Vec<Value> = serde_json::from_str(text)?;
    let figure = |object: &Value| {
        let field = |name: &str| object[name].as_str();
        Some(Figure::new(field("name")?, object["value"].as_f64()?, field("unit")?))
    };
    let read = |object: &Value| {
        figure(object).ok_or_else(|| anyhow!("not an object with `name`, `unit` and `value`: {object}"))
    };
    objects.iter().map(read).collect()
}

/// The median; the mean of the middle two for an even number of values.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let lower = values.get(values.len().saturating_sub(1) / 2)?;
    let upper = values.get(values.len() / 2)?;
    Some((lower + upper) / 2.0)
}

/// New divided by old; `None` where the old value is 0 and the new one is not.
pub(crate) fn ratio(old: f64, new: f64) -> Option<f64> {
    if old == new {
        return Some(1.0);
    }
    (old != 0.0).then(|| new / old)
}

/// A value with about three significant digits; a count in full; an empty string for none.
pub(crate) fn shown(value: Option<f64>) -> String {
    let Some(value) = value else { return String::new() };
    match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_refuses_other_json() {
        let figures = vec![Figure::new("decode", 472.5, "MiB/s"), Figure::new("lines", 3.0, "")];
        let text = Value::Array(figures.iter().map(Figure::json).collect()).to_string();
        assert_eq!(parse(&text).unwrap(), figures);
        for wrong in
            ["", "{}", "[1]", r#"[{"name": "a", "unit": "s"}]"#, r#"[{"name": 1, "unit": "s", "value": 1}]"#]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn median_of_an_even_number_is_the_mean_of_the_middle_two() {
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([]), None);
    }

    #[test]
    fn ratio_to_zero_is_none_unless_nothing_changed() {
        assert_eq!(ratio(2.0, 1.0), Some(0.5));
        assert_eq!(ratio(0.0, 0.0), Some(1.0));
        assert_eq!(ratio(0.0, 1.0), None);
    }

    #[test]
    fn shows_three_digits_and_whole_counts() {
        let shown = [63_742.0, 682.4, 25.13, 0.983, 7.0].map(|value| shown(Some(value)));
        assert_eq!(shown, ["63742", "682", "25.1", "0.98", "7"]);
        assert_eq!(super::shown(None), "");
    }
}
