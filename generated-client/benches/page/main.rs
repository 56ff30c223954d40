//! Decodes and encodes a full page: 250 leads with every field filled.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod by_hand;
#[path = "../figures/mod.rs"]
mod figures;

use std::env;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use figures::Figures;
use propexo::Page;
use propexo::leads::Lead;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const ROWS: usize = 250;
const RUNS: usize = 500;
const ROUNDS: usize = 7;

/// The properties of a lead, in the order of the API document, in which the server presumably sends them.
const LEAD: &[&str] = &[
    "id",
    "created_at",
    "updated_at",
    "last_seen",
    "x_created_at",
    "x_guestcard_id",
    "x_id",
    "x_leasing_agent_id",
    "x_property_id",
    "x_unit_id",
    "x_unit_id_preferred",
    "x_updated_at",
    "x_lead_source_id",
    "address_1",
    "address_2",
    "city",
    "country",
    "custom_data",
    "date_of_birth",
    "desired_amenities",
    "desired_floor_plan_id",
    "desired_floor_plan_name",
    "desired_lease_term_in_months",
    "desired_max_rent_in_cents",
    "desired_max_square_ft",
    "desired_min_rent_in_cents",
    "desired_min_square_ft",
    "desired_num_bathrooms",
    "desired_num_bedrooms",
    "desired_unit_number",
    "desired_unit_type",
    "email_1",
    "email_2",
    "first_name",
    "ils",
    "last_name",
    "lead_source",
    "leasing_agent",
    "middle_name",
    "notes",
    "number_of_occupants",
    "pet_details",
    "pets",
    "phone_1_type",
    "phone_1",
    "phone_2_type",
    "phone_2",
    "state",
    "status",
    "target_move_in_date",
    "zip",
    "property_id",
    "lead_source_id",
    "unit_id_preferred",
    "integration_id",
    "integration_vendor",
    "screenings",
];

/// The properties of its pet.
const PET: &[&str] = &[
    "id",
    "created_at",
    "updated_at",
    "last_seen",
    "x_id",
    "age_in_years",
    "breed",
    "color",
    "gender_raw",
    "is_fixed",
    "is_service_animal",
    "name",
    "notes",
    "type",
    "weight_in_pounds",
    "custom_data",
];

/// The properties of its screening.
const SCREENING: &[&str] = &["id", "created_at", "last_seen", "x_id", "status_raw", "screening_date"];

/// Returns a value of realistic length for a property, different in each row.
fn value(row: usize, field: &str) -> Value {
    let id = row * 7_919;
    match field {
        "created_at" | "updated_at" | "last_seen" | "x_created_at" | "x_updated_at" => {
            json!(format!("2026-{:02}-{:02}T12:30:{:02}.123Z", row % 12 + 1, row % 28 + 1, row % 60))
        }
        "date_of_birth" | "target_move_in_date" | "screening_date" => {
            json!(format!("2026-{:02}-01", row % 12 + 1))
        }
        "notes" => {
            json!(format!("Row {row}: came by on Sunday, asked for \"parking\", will call again.\nEvenings."))
        }
        "email_1" | "email_2" => json!(format!("someone.{id}@example.org")),
        "phone_1" | "phone_2" => json!(format!("{:010}", 5_550_000_000_usize + id)),
        "state" => json!("TX"),
        "custom_data" => json!({ "source": { "page": row }, "score": 0.25 }),
        "desired_max_rent_in_cents" => json!(250_000 + row),
        "desired_max_square_ft" => json!(1_200.5),
        "desired_min_rent_in_cents" => json!(150_000 + row),
        "desired_min_square_ft" => json!(800),
        "desired_num_bathrooms" => json!(1.5),
        "desired_num_bedrooms" => json!(2),
        "number_of_occupants" => json!(row % 5),
        "integration_vendor" => json!(["BUILDIUM", "ENTRATA", "RESMAN"][row % 3]),
        "age_in_years" => json!(3.5),
        "is_fixed" => json!(true),
        "is_service_animal" => json!(false),
        "weight_in_pounds" => json!(row as f64 / 4.0),
        "unit_id_preferred" | "x_unit_id_preferred" => json!([format!("{field} {id}")]),
        id_of if id_of == "id" || id_of.ends_with("_id") => {
            json!(format!("cm{id:08}a1b2c3d4e5f6{row:05}"))
        }
        other => json!(format!("{other} {id}")),
    }
}

/// The order in which a server writes the properties of a record.
#[derive(Clone, Copy)]
enum Order {
    Document,
    Alphabetical,
    /// One that has nothing in common with the document.
    Shuffled,
}

impl Order {
    fn of_work(work: &str) -> Self {
        match work {
            "decode, alphabetical" => Self::Alphabetical,
            "decode, shuffled" => Self::Shuffled,
            _ => Self::Document,
        }
    }

    fn sort<'f>(self, fields: &[&'f str]) -> Vec<&'f str> {
        let mut fields = fields.to_vec();
        match self {
            Self::Document => {}
            Self::Alphabetical => fields.sort_unstable(),
            Self::Shuffled => fields.sort_by_key(|field| field.bytes().rev().collect::<Vec<_>>()),
        }
        fields
    }
}

/// Returns one record as the server writes it.
fn object(row: usize, fields: &[&str], order: Order) -> String {
    let property = |field: &str| match field {
        "pets" => format!("\"pets\":[{}]", object(row, PET, order)),
        "screenings" => format!("\"screenings\":[{}]", object(row, SCREENING, order)),
        field => format!("\"{field}\":{}", value(row, field)),
    };
    format!("{{{}}}", order.sort(fields).into_iter().map(property).collect::<Vec<_>>().join(","))
}

/// Returns the JSON text of a page.
fn page(order: Order) -> String {
    let meta = json!({ "offset": 0, "limit": ROWS, "orderBy": [], "hasMore": true, "total": 9_000 });
    let rows: Vec<String> = (0..ROWS).map(|row| object(row, LEAD, order)).collect();
    format!("{{\"meta\":{meta},\"results\":[{}]}}", rows.join(","))
}

/// Converts every number to a float, since Rust types differ in that while JSON has one kind of number.
fn floats(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.into_iter().map(floats).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, floats(value))).collect(),
        other => other,
    }
}

/// Decodes a page, and checks that the type keeps all of it.
fn decoded<T: DeserializeOwned + Serialize>(page: &[u8]) -> T {
    let decoded: T = serde_json::from_slice(page).unwrap();
    let [before, after] = [page, &serde_json::to_vec(&decoded).unwrap()]
        .map(|json| floats(serde_json::from_slice(json).unwrap()));
    assert!(before == after, "a member is lost");
    decoded
}

/// The operations to measure.
const WORKS: [&str; 5] =
    ["decode", "decode, alphabetical", "decode, shuffled", "decode from bytes", "encode"];

/// Returns the median seconds of one run.
fn of_one<T: DeserializeOwned + Serialize>(work: &str, page: &[u8]) -> f64 {
    let decoded: T = decoded(page);
    match work {
        // As the client does it: a body that is known to be UTF-8 need not be checked for each string.
        "decode" | "decode, alphabetical" | "decode, shuffled" => {
            median(|| serde_json::from_str::<T>(std::str::from_utf8(page).unwrap()).unwrap())
        }
        "decode from bytes" => median(|| serde_json::from_slice::<T>(page).unwrap()),
        _ => median(|| serde_json::to_vec(&decoded).unwrap()),
    }
}

/// Returns the median seconds of a run, without the time to drop its result.
fn median<T>(mut run: impl FnMut() -> T) -> f64 {
    let time = |_| {
        let start = Instant::now();
        let made = black_box(run());
        let time = start.elapsed().as_secs_f64();
        drop(made);
        time
    };
    middle((0..RUNS).map(time).collect())
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Measures an operation on a page, in median seconds.
type Measure = fn(&str, &[u8]) -> f64;

/// The types to compare, and how to measure each.
const CONTENDERS: [(&str, Measure); 3] = [
    ("this client", of_one::<Page<Lead>>),
    ("structs by hand", of_one::<by_hand::Page>),
    ("serde_json::Value", of_one::<Value>),
];

/// The argument with which the program runs itself for one figure.
const ONE: &str = "--one";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, work, contender] = arguments.as_slice()
        && flag == ONE
    {
        let (_, of_one) = CONTENDERS.iter().find(|(name, _)| name == contender).unwrap();
        // Makes the allocator of glibc keep freed memory, as it does in a long-running service. Otherwise it is random
        // whether each page begins by requesting memory, which takes a third of the time.
        drop(black_box(vec![1_u8; 30 << 20]));
        println!("{}", of_one(work, page(Order::of_work(work)).as_bytes()));
    } else {
        compare(page(Order::Document).len());
    }
}

/// Prints the medians of all contenders, and the ratio of the first to the others. Each runs in its own process, since
/// the heap that one leaves makes the next faster or slower by a fifth. They take turns, so that the noise of the
/// machine affects all of them.
fn compare(bytes: usize) {
    println!("{ROWS} leads, {bytes} bytes, medians of {ROUNDS} rounds");
    let mut figures = Figures::default();
    for work in WORKS {
        let mut times = CONTENDERS.map(|_| Vec::new());
        for _ in 0..ROUNDS {
            for ((contender, _), times) in CONTENDERS.iter().zip(&mut times) {
                times.push(elsewhere(work, contender));
            }
        }
        let times = times.map(middle);
        for ((contender, _), time) in CONTENDERS.iter().zip(times) {
            let speed = bytes as f64 / time / f64::from(1 << 20);
            println!("{work:<20} {contender:<18} {speed:>7.0} MiB/s {:>6.2}", time / times[0]);
            figures.add(&format!("{work}, {contender}"), speed, "MiB/s");
        }
    }
    figures.write();
}

/// Returns the median seconds of one contender, measured in another process.
fn elsewhere(work: &str, contender: &str) -> f64 {
    let output = Command::new(env::current_exe().unwrap()).args([ONE, work, contender]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}
