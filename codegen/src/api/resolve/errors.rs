//! Error responses: their JSON types, by status.

use openapiv3::{MediaType, Operation as Source, ReferenceOr, Response};

use super::Resolver;
use super::content::{Format, preferred};
use super::response::is;
use crate::api::model::{ErrorResponse, Operation, Owner, Role, TypeRef};
use crate::diagnostics::Severity;
use crate::diagnostics::pointer::At;

/// Inline schemas of error responses, by group: an operation repeats those of the others.
type Known<'d> = Vec<(usize, &'d MediaType, TypeRef)>;

impl<'d> Resolver<'d, '_> {
    /// Reads the error responses of all operations. Called after everything else is read: what only errors use cannot
    /// prevent a client, since a caller may read the body of an error without a type.
    pub(super) fn errors(&mut self) {
        let at = At::ROOT.key("paths");
        let mut known = Vec::new();
        let mut index = 0;
        for (path, method, source) in self.operations_of_document().collect::<Vec<_>>() {
            // Both are in one order. An operation without a group was not read.
            let is_it = |operation: &Operation| operation.path == path && operation.method == method;
            if !self.api.operations.get(index).is_some_and(is_it) {
                continue;
            }
            let errors = self.errors_of(index, source, &mut known, &at.key(path).key(method));
            if let Some(operation) = self.api.operations.get_mut(index) {
                operation.errors = errors;
            }
            index += 1;
        }
    }

    fn errors_of(
        &mut self,
        index: usize,
        source: &'d Source,
        known: &mut Known<'d>,
        at: &At<'_>,
    ) -> Vec<ErrorResponse> {
        let Some(operation) = self.api.operations.get(index) else { return Vec::new() };
        let (group, redirects) = (operation.group, operation.redirect);
        let default_is_success = operation.status.as_deref() == Some("default");
        let declared = source.responses.responses.iter().filter(|(status, _)| {
            let is_success = is(status, 2) || (redirects && is(status, 3));
            !is_success && !is(status, 1)
        });
        let declared = declared.map(|(status, response)| (status.to_string(), response));
        let default = source.responses.default.iter().filter(|_| !default_is_success);
        let default = default.map(|response| ("default".to_owned(), response));
        let all: Vec<(String, &'d ReferenceOr<Response>)> = declared.chain(default).collect();
        let at = at.key("responses");
        let mut errors = Vec::new();
        for (status, response) in all {
            let Some(response) = response.as_item() else { continue };
            let Some((name, media, Format::Json)) = preferred(&response.content) else { continue };
            if media.schema.is_none() {
                continue;
            }
            let same = known.iter().find(|(other, same, _)| *other == group && same.schema == media.schema);
            if let Some((_, _, of)) = same {
                errors.push(ErrorResponse { status, of: *of });
            } else if let Some(of) = self.error_type(index, &status, name, media, &at) {
                known.push((group, media, of));
                errors.push(ErrorResponse { status, of });
            }
        }
        errors
    }

    /// Reads the type of an error response. An error in it becomes a warning, and there is no type.
    fn error_type(
        &mut self,
        index: usize,
        status: &str,
        name: &str,
        media: &'d MediaType,
        at: &At<'_>,
    ) -> Option<TypeRef> {
        let before = self.diagnostics.0.len();
        let role = Role::Error(status.to_owned());
        let at = at.key(status);
        let of = self.held(name, media, Format::Json, Owner::Operation(index), role, &at.key("content"));
        let mut is_read = true;
        for diagnostic in self.diagnostics.0.iter_mut().skip(before) {
            if diagnostic.level == Severity::Error {
                diagnostic.level = Severity::Warning;
                diagnostic.what.push_str("; this error response has no type");
                is_read = false;
            }
        }
        is_read.then_some(of)
    }
}
