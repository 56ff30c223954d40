//! Parameters as generated setters hand them on.

use super::Request;

impl<T> Request<T> {
    /// Sets a pair of the query whose value is a text.
    #[allow(dead_code)] // A build without a group has no setter.
    pub(crate) fn query_text(self, name: &'static str, value: impl Into<String>) -> Self {
        self.query(name, value.into())
    }
}
