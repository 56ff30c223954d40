//! A body without its required fields.

use propexo::leads::{CreateLead, NewEvent};

fn bodies() {
    let _ = CreateLead::new("integration id");
    let _ = CreateLead::new(); //~ E0061 takes 1 argument
    let _ = CreateLead::default(); //~ E0599 `default`
    let _ = NewEvent::new("employee id", "2027-02-01T15:30:00Z"); //~ E0061 takes 3 arguments
}

fn main() {}
