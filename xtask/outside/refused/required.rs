//! A body without its required fields.

use propexo::leads::{CreateLead, NewEvent};
use propexo::resman::{CreateLeadAppointment, CreateLeadAppointmentRequired};

fn bodies() {
    let _ = CreateLead::new("integration id");
    let _ = CreateLead::new(); //~ E0061 takes 1 argument
    let _ = CreateLead::default(); //~ E0599 `default`
    let _ = NewEvent::new("employee id", "2027-02-01T15:30:00Z"); //~ E0061 takes 3 arguments
    let _ = CreateLeadAppointment::new(CreateLeadAppointmentRequired { //~ E0063 `lead_id`
        integration_id: "integration id".into(),
        lead_source_id: "lead source id".into(),
        appointment_date: "2027-02-01".into(),
        appointment_time: "15:30:00".into(),
    });
}

fn main() {}
