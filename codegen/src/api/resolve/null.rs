//! Determines whether a schema permits null.

use std::collections::BTreeSet;

use openapiv3::{AnySchema, Schema, SchemaKind};
use serde_json::Value;

use super::schema::SchemaRef;
use super::{Resolver, component_name};

/// The deepest nesting of unions and `allOf` that is read.
const MAX_DEPTH: usize = 100;

impl<'d> Resolver<'d, '_> {
    /// Returns whether null is permitted by the schema itself, by a variant, or by every part of `allOf`.
    pub(super) fn allows_null(&self, schema: &'d Schema) -> bool {
        self.null(SchemaRef::Inline(schema), &mut BTreeSet::new(), 0)
    }

    fn null(&self, schema: SchemaRef<'d>, seen: &mut BTreeSet<String>, depth: usize) -> bool {
        let schema = match schema {
            _ if depth > MAX_DEPTH => return false,
            SchemaRef::Inline(schema) => schema,
            SchemaRef::To(reference) => {
                let components = self.document.components.as_ref();
                let found = component_name(reference).filter(|name| seen.insert(name.clone()));
                let found = found.and_then(|name| components?.schemas.get(&name));
                return found.is_some_and(|schema| self.null(schema.into(), seen, depth + 1));
            }
        };
        let parts = match &schema.schema_kind {
            _ if schema.schema_data.nullable => return true,
            SchemaKind::OneOf { one_of: list } | SchemaKind::AnyOf { any_of: list } => {
                return list.iter().any(|part| self.null(part.into(), seen, depth + 1));
            }
            SchemaKind::Any(any) if any.enumeration == [Value::Null] => return true,
            SchemaKind::Any(any) if any.all_of.is_empty() => {
                let mut alternatives = any.any_of.iter().chain(&any.one_of);
                return alternatives.any(|part| self.null(part.into(), seen, depth + 1));
            }
            SchemaKind::AllOf { all_of: parts } => parts,
            _ => return false,
        };
        let mut parts = parts.iter().filter(|part| !part.as_item().is_some_and(is_silent)).peekable();
        parts.peek().is_some() && parts.all(|part| self.null(part.into(), seen, depth + 1))
    }
}

/// Returns whether a schema has no constraint, only annotations.
pub(super) fn is_silent(schema: &Schema) -> bool {
    matches!(&schema.schema_kind, SchemaKind::Any(any) if *any == AnySchema::default())
}
