//! Assigns all Rust identifiers: case, keywords, collisions.
//!
//! A name depends only on its own position on the wire (operation, role, field path) and on the overlay, never on its
//! neighbours. Two items with the same name are therefore an error that names both; no number is appended. `lenient`
//! gives both longer names instead, for users without overlays.

mod case;
mod operation;
pub(crate) mod owners;
pub mod reserved;
mod scopes;
pub(crate) mod types;

use std::collections::{BTreeMap, BTreeSet};

use crate::api::model::{Api, Constructor, Field, Info, Operation, ParameterIn, Repr, TypeId};
use crate::diagnostics::pointer::Pointer;
use crate::diagnostics::{Diagnostics, Origin as Position, Severity};

pub use case::ident;
pub(crate) use case::pascal;
use scopes::{Claim, Contested, Scopes};

/// The module of a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Module {
    /// The module of a group, by its index in [`Api::groups`].
    Group(usize),
    /// A file of `models`, by its name.
    Model(String),
    /// The module of webhook payloads.
    Webhooks,
}

/// The names of a group.
#[derive(Clone, Debug)]
pub struct GroupNames {
    /// Module, method of `Client`, and feature.
    pub module: String,
    /// The handle, `Leads`.
    pub handle: String,
}

/// The names of an operation.
#[derive(Clone, Debug)]
pub struct OperationNames {
    /// The method of the handle, `create`.
    pub method: String,
    /// The prefix of its types, `CreateLead`.
    pub stem: String,
    /// The builder, `CreateLeadRequest`.
    pub request: String,
    /// The constant with its metadata, `CREATE`.
    pub constant: String,
    /// Its parameters, in order.
    pub params: Vec<String>,
}

/// All names of an API.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By index of the group.
    pub groups: Vec<GroupNames>,
    /// By index of the operation.
    pub operations: Vec<OperationNames>,
    /// Structs, enums and unions: their module and name.
    pub types: BTreeMap<TypeId, (Module, String)>,
    /// The fields of each struct, with that for additional properties as the last, the values of each enum, and the
    /// variants of each union, in the order of the model.
    pub members: BTreeMap<TypeId, Vec<String>>,
    /// Structs with the required fields of those whose constructor names them; each is in the module of its type.
    pub required: BTreeMap<TypeId, String>,
    /// Methods of the client's builder, by index in [`Api::schemes`].
    pub schemes: Vec<String>,
    /// Constants, by index in [`Api::servers`].
    pub servers: Vec<String>,
}

impl Names {
    /// Returns the path of a type from the crate's root, `leads::CreateLead`; empty if it has no name.
    pub fn type_path(&self, id: TypeId) -> String {
        let Some((module, name)) = self.types.get(&id) else { return String::new() };
        let module = match module {
            Module::Group(index) => {
                ident(self.groups.get(*index).map_or("", |group| group.module.as_str())).to_string()
            }
            Module::Model(_) => "models".to_owned(),
            Module::Webhooks => "webhook_payloads".to_owned(),
        };
        format!("{module}::{}", ident(name))
    }

    /// Returns the identifiers of the fields, values or variants of a type.
    pub fn members(&self, id: TypeId) -> &[String] {
        self.members.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the fields that a constructor takes, with their indices and identifiers.
    pub fn required_fields<'a>(&'a self, api: &'a Api, id: TypeId) -> Vec<(usize, &'a Field, &'a str)> {
        let idents = self.members(id);
        let required = api.required_fields(id).into_iter();
        required.filter_map(|(index, field)| Some((index, field, idents.get(index)?.as_str()))).collect()
    }

    /// Names the structs with required fields, when the Rust types of the fields are known. A type of the document keeps its
    /// name.
    pub fn name_required(&mut self, api: &Api) {
        let taken: BTreeSet<&str> = self.types.values().map(|(_, name)| name.as_str()).collect();
        let sent = api.sent();
        let is_named = |id: &TypeId| sent.contains(id) && api.constructor(*id) == Constructor::Named;
        let with_suffix = |(id, (_, name)): (&TypeId, &(Module, String))| {
            let mut own = format!("{name}Required");
            while taken.contains(own.as_str()) {
                own.push_str("Fields");
            }
            (*id, own)
        };
        self.required = self.types.iter().filter(|(id, _)| is_named(id)).map(with_suffix).collect();
    }
}

/// The submodule of a group with its handle and its requests.
pub const REQUESTS: &str = "requests";

/// The module with the types of ids.
pub const IDS: &str = "ids";

/// The module with the base URLs.
pub const SERVERS: &str = "servers";

/// The file with the methods for credentials.
pub const CREDENTIALS: &str = "credentials";

/// How often names are lengthened: a longer name may be taken, too.
const MAX_ROUNDS: usize = 8;

/// Names all groups, operations and reachable types.
pub fn names(api: &Api, lenient: bool, diagnostics: &mut Diagnostics) -> Names {
    let mut names = if lenient {
        lengthened(api, diagnostics)
    } else {
        with_scopes(api, &mut Scopes::strict(), diagnostics)
    };
    for id in api.reachable() {
        let members = members(api, id, diagnostics);
        if !members.is_empty() {
            names.members.insert(id, members);
        }
    }
    names.schemes = scheme_names(api);
    names.servers = server_names(api);
    names
}

/// Names groups, operations and types, and lengthens names until they differ.
fn lengthened(api: &Api, diagnostics: &mut Diagnostics) -> Names {
    let mut contested = Contested::new();
    let mut rounds = 0;
    loop {
        rounds += 1;
        let mut scopes = Scopes::lenient(contested.clone());
        let mut found = Diagnostics::default();
        let names = with_scopes(api, &mut scopes, &mut found);
        let count = contested.len();
        for (name, items) in scopes.found {
            contested.entry(name).or_default().extend(items);
        }
        if contested.len() == count || rounds == MAX_ROUNDS {
            diagnostics.0.append(&mut found.0);
            return names;
        }
    }
}

/// Names groups, operations and types.
fn with_scopes(api: &Api, scopes: &mut Scopes, diagnostics: &mut Diagnostics) -> Names {
    let mut names = Names::default();
    for (index, group) in api.groups.iter().enumerate() {
        let mut module = case::module(group.name.as_deref().unwrap_or(&group.tag));
        if reserved::MODULES.contains(&module.as_str()) {
            module.push_str("_api");
        }
        let claim = Claim {
            scope: "groups",
            who: &format!("the tag `{}`", group.tag),
            at: &pointer_of_group(api, index),
            chosen_at: group.name_at.clone().unwrap_or_default(),
            fix: "give one of the tags an `x-rust-name` by an overlay",
            is_renamable: false,
        };
        let longer =
            |module: &str| vec![format!("{module}_group"), format!("{module}_{}", spelled(&group.tag))];
        let module = scopes.claim(&claim, module, longer, diagnostics);
        let mut handle = case::pascal(&module);
        if reserved::TYPES.contains(&handle.as_str()) {
            handle.push_str("Group");
        }
        names.groups.push(GroupNames { module, handle });
    }
    for operation in &api.operations {
        let Some(group) = names.groups.get(operation.group) else { continue };
        let tag = api.groups.get(operation.group).map_or("", |group| group.tag.as_str());
        let mut method = operation::method_name(api, operation, &group.module, tag);
        if matches!(method.as_str(), "clone" | "fmt" | "borrow" | "into" | "from") {
            method.push('_');
        }
        let pointer = pointer_of(operation);
        let claim = Claim {
            scope: &format!("the group `{}`", group.module),
            who: &format!("`{} {}`", operation.method.to_uppercase(), operation.path),
            at: &pointer,
            chosen_at: pointer.child("operationId"),
            fix: "give one of them an `operationId` (`group.method`) by an overlay",
            is_renamable: false,
        };
        let longer = |_: &str| vec![operation::whole_path(operation)];
        let method = scopes.claim(&claim, method, longer, diagnostics);
        let stem = case::pascal(&operation::type_words(&method, &group.module));
        names.operations.push(OperationNames {
            constant: method.to_uppercase(),
            request: format!("{stem}Request"),
            params: param_names(operation, &pointer, diagnostics),
            method,
            stem,
        });
    }
    types::name(api, &mut names, scopes, diagnostics);
    names
}

/// Returns the identifiers of the fields, values or variants of a type.
fn members(api: &Api, id: TypeId, diagnostics: &mut Diagnostics) -> Vec<String> {
    let at = &api.get(id).at;
    match api.repr(id) {
        Repr::Struct(it) => {
            let mut fields = fields(&it.fields, at, diagnostics);
            if it.extra.is_some() {
                fields.push(extra(&fields));
            }
            fields
        }
        Repr::Enum(all) => {
            // The names do not depend on the order of the values.
            let sorted: Vec<&str> = all.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            let named: BTreeMap<&str, String> =
                sorted.iter().copied().zip(values(&sorted, at, diagnostics)).collect();
            all.iter().filter_map(|value| named.get(value).cloned()).collect()
        }
        Repr::Union(_) => types::variant_labels(api, id),
        _ => Vec::new(),
    }
}

/// Returns the constants of the servers: `API_EXAMPLE_COM_V1`.
fn server_names(api: &Api) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for url in &api.servers {
        let name = case::snake(url.strip_prefix("https://").unwrap_or(url)).to_uppercase();
        let numbered = (2_u32..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !out.contains(name));
        out.push(free.unwrap_or(name));
    }
    out
}

/// Returns the position of a group: the `tags` of its first operation, since tags need not be declared.
fn pointer_of_group(api: &Api, index: usize) -> Pointer {
    let user = api.operations.iter().find(|operation| operation.group == index);
    user.map(|operation| pointer_of(operation).child("tags")).unwrap_or_default()
}

fn pointer_of(operation: &Operation) -> Pointer {
    Pointer(vec!["paths".into(), operation.path.clone(), operation.method.clone()])
}

/// Returns the builder methods of the schemes, which must differ from the methods of every builder.
fn scheme_names(api: &Api) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for scheme in &api.schemes {
        let name = case::snake(&scheme.name);
        let name = if reserved::BUILDER_METHODS.contains(&name.as_str()) {
            format!("{name}_credential")
        } else {
            name
        };
        let free = |name: &String| !out.contains(name);
        let twin = format!("{name}_{}", spelled(&scheme.name));
        let mut candidates = [name, twin.clone()].into_iter().chain((2_u32..).map(|n| format!("{twin}{n}")));
        out.push(candidates.find(free).unwrap_or(twin));
    }
    out
}

/// Returns the names of the parameters, which are arguments or setters in one scope.
fn param_names(operation: &Operation, pointer: &Pointer, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for param in &operation.params {
        let mut name = wanted(&param.wire_name, &param.info);
        // An argument shares its scope with the body only.
        let taken = if operation::is_argument(param.place) {
            name == "body"
        } else {
            reserved::REQUEST_METHODS.contains(&name.as_str())
        };
        if taken {
            name.push_str(if param.place == ParameterIn::Header { "_header" } else { "_param" });
        }
        // The location distinguishes equal names, the spelling those that differ only in case or punctuation.
        if let Some((_, other)) = out.iter().zip(&operation.params).find(|(taken, _)| **taken == name) {
            let what = || {
                let (one, other) = (&other.wire_name, &param.wire_name);
                format!("the parameters `{one}` and `{other}` both want the name `{name}`")
            };
            check_chosen([&param.info, &other.info], pointer.child("parameters"), what, diagnostics);
            let suffix = match param.place {
                place if place == other.place => spelled(&param.wire_name),
                ParameterIn::Path => "path".to_owned(),
                ParameterIn::Query => "query".to_owned(),
                ParameterIn::Header => "header".to_owned(),
                ParameterIn::Cookie => "cookie".to_owned(),
            };
            name = format!("{name}_{suffix}");
        }
        if out.contains(&name) {
            let what = format!("the parameter `{}` wants the name `{name}`, which is taken", param.wire_name);
            let place = Position::Canonical(pointer.child("parameters"));
            diagnostics.push(Severity::Error, place, what, "remove or rename one of them by an overlay");
        }
        out.push(name);
    }
    out
}

/// Returns the identifiers of a struct's fields, in order.
fn fields(fields: &[Field], at: &str, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut seen: BTreeMap<String, &Field> = BTreeMap::new();
    let mut out = Vec::new();
    for field in fields {
        let name = wanted(&field.wire_name, &field.info);
        let mut unique = name.clone();
        // The spelling distinguishes names that differ only in case or punctuation.
        if let Some(other) = seen.get(&name).filter(|other| other.wire_name != field.wire_name) {
            let what = || {
                let (one, other) = (&other.wire_name, &field.wire_name);
                format!("the fields `{one}` and `{other}` both want the name `{name}`")
            };
            check_chosen([&field.info, &other.info], pointer(at), what, diagnostics);
            unique = format!("{name}_{}", spelled(&field.wire_name));
            if seen.contains_key(&unique) {
                diagnostics.push(
                    Severity::Error,
                    Position::Canonical(pointer(at)),
                    what(),
                    "remove one of them by an overlay",
                );
            }
        }
        seen.insert(unique.clone(), field);
        out.push(unique);
    }
    out
}

/// Reports that two fields or parameters have one name, if an overlay gives it to one of them.
fn check_chosen(both: [&Info; 2], at: Pointer, what: impl Fn() -> String, diagnostics: &mut Diagnostics) {
    if let Some(chosen) = both.into_iter().find_map(|info| info.name.as_ref()) {
        let origin = Position::Caused { at, causes: vec![chosen.at.clone()] };
        let help = "give one of them another `x-rust-name` by an overlay";
        diagnostics.push(Severity::Error, origin, what(), help);
    }
}

/// Returns the name that an overlay gives, otherwise that of the wire in snake case.
fn wanted(wire_name: &str, info: &Info) -> String {
    case::snake(info.name.as_ref().map_or(wire_name, |chosen| &chosen.text))
}

/// Returns the identifier of the field for additional properties.
fn extra(fields: &[String]) -> String {
    let fixed = ["extra".to_owned(), "extra_members".to_owned()];
    let mut candidates = fixed.into_iter().chain((2_u32..).map(|number| format!("extra_members{number}")));
    candidates.find(|name| !fields.contains(name)).unwrap_or_default()
}

/// Returns the identifiers of an enum's values, in order. `Unknown` is reserved.
fn values(values: &[&str], at: &str, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut out = Vec::new();
    for value in values {
        let name = case::pascal(value);
        let mut unique = if name == "Unknown" { "UnknownValue".to_owned() } else { name.clone() };
        if seen.contains_key(&unique) {
            unique = format!("{name}{}", case::pascal(&spelled(value)));
            if seen.contains_key(&unique) {
                let what =
                    format!("the value `{}` wants the name `{unique}`, which is taken", value.escape_debug());
                diagnostics.push(
                    Severity::Error,
                    Position::Canonical(pointer(at)),
                    what,
                    "remove it by an overlay",
                );
            }
        }
        seen.insert(unique.clone(), value);
        out.push(unique);
    }
    out
}

/// Returns a spelling that distinguishes names that differ only in case or punctuation.
fn spelled(text: &str) -> String {
    let signs: Vec<String> = text
        .chars()
        .map(|c| match c {
            'a'..='z' | '0'..='9' => "l".to_owned(),
            'A'..='Z' => "u".to_owned(),
            _ => format!("{:x}", u32::from(c)),
        })
        .collect();
    let mut out = signs.join("");
    out.truncate(40);
    out
}

fn pointer(text: &str) -> Pointer {
    Pointer::from_fragment(text).unwrap_or_default()
}

/// Returns the variant of `Method` for a method of OpenAPI.
pub fn method_variant(method: &str) -> String {
    case::pascal(method)
}

/// Returns the singular of a resource name, in words: `lead-sources` -> `lead source`.
pub fn one(text: &str) -> String {
    let mut words = case::split(text);
    if let Some(last) = words.last_mut() {
        *last = case::singular(last);
    }
    words.join(" ")
}

/// Returns a noun with its indefinite article.
pub fn a(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o'])
        || (noun.starts_with('u') && !noun.starts_with("uni") && !noun.starts_with("use"));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// Returns the words of a name, separated by spaces.
pub fn words(text: &str) -> String {
    case::split(text).join(" ")
}
