//! The names by which overlay tables select the owner of a field or parameter: `Owner.name`.

use super::Names;
use crate::api::model::{Api, Origin, Owner, Role, TypeId};

/// Returns the names of the owner of a type's fields, most specific first: its Rust name, the field that contains it, its
/// component, its group.
pub(crate) fn of_type<'a>(api: &'a Api, names: &'a Names, id: TypeId) -> Vec<&'a str> {
    let mut owners: Vec<&str> = names.types.get(&id).map(|(_, name)| name.as_str()).into_iter().collect();
    let mut at = id;
    let mut field = false;
    for _ in 0..500 {
        match &api.get(at).origin {
            Origin::Component(name) | Origin::Shared(name) => {
                owners.push(name);
                break;
            }
            Origin::Inline(owner, role) => {
                if let (Role::Field { name, .. }, false) = (role, field) {
                    owners.push(name);
                    field = true;
                }
                match owner {
                    Owner::Type(up) => at = *up,
                    Owner::Operation(index) => {
                        owners.extend(of_operation(api, names, *index));
                        break;
                    }
                    Owner::Webhook(_) => break,
                }
            }
        }
    }
    owners
}

/// Returns the names of the owner of an operation's parameters: the prefix of its types, its group, its tag.
pub(crate) fn of_operation<'a>(api: &'a Api, names: &'a Names, index: usize) -> Vec<&'a str> {
    let mut owners = Vec::new();
    if let (Some(operation), Some(own)) = (api.operations.get(index), names.operations.get(index)) {
        owners.push(own.stem.as_str());
        owners.extend(api.groups.get(operation.group).map(|group| group.tag.as_str()));
        owners.extend(names.groups.get(operation.group).map(|group| group.module.as_str()));
        owners.extend(operation.tag.as_deref());
    }
    owners
}

/// Returns the keys that select a field or parameter in a table, most specific first.
pub(crate) fn keys<'o>(owners: Vec<&'o str>, name: &'o str) -> impl Iterator<Item = String> + 'o {
    owners.into_iter().map(move |owner| format!("{owner}.{name}")).chain([name.to_owned()])
}
