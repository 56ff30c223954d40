//! The doc comment of a type without a description: what it is, and where it appears.

use std::collections::BTreeMap;

use crate::api::model::{Api, Origin, Repr, TypeId};
use crate::api::names::{Names, words};
use crate::client::docs::fenced;

/// The first appearance of each type. A response is more telling than a request, and a request than a field.
pub(crate) struct Appearances<'a> {
    api: &'a Api,
    names: &'a Names,
    first: BTreeMap<TypeId, Appearance<'a>>,
}

/// Where a type appears.
enum Appearance<'a> {
    Response(String),
    Error(&'a str, String),
    RequestBody(String),
    Payload(&'a str),
    Parameter(&'a str, String),
    Field(&'a str, TypeId),
    Variant(TypeId),
}

impl<'a> Appearances<'a> {
    pub(crate) fn new(api: &'a Api, names: &'a Names) -> Self {
        let mut appearances = Appearances { api, names, first: BTreeMap::new() };
        for operation in &api.operations {
            if let Some(of) = operation.response.content() {
                appearances.add(of.ty, || Appearance::Response(operation.name()));
            }
        }
        for operation in &api.operations {
            if let Some(body) = &operation.body {
                appearances.add(body.of.ty, || Appearance::RequestBody(operation.name()));
            }
        }
        for operation in &api.operations {
            for error in &operation.errors {
                appearances.add(error.of.ty, || Appearance::Error(&error.status, operation.name()));
            }
        }
        for webhook in &api.webhooks {
            if let Some(payload) = webhook.payload {
                appearances.add(payload.ty, || Appearance::Payload(&webhook.name));
            }
        }
        for operation in &api.operations {
            for param in &operation.params {
                appearances.add(param.of.ty, || Appearance::Parameter(&param.wire_name, operation.name()));
            }
        }
        for owner in api.reachable() {
            match api.repr(owner) {
                Repr::Struct(it) => {
                    for field in &it.fields {
                        appearances.add(field.of.ty, || Appearance::Field(&field.wire_name, owner));
                    }
                }
                Repr::Union(variants) => {
                    for variant in variants {
                        appearances.add(variant.of.ty, || Appearance::Variant(owner));
                    }
                }
                _ => {}
            }
        }
        appearances
    }

    /// Adds an appearance of a type, or of the items of an array or map, if it is the first.
    fn add(&mut self, id: TypeId, appearance: impl FnOnce() -> Appearance<'a>) {
        let mut id = id;
        // Only a cycle of arrays is deeper than this.
        for _ in 0..500 {
            match self.api.repr(id) {
                Repr::List(of) | Repr::Map(of) => id = of.ty,
                _ => break,
            }
        }
        self.first.entry(id).or_insert_with(appearance);
    }

    /// Returns the sentence of a type.
    pub(crate) fn sentence(&self, id: TypeId) -> String {
        let is_inline = matches!(self.api.get(id).origin, Origin::Inline(..));
        let is_struct = matches!(self.api.repr(id), Repr::Struct(_));
        let what = match self.api.repr(id) {
            Repr::Enum(_) => "The values".to_owned(),
            Repr::Union(_) => "The alternatives".to_owned(),
            // The name of an inline schema says no more than its place.
            _ if is_inline => "An object".to_owned(),
            _ => self.with_article(id),
        };
        match self.first.get(&id) {
            Some(Appearance::Response(operation)) if is_struct && is_inline => {
                format!("The response of `{}`.", fenced(operation))
            }
            Some(Appearance::Response(operation)) if is_struct => {
                format!("{what}, as returned by `{}`.", fenced(operation))
            }
            Some(Appearance::Error(status, operation)) if is_struct && is_inline => match *status {
                "default" => format!("The body of an error response of `{}`.", fenced(operation)),
                status => format!("The response of `{}` with status {}.", fenced(operation), fenced(status)),
            },
            Some(Appearance::Error(_, operation)) => {
                format!("{what}, in an error response of `{}`.", fenced(operation))
            }
            Some(Appearance::RequestBody(operation)) if is_struct => {
                format!("The request body of `{}`.", fenced(operation))
            }
            Some(Appearance::Response(operation)) => {
                format!("{what} of the response of `{}`.", fenced(operation))
            }
            Some(Appearance::RequestBody(operation)) => {
                format!("{what} of the request body of `{}`.", fenced(operation))
            }
            Some(Appearance::Payload(webhook)) => {
                format!("The payload of the webhook `{}`.", fenced(webhook))
            }
            Some(Appearance::Parameter(name, operation)) => {
                format!("{what} of the parameter `{}` of `{}`.", fenced(name), fenced(operation))
            }
            Some(Appearance::Field(name, owner)) if is_struct => {
                format!("{what} in the field `{}` of `{}`.", fenced(name), self.name(*owner))
            }
            Some(Appearance::Field(name, owner)) => {
                format!("{what} of the field `{}` of `{}`.", fenced(name), self.name(*owner))
            }
            Some(Appearance::Variant(owner)) => format!("{what}, an alternative of `{}`.", self.name(*owner)),
            None => format!("{what}."),
        }
    }

    fn name(&self, id: TypeId) -> &str {
        self.names.types.get(&id).map_or("", |(_, name)| name.as_str())
    }

    /// Returns the words of a type's name: `A lead pet`.
    fn with_article(&self, id: TypeId) -> String {
        let noun = words(self.name(id));
        let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" };
        format!("{article} {noun}")
    }
}
