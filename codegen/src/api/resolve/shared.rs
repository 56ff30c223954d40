//! `x-shared-types`: emits equal inline types once, under a name from the overlay.
//!
//! An entry selects its type by *position*, not by content, so that the same change at all positions renames nothing.
//! If the positions differ, the most frequent shape keeps the name and the others fall back to their own names. The
//! entry's `shape` decides a tie, otherwise the order of the document.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::OpenAPI;
use serde_json::Value;

use super::shape::Shapes;
use crate::api::model::{Api, Operation, Origin, Owner, Repr, ResponseContent, Role, TypeId, TypeRef};
use crate::diagnostics::Diagnostics;
use crate::diagnostics::pointer::At;

/// An entry. A position must match all its selectors.
#[derive(Debug, Default)]
pub(super) struct Entry {
    name: String,
    /// `field`, or `Owner.field` with the enclosing field, the component or the tag.
    fields: Vec<String>,
    /// Properties that the object has, among others.
    properties: Vec<String>,
    /// Values that the enum has, among others.
    values: Vec<String>,
    /// `body`, `response`, `error`, `record` or `param`.
    role: Option<String>,
    /// Operations, by path.
    paths: Vec<String>,
    /// Operations, by method.
    method: Option<String>,
    /// The fingerprint of the shape that wins a tie.
    shape: Option<String>,
}

/// Equal inline types that no entry selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ungrouped {
    /// Their positions, as JSON pointers into the canonical document.
    pub places: Vec<String>,
    /// An entry for `x-shared-types`, ready to paste.
    pub entry: String,
}

/// Reads the entries of the document.
pub(super) fn entries(document: &OpenAPI, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    let at = At::ROOT.key("x-shared-types");
    let table = document.extensions.get("x-shared-types");
    if table.is_some_and(|table| !table.is_object()) {
        diagnostics.error(&at, "`x-shared-types` is an object: name to entry", "");
    }
    table
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, entry)| Entry::read(name, entry, &at.key(name), diagnostics))
        .collect()
}

impl Entry {
    fn read(name: &str, value: &Value, at: &At<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut understood = true;
        let mut entry = Entry { name: name.to_owned(), ..Entry::default() };
        let list = |value: &Value| -> Option<Vec<String>> {
            value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        };
        for (key, value) in value.as_object().into_iter().flatten() {
            let known = match key.as_str() {
                "fields" => list(value).map(|list| entry.fields = list),
                "properties" => list(value).map(|list| entry.properties = list),
                "values" => list(value).map(|list| entry.values = list),
                "paths" => list(value).map(|list| entry.paths = list),
                "method" => value.as_str().map(|text| entry.method = Some(text.to_owned())),
                "role" => value.as_str().map(|text| entry.role = Some(text.to_owned())),
                "shape" => value.as_str().map(|text| entry.shape = Some(text.to_owned())),
                _ => None,
            };
            if known.is_none() {
                let help = "an entry has lists `fields`, `properties`, `values`, `paths` and strings `method`, `role`, `shape`";
                diagnostics.error(&at.key(key), format!("`{key}` is not understood here"), help);
                understood = false;
            }
        }
        let lists = [&entry.fields, &entry.properties, &entry.values, &entry.paths];
        if understood && lists.iter().all(|list| list.is_empty()) && entry.role.is_none() {
            let help = "say by `fields`, `properties`, `values`, `paths` or `role` which places are meant";
            diagnostics.error(at, "this entry matches every type", help);
            understood = false;
        }
        understood.then_some(entry)
    }

    fn matches(&self, api: &Api, context: &Context<'_>, id: TypeId) -> bool {
        let field = |selector: &String| match selector.rsplit_once('.') {
            Some((owner, field)) => context.field == Some(field) && context.owners.contains(&owner),
            None => context.field == Some(selector.as_str()),
        };
        // Tests the paths last: there may be hundreds.
        (self.fields.is_empty() || self.fields.iter().any(field))
            && self
                .method
                .as_deref()
                .is_none_or(|method| context.operation.is_some_and(|op| op.method == method))
            && self.role.as_deref().is_none_or(|role| context.field.is_none() && context.role == role)
            && self.properties.iter().all(|name| api.fields(id).iter().any(|field| field.wire_name == *name))
            && match api.repr(id) {
                Repr::Enum(values) => self.values.iter().all(|value| values.contains(&value.as_str())),
                _ => self.values.is_empty(),
            }
            && (self.paths.is_empty() || context.operation.is_some_and(|op| self.paths.contains(&op.path)))
    }
}

/// The context of an inline type.
#[derive(Clone, Debug, Default)]
struct Context<'a> {
    /// The field of this type, or of an array or map of it.
    field: Option<&'a str>,
    /// The names by which an entry may select its owner.
    owners: Vec<&'a str>,
    role: &'static str,
    operation: Option<&'a Operation>,
}

/// Gives each shared type one handle, and returns the equal types that no entry selects.
pub(super) fn merge(api: &mut Api, entries: &[Entry], diagnostics: &mut Diagnostics) -> Vec<Ungrouped> {
    let shapes = Shapes::of(api);
    let inline = InlineTypes::of(api);
    let components = api.components();
    let mut replace: BTreeMap<TypeId, TypeId> = BTreeMap::new();
    let mut names: Vec<(TypeId, String)> = Vec::new();
    let mut claimed: BTreeSet<TypeId> = BTreeSet::new();
    let table = At::ROOT.key("x-shared-types");
    for entry in entries {
        let at = table.key(&entry.name);
        let mut found: Vec<TypeId> = inline
            .that_may_match(entry)
            .filter(|(id, context)| !claimed.contains(id) && entry.matches(api, context, *id))
            .map(|(id, _)| *id)
            .collect();
        if found.is_empty() {
            diagnostics.warning(&at, "no place matches this entry", "correct its selectors, or remove it");
            continue;
        }
        // A component of that name is included, so that an equal inline schema becomes the component.
        found.extend(components.get(entry.name.as_str()));
        let mut by_shape: BTreeMap<u64, (usize, Vec<TypeId>)> = BTreeMap::new();
        for (index, id) in found.iter().enumerate() {
            by_shape.entry(shapes.of_root(*id)).or_insert_with(|| (index, Vec::new())).1.push(*id);
        }
        let pinned = |shape: u64| entry.shape.as_ref().is_some_and(|pin| *pin == format!("{shape:016x}"));
        if let Some(pin) = entry.shape.as_deref()
            && found.len() > 1
            && !by_shape.keys().any(|shape| pinned(*shape))
        {
            let what = format!(
                "`{}` is shared by {} places, none of which has the shape `{pin}`",
                entry.name,
                found.len()
            );
            let most = by_shape.iter().max_by_key(|(_, (_, ids))| ids.len()).map_or(0, |(shape, _)| *shape);
            let help =
                format!("write `shape: '{most:016x}'`, so that the name stays when they come to differ");
            diagnostics.warning(&at.key("shape"), what, help);
        }
        let most = by_shape
            .iter()
            .max_by_key(|(shape, (first, ids))| (ids.len(), pinned(**shape), std::cmp::Reverse(*first)));
        let Some((winner, (_, most))) = most else { continue };
        let component = most.iter().find(|id| matches!(api.get(**id).origin, Origin::Component(_)));
        let Some(keep) = component.or(most.first()).copied() else { continue };
        for id in &found {
            if shapes.of_root(*id) == *winner {
                claimed.insert(*id);
                if *id != keep {
                    replace.insert(*id, keep);
                }
            } else if api.get(*id).origin != Origin::Component(entry.name.clone()) {
                let what = format!(
                    "`{}` is shared by {} places, but looks different at {}, which keeps a name of its own",
                    entry.name,
                    most.len(),
                    api.get(*id).at
                );
                let help = format!(
                    "give it an entry of its own before this one: {}",
                    suggestion(api, &inline, &[*id], &shapes)
                );
                diagnostics.warning(&at, what, help);
            }
        }
        if component.is_none() {
            names.push((keep, entry.name.clone()));
        }
    }
    api.merged = replace.len();
    for (id, name) in names {
        if let Some(ty) = api.types.get_mut(id.0 as usize) {
            ty.origin = Origin::Shared(name);
        }
    }
    redirect(api, &replace);
    ungrouped(api, &shapes)
}

/// All inline item types that an operation reaches, in order, with their contexts.
struct InlineTypes<'a> {
    list: Vec<(TypeId, Context<'a>)>,
    /// Indexes of `list`.
    by_field: BTreeMap<&'a str, Vec<usize>>,
    by_path: BTreeMap<&'a str, Vec<usize>>,
    by_type: BTreeMap<TypeId, usize>,
}

impl<'a> InlineTypes<'a> {
    fn of(api: &'a Api) -> Self {
        let inline =
            |id: &TypeId| api.repr(*id).is_item() && matches!(api.get(*id).origin, Origin::Inline(..));
        let list: Vec<_> =
            api.reachable().into_iter().filter(inline).map(|id| (id, context(api, id))).collect();
        let mut by_field: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, (_, context)) in list.iter().enumerate() {
            if let Some(field) = context.field {
                by_field.entry(field).or_default().push(index);
            }
            if let Some(operation) = context.operation {
                by_path.entry(&operation.path).or_default().push(index);
            }
        }
        let by_type = list.iter().enumerate().map(|(index, (id, _))| (*id, index)).collect();
        InlineTypes { list, by_field, by_path, by_type }
    }

    /// Returns the candidates of an entry, in order: those of its fields or of its paths, whichever are fewer, or all.
    fn that_may_match(&self, entry: &Entry) -> impl Iterator<Item = &(TypeId, Context<'a>)> {
        let fields =
            entry.fields.iter().map(|field| field.rsplit_once('.').map_or(field.as_str(), |it| it.1));
        let of_fields = listed(&self.by_field, fields);
        let of_paths = listed(&self.by_path, entry.paths.iter().map(String::as_str));
        let count = |lists: &Vec<&Vec<usize>>| lists.iter().map(|list| list.len()).sum::<usize>();
        let few = [of_fields, of_paths].into_iter().flatten().min_by_key(count);
        let indexes: BTreeSet<usize> = match few {
            Some(lists) => lists.into_iter().flatten().copied().collect(),
            None => (0..self.list.len()).collect(),
        };
        indexes.into_iter().filter_map(|index| self.list.get(index))
    }

    fn context(&self, id: TypeId) -> Option<&Context<'a>> {
        self.by_type.get(&id).and_then(|index| self.list.get(*index)).map(|(_, context)| context)
    }
}

/// Returns what an index has for these keys; `None` without keys.
fn listed<'k, 'i>(
    index: &'i BTreeMap<&str, Vec<usize>>,
    keys: impl Iterator<Item = &'k str>,
) -> Option<Vec<&'i Vec<usize>>> {
    let mut keys = keys.peekable();
    keys.peek()?;
    Some(keys.filter_map(|key| index.get(key)).collect())
}

fn context(api: &Api, id: TypeId) -> Context<'_> {
    let mut context = Context::default();
    let mut at = id;
    let mut steps = 0;
    // Ascends from field to field.
    loop {
        steps += 1;
        match &api.get(at).origin {
            Origin::Component(name) | Origin::Shared(name) => {
                context.owners.push(name);
                return context;
            }
            Origin::Inline(owner, role) => {
                if let Role::Field { name, .. } = role {
                    match context.field {
                        None => context.field = Some(name),
                        Some(_) if context.owners.is_empty() => context.owners.push(name),
                        Some(_) => {}
                    }
                }
                match owner {
                    Owner::Type(up) if steps < 1_000 => at = *up,
                    Owner::Operation(index) => {
                        context.role = role_name(role);
                        if let (Role::Param(name), None) = (role, context.field) {
                            context.field = Some(name);
                        }
                        if let Some(operation) = api.operations.get(*index) {
                            context.operation = Some(operation);
                            context
                                .owners
                                .extend(api.groups.get(operation.group).map(|group| group.tag.as_str()));
                            context.owners.extend(operation.tag.as_deref());
                        }
                        return context;
                    }
                    _ => return context,
                }
            }
        }
    }
}

fn role_name(role: &Role) -> &'static str {
    match role {
        Role::Body => "body",
        Role::Response => "response",
        Role::Record => "record",
        Role::Param(_) => "param",
        Role::Error(_) => "error",
        _ => "",
    }
}

fn redirect(api: &mut Api, replace: &BTreeMap<TypeId, TypeId>) {
    let turn = |of: &mut TypeRef| {
        if let Some(keep) = replace.get(&of.ty) {
            of.ty = *keep;
        }
    };
    for ty in &mut api.types {
        match &mut ty.kind {
            crate::api::model::TypeKind::List(of) | crate::api::model::TypeKind::Map(of) => turn(of),
            crate::api::model::TypeKind::Struct(it) => {
                it.fields.iter_mut().for_each(|field| turn(&mut field.of));
                it.extra.iter_mut().for_each(turn);
            }
            crate::api::model::TypeKind::Union(variants) => {
                variants.iter_mut().for_each(|variant| turn(&mut variant.of))
            }
            _ => {}
        }
    }
    for operation in &mut api.operations {
        operation.params.iter_mut().for_each(|param| turn(&mut param.of));
        operation.body.iter_mut().for_each(|body| turn(&mut body.of));
        operation.errors.iter_mut().for_each(|error| turn(&mut error.of));
        if let ResponseContent::Json(of) | ResponseContent::Page(of) | ResponseContent::Single(of) =
            &mut operation.response
        {
            turn(of);
        }
    }
    for webhook in &mut api.webhooks {
        webhook.payload.iter_mut().for_each(turn);
    }
}

/// Returns the remaining equal types, largest group first.
fn ungrouped(api: &Api, shapes: &Shapes) -> Vec<Ungrouped> {
    let inline = InlineTypes::of(api);
    let mut by_shape: BTreeMap<u64, Vec<TypeId>> = BTreeMap::new();
    for id in api.reachable().into_iter().filter(|id| api.repr(*id).is_item()) {
        by_shape.entry(shapes.of_root(id)).or_default().push(id);
    }
    let mut groups: Vec<Vec<TypeId>> = by_shape.into_values().filter(|ids| ids.len() > 1).collect();
    groups.sort_by_key(|ids| (std::cmp::Reverse(ids.len()), ids.first().copied()));
    groups
        .into_iter()
        .map(|ids| Ungrouped {
            entry: suggestion(api, &inline, &ids, shapes),
            places: ids.iter().map(|id| api.get(*id).at.clone()).collect(),
        })
        .collect()
}

/// Returns an entry that selects these positions and as few others as possible.
fn suggestion(api: &Api, inline: &InlineTypes<'_>, ids: &[TypeId], shapes: &Shapes) -> String {
    let meant = || ids.iter().filter_map(|id| inline.context(*id));
    let mut fields: Vec<String> = Vec::new();
    let mut paths: Vec<String> = Vec::new();
    for context in meant() {
        match context.field {
            Some(field) => {
                let owner = context.owners.first().map_or(String::new(), |owner| format!("{owner}."));
                fields.push(format!("{owner}{field}"));
            }
            None => paths.extend(context.operation.map(|operation| operation.path.clone())),
        }
    }
    let by_fields = Entry { fields: fields.clone(), ..Entry::default() };
    let differs = |(id, context): &(TypeId, Context<'_>)| {
        ids.first().is_some_and(|first| shapes.of_root(*first) != shapes.of_root(*id))
            && by_fields.matches(api, context, *id)
    };
    // A field name may match thousands of positions; a sample suffices.
    if !fields.is_empty() && inline.that_may_match(&by_fields).take(1_000).any(differs) {
        paths.extend(meant().filter_map(|context| context.operation).map(|operation| operation.path.clone()));
    }
    for list in [&mut fields, &mut paths] {
        list.sort();
        list.dedup();
    }
    let shape = ids.first().map_or(0, |id| shapes.of_root(*id));
    let mut parts = Vec::new();
    if !fields.is_empty() {
        parts.push(format!("fields: {}", quoted(&fields)));
    }
    if !paths.is_empty() {
        parts.push(format!("paths: {}", quoted(&paths)));
    }
    let component = ids.iter().find_map(|id| match &api.get(*id).origin {
        Origin::Component(name) => Some(name.as_str()),
        _ => None,
    });
    parts.push(format!("shape: '{shape:016x}'"));
    format!("{}: {{{}}}", component.unwrap_or("TypeName"), parts.join(", "))
}

/// Returns an array in flow YAML. Paths are quoted: their braces would start a map.
fn quoted(texts: &[String]) -> String {
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let quote =
        |text: &String| if plain(text) { text.clone() } else { format!("'{}'", text.replace('\'', "''")) };
    format!("[{}]", texts.iter().map(quote).collect::<Vec<_>>().join(", "))
}
