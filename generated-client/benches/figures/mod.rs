//! The figures of a benchmark, for `cargo xtask bench`.

use std::{env, fs};

use serde_json::{Value, json};

/// Names the file that the figures are written to: an array of objects with `name`, `unit` and `value`.
const FILE: &str = "PROPEXO_BENCH_JSON";

/// What a benchmark has measured.
#[derive(Default)]
pub(crate) struct Figures(Vec<Value>);

impl Figures {
    /// Adds a figure. `cargo xtask bench` finds the same figure of another commit by name and unit, so keep both.
    pub(crate) fn add(&mut self, name: &str, value: f64, unit: &str) {
        self.0.push(json!({ "name": name, "unit": unit, "value": value }));
    }

    /// Writes the figures where the environment names a file.
    pub(crate) fn write(self) {
        if let Some(file) = env::var_os(FILE) {
            fs::write(file, Value::Array(self.0).to_string()).unwrap();
        }
    }
}
