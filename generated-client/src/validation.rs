//! Rules that a request breaks, found before it is sent.

use std::fmt;

use crate::operation::Operation;

/// One rule of the API document that a value breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: String,
    message: String,
}

impl Violation {
    /// Notes a broken rule.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// The field, such as `employment_history[2].start_date`; empty for the value as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The rule, without the value that breaks it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

/// All rules that a request breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationError {
    operation: Option<Operation>,
    violations: Vec<Violation>,
}

impl ValidationError {
    /// Gathers broken rules.
    #[must_use]
    pub const fn new(violations: Vec<Violation>) -> Self {
        Self { operation: None, violations }
    }

    pub(crate) const fn of(operation: Operation, violations: Vec<Violation>) -> Self {
        Self { operation: Some(operation), violations }
    }

    /// The operation, where a request of one was checked.
    #[must_use]
    pub const fn operation(&self) -> Option<&Operation> {
        self.operation.as_ref()
    }

    /// The broken rules, in the order of the fields.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.operation {
            Some(operation) => write!(f, "{operation}: the request was not sent")?,
            None => f.write_str("the value breaks a rule")?,
        }
        for (place, violation) in self.violations.iter().enumerate() {
            write!(f, "{} {violation}", if place == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ValidationError {}

impl From<ValidationError> for crate::Error {
    fn from(error: ValidationError) -> Self {
        Self::Validation(Box::new(error))
    }
}
