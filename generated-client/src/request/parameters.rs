//! What generated code hands on to a request: parameters, bodies, and what the description asks of them.

use super::Request;
use crate::record::{Node, Rule, View, broken_by_query, violations};
use crate::{ValidationError, Violation};

/// What the description asks of parameters of the query, by name.
pub(crate) type QueryRules = &'static [(&'static str, Rule)];

/// `LIST_RULES { "limit" => { maximum: 250.0 } }`
#[allow(unused_macros)] // A build without a group has no operation.
macro_rules! query_rules {
    ($name:ident { $($wire:literal => $rule:tt),* $(,)? }) => {
        static $name: &[(&str, $crate::record::Rule)] = &[$(($wire, $crate::record::rule!($rule))),*];
    };
}
#[allow(unused_imports)]
pub(crate) use query_rules;

#[allow(dead_code)] // A build without a group has no caller.
impl<T> Request<T> {
    /// Sets a pair of the query whose value is a text.
    pub(crate) fn query_text(self, name: &'static str, value: impl Into<String>) -> Self {
        self.query(name, value.into())
    }

    /// Sets a body that is a model; checks it where the client was built to.
    pub(crate) fn model<B: Node>(self, body: &B) -> Self {
        let model = body.view();
        self.json(&model).checked(&model)
    }

    /// Checks a model that is to be sent, where the client was built to.
    pub(super) fn checked(mut self, model: &View<'_>) -> Self {
        if self.call.client.validates_requests() {
            self.call.violations.extend(violations(model));
        }
        self
    }

    /// Names what the description asks of the query.
    pub(crate) fn rules(mut self, rules: QueryRules) -> Self {
        self.call.rules = rules;
        self
    }
}

impl<T> Request<T> {
    /// Checks what the API's description asks of the query, and whatever stands in the way of sending already.
    ///
    /// # Errors
    ///
    /// Every rule that is broken. The server is the judge: the description has been wrong before.
    pub fn validate(&self) -> Result<(), ValidationError> {
        let mut found = self.call.violations.clone();
        found.extend(query_violations(&self.call.query, self.call.rules));
        if found.is_empty() { Ok(()) } else { Err(ValidationError::of(*self.call.operation, found)) }
    }
}

/// Everything in a query that breaks a rule.
pub(crate) fn query_violations(
    query: &[(std::borrow::Cow<'static, str>, String)],
    rules: QueryRules,
) -> Vec<Violation> {
    let rule = |name: &str| rules.iter().find(|(ruled, _)| *ruled == name).map(|(_, rule)| rule);
    query
        .iter()
        .filter_map(|(name, value)| Some((name, broken_by_query(value, rule(name)?))))
        .flat_map(|(name, broken)| broken.into_iter().map(|message| Violation::new(name.clone(), message)))
        .collect()
}
