//! Parses the tables that programs print: those of the rate limit test, and those of benchmarks at commits that do
//! not write JSON yet.

use super::figure::Figure;

/// The old names of figures, from before benchmarks wrote JSON, with their current names.
const CALLS: [(&str, &str); 8] = [
    ("leads.get, an argument of the path", "build leads.get"),
    ("leads.list, three parameters", "build leads.list"),
    ("leads.create, four members", "build leads.create"),
    ("leads.list, no row", "call leads.list"),
    ("leads.get_source", "call leads.get_source"),
    ("leads.create", "call leads.create"),
    ("1000000 records, looking 0 pages ahead", "stream 1000000 records, prefetch 0"),
    ("1000000 records, looking 4 pages ahead", "stream 1000000 records, prefetch 4"),
];
/// The same for the parts of a call, which is on the line above them.
const PARTS: [(&str, &str); 2] =
    [("of it transport and decoding", "transport and decoding"), ("of it the client", "client")];

/// Reads the table of `benches/calls.rs`.
pub(crate) fn calls(text: &str) -> Vec<Figure> {
    let find = |table: &[(&str, &'static str)], label: &str| {
        table.iter().find(|(old, _)| *old == label).map(|(_, new)| *new)
    };
    let mut figures = Vec::new();
    let mut call = String::new();
    for line in text.lines() {
        let (label, values) = values(line, &["µs", "allocations", "s", "MiB"]);
        let name = match find(&PARTS, &label) {
            Some(part) => format!("{call}, {part}"),
            None => {
                call = find(&CALLS, &label).map_or(label, str::to_owned);
                call.clone()
            }
        };
        figures.extend(values.into_iter().map(|(value, unit)| Figure::new(&name, value, unit)));
    }
    figures
}

/// Reads the table of `benches/page`.
pub(crate) fn page(text: &str) -> Vec<Figure> {
    let row = |line| {
        let (label, values) = values(line, &["MiB/s"]);
        values.into_iter().map(move |(value, unit)| Figure::new(&label, value, unit))
    };
    text.lines().flat_map(row).collect()
}

/// Reads the simulation results of `tests/rate_limit.rs`; durations are in seconds.
pub(crate) fn limit(text: &str) -> Vec<Figure> {
    let mut figures = Vec::new();
    for line in text.lines() {
        let (label, values) = values(line, &["pages", "requests", "delayed", "refused"]);
        if values.is_empty() {
            continue;
        }
        figures.extend(values.into_iter().map(|(value, unit)| {
            let unit = if unit == "pages" { "pages a minute" } else { unit };
            Figure::new(&label, value, unit)
        }));
        let words: Vec<&str> = line.split_whitespace().collect();
        for pair in words.windows(2) {
            if let [kind, text] = pair
                && let Some(seconds) = seconds(text.trim_end_matches(','))
            {
                figures.push(Figure::new(format!("{label}, {kind} interactive call"), seconds, "s"));
            }
        }
    }
    figures
}

/// The label of a line, and its numbers that are followed by one of the units.
fn values<'u>(line: &str, units: &[&'u str]) -> (String, Vec<(f64, &'u str)>) {
    let mut values = Vec::new();
    let mut label = None;
    let mut number: Option<(usize, f64)> = None;
    let mut at = 0;
    for word in line.split(' ') {
        let unit = word.trim_end_matches([',', ';', ':']);
        if let Some((start, value)) = number
            && let Some(unit) = units.iter().find(|known| **known == unit)
        {
            label = label.or(line.get(..start));
            values.push((value, *unit));
        }
        // Columns are padded, so one or more spaces separate a number from its unit.
        if !word.is_empty() {
            number = word.parse().ok().map(|value| (at, value));
        }
        at += word.len() + 1;
    }
    // Two spaces or more separate the columns of a label.
    let label = label.unwrap_or(line).trim().trim_end_matches(':');
    let columns = label.split("  ").map(str::trim).filter(|column| !column.is_empty());
    (columns.collect::<Vec<_>>().join(", "), values)
}

/// A duration as `Debug` writes it.
fn seconds(text: &str) -> Option<f64> {
    let units = [("ns", 1e9), ("µs", 1e6), ("ms", 1e3), ("s", 1.0)];
    let (number, per_second) =
        units.iter().find_map(|(unit, per_second)| Some((text.strip_suffix(unit)?, per_second)))?;
    Some(number.parse::<f64>().ok()? / per_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(figures: &[Figure]) -> Vec<(&str, f64, &str)> {
        figures.iter().map(|figure| (figure.name.as_str(), figure.value, figure.unit.as_str())).collect()
    }

    #[test]
    fn calls_get_the_names_of_the_json() {
        let text = "\
building a request
  leads.get, an argument of the path                           0.16 µs      3 allocations
a whole call, against its response sent and decoded without a client
  leads.create                                                 1.60 µs     13 allocations
    of it the client                                           1.24 µs     10 allocations
walking over a list, with the server that makes its rows
  1000000 records, looking 4 pages ahead: 3.2 s, at most 0.89 MiB above the start
";
        let expected = [
            ("build leads.get", 0.16, "µs"),
            ("build leads.get", 3.0, "allocations"),
            ("call leads.create", 1.6, "µs"),
            ("call leads.create", 13.0, "allocations"),
            ("call leads.create, client", 1.24, "µs"),
            ("call leads.create, client", 10.0, "allocations"),
            ("stream 1000000 records, prefetch 4", 3.2, "s"),
            ("stream 1000000 records, prefetch 4", 0.89, "MiB"),
        ];
        assert_eq!(listed(&calls(text)), expected);
    }

    #[test]
    fn columns_of_the_page_table_become_one_name() {
        let text = "\
250 leads, 725632 bytes, medians of 7 rounds
decode from bytes  structs by hand        364 MiB/s   0.94
encode             serde_json::Value     1726 MiB/s   1.06
";
        let expected = [
            ("decode from bytes, structs by hand", 364.0, "MiB/s"),
            ("encode, serde_json::Value", 1726.0, "MiB/s"),
        ];
        assert_eq!(listed(&page(text)), expected);
    }

    #[test]
    fn limit_reads_counts_and_durations_of_each_simulation() {
        let text = "\
running 5 tests
propexo with share(1.0), Fixed       107 pages a minute, 1101 requests, 0 delayed, 2 refused; interactive calls: median 350.0ms, worst 47.0s
test a_naive_client_for_comparison ... ok
";
        let name = "propexo with share(1.0), Fixed";
        let expected = [
            (name, 107.0, "pages a minute"),
            (name, 1101.0, "requests"),
            (name, 0.0, "delayed"),
            (name, 2.0, "refused"),
            ("propexo with share(1.0), Fixed, median interactive call", 0.35, "s"),
            ("propexo with share(1.0), Fixed, worst interactive call", 47.0, "s"),
        ];
        assert_eq!(listed(&limit(text)), expected);
    }
}
