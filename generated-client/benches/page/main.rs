//! Decoding and encoding a full page: 250 leads with every field filled.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod by_hand;

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use propexo::Page;
use propexo::leads::Lead;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

const ROWS: usize = 250;

/// A text of about the length that the API has for such a thing, different in each row.
fn text(row: usize, field: &str) -> Value {
    let id = row * 7_919;
    Value::String(match field {
        "created_at" | "updated_at" | "last_seen" | "x_created_at" | "x_updated_at" => {
            format!("2026-{:02}-{:02}T12:30:{:02}.123Z", row % 12 + 1, row % 28 + 1, row % 60)
        }
        "date_of_birth" | "target_move_in_date" | "screening_date" => format!("2026-{:02}-01", row % 12 + 1),
        "notes" => {
            format!("Row {row}: came by on Sunday, asked for \"parking\", will call again.\nEvenings.")
        }
        "email_1" | "email_2" => format!("someone.{id}@example.org"),
        "phone_1" | "phone_2" => format!("{:010}", 5_550_000_000_usize + id),
        "state" => "TX".to_owned(),
        id_of if id_of == "id" || id_of.ends_with("_id") => format!("cm{id:08}a1b2c3d4e5f6{row:05}"),
        other => format!("{other} {id}"),
    })
}

fn texts(row: usize, fields: &[&str]) -> Map<String, Value> {
    fields.iter().map(|field| ((*field).to_owned(), text(row, field))).collect()
}

/// One lead as the server writes it.
fn lead(row: usize) -> Value {
    let vendors = ["BUILDIUM", "ENTRATA", "RESMAN"];
    let mut pet = texts(
        row,
        &[
            "breed",
            "color",
            "created_at",
            "gender_raw",
            "id",
            "last_seen",
            "name",
            "notes",
            "type",
            "updated_at",
            "x_id",
        ],
    );
    pet.extend([
        ("age_in_years".to_owned(), json!(3.5)),
        ("custom_data".to_owned(), json!({ "chip": row, "tags": ["a", "b"] })),
        ("is_fixed".to_owned(), json!(true)),
        ("is_service_animal".to_owned(), json!(false)),
        ("weight_in_pounds".to_owned(), json!(row as f64 / 4.0)),
    ]);
    let screening = texts(row, &["created_at", "id", "last_seen", "screening_date", "status_raw", "x_id"]);
    let mut lead = texts(
        row,
        &[
            "address_1",
            "address_2",
            "city",
            "country",
            "created_at",
            "date_of_birth",
            "desired_amenities",
            "desired_floor_plan_id",
            "desired_floor_plan_name",
            "desired_lease_term_in_months",
            "desired_unit_number",
            "desired_unit_type",
            "email_1",
            "email_2",
            "first_name",
            "id",
            "ils",
            "integration_id",
            "last_name",
            "last_seen",
            "lead_source",
            "lead_source_id",
            "leasing_agent",
            "middle_name",
            "notes",
            "pet_details",
            "phone_1",
            "phone_1_type",
            "phone_2",
            "phone_2_type",
            "property_id",
            "state",
            "status",
            "target_move_in_date",
            "updated_at",
            "x_created_at",
            "x_guestcard_id",
            "x_id",
            "x_lead_source_id",
            "x_leasing_agent_id",
            "x_property_id",
            "x_unit_id",
            "x_updated_at",
            "zip",
        ],
    );
    lead.extend([
        ("custom_data".to_owned(), json!({ "source": { "page": row }, "score": 0.25 })),
        ("desired_max_rent_in_cents".to_owned(), json!(250_000 + row)),
        ("desired_max_square_ft".to_owned(), json!(1_200.5)),
        ("desired_min_rent_in_cents".to_owned(), json!(150_000 + row)),
        ("desired_min_square_ft".to_owned(), json!(800)),
        ("desired_num_bathrooms".to_owned(), json!(1.5)),
        ("desired_num_bedrooms".to_owned(), json!(2)),
        ("integration_vendor".to_owned(), json!(vendors[row % vendors.len()])),
        ("number_of_occupants".to_owned(), json!(row % 5)),
        ("pets".to_owned(), json!([pet])),
        ("screenings".to_owned(), json!([screening])),
        ("unit_id_preferred".to_owned(), json!([text(row, "unit_id")])),
        ("x_unit_id_preferred".to_owned(), json!([text(row, "x_unit_id")])),
    ]);
    let mut members: Vec<_> = lead.into_iter().collect();
    members.sort_by(|one, other| one.0.cmp(&other.0));
    Value::Object(members.into_iter().collect())
}

/// The bytes of a page.
fn page() -> Vec<u8> {
    let rows: Vec<Value> = (0..ROWS).map(lead).collect();
    let meta = json!({ "orderBy": [], "offset": 0, "limit": ROWS, "hasMore": true, "total": 9_000 });
    serde_json::to_vec(&json!({ "results": rows, "meta": meta })).unwrap()
}

fn one<T: DeserializeOwned + Serialize + PartialEq>(criterion: &mut Criterion, name: &str, bytes: &[u8]) {
    let decoded: T = serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let encoded = serde_json::to_vec(&decoded).unwrap();
    assert!(serde_json::from_slice::<T>(&encoded).unwrap() == decoded, "{name} has lost something");
    let mut group = criterion.benchmark_group("page");
    group.throughput(Throughput::Bytes(bytes.len() as u64)).measurement_time(Duration::from_secs(5));
    group.bench_function(format!("decode/{name}"), |bencher| {
        bencher.iter_with_large_drop(|| serde_json::from_slice::<T>(bytes).unwrap());
    });
    group.bench_function(format!("encode/{name}"), |bencher| {
        bencher.iter_with_large_drop(|| serde_json::to_vec(&decoded).unwrap());
    });
    group.finish();
}

/// In turn, so that the noise of the machine meets all of them.
fn all(criterion: &mut Criterion) {
    let bytes = page();
    println!("{} bytes", bytes.len());
    one::<Page<Lead>>(criterion, "propexo", &bytes);
    one::<by_hand::Page>(criterion, "by hand", &bytes);
    one::<Value>(criterion, "serde_json::Value", &bytes);
}

criterion_group!(benches, all);
criterion_main!(benches);
