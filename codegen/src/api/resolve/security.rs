//! Security schemes.

use openapiv3::{APIKeyLocation, Operation, SecurityRequirement, SecurityScheme};

use super::Resolver;
use crate::api::model::{ParameterIn, Scheme, SchemeKind};
use crate::diagnostics::pointer::At;

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
        let asks = |security: &Option<Vec<SecurityRequirement>>| {
            security.as_ref().is_some_and(|security| !security.is_empty())
        };
        self.is_secured = asks(&self.document.security)
            || self.operations_of_document().any(|(_, _, operation)| asks(&operation.security));
        if !self.is_secured && !self.api.schemes.is_empty() {
            let what =
                "no operation names a security scheme, so each sends every credential that the client has";
            let at = At::ROOT.key("components");
            self.diagnostics.warning(&at.key("securitySchemes"), what, "declare `security` by an overlay");
        }
    }

    /// Returns the credentials of an operation; `None` if it takes the only one that there is, or if the document does
    /// not say which operations need one.
    pub(super) fn requirement(&self, operation: &Operation) -> Option<Vec<Vec<usize>>> {
        if !self.is_secured {
            return None;
        }
        let declared = operation.security.as_ref().or(self.document.security.as_ref());
        let index = |name: &String| self.api.schemes.iter().position(|scheme| scheme.name == *name);
        // A scheme that the client does not support is none of its credentials.
        let alternative = |all: &SecurityRequirement| all.keys().filter_map(index).collect::<Vec<usize>>();
        let alternatives: Vec<Vec<usize>> = declared.into_iter().flatten().map(alternative).collect();
        // The token serves all schemes that send one.
        let is_only_token = self.api.schemes.iter().all(|scheme| scheme.kind == SchemeKind::Bearer);
        let is_only = is_only_token || self.api.schemes.len() == 1;
        let takes_it = alternatives.iter().any(|own| !own.is_empty());
        (!(is_only && takes_it)).then_some(alternatives)
    }
}
