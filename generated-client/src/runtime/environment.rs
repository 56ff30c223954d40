//! The environments of Propexo.

use std::fmt;

/// One of Propexo's two environments.
///
/// `Environment` has no default, since a client that writes to the wrong one does harm. For any other base URL see
/// [`ClientBuilder::base_url`](crate::ClientBuilder::base_url).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// Real properties and real people.
    Production,
    /// Demo data only, kept for half a year, without automatic syncs.
    Sandbox,
}

impl Environment {
    /// Returns the base URL.
    #[must_use]
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Production => "https://api.propexo.com",
            Self::Sandbox => "https://api.sandbox.propexo.com",
        }
    }

    /// Returns the name, as in `PROPEXO_ENVIRONMENT`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }

    /// Returns the environment with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Production, Self::Sandbox].into_iter().find(|environment| environment.as_str() == name)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
