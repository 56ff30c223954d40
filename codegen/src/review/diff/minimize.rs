//! Makes counterexamples smaller.

use serde_json::Value;

/// A step to a part of a value.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Property(String),
    Item(usize),
}

/// Removes every part of a value that is not needed, and the same part of another value. `is_needed` decides about both values
/// after a removal.
pub(super) fn minimize(
    mut pair: (Value, Option<Value>),
    still_shows: &dyn Fn(&Value, Option<&Value>) -> bool,
) -> (Value, Option<Value>) {
    let mut is_smaller = true;
    while is_smaller {
        is_smaller = paths(&pair.0).iter().any(|path| {
            let mut smaller = pair.clone();
            remove(&mut smaller.0, path);
            if let Some(other) = &mut smaller.1 {
                remove(other, path);
            }
            let shows = still_shows(&smaller.0, smaller.1.as_ref());
            if shows {
                pair = smaller;
            }
            shows
        });
    }
    pair
}

/// The paths of all properties and items, from the outside in.
fn paths(value: &Value) -> Vec<Vec<Part>> {
    let parts: Vec<(Part, &Value)> = match value {
        Value::Object(object) => {
            object.iter().map(|(name, part)| (Part::Property(name.clone()), part)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, part)| (Part::Item(index), part)).collect()
        }
        _ => return Vec::new(),
    };
    let with_inner = |(part, value): (Part, &Value)| {
        let inner =
            paths(value).into_iter().map(|path| [vec![part.clone()], path].concat()).collect::<Vec<_>>();
        std::iter::once(vec![part]).chain(inner).collect::<Vec<_>>()
    };
    parts.into_iter().flat_map(with_inner).collect()
}

fn remove(value: &mut Value, path: &[Part]) {
    let Some((last, above)) = path.split_last() else { return };
    let parent = above.iter().try_fold(value, |value, part| match (value, part) {
        (Value::Object(object), Part::Property(name)) => object.get_mut(name),
        (Value::Array(items), Part::Item(index)) => items.get_mut(*index),
        _ => None,
    });
    match (parent, last) {
        (Some(Value::Object(object)), Part::Property(name)) => {
            object.shift_remove(name);
        }
        (Some(Value::Array(items)), Part::Item(index)) if *index < items.len() => {
            items.remove(*index);
        }
        _ => {}
    }
}
