//! The comparison as a table and as JSON.

use serde_json::{Value, json};

use super::benchmark::Benchmark;
use super::figure::{Figure, median, ratio, shown};

/// The checkout of a value.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    /// The commit.
    Old,
    /// The working tree.
    New,
}

impl Side {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Side::Old => "old",
            Side::New => "new",
        }
    }
}

/// The values of a figure in all runs.
struct Row {
    benchmark: Benchmark,
    name: String,
    unit: String,
    old: Vec<f64>,
    new: Vec<f64>,
}

impl Row {
    fn medians(&self) -> (Option<f64>, Option<f64>) {
        (median(self.old.iter().copied()), median(self.new.iter().copied()))
    }

    fn ratio(&self) -> Option<f64> {
        let (old, new) = self.medians();
        ratio(old?, new?)
    }

    fn json(&self) -> Value {
        let (old, new) = self.medians();
        json!({
            "benchmark": self.benchmark.name(),
            "name": self.name,
            "unit": self.unit,
            "old": { "median": old, "values": self.old },
            "new": { "median": new, "values": self.new },
            "ratio": self.ratio(),
        })
    }
}

/// All figures, in the order of their first measurement.
#[derive(Default)]
pub(crate) struct Comparison(Vec<Row>);

impl Comparison {
    /// Adds the result of one run of a benchmark on one side.
    pub(crate) fn add(&mut self, benchmark: Benchmark, side: Side, figures: Vec<Figure>) {
        for Figure { name, unit, value } in figures {
            let same = |row: &Row| row.benchmark == benchmark && row.name == name && row.unit == unit;
            let index = self.0.iter().position(same).unwrap_or(self.0.len());
            if index == self.0.len() {
                self.0.push(Row { benchmark, name, unit, old: Vec::new(), new: Vec::new() });
            }
            if let Some(row) = self.0.get_mut(index) {
                match side {
                    Side::Old => row.old.push(value),
                    Side::New => row.new.push(value),
                }
            }
        }
    }

    /// The medians and their ratios as a Markdown table. A figure of one side only does not have a ratio.
    pub(crate) fn table(&self) -> String {
        let mut out =
            "| benchmark | figure | unit | old | new | new / old |\n|---|---|---|---|---|---|\n".to_owned();
        for row in &self.0 {
            let (old, new) = row.medians();
            let ratio = row.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}"));
            let (benchmark, old, new) = (row.benchmark.name(), shown(old), shown(new));
            out.push_str(&format!(
                "| {benchmark} | {} | {} | {old} | {new} | {ratio} |\n",
                row.name, row.unit
            ));
        }
        out
    }

    pub(crate) fn json(&self) -> Value {
        self.0.iter().map(Row::json).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison() -> Comparison {
        let mut comparison = Comparison::default();
        let runs = [(Side::Old, 2.0), (Side::New, 1.0), (Side::Old, 4.0), (Side::New, 2.0)];
        for (side, value) in runs {
            comparison.add(Benchmark::Calls, side, vec![Figure::new("call", value, "µs")]);
        }
        comparison.add(Benchmark::Calls, Side::New, vec![Figure::new("call", 7.0, "allocations")]);
        comparison
    }

    #[test]
    fn pairs_figures_by_name_and_unit_and_leaves_a_missing_side_empty() {
        let table = comparison().table();
        let rows: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            ["| calls | call | µs | 3 | 1.50 | 0.50 |", "| calls | call | allocations |  | 7 |  |"]
        );
    }

    #[test]
    fn json_keeps_every_value() {
        let json = comparison().json();
        assert_eq!(json[0]["old"], json!({ "median": 3.0, "values": [2.0, 4.0] }));
        assert_eq!(json[0]["ratio"], 0.5);
        assert_eq!(json[1]["old"], json!({ "median": null, "values": [] }));
        assert_eq!(json[1]["ratio"], Value::Null);
    }
}
