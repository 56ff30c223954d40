//! Security schemes.

use openapiv3::{APIKeyLocation, SecurityRequirement, SecurityScheme};

use super::Resolver;
use crate::api::model::{ParameterIn, Scheme, SchemeKind};

impl Resolver<'_, '_> {
    pub(super) fn security(&mut self) {
        let schemes = self.document.components.iter().flat_map(|components| &components.security_schemes);
        self.api.schemes = schemes
            .filter_map(|(name, scheme)| {
                let kind = match scheme.as_item()? {
                    SecurityScheme::APIKey { location, name, .. } => {
                        let place = match location {
                            APIKeyLocation::Query => ParameterIn::Query,
                            APIKeyLocation::Header => ParameterIn::Header,
                            APIKeyLocation::Cookie => ParameterIn::Cookie,
                        };
                        SchemeKind::Key(place, name.clone())
                    }
                    SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("basic") => {
                        SchemeKind::Basic
                    }
                    _ => SchemeKind::Bearer,
                };
                Some(Scheme { name: name.clone(), kind })
            })
            .collect();
        let none = |security: &[SecurityRequirement]| {
            security.is_empty() || security.iter().any(|all| all.is_empty())
        };
        let shared = self.document.security.as_deref().is_none_or(none);
        self.api.anonymous = self
            .operations_of_document()
            .any(|(_, _, operation)| operation.security.as_deref().map_or(shared, none));
    }
}
