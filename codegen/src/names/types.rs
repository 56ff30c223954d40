//! Names and modules of structs, enums and unions.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{module, pascal, singular};
use super::{Module, Names, Scopes, TAKEN_TYPES, pointer};
use crate::error::{Level, Origin as Place, Problems};
use crate::ir::{Api, Origin, Owner, Role, Shape, TypeId};
use crate::snapshot::is_machine_made;

/// Names every type that is emitted, and makes sure that each scope has a name once.
pub(super) fn name(api: &Api, names: &mut Names, scopes: &mut Scopes, problems: &mut Problems) {
    let mut stems: BTreeMap<TypeId, (Module, String)> = BTreeMap::new();
    for id in api.reachable() {
        let (module, name) = stem(api, names, &mut stems, id, 0);
        if api.repr(id).is_item() {
            names.types.insert(id, (module, name));
        }
        let ty = api.get(id);
        if let Origin::Component(name) = &ty.origin
            && is_machine_made(name)
            && ty.name.is_none()
        {
            let what = format!("`{name}` contains itself, so it keeps this name, which a tool has made up");
            let help = "give it an `x-rust-name` by an overlay; the next version may call it otherwise";
            problems.push(Level::Warning, Place::Canonical(pointer(&ty.at)), what, help);
        }
    }
    let fix = "name one of them by an overlay (`x-rust-name`, or an entry of `x-shared-types`)";
    for (id, (module, name)) in &names.types {
        let scope = match module {
            Module::Group(index) => {
                format!("the module `{}`", names.groups.get(*index).map_or("", |group| group.module.as_str()))
            }
            Module::Model(_) => "the module `models`".to_owned(),
            Module::Webhooks => "the payloads of webhooks".to_owned(),
        };
        let at = &api.get(*id).at;
        scopes.claim(&scope, name, &format!("`{at}`"), &pointer(at), fix, problems);
    }
    // A group sees its own types, its builders, its handle, and the models that it uses.
    let mut modules: BTreeSet<&str> = BTreeSet::new();
    for (index, group) in names.groups.iter().enumerate() {
        // Two groups of one name have been told of; so have two methods.
        if !modules.insert(&group.module) {
            continue;
        }
        let scope = format!("the module `{}`", group.module);
        let here = pointer("#/tags");
        scopes.claim(&scope, &group.handle, "the group's handle", &here, fix, problems);
        let mut methods: BTreeSet<&str> = BTreeSet::new();
        for (operation, own) in
            api.operations.iter().zip(&names.operations).filter(|(op, _)| op.group == index)
        {
            if !methods.insert(&own.method) {
                continue;
            }
            let who = format!("the builder of `{} {}`", operation.method.to_uppercase(), operation.path);
            scopes.claim(&scope, &own.request, &who, &super::pointer_of(operation), fix, problems);
        }
        for id in used_models(api, names, index) {
            if let Some((_, name)) = names.types.get(&id) {
                let at = &api.get(id).at;
                scopes.claim(&scope, name, &format!("`{at}`"), &pointer(at), fix, problems);
            }
        }
    }
}

/// The models that a group's operations use.
pub(crate) fn used_models(api: &Api, names: &Names, group: usize) -> BTreeSet<TypeId> {
    let roots = api.operations.iter().filter(|operation| operation.group == group).flat_map(Api::roots);
    api.closure(roots)
        .into_iter()
        .filter(|id| matches!(names.types.get(id), Some((Module::Model(_), _))))
        .collect()
}

/// Module and name of a type; of what has no item of its own, the name that its parts build on.
fn stem(
    api: &Api,
    names: &Names,
    stems: &mut BTreeMap<TypeId, (Module, String)>,
    id: TypeId,
    depth: usize,
) -> (Module, String) {
    if let Some(known) = stems.get(&id) {
        return known.clone();
    }
    let ty = api.get(id);
    let own = |text: &str| {
        let name = taken(pascal(text));
        (Module::Model(module(&name)), name)
    };
    let (module, name) = match &ty.origin {
        Origin::Component(name) | Origin::Shared(name) => own(ty.name.as_deref().unwrap_or(name)),
        Origin::Inline(owner, role) => {
            let (module, base) = match owner {
                // Deeper than any document is nested only where handles turn in a circle.
                Owner::Type(owner) if depth < 500 => stem(api, names, stems, *owner, depth + 1),
                Owner::Operation(index) => {
                    let group = api.operations.get(*index).map_or(0, |operation| operation.group);
                    let stem = names.operations.get(*index).map_or("Any", |own| own.stem.as_str());
                    (Module::Group(group), stem.to_owned())
                }
                Owner::Webhook(index) => {
                    let name = api.webhooks.get(*index).map_or("", |webhook| webhook.name.as_str());
                    (Module::Webhooks, format!("{}Webhook", pascal(name)))
                }
                Owner::Type(_) => (Module::Model("any".into()), "Any".into()),
            };
            let name = match &ty.name {
                Some(name) => pascal(name),
                None => inline(api, &base, owner, role),
            };
            (module, taken(name))
        }
    };
    stems.insert(id, (module.clone(), name.clone()));
    (module, name)
}

/// What the runtime has already gets a word more.
fn taken(name: String) -> String {
    if TAKEN_TYPES.contains(&name.as_str()) { format!("{name}Model") } else { name }
}

fn inline(api: &Api, base: &str, owner: &Owner, role: &Role) -> String {
    let holds_many = |owner: &Owner| match owner {
        Owner::Type(owner) => matches!(api.get(*owner).shape, Shape::List(_) | Shape::Map(_)),
        _ => false,
    };
    match role {
        Role::Body => base.to_owned(),
        Role::Answer => format!("{base}Response"),
        Role::Record => format!("{base}Record"),
        Role::Param(name) | Role::Field { name, .. } => format!("{base}{}", pascal(name)),
        // A list has no name of its own; what it lists is one of what its name says.
        Role::Item if holds_many(owner) => {
            let one = singular(base);
            if one == base { format!("{base}Item") } else { one }
        }
        Role::Item => format!("{base}Item"),
        Role::Variant(index) => {
            let label = match owner {
                Owner::Type(owner) => variant_labels(api, *owner).get(*index).cloned().unwrap_or_default(),
                _ => String::new(),
            };
            format!("{base}{label}")
        }
    }
}

/// The names of a union's alternatives: by title, else by what they are.
pub(crate) fn variant_labels(api: &Api, union: TypeId) -> Vec<String> {
    let Shape::Union(variants) = &api.get(union).shape else { return Vec::new() };
    let mut plain: Vec<String> = Vec::new();
    let mut out: Vec<String> = Vec::new();
    for variant in variants {
        let ty = api.get(variant.of.ty);
        let label = match (&variant.label, &ty.origin) {
            (Some(title), _) => pascal(title),
            (None, _) if ty.name.is_some() => pascal(ty.name.as_deref().unwrap_or_default()),
            (None, Origin::Component(name) | Origin::Shared(name)) => pascal(name),
            (None, _) => {
                described(api, variants.iter().map(|variant| variant.of.ty).collect(), variant.of.ty)
            }
        };
        let label = if label == "Unknown" { "UnknownValue".to_owned() } else { label };
        let twins = plain.iter().filter(|other| **other == label).count();
        out.push(if twins == 0 { label.clone() } else { format!("{label}{}", twins + 1) });
        plain.push(label);
    }
    out
}

/// An alternative without a title: its JSON type, or the first member that only it has.
fn described(api: &Api, all: Vec<TypeId>, id: TypeId) -> String {
    match &api.get(id).shape {
        Shape::Any => "Any".into(),
        Shape::Bool => "Bool".into(),
        Shape::Integer => "Integer".into(),
        Shape::Number => "Number".into(),
        Shape::String(_) => "Text".into(),
        Shape::List(_) => "List".into(),
        Shape::Map(_) => "Map".into(),
        Shape::Object => "Object".into(),
        Shape::Enum(_) => "Value".into(),
        Shape::Union(_) => "Union".into(),
        Shape::Struct(it) => {
            let others: BTreeSet<&str> = all
                .iter()
                .filter(|other| **other != id)
                .flat_map(|other| api.fields(*other))
                .map(|field| field.wire_name.as_str())
                .collect();
            let own = it.fields.iter().filter(|field| !others.contains(field.wire_name.as_str()));
            let telling = own.clone().find(|field| field.required).or(own.clone().next());
            telling.map_or_else(|| "Fields".to_owned(), |field| format!("With{}", pascal(&field.wire_name)))
        }
    }
}
