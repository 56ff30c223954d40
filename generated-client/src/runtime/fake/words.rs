//! Plausible strings and numbers by the name of a property. None of them is a real person or place.

use fastrand::Rng;

const FIRST_NAMES: [&str; 16] = [
    "Ada",
    "Alan",
    "Barbara",
    "Claude",
    "Donald",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "Ivan",
    "John",
    "Katherine",
    "Lynn",
    "Margaret",
    "Niklaus",
    "Radia",
];
const LAST_NAMES: [&str; 12] = [
    "Abara",
    "Bergström",
    "Castillo",
    "Dubois",
    "Ekström",
    "Fujimoto",
    "Grant",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kowalski",
    "O'Neill",
];
const STREETS: [&str; 8] = [
    "Cedar Court",
    "Elm Street",
    "Harbor Road",
    "Lake Avenue",
    "Maple Drive",
    "Oak Lane",
    "Pine Street",
    "Union Way",
];
/// Cities with their states and ZIP codes.
const CITIES: [(&str, &str, &str); 6] = [
    ("Austin", "TX", "78701"),
    ("Boise", "ID", "83702"),
    ("Columbus", "OH", "43215"),
    ("Denver", "CO", "80202"),
    ("Portland", "OR", "97201"),
    ("Raleigh", "NC", "27601"),
];
const PROPERTIES: [&str; 6] =
    ["Aspen Ridge", "Birch Commons", "Canyon View", "Dogwood Terrace", "Eastgate Lofts", "Fairview Gardens"];
const NOTES: [&str; 4] =
    ["Prefers mornings.", "Asked about parking.", "Has a small dog.", "Wants to see the pool."];

/// The person and the address of a record, so that its strings belong together.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    first_name: &'static str,
    last_name: &'static str,
    street: String,
    city: (&'static str, &'static str, &'static str),
    number: usize,
}

impl Identity {
    pub(super) fn new(rng: &mut Rng, number: usize) -> Self {
        let street = format!("{} {}", rng.u32(1..2_000), pick(rng, &STREETS));
        Self {
            first_name: pick(rng, &FIRST_NAMES),
            last_name: pick(rng, &LAST_NAMES),
            street,
            city: pick(rng, &CITIES),
            number,
        }
    }

    /// Returns a string for a property of this name.
    pub(super) fn string(&self, name: &str, rng: &mut Rng) -> String {
        let has = |part: &str| name.contains(part);
        if has("email") {
            return format!("{}.{}@example.com", self.first_name, self.number).to_lowercase();
        }
        if has("phone") {
            // These numbers are reserved for fiction.
            return format!("+1202555{:04}", 100 + self.number % 100);
        }
        if has("url") || has("website") {
            return format!("https://example.com/{}/{}", name.replace('_', "-"), self.number);
        }
        if has("raw") && has("status") {
            return pick(rng, &["Approved", "Current", "In review", "Submitted"]).to_owned();
        }
        if has("_raw") && (has("amount") || has("percentage") || has("balance")) {
            return format!("{}.{:02}", rng.u32(10..3_000), rng.u32(..100));
        }
        match name {
            "first_name" => self.first_name.to_owned(),
            "last_name" => self.last_name.to_owned(),
            "middle_name" => pick(rng, &FIRST_NAMES).to_owned(),
            "agent_name" | "creator_name" | "leasing_agent" | "manager_name" => {
                format!("{} {}", pick(rng, &FIRST_NAMES), pick(rng, &LAST_NAMES))
            }
            "marketing_name" | "property_name" | "listing_title" => pick(rng, &PROPERTIES).to_owned(),
            "notes" | "access_notes" | "completion_notes" | "vendor_notes" => pick(rng, &NOTES).to_owned(),
            "bathrooms" | "bedrooms" | "floor" | "minimum_potential_lease_term" => rng.u32(1..4).to_string(),
            "lease_term" | "desired_lease_term_in_months" | "maximum_potential_lease_term" => {
                pick(rng, &["6", "12", "18"]).to_owned()
            }
            "unit_number" | "number" | "desired_unit_number" => {
                format!("{}{:02}", 1 + self.number % 9, self.number % 90)
            }
            "county" => format!("{} County", pick(rng, &LAST_NAMES)),
            _ if has("address_1") => self.street.clone(),
            _ if has("address_2") => format!("Apt {}", 1 + self.number % 40),
            _ if has("city") => self.city.0.to_owned(),
            _ if has("zip") => self.city.2.to_owned(),
            _ if has("country") => "US".to_owned(),
            "state" | "state_alternate" | "billing_state" | "shipping_state" => self.city.1.to_owned(),
            "name" => format!("{} {}", pick(rng, &PROPERTIES), self.number),
            _ => format!("{} {}", sentence(name), self.number),
        }
    }
}

/// Returns an integer for a property of this name.
pub(super) fn integer(name: &str, rng: &mut Rng) -> i64 {
    let has = |part: &str| name.contains(part);
    if has("cents") {
        // Whole dollars; rents are not below 800 dollars.
        let (low, high) = if has("rent") || has("total") { (800, 3_500) } else { (10, 900) };
        return rng.i64(low..high) * 100;
    }
    match name {
        "year_built" => rng.i64(1950..2024),
        "server_time_error_seconds" => rng.i64(0..5),
        _ if has("square") => rng.i64(450..1_600),
        _ if has("day") => rng.i64(1..28),
        _ if has("age") => rng.i64(1..15),
        _ if has("term") => pick(rng, &[6, 12, 18]),
        _ if has("version") => 1,
        _ if has("count") || has("number_of") => rng.i64(1..120),
        _ => rng.i64(1..5),
    }
}

/// Returns the earliest and the latest day of a date, relative to the present, as its name says.
pub(super) fn days(name: &str) -> (i64, i64) {
    let has = |part: &str| name.contains(part);
    if has("birth") {
        (-25_000, -7_300)
    } else if [
        "end",
        "expir",
        "due",
        "move_out",
        "vacate",
        "until",
        "scheduled",
        "available",
        "target",
        "planned",
    ]
    .iter()
    .any(|part| has(part))
    {
        (10, 300)
    } else {
        (-300, -10)
    }
}

/// Returns whether a string property of this name is a date.
pub(super) fn is_date(name: &str) -> bool {
    let is_moment = name.starts_with("last_") && !name.ends_with("_name");
    is_moment
        || name.starts_with("date_")
        || ["_at", "_date", "_datetime"].iter().any(|ending| name.ends_with(ending))
}

/// Returns `Lease status raw` for `lease_status_raw`.
fn sentence(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns an element of an array that is not empty.
pub(super) fn pick<T: Copy + Default>(rng: &mut Rng, all: &[T]) -> T {
    rng.choice(all).copied().unwrap_or_default()
}
