//! The intermediate representation of an API: operations, and types that refer to one another by handle.
//!
//! It contains wire names only; Rust names and tokens are made elsewhere. Lists are in the order of the canonical
//! document.

mod closure;
mod constructor;
mod origin;
mod refinement;
mod repr;
mod wire;

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use crate::diagnostics::pointer::Pointer;

pub use constructor::{Constructor, PinnedConstructor};
pub use origin::{Origin, Owner, Role};
pub use refinement::{IdKind, RefinedKind, Refinement};
pub use repr::Repr;
pub use wire::{Body, Format, Scheme, SchemeKind, Style};

/// A handle to a [`Type`], for [`Api::get`]; types refer to one another only by handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(crate) u32);

/// An API.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// Absolute base URLs, without variables.
    pub servers: Vec<String>,
    /// Groups of operations, by tag.
    pub groups: Vec<Group>,
    /// All operations, by path and method.
    pub operations: Vec<Operation>,
    /// Requests that the API sends.
    pub webhooks: Vec<Webhook>,
    /// Security schemes, in order of their names.
    pub schemes: Vec<Scheme>,
    /// Whether some operations need no authorization.
    pub anonymous: bool,
    /// The arena of types; read it by [`Api::get`].
    pub(crate) types: Vec<Type>,
    /// `x-glossary`: maps a field or parameter name, or `Owner.name`, to its description.
    pub glossary: BTreeMap<String, String>,
    /// The kinds of ids.
    pub id_kinds: Vec<IdKind>,
    /// `x-ids`, `x-formats` and `x-untyped`: maps a field or parameter name, or `Owner.name`, to what it is.
    pub refinements: BTreeMap<String, Refinement>,
    /// The types that such an entry made, each with the key of its entry.
    pub refined: BTreeMap<TypeId, String>,
    /// `x-constructors`: the constructors that do not change.
    pub pinned: BTreeMap<TypeId, PinnedConstructor>,
    /// The number of inline types that `x-shared-types` merged into another one.
    pub merged: usize,
}

/// The operations that share a tag.
#[derive(Clone, Debug)]
pub struct Group {
    /// The tag.
    pub tag: String,
    /// Its Rust name, if an overlay gives one (`x-rust-name`).
    pub name: Option<String>,
    /// The position of `x-rust-name`.
    pub name_at: Option<Pointer>,
    /// The description.
    pub doc: Option<String>,
}

/// An operation: a method of a path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Index in [`Api::groups`].
    pub group: usize,
    /// The method in lower case, as in OpenAPI.
    pub method: String,
    /// The path template, as in the document.
    pub path: String,
    /// Its first tag in the document, which is not that of the group if the operation belongs to a vendor.
    pub tag: Option<String>,
    /// `operationId`.
    pub id: Option<String>,
    /// The entry of `x-operation-patterns` that its path matches.
    pub pattern: Option<OperationPattern>,
    /// The description: of an overlay, or of the document if its prose is kept; else that of the pattern.
    pub doc: Option<String>,
    /// `x-remarks`: sentences that follow the description.
    pub remarks: Vec<String>,
    /// Whether the operation is deprecated.
    pub deprecated: bool,
    /// `x-fern-availability`.
    pub availability: Option<String>,
    /// Path, query and header parameters.
    pub params: Vec<Param>,
    /// The request body.
    pub body: Option<Body>,
    /// The status of a successful response, as in the document.
    pub status: Option<String>,
    /// The successful response.
    pub response: ResponseContent,
    /// The statuses of each variant of the response, if different statuses have different schemas; else empty.
    pub variant_statuses: Vec<Vec<String>>,
    /// The error responses with a JSON type.
    pub errors: Vec<ErrorResponse>,
    /// The media types of a successful response that is not plain JSON.
    pub accept: Option<String>,
    /// The credentials to send: alternatives, each with indexes in [`Api::schemes`] that belong together. `None` if all
    /// that the client has are sent.
    pub security: Option<Vec<Vec<usize>>>,
    /// `x-rust-redirect`: a redirect is the success, and its target is the result.
    pub redirect: bool,
}

/// An entry of `x-operation-patterns`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationPattern {
    /// Its index in the table.
    pub index: usize,
    /// The method name that it gives, in words.
    pub name: Option<String>,
}

/// A request that the API sends.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its name in the document.
    pub name: String,
    /// The method in lower case, as in OpenAPI.
    pub method: String,
    /// The payload.
    pub payload: Option<TypeRef>,
}

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterIn {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name on the wire.
    pub wire_name: String,
    /// Its location.
    pub place: ParameterIn,
    /// How a value of several parts is serialized.
    pub style: Style,
    /// Whether reserved characters of a query parameter are not encoded.
    pub allow_reserved: bool,
    /// Its type.
    pub of: TypeRef,
    /// Whether it must be sent.
    pub required: bool,
    /// Its annotations.
    pub info: Info,
}

/// The content of a successful response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseContent {
    /// No content.
    Empty,
    /// A JSON value.
    Json(TypeRef),
    /// A page of a list: `{meta, results: [row]}` of an operation with `limit` and `offset`.
    Page(TypeRef),
    /// One record in the envelope of a page: `{meta, results: record}`.
    Single(TypeRef),
    /// A plain string.
    Text,
    /// Raw bytes.
    Bytes,
    /// The receipt of a write: the id of the job that carries it out, and an echo.
    Receipt,
}

/// An error response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The status, as in the document: `404`, `4XX` or `default`.
    pub status: String,
    /// The type of its body.
    pub of: TypeRef,
}

/// A reference to a type, with nullability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeRef {
    /// The type.
    pub ty: TypeId,
    /// Whether null is permitted.
    pub nullable: bool,
}

/// A type.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its kind.
    pub kind: TypeKind,
    /// Its constraints.
    pub constraints: Constraints,
    /// Its origin, which determines its name.
    pub origin: Origin,
    /// Its Rust name, if an overlay gives one (`x-rust-name`).
    pub name: Option<String>,
    /// The description.
    pub doc: Option<String>,
    /// The discriminator of a union.
    pub tag: Option<Discriminator>,
    /// Its position in the canonical document, as a JSON pointer.
    pub at: String,
}

/// The kind of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Bool,
    /// An integer.
    Integer,
    /// An integer from 0 to 2^64 - 1.
    Unsigned,
    /// Any number.
    Number,
    /// An amount of money in cents.
    Cents,
    /// A string.
    String(StringFormat),
    /// An array.
    List(TypeRef),
    /// An object whose properties all have the same type.
    Map(TypeRef),
    /// An object of arbitrary properties.
    Object,
    /// An object of known properties.
    Struct(Struct),
    /// A string out of a set: the wire values, sorted, without duplicates.
    Enum(Vec<String>),
    /// `anyOf` or `oneOf`.
    Union(Vec<Variant>),
}

/// The format of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringFormat {
    /// No format.
    Plain,
    /// `YYYY-MM-DD`.
    Date,
    /// RFC 3339.
    DateTime,
    /// Either of them.
    DateOrDateTime,
    /// `HH:MM:SS`.
    TimeOfDay,
    /// An id of the kind with this index in [`Api::id_kinds`].
    Id(usize),
    /// A password or key, which must not be logged.
    Secret,
    /// A file upload, with its name and media type.
    Upload,
}

/// The properties of an object.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Struct {
    /// Known properties.
    pub fields: Vec<Field>,
    /// The type of additional properties, if the document describes them.
    pub extra: Option<TypeRef>,
    /// Whether additional properties are forbidden.
    pub closed: bool,
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name on the wire.
    pub wire_name: String,
    /// Its type.
    pub of: TypeRef,
    /// Whether it must be present.
    pub required: bool,
    /// Whether an array or map is empty if a response has null.
    pub empty_if_null: bool,
    /// Its annotations.
    pub info: Info,
}

/// The JSON cases that `Option<T>` does not distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always present, never null.
    Required,
    /// Always present, may be null.
    RequiredNullable,
    /// Present or absent, never null.
    Optional,
    /// Present, null or absent.
    OptionalNullable,
}

impl Operation {
    /// Returns the display name: `GET /v1/leads/`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Returns whether its method is not safe in the sense of HTTP.
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "get" | "head" | "options" | "trace")
    }
}

impl Field {
    /// Returns which of the four cases applies.
    pub fn presence(&self) -> Presence {
        match (self.required, self.of.nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::RequiredNullable,
            (false, false) => Presence::Optional,
            (false, true) => Presence::OptionalNullable,
        }
    }
}

/// The annotations of a field or parameter.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Info {
    /// Its Rust name, if an overlay gives one (`x-rust-name`).
    pub name: Option<ChosenName>,
    /// The description.
    pub doc: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The value that the server assumes if none is sent.
    pub default: Option<Value>,
    /// `readOnly`: only responses have it.
    pub read_only: bool,
    /// `writeOnly`: only requests have it.
    pub write_only: bool,
}

/// A Rust name that an overlay gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenName {
    /// The name.
    pub text: String,
    /// The position of `x-rust-name`.
    pub at: Pointer,
}

/// A variant of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its title in the document.
    pub label: Option<String>,
    /// Its type.
    pub of: TypeRef,
    /// The discriminator values that select it.
    pub tags: Vec<String>,
}

/// The discriminator of a union: the property that selects the variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discriminator {
    /// Its name on the wire.
    pub member: String,
    /// Whether the document lists all values, so that any other value selects no variant.
    pub only: bool,
}

/// The constraints of a type.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Constraints {
    /// `minimum`.
    pub minimum: Option<Number>,
    /// Whether the minimum is exclusive.
    pub exclusive_minimum: bool,
    /// `maximum`.
    pub maximum: Option<Number>,
    /// Whether the maximum is exclusive.
    pub exclusive_maximum: bool,
    /// `multipleOf`.
    pub multiple_of: Option<Number>,
    /// `minLength`, in characters.
    pub min_length: Option<usize>,
    /// `maxLength`, in characters.
    pub max_length: Option<usize>,
    /// `pattern`, which may match anywhere in the string.
    pub pattern: Option<String>,
    /// `format`, if the kind does not express it.
    pub format: Option<String>,
    /// `minItems`.
    pub min_items: Option<usize>,
    /// `maxItems`.
    pub max_items: Option<usize>,
    /// `uniqueItems`.
    pub unique_items: bool,
    /// `minProperties`.
    pub min_properties: Option<usize>,
    /// `maxProperties`.
    pub max_properties: Option<usize>,
    /// `enum` of values that are not strings.
    pub allowed: Vec<Value>,
}

impl Api {
    /// Returns the type of a handle.
    pub fn get(&self, id: TypeId) -> &Type {
        // Handles are created with their types, and no type is ever removed from the arena.
        #[expect(clippy::indexing_slicing)]
        &self.types[id.0 as usize]
    }

    /// Returns all handles.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.types.len()).filter_map(|index| u32::try_from(index).ok()).map(TypeId)
    }

    /// Returns the fields of a struct; empty for any other kind.
    pub fn fields(&self, id: TypeId) -> &[Field] {
        match &self.get(id).kind {
            TypeKind::Struct(it) => &it.fields,
            _ => &[],
        }
    }

    /// Returns the types that the Rust representation of a type contains.
    pub fn parts(&self, id: TypeId) -> Vec<TypeId> {
        match &self.get(id).kind {
            TypeKind::List(of) | TypeKind::Map(of) => vec![of.ty],
            TypeKind::Struct(it) => {
                it.fields.iter().map(|field| field.of).chain(it.extra).map(|of| of.ty).collect()
            }
            // A union of strings is a string in Rust, so its variants are not types.
            TypeKind::Union(variants) if matches!(self.repr(id), Repr::Union(_)) => {
                variants.iter().map(|variant| variant.of.ty).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the components by name.
    pub fn components(&self) -> BTreeMap<&str, TypeId> {
        let mut components = BTreeMap::new();
        for (id, ty) in (0..).zip(&self.types) {
            if let Origin::Component(name) = &ty.origin {
                components.insert(name.as_str(), TypeId(id));
            }
        }
        components
    }

    /// Returns whether a value is a scalar on the wire, or an array of scalars.
    pub fn is_flat(&self, id: TypeId) -> bool {
        match self.repr(id) {
            Repr::List(item) => self.is_one_text(item.ty),
            _ => self.is_one_text(id),
        }
    }

    fn is_one_text(&self, id: TypeId) -> bool {
        match self.repr(id) {
            Repr::List(_) | Repr::Map(_) | Repr::Object | Repr::Struct(_) => false,
            Repr::Union(variants) => variants.iter().all(|variant| self.is_one_text(variant.of.ty)),
            _ => true,
        }
    }
}
