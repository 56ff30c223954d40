//! Where a type comes from, which determines its name.

use super::TypeId;

/// The origin of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A component, by its name in the document.
    Component(String),
    /// Equal inline schemas, by their name in `x-shared-types`.
    Shared(String),
    /// An inline schema.
    Inline(Owner, Role),
}

/// The owner of an inline schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The nearest enclosing type that has a name.
    Type(TypeId),
    /// Index in `Api::operations`.
    Operation(usize),
    /// Index in `Api::webhooks`.
    Webhook(usize),
}

/// The role of an inline schema in its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The request body, or the payload of a webhook.
    Body,
    /// The response.
    Response,
    /// The error response with this status.
    Error(String),
    /// The record of a page or of an envelope.
    Record,
    /// A parameter, by its wire name.
    Param(String),
    /// A field, by its wire name.
    Field {
        /// The wire name.
        name: String,
        /// Whether the field is an array or map of this type.
        many: bool,
    },
    /// An element of a named array or map.
    Item,
    /// A variant of a union.
    Variant(usize),
}
