//! Operations and webhooks: parameters, bodies, and which answers are pages, single records and receipts.

use openapiv3::{
    MediaType, Operation as Source, Parameter, ParameterSchemaOrContent, PathItem, QueryStyle, ReferenceOr,
    Response, StatusCode,
};

use super::schema::Place;
use super::{Resolver, text};
use crate::ir::{Answer, Body, Field, In, Operation, Owner, Param, Role, Shape, Text, TypeId, Use, Webhook};
use crate::pointer::At;

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
        let Some(group) = self.groups.get(super::tag(source)).copied() else { return };
        let params: Vec<Param> = source
            .parameters
            .iter()
            .enumerate()
            .filter_map(|(index, parameter)| {
                let at = at.key("parameters");
                self.parameter(parameter.as_item()?, owner, &at.index(index))
            })
            .collect();
        self.check_path(path, &params, at);
        let body = source.request_body.as_ref().and_then(ReferenceOr::as_item).and_then(|body| {
            let at = at.key("requestBody");
            let of = self.json(&body.content, owner, Role::Body, &at)?;
            Some(Body { of, required: body.required })
        });
        let (answer, receipt) = self.answer(source, owner, &params, at);
        self.api.operations.push(Operation {
            group,
            method: method.to_owned(),
            path: path.to_owned(),
            id: source.operation_id.clone(),
            doc: source.description.clone().or_else(|| source.summary.clone()),
            deprecated: source.deprecated,
            availability: text(source.extensions.get("x-fern-availability")),
            params,
            body,
            status: source
                .responses
                .responses
                .keys()
                .find(|status| is_success(status))
                .map(ToString::to_string),
            answer,
            receipt,
            redirect: source.extensions.get("x-rust-redirect").is_some_and(|flag| *flag == true),
        });
    }

    fn parameter(&mut self, source: &'d Parameter, owner: Owner, at: &At<'_>) -> Option<Param> {
        let (place, plain) = match source {
            Parameter::Path { style, .. } => (In::Path, *style == openapiv3::PathStyle::Simple),
            Parameter::Query { style, parameter_data, .. } => {
                (In::Query, *style == QueryStyle::Form && parameter_data.explode != Some(false))
            }
            Parameter::Header { .. } => (In::Header, true),
            Parameter::Cookie { .. } => {
                self.problems.error(at, "cookie parameters are not understood", "remove it with an overlay");
                return None;
            }
        };
        let data = source.parameter_data_ref();
        let ParameterSchemaOrContent::Schema(schema) = &data.format else {
            self.problems.error(
                at,
                "parameters with `content` are not understood",
                "give it a `schema` by an overlay",
            );
            return None;
        };
        let schema_at = at.key("schema");
        let place_of = Place { owner, role: Role::Param(data.name.clone()), at: &schema_at };
        let (of, mut info) = self.whole(schema, &place_of);
        if !plain && matches!(self.api.get(of.ty).shape, Shape::List(_) | Shape::Struct(_) | Shape::Map(_)) {
            self.problems.error(at, "only the default `style` and `explode` are understood", "");
        }
        info.doc = data.description.clone().or(info.doc);
        info.deprecated |= data.deprecated == Some(true);
        Some(Param {
            wire_name: data.name.clone(),
            place,
            of,
            required: data.required || place == In::Path,
            info,
        })
    }

    /// Every `{name}` of the path has its parameter, and the other way round.
    fn check_path(&mut self, path: &str, params: &[Param], at: &At<'_>) {
        let mut names: Vec<&str> =
            path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        for param in params.iter().filter(|param| param.place == In::Path) {
            match names.iter().position(|name| *name == param.wire_name) {
                Some(index) => {
                    names.remove(index);
                }
                None => {
                    let what = format!("the path has no `{{{}}}` for this parameter", param.wire_name);
                    self.problems.error(&at.key("parameters"), what, "mend the name with an overlay");
                }
            }
        }
        for name in names {
            let what = format!("`{{{name}}}` of the path is no declared parameter");
            self.problems.error(at, what, "declare it with an overlay");
        }
    }

    fn answer(&mut self, source: &'d Source, owner: Owner, params: &[Param], at: &At<'_>) -> (Answer, bool) {
        let at = at.key("responses");
        let success = source.responses.responses.iter().find(|(status, _)| is_success(status));
        let Some((status, ReferenceOr::Item(response))) = success else { return (Answer::Empty, false) };
        let status = status.to_string();
        let at = at.key(&status);
        let Some(of) = self.json_of(response, owner, &at) else { return (Answer::Empty, false) };
        let receipt = self.is_receipt(of.ty);
        let has = |name| params.iter().any(|param| param.place == In::Query && param.wire_name == name);
        let record = self.envelope(of.ty).filter(|_| !of.nullable);
        let answer = match record {
            Some(record) => match self.api.get(record.ty).shape {
                Shape::List(row) if has("limit") && has("offset") => Answer::Page(row),
                Shape::Struct(_) => Answer::Single(record),
                _ => Answer::Json(of),
            },
            None => Answer::Json(of),
        };
        if let Answer::Page(of) | Answer::Single(of) = answer {
            self.rename_origin(of.ty, owner);
        }
        (answer, receipt)
    }

    /// The `results` of `{meta, results}`, both required.
    fn envelope(&self, ty: TypeId) -> Option<Use> {
        match self.api.fields(ty) {
            [meta, results]
                if meta.wire_name == "meta"
                    && results.wire_name == "results"
                    && matches!(self.api.get(meta.of.ty).shape, Shape::Struct(_) | Shape::Object)
                    && !meta.of.nullable =>
            {
                Some(results.of)
            }
            _ => None,
        }
    }

    /// The envelope is the runtime's, so what it holds belongs to the operation itself.
    fn rename_origin(&mut self, ty: TypeId, owner: Owner) {
        if let Some(ty) = self.api.types.get_mut(ty.0 as usize)
            && let crate::ir::Origin::Inline(old, role) = &mut ty.origin
        {
            (*old, *role) = (owner, Role::Record);
        }
    }

    /// `job_id` at the top, or in `meta`, in every answer: the id under which the server goes on writing.
    fn is_receipt(&self, ty: TypeId) -> bool {
        let sure = |field: &Field| field.required && !field.of.nullable;
        let job = |field: &Field| {
            let text = matches!(self.api.get(field.of.ty).shape, Shape::String(Text::Plain));
            field.wire_name == "job_id" && text && sure(field)
        };
        let fields = self.api.fields(ty);
        let has = |name| fields.iter().any(|field| field.wire_name == name);
        let in_meta = || {
            fields
                .iter()
                .filter(|field| field.wire_name == "meta" && sure(field))
                .any(|meta| self.api.fields(meta.of.ty).iter().any(job))
        };
        (fields.iter().any(job) && has("data")) || (has("result") && in_meta())
    }

    fn json_of(&mut self, response: &'d Response, owner: Owner, at: &At<'_>) -> Option<Use> {
        self.json(&response.content, owner, Role::Answer, at)
    }

    fn json(
        &mut self,
        content: &'d openapiv3::Content,
        owner: Owner,
        role: Role,
        at: &At<'_>,
    ) -> Option<Use> {
        let at = at.key("content");
        let media = content.iter().find(|(name, _)| is_json(name));
        let Some((name, MediaType { schema, .. })) = media else {
            if let Some((name, _)) = content.first() {
                self.problems.error(&at.key(name), format!("`{name}` is not understood; JSON is"), "");
            }
            return None;
        };
        let at = at.key(name);
        let at = at.key("schema");
        let Some(schema) = schema else {
            return Some(Use { ty: self.any(&at), nullable: false });
        };
        Some(self.whole(schema, &Place { owner, role, at: &at }).0)
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
        let payload = body
            .and_then(ReferenceOr::as_item)
            .and_then(|body| self.json(&body.content, owner, Role::Body, &at));
        self.api.webhooks.push(Webhook { name: name.to_owned(), method: method.to_owned(), payload });
    }
}

fn is_success(status: &StatusCode) -> bool {
    matches!(status, StatusCode::Code(200..=299) | StatusCode::Range(2))
}

fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}
