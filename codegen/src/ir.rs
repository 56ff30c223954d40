//! What the API is, in plain data: operations, and types that refer to one another by handle.
//!
//! Wire names only; no Rust name and no token is born here. Lists are in the order of the canonical document.

mod wire;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

pub use wire::{Body, Format, Scheme, SchemeKind, Style};

/// Handle to a [`Type`], for [`Api::get`]; the only way one type refers to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(crate) u32);

/// A whole API.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// Base URLs.
    pub servers: Vec<String>,
    /// Groups of operations, by tag.
    pub groups: Vec<Group>,
    /// All operations, by path and method.
    pub operations: Vec<Operation>,
    /// Calls that the API makes.
    pub webhooks: Vec<Webhook>,
    /// By what calls are authorised, in order of their names.
    pub schemes: Vec<Scheme>,
    /// There are calls that need no authorisation.
    pub anonymous: bool,
    /// The arena of types; reach into it by [`Api::get`].
    pub(crate) types: Vec<Type>,
    /// `x-glossary`: a field or parameter name, or `Owner.name`, to our sentence about it.
    pub glossary: BTreeMap<String, String>,
    /// Inline types that are emitted once because the overlay says so: how many places were saved.
    pub merged: usize,
}

/// The operations that share a tag.
#[derive(Clone, Debug)]
pub struct Group {
    /// The tag.
    pub tag: String,
    /// Its Rust name, where an overlay gives one (`x-rust-name`).
    pub name: Option<String>,
    /// What the group is about.
    pub doc: Option<String>,
}

/// One method of one path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Index in [`Api::groups`].
    pub group: usize,
    /// Lower case, as OpenAPI writes it.
    pub method: String,
    /// The template, as the document writes it.
    pub path: String,
    /// `operationId`.
    pub id: Option<String>,
    /// Our words, or upstream's where they are kept.
    pub doc: Option<String>,
    /// Deprecated, as a whole.
    pub deprecated: bool,
    /// `x-fern-availability`.
    pub availability: Option<String>,
    /// Path, query and header parameters.
    pub params: Vec<Param>,
    /// What is sent.
    pub body: Option<Body>,
    /// The status of a success, as the document writes it.
    pub status: Option<String>,
    /// What a success answers.
    pub answer: Answer,
    /// The media types of a success that is no JSON.
    pub accept: Option<String>,
    /// `x-rust-redirect`: the success is a redirect whose target is the result.
    pub redirect: bool,
}

/// A call that the API makes.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its name in the document.
    pub name: String,
    /// Lower case, as OpenAPI writes it.
    pub method: String,
    /// The payload.
    pub payload: Option<Use>,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum In {
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
    /// Where it travels.
    pub place: In,
    /// How it is written, where it has several parts.
    pub style: Style,
    /// What it holds.
    pub of: Use,
    /// Must be sent.
    pub required: bool,
    /// What is said of it.
    pub info: Info,
}

/// What a success answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// No content.
    Empty,
    /// A JSON value.
    Json(Use),
    /// One page of a list: `{meta, results: [row]}` of an operation with `limit` and `offset`.
    Page(Use),
    /// One record in the envelope of a page: `{meta, results: record}`.
    Single(Use),
    /// A text as it is.
    Text,
    /// Bytes as they are.
    Bytes,
    /// The receipt of a write: the id of the job that carries it out, and an echo.
    Receipt,
}

/// A type where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// What stands there.
    pub ty: TypeId,
    /// Or null.
    pub nullable: bool,
}

/// A type.
#[derive(Clone, Debug)]
pub struct Type {
    /// What it is.
    pub shape: Shape,
    /// What narrows it.
    pub limits: Limits,
    /// Where it comes from, which names it.
    pub origin: Origin,
    /// Its Rust name, where an overlay gives one (`x-rust-name`).
    pub name: Option<String>,
    /// What it is about.
    pub doc: Option<String>,
    /// Of a union: what tells its alternatives apart.
    pub tag: Option<Tag>,
    /// Its place in the canonical document, as a JSON pointer.
    pub at: String,
}

/// What a value looks like.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A text.
    String(Text),
    /// A list.
    List(Use),
    /// An object whose members all look alike; keys are always strings.
    Map(Use),
    /// An object of any members.
    Object,
    /// An object of known members.
    Struct(Struct),
    /// A text out of a list. Wire values in order, repeats removed.
    Enum(Vec<String>),
    /// `anyOf` or `oneOf`.
    Union(Vec<Variant>),
}

/// What a text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Nothing in particular.
    Plain,
    /// `YYYY-MM-DD`.
    Date,
    /// RFC 3339.
    DateTime,
    /// A password or key, which no log may show.
    Secret,
    /// A file that is uploaded, with its name and media type.
    Upload,
}

/// The members of an object.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Struct {
    /// Known members.
    pub fields: Vec<Field>,
    /// What other members hold, where the document says that there may be some.
    pub extra: Option<Use>,
    /// Other members are forbidden.
    pub closed: bool,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name on the wire.
    pub wire_name: String,
    /// What it holds.
    pub of: Use,
    /// Must be there.
    pub required: bool,
    /// What is said of it.
    pub info: Info,
}

/// The JSON cases that a bare `Option<T>` conflates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always there, never null.
    Required,
    /// Always there, maybe null.
    RequiredNullable,
    /// There or not.
    Optional,
    /// There, null, or not there.
    OptionalNullable,
}

impl Operation {
    /// How people call it: `GET /v1/leads/`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Whether its method is none of those that HTTP calls safe.
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "get" | "head" | "options" | "trace")
    }
}

impl Field {
    /// Which of the four cases holds.
    pub fn presence(&self) -> Presence {
        match (self.required, self.of.nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::RequiredNullable,
            (false, false) => Presence::Optional,
            (false, true) => Presence::OptionalNullable,
        }
    }
}

/// What is said of a field or parameter beside its type.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Info {
    /// What it means.
    pub doc: Option<String>,
    /// Not to be used any more.
    pub deprecated: bool,
    /// What the server takes where nothing is sent.
    pub default: Option<Value>,
}

/// An alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its title in the document.
    pub label: Option<String>,
    /// What it holds.
    pub of: Use,
    /// The values of the union's tag that mean this one.
    pub tags: Vec<String>,
}

/// The member by which the alternatives of a union are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name on the wire.
    pub member: String,
    /// The document lists all its values, so that any other means none of the alternatives.
    pub only: bool,
}

/// What narrows a type.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Limits {
    /// `minimum`.
    pub minimum: Option<Number>,
    /// The minimum itself is out of bounds.
    pub exclusive_minimum: bool,
    /// `maximum`.
    pub maximum: Option<Number>,
    /// The maximum itself is out of bounds.
    pub exclusive_maximum: bool,
    /// `multipleOf`.
    pub multiple_of: Option<Number>,
    /// `minLength`, in characters.
    pub min_length: Option<usize>,
    /// `maxLength`, in characters.
    pub max_length: Option<usize>,
    /// `pattern`, searched for anywhere in the text.
    pub pattern: Option<String>,
    /// `format`, where it is not the shape already.
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
    /// `enum` of what is not a text.
    pub allowed: Vec<Value>,
}

/// Where a type comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A component, by its name in the document.
    Component(String),
    /// Equal inline schemas, by their name in `x-shared-types`.
    Shared(String),
    /// An inline schema.
    Inline(Owner, Role),
}

/// What an inline schema belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The nearest type above it that has a name.
    Type(TypeId),
    /// Index in [`Api::operations`].
    Operation(usize),
    /// Index in [`Api::webhooks`].
    Webhook(usize),
}

/// What an inline schema is to its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The body that is sent, or a webhook's payload.
    Body,
    /// The answer.
    Answer,
    /// The record of a page or of a single answer.
    Record,
    /// A parameter, by its wire name.
    Param(String),
    /// A member, by its wire name; `many` where it is a list or map of this.
    Field {
        /// The wire name.
        name: String,
        /// The field holds several of these.
        many: bool,
    },
    /// An element of a named list or map.
    Item,
    /// An alternative of a union.
    Variant(usize),
}

impl Api {
    /// The type behind a handle.
    pub fn get(&self, id: TypeId) -> &Type {
        // Handles are made with the types and never outlive their arena.
        #[allow(clippy::indexing_slicing)]
        &self.types[id.0 as usize]
    }

    /// All handles.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.types.len()).filter_map(|index| u32::try_from(index).ok()).map(TypeId)
    }

    /// The members of a struct; empty for anything else.
    pub fn fields(&self, id: TypeId) -> &[Field] {
        match &self.get(id).shape {
            Shape::Struct(it) => &it.fields,
            _ => &[],
        }
    }

    /// The types that a type is made of, as Rust sees it.
    pub fn parts(&self, id: TypeId) -> Vec<TypeId> {
        match &self.get(id).shape {
            Shape::List(of) | Shape::Map(of) => vec![of.ty],
            Shape::Struct(it) => {
                it.fields.iter().map(|field| field.of).chain(it.extra).map(|of| of.ty).collect()
            }
            // Alternatives that are all texts are one text to Rust, and no type of their own.
            Shape::Union(variants) if matches!(self.repr(id), Repr::Union(_)) => {
                variants.iter().map(|variant| variant.of.ty).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The components by name.
    pub fn components(&self) -> BTreeMap<&str, TypeId> {
        let mut components = BTreeMap::new();
        for (id, ty) in (0..).zip(&self.types) {
            if let Origin::Component(name) = &ty.origin {
                components.insert(name.as_str(), TypeId(id));
            }
        }
        components
    }

    /// What an operation sends, unless there is nothing that could be said in it: a body that is not required and has no
    /// members is left away.
    pub fn sent_body<'o>(&self, operation: &'o Operation) -> Option<&'o Body> {
        let body = operation.body.as_ref()?;
        let says_nothing = matches!(self.repr(body.of.ty), Repr::Object) && !body.required;
        (!says_nothing).then_some(body)
    }

    /// The types of which users make values: bodies, and parameters that have members.
    pub fn sent(&self) -> BTreeSet<TypeId> {
        let bodies =
            self.operations.iter().filter_map(|operation| operation.body.as_ref()).map(|body| body.of);
        let params = self.operations.iter().flat_map(|operation| &operation.params).map(|param| param.of);
        let params = params.filter(|of| !self.is_flat(of.ty));
        self.closure(bodies.chain(params).map(|of| of.ty)).into_iter().collect()
    }

    /// Whether a value is one text on the wire, or a list of such.
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

    /// What an operation uses directly, in the order of its parts.
    pub fn roots(operation: &Operation) -> Vec<TypeId> {
        let params = operation.params.iter().map(|param| param.of);
        let answer = match operation.answer {
            Answer::Empty | Answer::Text | Answer::Bytes | Answer::Receipt => None,
            Answer::Json(of) | Answer::Page(of) | Answer::Single(of) => Some(of),
        };
        params.chain(operation.body.as_ref().map(|body| body.of)).chain(answer).map(|of| of.ty).collect()
    }

    /// All types that operations and webhooks use, each once, in the order in which they are met.
    pub fn reachable(&self) -> Vec<TypeId> {
        let payloads = self.webhooks.iter().filter_map(|webhook| webhook.payload).map(|of| of.ty);
        self.closure(self.operations.iter().flat_map(Self::roots).chain(payloads))
    }

    /// These types and all that they are made of, each once, in the order in which they are met.
    pub fn closure(&self, roots: impl IntoIterator<Item = TypeId>) -> Vec<TypeId> {
        let mut seen = vec![false; self.types.len()];
        let mut out = Vec::new();
        let mut open: Vec<TypeId> = Vec::new();
        for root in roots {
            open.push(root);
            while let Some(id) = open.pop() {
                if let Some(seen @ false) = seen.get_mut(id.0 as usize) {
                    *seen = true;
                    out.push(id);
                    open.extend(self.parts(id).into_iter().rev());
                }
            }
        }
        out
    }

    /// How a type is represented in Rust. The IR keeps what the document says; a union of texts is one text to Rust.
    pub fn repr(&self, id: TypeId) -> Repr<'_> {
        match &self.get(id).shape {
            Shape::Any => Repr::Any,
            Shape::Bool => Repr::Bool,
            Shape::Integer => Repr::Integer,
            Shape::Number => Repr::Number,
            Shape::String(Text::Plain) => Repr::String,
            Shape::String(Text::Date) => Repr::Date,
            Shape::String(Text::DateTime) => Repr::DateTime,
            Shape::String(Text::Secret) => Repr::Secret,
            Shape::String(Text::Upload) => Repr::Upload,
            Shape::List(of) => Repr::List(*of),
            Shape::Map(of) => Repr::Map(*of),
            Shape::Object => Repr::Object,
            Shape::Struct(it) => Repr::Struct(it),
            Shape::Enum(values) => Repr::Enum(values.iter().map(String::as_str).collect()),
            Shape::Union(variants) => self.union_repr(variants),
        }
    }

    fn union_repr<'a>(&'a self, variants: &'a [Variant]) -> Repr<'a> {
        let parts: Vec<Repr<'a>> = variants.iter().map(|variant| self.repr(variant.of.ty)).collect();
        let all = |test: fn(&Repr<'a>) -> bool| !parts.is_empty() && parts.iter().all(test);
        if all(|part| matches!(part, Repr::Date | Repr::DateTime | Repr::DateOrDateTime)) {
            return Repr::DateOrDateTime;
        }
        if all(Repr::is_text) {
            if parts.contains(&Repr::Secret) {
                return Repr::Secret;
            }
            let mut values: Vec<&str> = parts
                .iter()
                .flat_map(|part| if let Repr::Enum(values) = part { values.as_slice() } else { &[] })
                .copied()
                .collect();
            if values.is_empty() {
                return Repr::String;
            }
            values.sort_unstable();
            values.dedup();
            return Repr::Enum(values);
        }
        if all(|part| matches!(part, Repr::Integer)) {
            return Repr::Integer;
        }
        if all(|part| matches!(part, Repr::Integer | Repr::Number)) {
            return Repr::Number;
        }
        if parts.is_empty() || parts.contains(&Repr::Any) {
            return Repr::Any;
        }
        Repr::Union(variants)
    }
}

/// How a type is represented in Rust.
#[derive(Clone, Debug, PartialEq)]
pub enum Repr<'a> {
    /// `serde_json::Value`.
    Any,
    /// `bool`.
    Bool,
    /// `i64`.
    Integer,
    /// `f64`.
    Number,
    /// `String`.
    String,
    /// `Date`.
    Date,
    /// `DateTime`.
    DateTime,
    /// `DateOrDateTime`.
    DateOrDateTime,
    /// `Secret`.
    Secret,
    /// `Upload`.
    Upload,
    /// `Vec`.
    List(Use),
    /// `BTreeMap` by string.
    Map(Use),
    /// A map of any values.
    Object,
    /// A struct of its own.
    Struct(&'a Struct),
    /// An open enum of its own.
    Enum(Vec<&'a str>),
    /// An enum of its own with a payload in each variant.
    Union(&'a [Variant]),
}

impl Repr<'_> {
    /// A struct, enum or union: something that is emitted under a name.
    pub fn is_item(&self) -> bool {
        matches!(self, Repr::Struct(_) | Repr::Enum(_) | Repr::Union(_))
    }

    /// A text, whatever it is about.
    pub fn is_text(&self) -> bool {
        matches!(
            self,
            Repr::String | Repr::Date | Repr::DateTime | Repr::DateOrDateTime | Repr::Secret | Repr::Enum(_)
        )
    }
}
