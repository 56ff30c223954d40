//! Typed access to records.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::runtime::record::{Node, View};

/// A type of records that a fake holds, such as `leads::Lead`.
///
/// Every generated struct is one; a fake has records of those that lists and reads by id return.
pub trait Model: Serialize + DeserializeOwned {
    /// Returns the name of the type.
    #[doc(hidden)]
    fn model_name() -> &'static str;
}

impl<T: Node + Serialize + DeserializeOwned> Model for T {
    fn model_name() -> &'static str {
        match Self::empty().view() {
            View::Record(record) => record.shape().name,
            _ => "",
        }
    }
}
