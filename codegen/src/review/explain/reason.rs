//! Gives the reasons of an item's name, and the source of its documentation.

use super::{Explainer, Statement};
use crate::api::location::Segment;
use crate::api::model::{ChosenName, Field, Operation, Origin, Owner, Param, Role, TypeId};
use crate::api::names::{Module, OperationNames, ident};
use crate::client::docs::Found;
use crate::client::item_index::{ItemKind, RustItem};
use crate::diagnostics::pointer::Pointer;

impl Explainer<'_, '_> {
    /// The reasons of the parts of an item's path, from the outside in.
    pub(super) fn reasons(&self, item: &RustItem) -> Vec<Statement> {
        let by_rule = |text: String| Statement { text, position: None };
        let (owner, name) = item.path.rsplit_once("::").unwrap_or(("", &item.path));
        let argument = argument(&item.path);
        let mut out = match &item.kind {
            ItemKind::Method | ItemKind::Request | ItemKind::Argument | ItemKind::Setter => {
                let operation = self.operation_of(item);
                operation.map_or_else(Vec::new, |(operation, names)| self.of_operation(operation, names))
            }
            ItemKind::Type => item.type_ref.map_or_else(Vec::new, |of| self.of_type(of.ty)),
            ItemKind::Field | ItemKind::Value(_) | ItemKind::Variant => {
                self.types.get(owner).map_or_else(Vec::new, |owner| self.of_type(*owner))
            }
        };
        out.extend(match &item.kind {
            ItemKind::Method | ItemKind::Type => None,
            ItemKind::Request => Some(format!("`{name}`: the method and the group, and `Request`")),
            ItemKind::Argument | ItemKind::Setter => {
                let Some((_, param)) = self.param_of(item) else { return out };
                if let Some(chosen) = &param.info.name {
                    out.push(self.chosen(argument, chosen));
                    return out;
                }
                Some(format!("`{argument}`: the parameter {} in snake case", item.location))
            }
            ItemKind::Field => Some(match item.location.segments().last() {
                Some(Segment::Property(property)) => {
                    if let Some(chosen) = self.field_of(item).and_then(|(_, field)| field.info.name.as_ref()) {
                        out.push(self.chosen(name, chosen));
                        return out;
                    }
                    format!("`{name}`: the property `{property}` in snake case")
                }
                _ => format!("`{name}`: the map of the additional properties"),
            }),
            ItemKind::Value(value) => Some(format!("`{name}`: the value `{value}` in Pascal case")),
            ItemKind::Variant => Some(format!(
                "`{name}`: the alternative's title, discriminator value or component, else what distinguishes it"
            )),
        }.map(by_rule));
        out
    }

    fn operation_of(&self, item: &RustItem) -> Option<(&Operation, &OperationNames)> {
        let mut all = self.api.operations.iter().zip(&self.names.operations);
        all.find(|(operation, _)| operation.name() == *item.operation)
    }

    fn of_operation(&self, operation: &Operation, names: &OperationNames) -> Vec<Statement> {
        let pointer = Pointer(vec!["paths".into(), operation.path.clone(), operation.method.clone()]);
        let method = match &operation.id {
            Some(id) => Statement {
                text: format!("`{}`: `operationId: {id}`", names.method),
                position: self.position(pointer.child("operationId")),
            },
            None if let Some(pattern) = &operation.pattern
                && pattern.name.is_some() =>
            {
                let entry = pattern.index.to_string();
                Statement {
                    text: format!("`{}`: the entry of `x-operation-patterns` for this path", names.method),
                    position: self.position(Pointer(vec!["x-operation-patterns".into(), entry])),
                }
            }
            None => Statement {
                text: format!(
                    "`{}`: by rule from `{}`, because it has no `operationId`",
                    names.method,
                    operation.name()
                ),
                position: None,
            },
        };
        self.of_group(operation.group).into_iter().chain([method]).collect()
    }

    fn of_group(&self, index: usize) -> Option<Statement> {
        let (group, names) = (self.api.groups.get(index)?, self.names.groups.get(index)?);
        let vendor = self.position(Pointer(vec!["x-vendors".into(), group.tag.clone()]));
        if vendor.is_some() {
            let text = format!("`{}`: the vendor `{}` of `x-vendors`", names.module, group.tag);
            return Some(Statement { text, position: vendor });
        }
        let tags = self.reading.effective().get("tags").and_then(|tags| tags.as_array());
        let declared = tags.and_then(|tags| {
            tags.iter().position(|tag| tag.get("name").is_some_and(|name| *name == group.tag.as_str()))
        });
        let tag = declared.map(|index| Pointer(vec!["tags".into(), index.to_string()]));
        let text = match &group.name {
            Some(name) => format!("`{}`: `x-rust-name: {name}` of the tag `{}`", names.module, group.tag),
            None => format!("`{}`: the tag `{}`", names.module, group.tag),
        };
        let key = if group.name.is_some() { "x-rust-name" } else { "name" };
        Some(Statement { text, position: tag.and_then(|tag| self.position(tag.child(key))) })
    }

    fn of_type(&self, id: TypeId) -> Vec<Statement> {
        let Some((module, name)) = self.names.types.get(&id) else { return Vec::new() };
        let ty = self.api.get(id);
        let schema = Pointer::from_fragment(&ty.at).unwrap_or_default();
        let (reason, pointer) = match &ty.origin {
            _ if ty.name.is_some() => ("`x-rust-name`".to_owned(), Some(schema.child("x-rust-name"))),
            Origin::Shared(own) => {
                let pointer = Pointer(vec!["x-shared-types".into(), own.clone()]);
                (format!("the entry `{own}` of `x-shared-types`"), Some(pointer))
            }
            Origin::Component(own) => {
                let pointer = Pointer(vec!["components".into(), "schemas".into(), own.clone()]);
                (format!("the component `{own}`"), Some(pointer))
            }
            Origin::Inline(owner, role) => (format!("by rule: {}", self.role(owner, role)), None),
        };
        let own = Statement {
            text: format!("`{name}`: {reason}"),
            position: pointer.and_then(|pointer| self.position(pointer)),
        };
        let module = match module {
            Module::Group(index) => self.of_group(*index),
            Module::Model(_) => Some(Statement {
                text: "`models`: types that the document or an overlay names".to_owned(),
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

    /// The parameter of an argument or setter, with the index of its operation.
    fn param_of(&self, item: &RustItem) -> Option<(usize, &Param)> {
        let index = self.api.operations.iter().position(|it| it.name() == *item.operation)?;
        let params = &self.api.operations.get(index)?.params;
        let names = &self.names.operations.get(index)?.params;
        let has_name = |name: &str| ident(name) == argument(&item.path);
        let (param, _) = params.iter().zip(names).find(|(_, name)| has_name(name))?;
        Some((index, param))
    }

    /// The property of a field, with its owner.
    fn field_of(&self, item: &RustItem) -> Option<(TypeId, &Field)> {
        let owner = *self.types.get(item.path.rsplit_once("::")?.0)?;
        let Segment::Property(name) = item.location.segments().last()? else { return None };
        let field = self.api.fields(owner).iter().find(|field| field.wire_name == **name)?;
        Some((owner, field))
    }

    fn chosen(&self, name: &str, chosen: &ChosenName) -> Statement {
        let text = format!("`{name}`: `x-rust-name`");
        Statement { text, position: self.position(chosen.at.clone()) }
    }

    /// The role of an inline schema in its owner.
    fn role(&self, owner: &Owner, role: &Role) -> String {
        let owner = match owner {
            Owner::Type(id) => self.names.types.get(id).map_or("an array", |(_, name)| name).to_owned(),
            Owner::Operation(index) => self.called_as(*index),
            Owner::Webhook(index) => {
                self.api.webhooks.get(*index).map_or("", |webhook| &webhook.name).to_owned()
            }
        };
        match role {
            Role::Body => format!("the body of `{owner}`"),
            Role::Response => format!("the response of `{owner}`"),
            Role::Error(status) => format!("the error response {status} of `{owner}`"),
            Role::Record => format!("the record in the response of `{owner}`"),
            Role::Param(name) => format!("the parameter `{name}` of `{owner}`"),
            Role::Field { name, many: true } => format!("an item of the property `{name}` of `{owner}`"),
            Role::Field { name, many: false } => format!("the property `{name}` of `{owner}`"),
            Role::Item => format!("an item of `{owner}`"),
            Role::Variant(index) => format!("alternative {} of `{owner}`", index + 1),
        }
    }

    /// The entry that gives a field or parameter its type.
    pub(super) fn refinement(&self, item: &RustItem) -> Option<Statement> {
        let key = self.refined_by(item)?;
        let entry = self.api.refinements.get(key)?;
        let position = self.position(entry.at.clone());
        Some(Statement { text: format!("the entry `{key}` of `{}`", entry.table), position })
    }

    /// The key of that entry.
    pub(super) fn refined_by(&self, item: &RustItem) -> Option<&str> {
        self.api.refined.get(&item.type_ref?.ty).map(String::as_str)
    }

    /// The source of the sentence that documents a field or parameter.
    pub(super) fn sentence(&self, item: &RustItem) -> Option<Statement> {
        let key = self.glossary_key(item)?;
        let position = self.position(Pointer(vec!["x-glossary".into(), key.to_owned()]));
        let sentence = self.api.glossary.get(key).map_or("", String::as_str);
        Some(Statement { text: format!("the entry `{key}` of `x-glossary`: {sentence}"), position })
    }

    /// The glossary entry that documents a field or parameter.
    pub(super) fn glossary_key(&self, item: &RustItem) -> Option<&str> {
        let found = match &item.kind {
            ItemKind::Argument | ItemKind::Setter => {
                let (index, param) = self.param_of(item)?;
                self.docs.param_found(index, &param.wire_name, &param.info)?
            }
            ItemKind::Field => {
                let (owner, field) = self.field_of(item)?;
                self.docs.field_found(owner, &field.wire_name, &field.info)?
            }
            _ => return None,
        };
        match found {
            Found::Glossary(key) => Some(key),
            Found::OwnText(_) => None,
        }
    }
}

/// The last name of a path: `lead_id` of `leads::get(lead_id)` and of `leads::requests::ListLeadsRequest::lead_id`.
fn argument(path: &str) -> &str {
    path.rsplit(['(', ':']).next().unwrap_or_default().trim_end_matches(')')
}
