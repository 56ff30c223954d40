//! Ids of different kinds are different types. That calls take no id of another kind is tested in `xtask/outside`.

#![cfg(feature = "all-groups")]
#![allow(clippy::unwrap_used)] // Test helpers may panic too.

use std::collections::HashMap;

use propexo::Id;
use propexo::ids::{ExternalLeadId, ExternalPropertyId, JobId, LeadId, PropertyId, UnitId, kind};
use propexo::leads::Lead;
use static_assertions::{assert_impl_all, assert_not_impl_any, assert_type_eq_all};

assert_type_eq_all!(LeadId, Id<kind::Lead>);
assert_impl_all!(LeadId: Send, Sync, Clone, Ord, std::hash::Hash, Into<String>, AsRef<str>);
assert_impl_all!(&'static LeadId: Into<LeadId>);
assert_not_impl_any!(LeadId: From<ExternalLeadId>, PartialEq<ExternalLeadId>);
assert_not_impl_any!(ExternalLeadId: Into<LeadId>, PartialEq<LeadId>);
assert_not_impl_any!(&'static ExternalLeadId: Into<LeadId>);
assert_not_impl_any!(ExternalPropertyId: Into<PropertyId>);
assert_not_impl_any!(PropertyId: Into<UnitId>);
assert_not_impl_any!(JobId: Into<LeadId>);

/// No id of one kind is an id of another: this does not name a kind.
#[test]
fn id_converts_to_no_other_kind() {
    struct One;
    struct Other;
    assert_not_impl_any!(Id<One>: Into<Id<Other>>, PartialEq<Id<Other>>);
    assert_not_impl_any!(&'static Id<One>: Into<Id<Other>>);
}

#[test]
fn ids_of_a_record_are_of_their_kinds() {
    fn kinds(lead: &Lead) -> (&LeadId, Option<&ExternalLeadId>, Option<&PropertyId>) {
        (&lead.id, lead.x_id.as_ref(), lead.property_id.as_ref())
    }
    let _ = kinds;
    let by_lead = HashMap::from([(LeadId::from("a"), 1), (LeadId::from("b"), 2)]);
    assert_eq!(by_lead.get(&LeadId::from("b".to_owned())), Some(&2));
}
