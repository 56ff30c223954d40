//! The Rust surface as lines: operations, types, fields and variants, short enough to review in a pull request.

use std::fmt::Write;

use crate::api::model::{
    Api, Constructor, Field, Format, IdKind, ParameterIn, Presence, Repr, ResponseContent, TypeId, TypeKind,
    TypeRef,
};
use crate::api::names::{self, Module, Names};
use crate::client::item_index::{ItemKind, RustItem};
use crate::diagnostics::visible;

/// Returns one line for each item, in the order of groups and names.
pub fn surface(api: &Api, names: &Names) -> String {
    let mut out = String::new();
    let functions = functions(api, names);
    for (index, group) in names.groups.iter().enumerate() {
        let _ = writeln!(out, "mod {}", group.module);
        let own = functions.iter().filter(|function| function.group == index);
        let mut lines: Vec<String> = own
            .map(|it| {
                let setters = if it.setters.is_empty() {
                    String::new()
                } else {
                    format!(" [{}]", it.setters.join(" "))
                };
                format!("  fn {}{}{setters}  // {}\n", it.name, it.signature, it.wire)
            })
            .collect();
        lines.sort();
        out.extend(lines);
        types(api, names, |module| *module == Module::Group(index), &mut out);
    }
    out.push_str("mod models\n");
    types(api, names, |module| matches!(module, Module::Model(_)), &mut out);
    if names.types.values().any(|(module, _)| *module == Module::Webhooks) {
        out.push_str("mod webhook_payloads\n");
        types(api, names, |module| *module == Module::Webhooks, &mut out);
    }
    out
}

/// A method that makes a request.
pub(crate) struct Function<'a> {
    group: usize,
    name: &'a str,
    /// The path from the crate's root.
    pub(crate) path: String,
    /// The arguments and the response type.
    pub(crate) signature: String,
    pub(crate) setters: Vec<String>,
    /// The HTTP method and path.
    pub(crate) wire: String,
}

/// Returns the methods of all groups.
pub(crate) fn functions<'a>(api: &Api, names: &'a Names) -> Vec<Function<'a>> {
    let mut out = Vec::new();
    for (operation, own) in api.operations.iter().zip(&names.operations) {
        let mut arguments: Vec<String> = Vec::new();
        let mut setters: Vec<String> = Vec::new();
        for (param, name) in operation.params.iter().zip(&own.params) {
            if param.required {
                arguments.push(format!("{name}: {}", plain(api, names, param.of.ty)));
            } else {
                setters.push(name.clone());
            }
            debug_assert!(param.place != ParameterIn::Path || param.required);
        }
        if let Some(body) = api.sent_body(operation) {
            arguments.push(match body.format {
                Format::Text => "body: Text".to_owned(),
                Format::Bytes => "body: Bytes".to_owned(),
                Format::Json => format!("body: {}", of(api, names, body.of)),
                Format::Form => format!("form: {}", of(api, names, body.of)),
                Format::Multipart => format!("parts: {}", of(api, names, body.of)),
            });
        }
        let response = match operation.response {
            _ if operation.redirect => "Redirect".to_owned(),
            ResponseContent::Empty => "()".to_owned(),
            ResponseContent::Text => "Text".to_owned(),
            ResponseContent::Bytes => "Bytes".to_owned(),
            ResponseContent::Receipt => "WriteReceipt".to_owned(),
            ResponseContent::Json(it) => of(api, names, it),
            ResponseContent::Page(it) => format!("Page<{}>", of(api, names, it)),
            ResponseContent::Single(it) => format!("Single<{}>", of(api, names, it)),
        };
        let group = names.groups.get(operation.group).map_or("", |group| group.module.as_str());
        out.push(Function {
            group: operation.group,
            name: &own.method,
            path: format!("{}::{}", names::ident(group), names::ident(&own.method)),
            signature: format!("({}) -> {response}", arguments.join(", ")),
            setters,
            wire: visible(&operation.name()),
        });
    }
    out
}

/// Returns the fields that the constructor of a struct takes, in braces if it names them; `None` if it takes none.
pub(crate) fn constructor(api: &Api, names: &Names, id: TypeId) -> Option<String> {
    let argument = |(_, field, own): (usize, &Field, &str)| {
        format!("{own}: {}", with_presence(plain(api, names, field.of.ty), field.presence()))
    };
    let arguments = names.required_fields(api, id).into_iter().map(argument).collect::<Vec<_>>().join(", ");
    match api.constructor(id) {
        Constructor::Default => None,
        Constructor::Positional => Some(format!("({arguments})")),
        Constructor::Named => Some(format!("{{{arguments}}}")),
    }
}

fn types(api: &Api, names: &Names, here: impl Fn(&Module) -> bool, out: &mut String) {
    let mut own: Vec<(&str, TypeId)> = names
        .types
        .iter()
        .filter(|(_, (module, _))| here(module))
        .map(|(id, (_, name))| (name.as_str(), *id))
        .collect();
    own.sort_unstable();
    let sent = api.sent();
    for (name, id) in own {
        match api.repr(id) {
            Repr::Struct(it) => {
                let new = if sent.contains(&id) { constructor(api, names, id) } else { None };
                let new = new.map_or_else(String::new, |arguments| format!(" = new{arguments}"));
                let _ = writeln!(out, "  struct {name}{new}");
                for (field, own) in it.fields.iter().zip(names.members(id)) {
                    let ty = plain(api, names, field.of.ty);
                    let ty = with_presence(ty, field.presence());
                    let flag = if field.info.deprecated { " (deprecated)" } else { "" };
                    let _ = writeln!(out, "    {own}: {ty}{flag}");
                }
                if let Some(extra) = it.extra {
                    let _ = writeln!(out, "    ..: {}", of(api, names, extra));
                }
            }
            Repr::Enum(_) => {
                let _ = writeln!(out, "  enum {name}: {}", names.members(id).join(" "));
            }
            Repr::Union(variants) => {
                let parts = variants
                    .iter()
                    .zip(names.members(id))
                    .map(|(it, label)| format!("{label}({})", of(api, names, it.of)));
                let _ = writeln!(out, "  union {name}: {}", parts.collect::<Vec<_>>().join(" "));
            }
            _ => {}
        }
    }
}

/// How the surface writes an item; `None` if another item includes it.
pub(crate) fn signature(api: &Api, names: &Names, item: &RustItem) -> Option<String> {
    let used = item.type_ref;
    Some(match &item.kind {
        ItemKind::Method | ItemKind::Request | ItemKind::Argument => return None,
        ItemKind::Setter => plain(api, names, used?.ty),
        ItemKind::Type => match api.repr(used?.ty) {
            Repr::Struct(_) => "struct".to_owned(),
            Repr::Enum(_) => "enum".to_owned(),
            _ => "union".to_owned(),
        },
        ItemKind::Field => match item.presence {
            Some(presence) => with_presence(plain(api, names, used?.ty), presence),
            None => of(api, names, used?),
        },
        ItemKind::Value(_) => String::new(),
        ItemKind::Variant => of(api, names, used?),
    })
}

/// Returns a field's type with its presence: whether it may be absent or null.
pub(crate) fn with_presence(ty: String, presence: Presence) -> String {
    match presence {
        Presence::Required => ty,
        Presence::RequiredNullable => format!("{ty} | null"),
        Presence::Optional => format!("{ty}?"),
        Presence::OptionalNullable => format!("{ty}? | null"),
    }
}

pub(crate) fn of(api: &Api, names: &Names, of: TypeRef) -> String {
    let ty = plain(api, names, of.ty);
    if of.nullable { format!("{ty} | null") } else { ty }
}

pub(crate) fn plain(api: &Api, names: &Names, id: TypeId) -> String {
    match api.repr(id) {
        Repr::Any => "Value".to_owned(),
        Repr::Bool => "bool".to_owned(),
        Repr::Integer => "i64".to_owned(),
        Repr::Unsigned => "u64".to_owned(),
        Repr::Number => "f64".to_owned(),
        Repr::Cents => "Cents".to_owned(),
        Repr::String => "String".to_owned(),
        Repr::Date => "Date".to_owned(),
        Repr::DateTime => "DateTime".to_owned(),
        Repr::DateOrDateTime => "DateOrDateTime".to_owned(),
        Repr::TimeOfDay => "TimeOfDay".to_owned(),
        Repr::Id(kind) => api.id_kinds.get(kind).map_or_else(String::new, IdKind::alias),
        Repr::Secret => "Secret".to_owned(),
        Repr::Upload => "Upload".to_owned(),
        Repr::Object => "Object".to_owned(),
        Repr::List(item) => format!("[{}]", of(api, names, item)),
        Repr::Map(value) => format!("{{{}}}", of(api, names, value)),
        Repr::Struct(_) | Repr::Enum(_) | Repr::Union(_) => {
            debug_assert!(!matches!(api.get(id).kind, TypeKind::Any));
            names.types.get(&id).map_or_else(String::new, |(_, name)| name.clone())
        }
    }
}
