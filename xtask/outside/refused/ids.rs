//! An id of another kind, in each place that takes an id. The calls between them compile.

use propexo::Client;
use propexo::ids::{ExternalLeadId, ExternalPropertyId, LeadId, PropertyId, UnitId};
use propexo::leads::{CreateLead, UpdateLead};

fn path(client: &Client, lead: &LeadId, external: &ExternalLeadId) {
    let _ = client.leads().get(lead);
    let _ = client.leads().get(external.as_str());
    let _ = client.leads().get(external); //~ E0277 ExternalLead
}

fn external_filter(client: &Client, lead: &LeadId, external: &ExternalLeadId) {
    let _ = client.leads().list().x_id(external);
    let _ = client.leads().list().x_id(lead); //~ E0277 Lead
}

fn filter(client: &Client, property: PropertyId, external: ExternalPropertyId) {
    let _ = client.leads().list().property_id(property);
    let _ = client.leads().list().property_id(external); //~ E0277 ExternalProperty
}

fn body(unit: UnitId, property: PropertyId) {
    let _ = UpdateLead::default().unit_id(unit);
    let _ = UpdateLead::default().unit_id(property); //~ E0277 Property
}

fn constructor(integration: &propexo::ids::IntegrationId, property: &PropertyId) {
    let _ = CreateLead::new(integration);
    let _ = CreateLead::new(property); //~ E0277 Property
}

fn generic<One, Other>(one: propexo::Id<One>) -> propexo::Id<Other> {
    let _: propexo::Id<One> = one.clone().into();
    one.into() //~ E0277 Other
}

fn main() {}
