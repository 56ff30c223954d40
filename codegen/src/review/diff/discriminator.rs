//! Compares the discriminators of two unions.

use std::collections::BTreeMap;

use serde_json::Value;

use super::comparer::Comparer;
use super::difference::{Anchor, Details, Pair};
use super::kind::ChangeKind;
use super::view::View;
use crate::diagnostics::pointer::{Pointer, child};

/// A discriminator in its document.
struct Discriminator<'d> {
    pointer: Pointer,
    property: &'d str,
    /// The schema of each value: those of the mapping, and the names of the components that are variants.
    schemas: BTreeMap<&'d str, String>,
}

impl<'d> Discriminator<'d> {
    fn of(view: &View<'d>) -> Option<Self> {
        let (pointer, value) = view.annotation("discriminator")?;
        let lists =
            ["oneOf", "anyOf"].into_iter().filter_map(|key| view.annotation(key)).map(|(_, list)| list);
        let variants = lists.filter_map(Value::as_array).flatten();
        let references = variants.filter_map(|it| child(it, "$ref")).filter_map(Value::as_str);
        let implicit = references.filter_map(|target| Some((target.rsplit('/').next()?, target.to_owned())));
        let mapping = child(value, "mapping").and_then(Value::as_object).into_iter().flatten();
        let mapping = mapping.filter_map(|(name, target)| Some((name.as_str(), target.as_str()?.to_owned())));
        Some(Discriminator {
            pointer,
            property: child(value, "propertyName").and_then(Value::as_str).unwrap_or_default(),
            schemas: implicit.chain(mapping).collect(),
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
    for (value, target) in &old.schemas {
        match new.schemas.get(value) {
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
                    let details = Details::new(target.as_str(), other.as_str());
                    comparer.differs(
                        ChangeKind::DiscriminatorChanged,
                        details,
                        Anchor::new(new.pointer.clone()),
                    );
                }
            }
        }
    }
    for value in new.schemas.keys().filter(|value| !old.schemas.contains_key(*value)) {
        let details = Details::new(Value::Null, *value);
        comparer.differs(ChangeKind::DiscriminatorValueAdded, details, Anchor::new(new.pointer.clone()));
    }
}
