//! Operations and webhooks.

use openapiv3::{Operation as Source, PathItem, ReferenceOr};

use super::content::{Format, preferred};
use super::{Resolver, text};
use crate::api::model::{Operation, Owner, Param, ParameterIn, Role, Webhook};
use crate::diagnostics::pointer::At;
use crate::document::path_template::template_parameters;

impl<'d> Resolver<'d, '_> {
    pub(super) fn operations(&mut self) {
        let at = At::ROOT.key("paths");
        let all: Vec<_> = self.operations_of_document().collect();
        for (path, method, source) in all {
            let at = at.key(path);
            let at = at.key(method);
            self.operation(path, method, source, &at);
        }
    }

    fn operation(&mut self, path: &str, method: &str, source: &'d Source, at: &At<'_>) {
        let owner = Owner::Operation(self.api.operations.len());
        let Some(group) = self.groups.get(self.group_of(path, source)).copied() else { return };
        let mut params: Vec<Param> = source
            .parameters
            .iter()
            .enumerate()
            .filter_map(|(index, parameter)| {
                let at = at.key("parameters");
                self.parameter(parameter.as_item()?, owner, &at.index(index))
            })
            .collect();
        // An overlay may have added path parameters, which become arguments in the order of the path.
        params.sort_by_key(|param| match param.place {
            ParameterIn::Path => path.find(&format!("{{{}}}", param.wire_name)).unwrap_or(usize::MAX),
            _ => usize::MAX,
        });
        self.check_path(path, &params, at);
        let body = source
            .request_body
            .as_ref()
            .and_then(ReferenceOr::as_item)
            .and_then(|body| self.body(body, owner, &at.key("requestBody")));
        let (pattern, purpose) = self.patterns.find(method, path).unzip();
        let success = self.response(source, owner, method, &params, at);
        self.api.operations.push(Operation {
            group,
            method: method.to_owned(),
            path: path.to_owned(),
            tag: source.tags.first().cloned(),
            id: source.operation_id.clone(),
            doc: source.description.clone().or_else(|| source.summary.clone()).or(purpose.flatten()),
            remarks: remarks(source.extensions.get("x-remarks")),
            pattern,
            deprecated: source.deprecated,
            availability: text(source.extensions.get("x-fern-availability")),
            params,
            body,
            status: success.status,
            response: success.response,
            variant_statuses: success.variant_statuses,
            errors: Vec::new(),
            accept: success.accept,
            security: self.requirement(source),
            redirect: success.redirect
                || source.extensions.get("x-rust-redirect").is_some_and(|flag| *flag == true),
        });
    }

    /// Checks that the `{name}`s of the path and its parameters correspond.
    fn check_path(&mut self, path: &str, params: &[Param], at: &At<'_>) {
        let mut names: Vec<&str> = template_parameters(path).collect();
        for param in params.iter().filter(|param| param.place == ParameterIn::Path) {
            match names.iter().position(|name| *name == param.wire_name) {
                Some(index) => {
                    names.remove(index);
                }
                None => {
                    let what = format!("the path has no `{{{}}}` for this parameter", param.wire_name);
                    self.diagnostics.error(&at.key("parameters"), what, "correct the name with an overlay");
                }
            }
        }
        for name in names {
            let what = format!("`{{{name}}}` of the path is not a declared parameter");
            self.diagnostics.error(at, what, "declare it with an overlay");
        }
    }

    pub(super) fn webhooks(&mut self) {
        let at = At::ROOT.key("webhooks");
        for (name, item) in self.webhooks {
            self.webhook(name, item, &at.key(name));
        }
    }

    fn webhook(&mut self, name: &str, item: &'d PathItem, at: &At<'_>) {
        let owner = Owner::Webhook(self.api.webhooks.len());
        let body =
            item.post.as_ref().or(item.put.as_ref()).and_then(|operation| operation.request_body.as_ref());
        let method = if item.post.is_some() { "post" } else { "put" };
        let at = at.key(method);
        let at = at.key("requestBody");
        let at = at.key("content");
        let payload = body.and_then(ReferenceOr::as_item).and_then(|body| match preferred(&body.content) {
            Some((name, media, Format::Json)) => {
                Some(self.held(name, media, Format::Json, owner, Role::Body, &at))
            }
            _ => {
                self.not_understood(&body.content, &at);
                None
            }
        });
        self.api.webhooks.push(Webhook { name: name.to_owned(), method: method.to_owned(), payload });
    }
}

/// Returns the sentences of `x-remarks`.
fn remarks(value: Option<&serde_json::Value>) -> Vec<String> {
    let sentences = value.and_then(|value| value.as_array()).into_iter().flatten();
    sentences.filter_map(|sentence| sentence.as_str()).map(str::to_owned).collect()
}
