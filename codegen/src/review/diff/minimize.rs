//! Makes a counterexample smaller while it still shows the change.

use serde_json::Value;

/// A step to a part of a value.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Property(String),
    Item(usize),
}

/// Removes each part of the first value, and the same part of the second, if `still_shows` holds for what is left of both.
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

/// Returns the paths of all properties and items, each before those of its own parts.
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
    let with_descendants = |(part, value): (Part, &Value)| {
        let descendants =
            paths(value).into_iter().map(|path| [vec![part.clone()], path].concat()).collect::<Vec<_>>();
        std::iter::once(vec![part]).chain(descendants).collect::<Vec<_>>()
    };
    parts.into_iter().flat_map(with_descendants).collect()
}

/// Removes the part at this path, if the value has it.
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
