//! Renders the constraints of a value as the table of `rule!`.

use crate::api::model::{Api, Limits, Repr, Shape, Use};

/// Returns `{ max_items: 25, items: { max_length: 3 } }`; `None` without constraints.
pub(super) fn rule(api: &Api, of: Use) -> Option<String> {
    let ty = api.get(of.ty);
    let mut parts = limits(&ty.limits);
    match &ty.shape {
        Shape::Enum(_) => parts.push("listed: true".to_owned()),
        Shape::List(item) | Shape::Map(item) => {
            parts.extend(rule(api, *item).map(|items| format!("items: {items}")))
        }
        // One alternative accepts any object, so the union does too.
        Shape::Union(variants)
            if variants.iter().any(|it| matches!(api.repr(it.of.ty), Repr::Object | Repr::Any)) =>
        {
            parts.push("free: true".to_owned());
        }
        Shape::Union(variants) if !matches!(api.repr(of.ty), Repr::Union(_)) => {
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

fn limits(limits: &Limits) -> Vec<String> {
    let mut parts = Vec::new();
    let number = |value: &serde_json::Number| {
        let text = format!("{:?}", value.as_f64().unwrap_or_default());
        // A minus is a separate token, so a negative number needs parentheses.
        if text.starts_with('-') { format!("({text})") } else { text }
    };
    let mut push =
        |name: &str, value: Option<String>| parts.extend(value.map(|value| format!("{name}: {value}")));
    push("min_length", limits.min_length.map(|it| it.to_string()));
    push("max_length", limits.max_length.map(|it| it.to_string()));
    push("pattern", limits.pattern.as_ref().map(|it| proc_macro2::Literal::string(it).to_string()));
    let format = match limits.format.as_deref() {
        Some("date-time") => Some("DateTime"),
        Some("date") => Some("Date"),
        Some("email") => Some("Email"),
        Some("uri") => Some("Uri"),
        _ => None,
    };
    push("format", format.map(str::to_owned));
    let bound =
        |value: &Option<serde_json::Number>, wanted: bool| value.as_ref().filter(|_| wanted).map(number);
    push("minimum", bound(&limits.minimum, !limits.exclusive_minimum));
    push("above", bound(&limits.minimum, limits.exclusive_minimum));
    push("maximum", bound(&limits.maximum, !limits.exclusive_maximum));
    push("below", bound(&limits.maximum, limits.exclusive_maximum));
    push("multiple_of", limits.multiple_of.as_ref().map(number));
    push("min_items", limits.min_items.or(limits.min_properties).map(|it| it.to_string()));
    push("max_items", limits.max_items.or(limits.max_properties).map(|it| it.to_string()));
    push("unique", limits.unique_items.then(|| "true".to_owned()));
    let numbers: Vec<String> =
        limits.allowed.iter().filter_map(serde_json::Value::as_f64).map(|it| format!("{it:?}")).collect();
    push("one_of", (!numbers.is_empty()).then(|| format!("[{}]", numbers.join(", "))));
    parts
}
