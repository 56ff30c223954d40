//! Methods that generated code calls on a request: parameters, bodies, and their constraints.

use super::Request;
use crate::runtime::call::url::{joined_query, reserved_query};
use crate::runtime::record::{Encoded, Node, QueryRules, View, query_violations, violations};
use crate::{ValidationError, Violation};

/// Declares the constraints on query parameters: `query_rules!(LIST_RULES { "limit" => { maximum: 250.0 } })`.
macro_rules! query_rules {
    ($name:ident { $($wire:literal => $rule:tt),* $(,)? }) => {
        static $name: &[(&str, $crate::runtime::record::Rule)] = &[$(($wire, $crate::runtime::record::rule!($rule))),*];
    };
}
pub(crate) use query_rules;

#[doc(hidden)]
impl<T> Request<T> {
    /// Sets a path parameter whose type is a string on the wire, such as an id.
    pub fn path_as<V: Into<String>>(self, name: &'static str, value: impl Into<V>) -> Self {
        self.path(name, value.into())
    }

    /// Sets a query parameter whose type is a string on the wire, such as an id.
    pub fn query_as<V: Into<String>>(self, name: &'static str, value: impl Into<V>) -> Self {
        self.query(name, value.into().into())
    }

    /// Sets an array in the query as `name=a,b`, with this separator.
    pub fn query_joined<V: std::fmt::Display>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
        separator: char,
    ) -> Self {
        let values = values.into_iter().map(|value| value.to_string());
        self.call.set_encoded_query(name.into(), joined_query(values, separator));
        self
    }

    /// Sets a query parameter whose value keeps its reserved characters.
    pub fn query_reserved(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.call.set_encoded_query(name.into(), reserved_query(&value.to_string()));
        self
    }

    /// Sets the body to a model; validates it if the client is configured to.
    pub fn model<B: Node>(self, body: &B) -> Self {
        let model = body.view();
        self.json(&Encoded { view: &model, is_request: true }).checked(&model)
    }

    /// Validates a model to be sent, if the client is configured to.
    pub(super) fn checked(mut self, model: &View<'_>) -> Self {
        if self.call.client.validates_requests() {
            self.call.violations.extend(violations(model));
        }
        self
    }

    /// Sets the constraints on the query.
    pub fn rules(mut self, rules: QueryRules) -> Self {
        self.call.rules = rules;
        self
    }
}

impl<T> Request<T> {
    /// Checks the constraints of the API document on the query, and returns any earlier violations.
    ///
    /// # Errors
    ///
    /// All violated constraints. The server may still accept the request: the document has been wrong before.
    pub fn validate(&self) -> Result<(), ValidationError> {
        let mut found = self.call.violations.clone();
        found.extend(query_violations(&self.call.query, self.call.rules));
        if found.is_empty() { Ok(()) } else { Err(ValidationError::of(*self.call.operation, found)) }
    }
}
