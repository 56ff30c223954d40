//! The lists of the fake, and the properties of their rows.

/// The values of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A string, or null.
    String,
    /// One of these strings, or null.
    Enum(&'static [&'static str]),
    /// A date and time, or null.
    Date,
    /// A number, or null.
    Number,
    /// An integer, or null.
    Integer,
    /// A boolean, or null.
    Boolean,
    /// An empty array.
    Array,
}

/// A list of the API, which is at `/v1/{name}/`.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: &'static str,
    /// The properties in addition to those of every model; see [`Data::common`](super::Data::common).
    pub(super) properties: &'static [(Kind, &'static [&'static str])],
}

impl Model {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.name == name)
    }

    /// Each property with its kind.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&'static str, Kind)> {
        self.properties.iter().flat_map(|(kind, names)| names.iter().map(|name| (*name, *kind)))
    }
}

const PHONE_TYPES: Kind = Kind::Enum(&["FAX", "HOME", "MOBILE", "OTHER", "WORK"]);
const LEASE_STATUSES: Kind = Kind::Enum(&["ACTIVE", "EVICTED", "INACTIVE", "OTHER", "PENDING"]);
const PROPERTY_TYPES: Kind = Kind::Enum(&["COMMERCIAL", "MULTI_FAMILY", "OTHER", "SINGLE_FAMILY"]);

#[rustfmt::skip] // One line per kind is easier to compare.
static MODELS: [Model; 4] = [
    Model { name: "residents", properties: &[
        (Kind::String, &[
            "address_1", "address_1_alternate", "address_2", "address_2_alternate", "city", "city_alternate", "country",
            "country_alternate", "email_1", "email_2", "first_name", "last_name", "middle_name", "notes", "phone_1",
            "phone_2", "state", "state_alternate", "x_lease_id", "zip", "zip_alternate",
        ]),
        (PHONE_TYPES, &["phone_1_type", "phone_2_type"]),
        (Kind::Date, &["date_of_birth"]),
        (Kind::Number, &["balance_in_cents", "late_balance_in_cents"]),
        (Kind::Boolean, &["is_employee"]),
        (Kind::Array, &["leases_meta_data", "pets", "vehicles"]),
    ] },
    Model { name: "leases", properties: &[
        (Kind::String, &[
            "balance_amount_raw", "deposit_amount", "past_due_balance_raw", "status", "status_raw", "term", "type",
            "unit_id", "unit_number", "write_off_amount_raw", "x_resident_id", "x_unit_id",
        ]),
        (LEASE_STATUSES, &["status_normalized"]),
        (Kind::Date, &[
            "application_date", "deposit_date", "end_date", "realized_move_in_date", "realized_move_out_date",
            "rent_due_date", "scheduled_move_in_date", "scheduled_move_out_date", "signature_date", "start_date",
        ]),
        (Kind::Number, &[
            "balance_amount_in_cents", "deposit_amount_in_cents", "past_due_balance_in_cents", "rent_amount_in_cents",
            "rent_amount_market_in_cents", "write_off_amount_in_cents",
        ]),
        (Kind::Integer, &["rent_due_day"]),
        (Kind::Array, &["residents_meta_data", "services"]),
    ] },
    Model { name: "units", properties: &[
        (Kind::String, &[
            "address_1", "address_2", "bathrooms", "bedrooms", "building_name", "building_number", "city", "country",
            "floor", "floor_plan_code", "floor_plan_id", "floor_plan_name", "number", "pet_policy", "state",
            "street_address_1", "street_address_2", "unit_type_id", "x_floor_plan_id", "x_unit_type_id", "zip",
        ]),
        (Kind::Number, &[
            "bathrooms_full", "bathrooms_half", "rent_amount_market_in_cents", "rent_amount_max_in_cents",
            "rent_amount_min_in_cents",
        ]),
        (Kind::Integer, &["square_feet"]),
        (Kind::Boolean, &[
            "cats_allowed", "dogs_allowed", "is_available", "is_furnished", "is_listed", "is_vacant", "pets_allowed",
        ]),
    ] },
    Model { name: "properties", properties: &[
        (Kind::String, &[
            "address_1", "address_2", "building_number", "city", "code", "country", "county", "long_description",
            "manager_email", "manager_name", "manager_phone_1", "manager_phone_2", "name", "notes", "short_description",
            "state", "street_address_1", "street_address_2", "type", "type_raw", "website", "x_building_id", "zip",
        ]),
        (PHONE_TYPES, &["manager_phone_1_type", "manager_phone_2_type"]),
        (PROPERTY_TYPES, &["type_normalized"]),
        (Kind::Date, &["x_created_at"]),
        (Kind::Integer, &["number_of_units", "square_feet", "square_footage", "year_built"]),
        (Kind::Boolean, &["is_active"]),
        (Kind::Array, &["associated_owner_ids", "office_hours", "pet_types"]),
    ] },
];
