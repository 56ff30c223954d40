//! Constraints that a request violates, found before it is sent.

use std::fmt;

use crate::runtime::operation::Operation;
use crate::runtime::shown::shown;

/// One constraint of the API document that a value violates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: String,
    message: String,
}

impl Violation {
    /// Creates a violation.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// Returns the path of the field, such as `employment_history[2].start_date`; empty for the whole value.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the constraint, without the value that violates it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, |f| match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        })
    }
}

/// All constraints that a request violates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationError {
    operation: Option<Operation>,
    violations: Vec<Violation>,
}

impl ValidationError {
    /// Creates an error from violations.
    #[must_use]
    pub const fn new(violations: Vec<Violation>) -> Self {
        Self { operation: None, violations }
    }

    pub(crate) const fn of(operation: Operation, violations: Vec<Violation>) -> Self {
        Self { operation: Some(operation), violations }
    }

    /// Returns the operation, if the request of one was validated.
    #[must_use]
    pub const fn operation(&self) -> Option<&Operation> {
        self.operation.as_ref()
    }

    /// Returns the violations, in the order of the fields.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, |f| {
            match &self.operation {
                Some(operation) => write!(f, "{operation}: the request was not sent")?,
                None => f.write_str("the value violates the API document")?,
            }
            for (place, violation) in self.violations.iter().enumerate() {
                write!(f, "{} {violation}", if place == 0 { ":" } else { ";" })?;
            }
            Ok(())
        })
    }
}

impl std::error::Error for ValidationError {}
