//! Equality of types: a fingerprint of a type without its prose and the names of inline types.

use std::collections::BTreeMap;

use crate::api::model::{Api, Constraints, Origin, TypeId, TypeKind, TypeRef};

/// Fingerprints of all types of an API. They depend only on the document, so that overlays can contain them.
pub(super) struct Shapes {
    /// Fingerprints of references to a type: that of a component is its name.
    used: BTreeMap<TypeId, u64>,
    /// Fingerprints of the contents of a type, also of a component.
    root: BTreeMap<TypeId, u64>,
}

impl Shapes {
    pub(super) fn of(api: &Api) -> Self {
        let mut shapes = Shapes { used: BTreeMap::new(), root: BTreeMap::new() };
        for id in api.reachable() {
            let root = shapes.print_root(api, id);
            shapes.root.insert(id, root);
        }
        shapes
    }

    pub(super) fn of_root(&self, id: TypeId) -> u64 {
        self.root.get(&id).copied().unwrap_or_default()
    }

    fn print_used(&mut self, api: &Api, id: TypeId) -> u64 {
        if let Some(known) = self.used.get(&id) {
            return *known;
        }
        let print = match &api.get(id).origin {
            // Its name also ends the recursion.
            Origin::Component(name) => fnv(&[b"component", name.as_bytes()]),
            _ => self.print_root(api, id),
        };
        self.used.insert(id, print);
        print
    }

    fn print_root(&mut self, api: &Api, id: TypeId) -> u64 {
        let ty = api.get(id);
        let mut text = String::new();
        let part = |shapes: &mut Self, text: &mut String, of: &TypeRef| {
            let print = shapes.print_used(api, of.ty);
            text.push_str(&format!("{print:016x}{}", if of.nullable { '?' } else { ' ' }));
        };
        match &ty.kind {
            TypeKind::Any => text.push_str("any"),
            TypeKind::Bool => text.push_str("bool"),
            TypeKind::Integer => text.push_str("integer"),
            TypeKind::Unsigned => text.push_str("unsigned"),
            TypeKind::Cents => text.push_str("cents"),
            TypeKind::Number => text.push_str("number"),
            TypeKind::String(about) => text.push_str(&format!("string {about:?}")),
            TypeKind::Object => text.push_str("object"),
            TypeKind::List(of) => {
                text.push_str("list ");
                part(self, &mut text, of);
            }
            TypeKind::Map(of) => {
                text.push_str("map ");
                part(self, &mut text, of);
            }
            TypeKind::Enum(values) => text.push_str(&format!("enum {values:?}")),
            TypeKind::Struct(it) => {
                text.push_str(if it.closed { "closed struct" } else { "struct" });
                for field in &it.fields {
                    let info = &field.info;
                    text.push_str(&format!(
                        "\n{:?} {} {} {:?} ",
                        field.wire_name, field.required, info.deprecated, info.default
                    ));
                    if let Some(name) = &info.name {
                        text.push_str(&format!("{:?} ", name.text));
                    }
                    part(self, &mut text, &field.of);
                }
                if let Some(of) = &it.extra {
                    text.push_str("\nextra ");
                    part(self, &mut text, of);
                }
            }
            TypeKind::Union(variants) => {
                text.push_str("union");
                for variant in variants {
                    text.push_str(&format!("\n{:?} ", variant.label));
                    part(self, &mut text, &variant.of);
                }
            }
        }
        if ty.constraints != Constraints::default() {
            // Without the name of the Rust type: overlays pin this fingerprint.
            text.push('\n');
            text.push_str(format!("{:?}", ty.constraints).trim_start_matches("Constraints"));
        }
        text.push_str(&format!("\n{:?}", ty.name));
        fnv(&[text.as_bytes()])
    }
}

/// FNV-1a: small, and stable across machines and versions of Rust.
fn fnv(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.iter().flat_map(|part| part.iter().chain(&[0xff])) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}
