//! Scalars: their formats, values and constraints.

use openapiv3::{
    AnySchema, IntegerType, NumberType, StringFormat as DeclaredFormat, StringType, VariantOrUnknownOrEmpty,
};
use serde_json::{Number, Value};

use crate::api::model::{Constraints, StringFormat, TypeKind};

/// Restricts a type to these values.
pub(super) fn narrowed(
    kind: TypeKind,
    constraints: Constraints,
    values: &[Value],
) -> (TypeKind, Constraints) {
    match kind {
        _ if values.is_empty() => (kind, constraints),
        TypeKind::Enum(_) | TypeKind::String(StringFormat::Plain) if values.iter().all(Value::is_string) => {
            (enumeration(values.iter().filter_map(Value::as_str).map(str::to_owned).collect()), constraints)
        }
        kind => (kind, Constraints { allowed: values.to_vec(), ..constraints }),
    }
}

/// The pattern that marks a date.
const DATE_PATTERN: &str = r"^\d{4}-\d{2}-\d{2}$";

pub(super) fn string(it: &StringType) -> (TypeKind, Constraints) {
    let format = match &it.format {
        VariantOrUnknownOrEmpty::Item(DeclaredFormat::DateTime) => Some("date-time"),
        VariantOrUnknownOrEmpty::Item(DeclaredFormat::Date) => Some("date"),
        VariantOrUnknownOrEmpty::Item(DeclaredFormat::Password) => Some("password"),
        VariantOrUnknownOrEmpty::Item(DeclaredFormat::Byte) => Some("byte"),
        VariantOrUnknownOrEmpty::Item(DeclaredFormat::Binary) => Some("binary"),
        VariantOrUnknownOrEmpty::Unknown(other) => Some(other.as_str()),
        VariantOrUnknownOrEmpty::Empty => None,
    };
    let values: Vec<String> = it.enumeration.iter().flatten().cloned().collect();
    if !values.is_empty() {
        return (enumeration(values), Constraints::default());
    }
    let constraints = Constraints {
        min_length: it.min_length,
        max_length: it.max_length,
        pattern: it.pattern.clone(),
        format: format.map(str::to_owned),
        ..Constraints::default()
    };
    let text = match format {
        Some("date-time") => StringFormat::DateTime,
        Some("date") => StringFormat::Date,
        Some("password") => StringFormat::Secret,
        _ if it.pattern.as_deref() == Some(DATE_PATTERN) => StringFormat::Date,
        _ => StringFormat::Plain,
    };
    (TypeKind::String(text), constraints)
}

/// Creates an enum. Overlays may add values, so the set is sorted again.
pub(super) fn enumeration(mut values: Vec<String>) -> TypeKind {
    values.sort_unstable();
    values.dedup();
    TypeKind::Enum(values)
}

pub(super) fn number(it: &NumberType) -> (TypeKind, Constraints) {
    let allowed = it.enumeration.iter().flatten().map(|value| Value::from(*value)).collect();
    let constraints = Constraints {
        minimum: it.minimum.and_then(Number::from_f64),
        exclusive_minimum: it.exclusive_minimum,
        maximum: it.maximum.and_then(Number::from_f64),
        exclusive_maximum: it.exclusive_maximum,
        multiple_of: it.multiple_of.and_then(Number::from_f64),
        allowed,
        ..Constraints::default()
    };
    (TypeKind::Number, constraints)
}

pub(super) fn integer(it: &IntegerType) -> (TypeKind, Constraints) {
    let allowed = it.enumeration.iter().flatten().map(|value| Value::from(*value)).collect();
    let constraints = Constraints {
        minimum: it.minimum.map(Number::from),
        exclusive_minimum: it.exclusive_minimum,
        maximum: it.maximum.map(Number::from),
        exclusive_maximum: it.exclusive_maximum,
        multiple_of: it.multiple_of.map(Number::from),
        allowed,
        ..Constraints::default()
    };
    (TypeKind::Integer, constraints)
}

pub(super) fn constraints_of(any: &AnySchema) -> Constraints {
    Constraints {
        minimum: any.minimum.and_then(Number::from_f64),
        exclusive_minimum: any.exclusive_minimum == Some(true),
        maximum: any.maximum.and_then(Number::from_f64),
        exclusive_maximum: any.exclusive_maximum == Some(true),
        multiple_of: any.multiple_of.and_then(Number::from_f64),
        min_length: any.min_length,
        max_length: any.max_length,
        pattern: any.pattern.clone(),
        format: any.format.clone(),
        min_items: any.min_items,
        max_items: any.max_items,
        unique_items: any.unique_items == Some(true),
        min_properties: any.min_properties,
        max_properties: any.max_properties,
        allowed: Vec::new(),
    }
}
