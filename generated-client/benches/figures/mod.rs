//! The figures of a benchmark, for `cargo xtask bench`.

use std::{env, fs};

use serde_json::{Value, json};

/// The environment variable with the output file: an array of objects with `name`, `unit` and `value`.
const FILE: &str = "PROPEXO_BENCH_JSON";

/// The figures that a benchmark has measured.
#[derive(Default)]
pub(crate) struct Figures(Vec<Value>);

impl Figures {
    /// Adds a figure. `cargo xtask bench` matches figures of two commits by name and unit, so keep both stable.
    pub(crate) fn add(&mut self, name: &str, value: f64, unit: &str) {
        self.0.push(json!({ "name": name, "unit": unit, "value": value }));
    }

    /// Writes the figures to the file that the environment names, if any.
    pub(crate) fn write(self) {
        if let Some(file) = env::var_os(FILE) {
            fs::write(file, Value::Array(self.0).to_string()).unwrap();
        }
    }
}
