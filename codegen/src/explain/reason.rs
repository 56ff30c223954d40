//! Why an item is called as it is, and whose sentence it has.

use super::{Explainer, Said};
use crate::docs::Found;
use crate::ir::{Operation, Origin, Owner, Role, TypeId};
use crate::names::{Module, OperationNames, ident};
use crate::places::{Item, Place};
use crate::pointer::Pointer;

impl Explainer<'_, '_> {
    /// The parts of an item's path, from the outside in.
    pub(super) fn reasons(&self, place: &Place) -> Vec<Said> {
        let last = place.rust.rsplit("::").next().unwrap_or_default();
        let wire = place.location.rsplit('.').next().unwrap_or_default();
        let by_rule = |what: String| Said { what, position: None };
        let mut out = Vec::new();
        match &place.item {
            Item::Method | Item::Request | Item::Argument | Item::Setter => {
                if let Some((operation, names)) = self.operation_of(place) {
                    out.extend(self.of_operation(operation, names));
                }
                match &place.item {
                    Item::Request => {
                        out.push(by_rule(format!("`{last}`: the method and the group, and `Request`")))
                    }
                    Item::Argument | Item::Setter => {
                        let name = argument(&place.rust);
                        out.push(by_rule(format!(
                            "`{name}`: the parameter {} in snake case",
                            place.location
                        )));
                    }
                    _ => {}
                }
            }
            Item::Type => out.extend(place.of.map(|of| self.of_type(of.ty)).into_iter().flatten()),
            Item::Field | Item::Value(_) | Item::Variant => {
                let owner = place.rust.rsplit_once("::").and_then(|(owner, _)| self.types.get(owner));
                out.extend(owner.map(|owner| self.of_type(*owner)).into_iter().flatten());
                out.push(by_rule(match &place.item {
                    Item::Field if wire.ends_with("{}") => {
                        format!("`{last}`: what holds the members that are not named")
                    }
                    Item::Field => format!("`{last}`: the member `{wire}` in snake case"),
                    Item::Value(text) => format!("`{last}`: the value `{text}` in Pascal case"),
                    _ => format!(
                        "`{last}`: the alternative's title, tag or component, else what tells it apart"
                    ),
                }));
            }
        }
        out
    }

    fn operation_of(&self, place: &Place) -> Option<(&Operation, &OperationNames)> {
        let mut all = self.api.operations.iter().zip(&self.names.operations);
        all.find(|(operation, _)| operation.name() == *place.operation)
    }

    fn of_operation(&self, operation: &Operation, names: &OperationNames) -> Vec<Said> {
        let at = Pointer(vec!["paths".into(), operation.path.clone(), operation.method.clone()]);
        let method = match &operation.id {
            Some(id) => Said {
                what: format!("`{}`: `operationId: {id}`", names.method),
                position: self.position(at.child("operationId")),
            },
            None => Said {
                what: format!(
                    "`{}`: by rule from `{}`, since no `operationId` says otherwise",
                    names.method,
                    operation.name()
                ),
                position: None,
            },
        };
        self.of_group(operation.group).into_iter().chain([method]).collect()
    }

    fn of_group(&self, index: usize) -> Option<Said> {
        let (group, names) = (self.api.groups.get(index)?, self.names.groups.get(index)?);
        let tags = self.reading.effective().get("tags").and_then(|tags| tags.as_array());
        let declared = tags.and_then(|tags| {
            tags.iter().position(|tag| tag.get("name").is_some_and(|name| *name == group.tag.as_str()))
        });
        let tag = declared.map(|index| Pointer(vec!["tags".into(), index.to_string()]));
        let what = match &group.name {
            Some(name) => format!("`{}`: `x-rust-name: {name}` of the tag `{}`", names.module, group.tag),
            None => format!("`{}`: the tag `{}`", names.module, group.tag),
        };
        let key = if group.name.is_some() { "x-rust-name" } else { "name" };
        Some(Said { what, position: tag.and_then(|tag| self.position(tag.child(key))) })
    }

    fn of_type(&self, id: TypeId) -> Vec<Said> {
        let Some((module, name)) = self.names.types.get(&id) else { return Vec::new() };
        let ty = self.api.get(id);
        let at = Pointer::from_fragment(&ty.at).unwrap_or_default();
        let (what, at) = match &ty.origin {
            _ if ty.name.is_some() => ("`x-rust-name`".to_owned(), Some(at.child("x-rust-name"))),
            Origin::Shared(own) => {
                let at = Pointer(vec!["x-shared-types".into(), own.clone()]);
                (format!("the entry `{own}` of `x-shared-types`"), Some(at))
            }
            Origin::Component(own) => {
                let at = Pointer(vec!["components".into(), "schemas".into(), own.clone()]);
                (format!("the component `{own}`"), Some(at))
            }
            Origin::Inline(owner, role) => (format!("by rule: {}", self.role(owner, role)), None),
        };
        let own = Said { what: format!("`{name}`: {what}"), position: at.and_then(|at| self.position(at)) };
        let module = match module {
            Module::Group(index) => self.of_group(*index),
            Module::Model(_) => Some(Said {
                what: "`models`: types that the document or an overlay names".to_owned(),
                position: None,
            }),
            Module::Webhooks => None,
        };
        module.into_iter().chain([own]).collect()
    }

    /// `leads.create`
    fn called_as(&self, operation: usize) -> String {
        let method = self.names.operations.get(operation).map_or("", |names| &names.method);
        let group = self.api.operations.get(operation).and_then(|it| self.names.groups.get(it.group));
        format!("{}.{method}", group.map_or("", |group| &group.module))
    }

    /// What an inline schema is to what it stands in.
    fn role(&self, owner: &Owner, role: &Role) -> String {
        let owner = match owner {
            Owner::Type(id) => self.names.types.get(id).map_or("a list", |(_, name)| name).to_owned(),
            Owner::Operation(index) => self.called_as(*index),
            Owner::Webhook(index) => {
                self.api.webhooks.get(*index).map_or("", |webhook| &webhook.name).to_owned()
            }
        };
        match role {
            Role::Body => format!("the body of `{owner}`"),
            Role::Answer => format!("the answer of `{owner}`"),
            Role::Record => format!("the record that `{owner}` answers"),
            Role::Param(name) => format!("the parameter `{name}` of `{owner}`"),
            Role::Field { name, many: true } => format!("an element of the member `{name}` of `{owner}`"),
            Role::Field { name, many: false } => format!("the member `{name}` of `{owner}`"),
            Role::Item => format!("an element of `{owner}`"),
            Role::Variant(index) => format!("alternative {} of `{owner}`", index + 1),
        }
    }

    /// Whose sentence a field or parameter has.
    pub(super) fn sentence(&self, place: &Place) -> Option<Said> {
        let key = self.glossary_key(place)?;
        let position = self.position(Pointer(vec!["x-glossary".into(), key.to_owned()]));
        let sentence = self.api.glossary.get(key).map_or("", String::as_str);
        Some(Said { what: format!("the entry `{key}` of `x-glossary`: {sentence}"), position })
    }

    /// The entry of the glossary that speaks of a field or parameter.
    pub(super) fn glossary_key(&self, place: &Place) -> Option<&str> {
        let found = match &place.item {
            Item::Argument | Item::Setter => {
                let index = self.api.operations.iter().position(|it| it.name() == *place.operation)?;
                let params = &self.api.operations.get(index)?.params;
                let names = &self.names.operations.get(index)?.params;
                let called = |name: &str| ident(name) == argument(&place.rust);
                let (param, _) = params.iter().zip(names).find(|(_, name)| called(name))?;
                self.docs.param_found(index, &param.wire_name, &param.info)?
            }
            Item::Field => {
                let owner = *self.types.get(place.rust.rsplit_once("::")?.0)?;
                let own =
                    |field: &&crate::ir::Field| place.location.ends_with(&format!(".{}", field.wire_name));
                let field = self.api.fields(owner).iter().filter(own).max_by_key(|it| it.wire_name.len())?;
                self.docs.field_found(owner, &field.wire_name, &field.info)?
            }
            _ => return None,
        };
        match found {
            Found::Glossary(key) => Some(key),
            Found::Place(_) => None,
        }
    }
}

/// The last name of a path: `lead_id` of `leads::get(lead_id)` and of `leads::ListLeadsRequest::lead_id`.
fn argument(rust: &str) -> &str {
    rust.rsplit(['(', ':']).next().unwrap_or_default().trim_end_matches(')')
}
