//! The same records with serde's derives, written by hand for this API: the reference for the best possible result.
//! Fields are in the order of the API document, in which the server presumably sends them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A page of leads.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct Page {
    pub(crate) meta: Meta,
    pub(crate) results: Vec<Lead>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    offset: u64,
    limit: u64,
    order_by: Vec<Value>,
    has_more: bool,
    total: u64,
}

/// A closed enum, which a client should not have, but which most people write.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Vendor {
    Buildium,
    Entrata,
    Resman,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct Lead {
    pub(crate) id: String,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) last_seen: Option<String>,
    pub(crate) x_created_at: Option<String>,
    pub(crate) x_guestcard_id: Option<String>,
    pub(crate) x_id: String,
    pub(crate) x_leasing_agent_id: Option<String>,
    pub(crate) x_property_id: String,
    pub(crate) x_unit_id: Option<String>,
    pub(crate) x_unit_id_preferred: Vec<String>,
    pub(crate) x_updated_at: Option<String>,
    pub(crate) x_lead_source_id: Option<String>,
    pub(crate) address_1: Option<String>,
    pub(crate) address_2: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) custom_data: Option<Map<String, Value>>,
    pub(crate) date_of_birth: Option<String>,
    pub(crate) desired_amenities: Option<String>,
    pub(crate) desired_floor_plan_id: Option<String>,
    pub(crate) desired_floor_plan_name: Option<String>,
    pub(crate) desired_lease_term_in_months: Option<String>,
    pub(crate) desired_max_rent_in_cents: Option<f64>,
    pub(crate) desired_max_square_ft: Option<f64>,
    pub(crate) desired_min_rent_in_cents: Option<f64>,
    pub(crate) desired_min_square_ft: Option<f64>,
    pub(crate) desired_num_bathrooms: Option<f64>,
    pub(crate) desired_num_bedrooms: Option<i64>,
    pub(crate) desired_unit_number: Option<String>,
    pub(crate) desired_unit_type: Option<String>,
    pub(crate) email_1: Option<String>,
    pub(crate) email_2: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) ils: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) lead_source: Option<String>,
    pub(crate) leasing_agent: Option<String>,
    pub(crate) middle_name: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) number_of_occupants: Option<i64>,
    pub(crate) pet_details: Option<String>,
    pub(crate) pets: Vec<LeadPet>,
    pub(crate) phone_1_type: Option<String>,
    pub(crate) phone_1: Option<String>,
    pub(crate) phone_2_type: Option<String>,
    pub(crate) phone_2: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) target_move_in_date: Option<String>,
    pub(crate) zip: Option<String>,
    pub(crate) property_id: String,
    pub(crate) lead_source_id: Option<String>,
    pub(crate) unit_id_preferred: Vec<String>,
    pub(crate) integration_id: String,
    pub(crate) integration_vendor: Vendor,
    pub(crate) screenings: Vec<Screening>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct LeadPet {
    pub(crate) id: String,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) last_seen: Option<String>,
    pub(crate) x_id: String,
    pub(crate) age_in_years: Option<f64>,
    pub(crate) breed: Option<String>,
    pub(crate) color: Option<String>,
    pub(crate) gender_raw: Option<String>,
    pub(crate) is_fixed: Option<bool>,
    pub(crate) is_service_animal: Option<bool>,
    pub(crate) name: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) r#type: Option<String>,
    pub(crate) weight_in_pounds: Option<f64>,
    pub(crate) custom_data: Option<Map<String, Value>>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct Screening {
    pub(crate) id: String,
    pub(crate) created_at: String,
    pub(crate) last_seen: String,
    pub(crate) x_id: String,
    pub(crate) status_raw: Option<String>,
    pub(crate) screening_date: Option<String>,
}
