//! Compares the discriminators of two unions.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fact::{Anchor, Details, Pair};
use super::kind::ChangeKind;
use super::schema::Comparer;
use super::view::View;
use crate::pointer::{Pointer, child};

/// A discriminator in its document.
struct Discriminator<'d> {
    pointer: Pointer,
    property: &'d str,
    /// The schema of each value that the document lists.
    mapping: BTreeMap<&'d str, &'d str>,
}

impl<'d> Discriminator<'d> {
    fn of(view: &View<'d>) -> Option<Self> {
        let (pointer, value) = view.annotation("discriminator")?;
        let mapping = child(value, "mapping").and_then(Value::as_object).into_iter().flatten();
        Some(Discriminator {
            pointer,
            property: child(value, "propertyName").and_then(Value::as_str).unwrap_or_default(),
            mapping: mapping.filter_map(|(name, target)| Some((name.as_str(), target.as_str()?))).collect(),
        })
    }
}

pub(super) fn compare<'d>(
    comparer: &mut Comparer<'_, 'd>,
    documents: Pair<&'d Value>,
    before: &View<'d>,
    after: &View<'d>,
) {
    let (old, new) = match (Discriminator::of(before), Discriminator::of(after)) {
        (None, None) => return,
        (Some(old), Some(new)) => (old, new),
        (Some(old), None) => {
            let details = Details::new(old.property, Value::Null).except_if(true);
            return comparer.differs(ChangeKind::DiscriminatorChanged, details, Anchor::old(old.pointer));
        }
        (None, Some(new)) => {
            let details = Details::new(Value::Null, new.property).except_if(true);
            return comparer.differs(ChangeKind::DiscriminatorChanged, details, Anchor::new(new.pointer));
        }
    };
    if old.property != new.property {
        let details = Details::new(old.property, new.property);
        comparer.differs(ChangeKind::DiscriminatorChanged, details, Anchor::new(new.pointer.clone()));
    }
    // Without a mapping, the values are the names of the components: an added mapping need not change them.
    for (value, target) in &old.mapping {
        match new.mapping.get(value) {
            None if new.mapping.is_empty() && target.rsplit('/').next() == Some(value) => {}
            None => {
                let details = Details::new(*value, Value::Null);
                let anchor = Anchor::old(old.pointer.clone());
                comparer.differs(ChangeKind::DiscriminatorValueRemoved, details, anchor);
            }
            Some(other) if other == target => {}
            Some(other) => {
                let schema = |root: &'d Value, target: &str| Pointer::from_fragment(target)?.find(root);
                // A component that only has another name is the same.
                if schema(documents.old, target) != schema(documents.new, other) {
                    let details = Details::new(*target, *other);
                    comparer.differs(ChangeKind::DiscriminatorChanged, details, Anchor::new(new.pointer.clone()));
                }
            }
        }
    }
    for (value, target) in &new.mapping {
        let is_implicit = old.mapping.is_empty() && target.rsplit('/').next() == Some(value);
        if !old.mapping.contains_key(value) && !is_implicit {
            let details = Details::new(Value::Null, *value);
            let anchor = Anchor::new(new.pointer.clone());
            comparer.differs(ChangeKind::DiscriminatorValueAdded, details, anchor);
        }
    }
}
