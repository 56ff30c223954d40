//! Renders the constraints of a value as the table of `rule!`.

use crate::api::model::{Api, Constraints, Repr, TypeKind, TypeRef};

/// Returns `{ max_items: 25, items: { max_length: 3 } }`; `None` without constraints.
pub(super) fn rule(api: &Api, of: TypeRef) -> Option<String> {
    let ty = api.get(of.ty);
    let mut parts = constraints(&ty.constraints);
    match &ty.kind {
        TypeKind::Enum(_) => parts.push("listed: true".to_owned()),
        TypeKind::List(item) | TypeKind::Map(item) => {
            parts.extend(rule(api, *item).map(|items| format!("items: {items}")))
        }
        // One alternative accepts any object, so the union does too.
        TypeKind::Union(variants)
            if variants.iter().any(|it| matches!(api.repr(it.of.ty), Repr::Object | Repr::Any)) =>
        {
            parts.push("free: true".to_owned());
        }
        TypeKind::Union(variants) if !matches!(api.repr(of.ty), Repr::Union(_)) => {
            let alternatives: Vec<Option<String>> =
                variants.iter().map(|variant| rule(api, variant.of)).collect();
            // An alternative without constraints accepts every value.
            if alternatives.iter().all(Option::is_some) {
                let alternatives: Vec<String> = alternatives.into_iter().flatten().collect();
                parts.push(format!("any_of: [{}]", alternatives.join(", ")));
            }
        }
        _ => {}
    }
    (!parts.is_empty()).then(|| format!("{{ {} }}", parts.join(", ")))
}

fn constraints(constraints: &Constraints) -> Vec<String> {
    let mut parts = Vec::new();
    let number = |value: &serde_json::Number| {
        let text = format!("{:?}", value.as_f64().unwrap_or_default());
        // A minus is a separate token, so a negative number needs parentheses.
        if text.starts_with('-') { format!("({text})") } else { text }
    };
    let mut push =
        |name: &str, value: Option<String>| parts.extend(value.map(|value| format!("{name}: {value}")));
    push("min_length", constraints.min_length.map(|it| it.to_string()));
    push("max_length", constraints.max_length.map(|it| it.to_string()));
    push("pattern", constraints.pattern.as_ref().map(|it| proc_macro2::Literal::string(it).to_string()));
    let format = match constraints.format.as_deref() {
        Some("date-time") => Some("DateTime"),
        Some("date") => Some("Date"),
        Some("email") => Some("Email"),
        Some("uri") => Some("Uri"),
        _ => None,
    };
    push("format", format.map(str::to_owned));
    let bound =
        |value: &Option<serde_json::Number>, wanted: bool| value.as_ref().filter(|_| wanted).map(number);
    push("minimum", bound(&constraints.minimum, !constraints.exclusive_minimum));
    push("above", bound(&constraints.minimum, constraints.exclusive_minimum));
    push("maximum", bound(&constraints.maximum, !constraints.exclusive_maximum));
    push("below", bound(&constraints.maximum, constraints.exclusive_maximum));
    push("multiple_of", constraints.multiple_of.as_ref().map(number));
    push("min_items", constraints.min_items.or(constraints.min_properties).map(|it| it.to_string()));
    push("max_items", constraints.max_items.or(constraints.max_properties).map(|it| it.to_string()));
    push("unique", constraints.unique_items.then(|| "true".to_owned()));
    let numbers: Vec<String> = constraints
        .allowed
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .map(|it| format!("{it:?}"))
        .collect();
    push("one_of", (!numbers.is_empty()).then(|| format!("[{}]", numbers.join(", "))));
    parts
}
