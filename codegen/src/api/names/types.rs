//! Names and modules of structs, enums and unions.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{module, pascal, singular};
use super::scopes::{Claim, Scopes};
use super::{Module, Names, REQUESTS, pointer, reserved, spelled};
use crate::api::model::{Api, Origin, Owner, Role, TypeId, TypeKind};
use crate::diagnostics::pointer::Pointer;
use crate::diagnostics::{Diagnostics, Origin as Position, Severity};
use crate::document::canonical::is_machine_made;

/// Names every emitted type and checks that names are unique per scope.
pub(super) fn name(api: &Api, names: &mut Names, scopes: &mut Scopes, diagnostics: &mut Diagnostics) {
    let mut known = Known { given: given(api, names.groups.len()), ..Known::default() };
    for id in api.reachable() {
        let (module, name) = stem(api, names, &mut known, id, 0);
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
            diagnostics.push(Severity::Warning, Position::Canonical(pointer(&ty.at)), what, help);
        }
    }
    claim_types(api, names, scopes, diagnostics);
    // The scope of a group has the models that it uses and its own types; its handle and its requests are in another.
    for index in 0..names.groups.len() {
        claim_group(api, names, index, scopes, diagnostics);
    }
}

/// Returns the groups in which a type has a name that `x-shared-types` gives.
fn given(api: &Api, groups: usize) -> BTreeMap<String, BTreeSet<usize>> {
    let mut given: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for group in 0..groups {
        for id in used_types(api, group) {
            if let Origin::Shared(name) = &api.get(id).origin {
                given.entry(taken(pascal(name))).or_default().insert(group);
            }
        }
    }
    given
}

/// The help for a collision of types.
const FIX: &str = "name one of them by an overlay (`x-rust-name`, or an entry of `x-shared-types`)";

fn claim_types(api: &Api, names: &mut Names, scopes: &mut Scopes, diagnostics: &mut Diagnostics) {
    // Types that the document names come before inline types.
    let mut all: Vec<TypeId> = names.types.keys().copied().collect();
    all.sort_by_key(|id| matches!(api.get(*id).origin, Origin::Inline(..)));
    for id in all {
        let scope = match names.types.get(&id) {
            Some((Module::Model(_), _)) => "the module `models`",
            Some((Module::Webhooks, _)) => "the payloads of webhooks",
            _ => continue,
        };
        claim_type(api, names, id, scope, scopes, diagnostics);
    }
}

fn claim_type(
    api: &Api,
    names: &mut Names,
    id: TypeId,
    scope: &str,
    scopes: &mut Scopes,
    diagnostics: &mut Diagnostics,
) {
    let Some((_, name)) = names.types.get_mut(&id) else { return };
    let ty = api.get(id);
    let at = pointer(&ty.at);
    // The entry of `x-shared-types` that merged it chooses the name of a shared type.
    let chosen_at = match &ty.origin {
        Origin::Shared(name) => Pointer(vec!["x-shared-types".to_owned(), name.clone()]),
        _ => at.child("x-rust-name"),
    };
    let who = format!("`{}`", ty.at);
    let claim = Claim { scope, who: &who, at: &at, chosen_at, fix: FIX, is_renamable: true };
    let longer = |name: &str| match &ty.origin {
        Origin::Component(own) | Origin::Shared(own) => {
            vec![format!("{name}Schema"), format!("{name}{}", pascal(&spelled(own)))]
        }
        Origin::Inline(_, role) => {
            vec![format!("{name}{}", role_word(role)), format!("{name}{}", pascal(&ty.at))]
        }
    };
    *name = scopes.claim(&claim, name.clone(), longer, diagnostics);
}

fn claim_group(
    api: &Api,
    names: &mut Names,
    index: usize,
    scopes: &mut Scopes,
    diagnostics: &mut Diagnostics,
) {
    let Some(group) = names.groups.get(index) else { return };
    let scope = format!("the module `{}`", group.module);
    let requests = format!("the module `{}::{REQUESTS}`", group.module);
    // Groups and methods with the same name are reported already.
    if names.groups.iter().take(index).any(|other| other.module == group.module) {
        return;
    }
    for id in used_models(api, names, index) {
        claim_type(api, names, id, &scope, scopes, diagnostics);
    }
    let own: Vec<TypeId> = names
        .types
        .iter()
        .filter(|(_, (module, _))| *module == Module::Group(index))
        .map(|(id, _)| *id)
        .collect();
    for id in own {
        claim_type(api, names, id, &scope, scopes, diagnostics);
    }
    if let Some(group) = names.groups.get_mut(index) {
        let at = super::pointer_of_group(api, index);
        let chosen_at = at.clone();
        let claim = Claim {
            scope: &requests,
            who: "the group's handle",
            at: &at,
            chosen_at,
            fix: FIX,
            is_renamable: false,
        };
        group.handle =
            scopes.claim(&claim, group.handle.clone(), |name| vec![format!("{name}Group")], diagnostics);
    }
    let mut methods: BTreeSet<String> = BTreeSet::new();
    for (operation, own) in
        api.operations.iter().zip(&mut names.operations).filter(|(op, _)| op.group == index)
    {
        if methods.insert(own.method.clone()) {
            let who = format!("the builder of `{} {}`", operation.method.to_uppercase(), operation.path);
            let at = super::pointer_of(operation);
            let chosen_at = at.child("operationId");
            let claim =
                Claim { scope: &requests, who: &who, at: &at, chosen_at, fix: FIX, is_renamable: false };
            own.request =
                scopes.claim(&claim, own.request.clone(), |name| vec![format!("{name}Builder")], diagnostics);
        }
    }
}

/// Returns a word for the role of an inline type, for a longer name.
fn role_word(role: &Role) -> &'static str {
    match role {
        Role::Body => "Body",
        Role::Response => "Response",
        Role::Error(_) => "Error",
        Role::Record => "Record",
        Role::Param(_) => "Param",
        Role::Field { .. } => "Field",
        Role::Item => "Item",
        Role::Variant(_) => "Variant",
    }
}

/// Returns the models that a group's operations use.
pub(crate) fn used_models(api: &Api, names: &Names, group: usize) -> BTreeSet<TypeId> {
    used_types(api, group)
        .into_iter()
        .filter(|id| matches!(names.types.get(id), Some((Module::Model(_), _))))
        .collect()
}

/// Returns the types that a group's operations use.
fn used_types(api: &Api, group: usize) -> Vec<TypeId> {
    let roots = api.operations.iter().filter(|operation| operation.group == group).flat_map(Api::roots);
    api.closure(roots)
}

/// Results that are computed already.
#[derive(Default)]
struct Known {
    stems: BTreeMap<TypeId, (Module, String)>,
    labels: BTreeMap<TypeId, Vec<String>>,
    /// The names that `x-shared-types` gives, with the groups that use them.
    given: BTreeMap<String, BTreeSet<usize>>,
}

/// Returns the module and name of a type; for a type without an item, the prefix of the names of its parts.
fn stem(api: &Api, names: &Names, known: &mut Known, id: TypeId, depth: usize) -> (Module, String) {
    if let Some(stem) = known.stems.get(&id) {
        return stem.clone();
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
                // Only a cycle of handles is deeper than this.
                Owner::Type(owner) if depth < 500 => stem(api, names, known, *owner, depth + 1),
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
                Some(name) => taken(pascal(name)),
                None => taken(inline(api, known, &base, owner, role)),
            };
            // A type that no longer equals the others of its entry may derive the entry's name, which stays with the
            // others.
            let is_taken = |groups: &BTreeSet<usize>| match &module {
                Module::Group(group) => groups.contains(group),
                _ => true,
            };
            let is_given = ty.name.is_none() && known.given.get(&name).is_some_and(is_taken);
            (module, if is_given { format!("{name}Inline") } else { name })
        }
    };
    known.stems.insert(id, (module.clone(), name.clone()));
    (module, name)
}

/// Appends `Model` to a name that the runtime reserves.
fn taken(name: String) -> String {
    if reserved::TYPES.contains(&name.as_str()) { format!("{name}Model") } else { name }
}

fn inline(api: &Api, known: &mut Known, base: &str, owner: &Owner, role: &Role) -> String {
    let holds_many = |owner: &Owner| match owner {
        Owner::Type(owner) => matches!(api.get(*owner).kind, TypeKind::List(_) | TypeKind::Map(_)),
        _ => false,
    };
    match role {
        Role::Body => base.to_owned(),
        Role::Response => format!("{base}Response"),
        Role::Error(status) if status == "default" => format!("{base}Error"),
        Role::Error(status) => format!("{base}Error{}", status.to_ascii_uppercase()),
        Role::Record => format!("{base}Record"),
        Role::Param(name) | Role::Field { name, .. } => format!("{base}{}", pascal(name)),
        // An array has no item; its element gets the singular of the array's name.
        Role::Item if holds_many(owner) => {
            let one = singular(base);
            if one == base { format!("{base}Item") } else { one }
        }
        Role::Item => format!("{base}Item"),
        Role::Variant(index) => {
            let label = match owner {
                Owner::Type(owner) => {
                    let labels = known.labels.entry(*owner).or_insert_with(|| variant_labels(api, *owner));
                    labels.get(*index).cloned()
                }
                _ => None,
            };
            format!("{base}{}", label.unwrap_or_default())
        }
    }
}

/// Returns the names of a union's variants: the title, the discriminator value, or a description of the type.
pub(super) fn variant_labels(api: &Api, union: TypeId) -> Vec<String> {
    let TypeKind::Union(variants) = &api.get(union).kind else { return Vec::new() };
    // Counts the variants that have a property.
    let mut having: BTreeMap<&str, usize> = BTreeMap::new();
    let alternatives: BTreeSet<TypeId> = variants.iter().map(|variant| variant.of.ty).collect();
    for field in alternatives.into_iter().flat_map(|ty| api.fields(ty)) {
        *having.entry(&field.wire_name).or_default() += 1;
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut out: Vec<String> = Vec::new();
    for variant in variants {
        let ty = api.get(variant.of.ty);
        let label = match (&variant.label, &ty.origin) {
            (Some(title), _) => pascal(title),
            (None, _) if ty.name.is_some() => pascal(ty.name.as_deref().unwrap_or_default()),
            (None, Origin::Component(name) | Origin::Shared(name)) => pascal(name),
            (None, _) if is_word(&variant.tags) => pascal(&variant.tags.concat()),
            (None, _) => described(api, &having, variant.of.ty),
        };
        let label = if label == "Unknown" { "UnknownValue".to_owned() } else { label };
        let mut own = label.clone();
        let mut number = 1;
        while !taken.insert(own.clone()) {
            number += 1;
            own = format!("{label}{number}");
        }
        out.push(own);
    }
    out
}

/// Returns whether a variant has one discriminator value, and it contains letters.
fn is_word(tags: &[String]) -> bool {
    matches!(tags, [tag] if tag.chars().any(char::is_alphabetic))
}

/// Describes a variant without a title: its JSON type, or the first property that only it has.
fn described(api: &Api, having: &BTreeMap<&str, usize>, id: TypeId) -> String {
    match &api.get(id).kind {
        TypeKind::Any => "Any".into(),
        TypeKind::Bool => "Bool".into(),
        TypeKind::Integer => "Integer".into(),
        TypeKind::Unsigned => "Unsigned".into(),
        TypeKind::Number | TypeKind::Cents => "Number".into(),
        TypeKind::String(_) => "Text".into(),
        TypeKind::List(_) => "List".into(),
        TypeKind::Map(_) => "Map".into(),
        TypeKind::Object => "Object".into(),
        TypeKind::Enum(_) => "Value".into(),
        TypeKind::Union(_) => "Union".into(),
        TypeKind::Struct(it) => {
            let own = it.fields.iter().filter(|field| having.get(field.wire_name.as_str()) == Some(&1));
            let telling = own.clone().find(|field| field.required).or(own.clone().next());
            telling.map_or_else(|| "Fields".to_owned(), |field| format!("With{}", pascal(&field.wire_name)))
        }
    }
}
