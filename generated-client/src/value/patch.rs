//! A member of an update that may be left alone, emptied or set.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an update does with a field: leave it, set it to `null`, or set it to a value.
///
/// Only fields that may be both left out and null have this type; elsewhere an `Option` says all.
///
/// ```
/// use propexo::Patch;
///
/// let untouched: Patch<String> = Patch::default();
/// let emptied: Patch<String> = None.into();
/// let changed: Patch<String> = "Ada".into();
/// assert!(untouched.is_absent() && emptied.is_null());
/// assert_eq!(changed.value().map(String::as_str), Some("Ada"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Patch<T> {
    /// Not sent: the server keeps what it has.
    #[default]
    Absent,
    /// Sent as `null`: the server empties the field.
    Null,
    /// Sent: the server takes it over.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the field is left alone.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the field is emptied.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The same with a reference to the value.
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(value),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// `None` empties the field; to leave it alone, do not set it.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    /// An absent value is written as `null` where the holder does not skip it
    /// (`#[serde(skip_serializing_if = "Patch::is_absent")]`).
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Body {
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        name: Patch<String>,
    }

    #[test]
    fn each_of_the_three_states_survives_json() {
        for (state, json) in [
            (Patch::Absent, "{}"),
            (Patch::Null, r#"{"name":null}"#),
            (Patch::from("Ada"), r#"{"name":"Ada"}"#),
        ] {
            let body = Body { name: state };
            assert_eq!(serde_json::to_string(&body).unwrap(), json);
            assert_eq!(serde_json::from_str::<Body>(json).unwrap(), body);
        }
    }
}
