//! Responses: the content of a success, and the recognition of pages and enveloped records.

use openapiv3::{MediaType, Operation as Source, ReferenceOr, Response, StatusCode};

use super::Resolver;
use super::content::{Format, essence, format_of, preferred};
use crate::api::model::{
    Constraints, Origin, Owner, Param, ParameterIn, ResponseContent, Role, Type, TypeId, TypeKind, TypeRef,
    Variant,
};
use crate::diagnostics::pointer::At;

/// The successful response of an operation, and its effect on the request.
pub(super) struct Success {
    pub(super) response: ResponseContent,
    /// The statuses of each variant of the response; empty if all have one schema.
    pub(super) variant_statuses: Vec<Vec<String>>,
    /// As in the document.
    pub(super) status: Option<String>,
    /// The `accept` header, if it is not plain JSON.
    pub(super) accept: Option<String>,
    pub(super) redirect: bool,
}

/// The content of a successful response.
struct Held<'d> {
    status: String,
    name: &'d str,
    media: &'d MediaType,
    format: Format,
}

impl<'d> Resolver<'d, '_> {
    pub(super) fn response(
        &mut self,
        source: &'d Source,
        owner: Owner,
        method: &str,
        params: &[Param],
        at: &At<'_>,
    ) -> Success {
        let at = at.key("responses");
        let all = &source.responses.responses;
        let mut good: Vec<(String, &'d Response)> = all
            .iter()
            .filter(|(status, _)| is(status, 2))
            .filter_map(|(status, response)| Some((status.to_string(), response.as_item()?)))
            .collect();
        let mut success = Success {
            response: ResponseContent::Empty,
            variant_statuses: Vec::new(),
            status: good.first().map(|(status, _)| status.clone()),
            accept: None,
            redirect: good.is_empty() && all.keys().any(|status| is(status, 3)),
        };
        if good.is_empty() && !success.redirect {
            if all.keys().any(|status| is(status, 1)) {
                let what = "the only success is a switch of protocols, which the client returns as an error";
                self.diagnostics.warning(&at, what, "");
            }
            let otherwise = source.responses.default.as_ref().and_then(ReferenceOr::as_item);
            good.extend(otherwise.map(|response| ("default".to_owned(), response)));
        }
        // A response to HEAD has no content.
        if method != "head" {
            self.contents(&good, owner, params, &mut success, &at);
        }
        success
    }

    fn contents(
        &mut self,
        good: &[(String, &'d Response)],
        owner: Owner,
        params: &[Param],
        success: &mut Success,
        at: &At<'_>,
    ) {
        let mut held: Vec<Held<'d>> = Vec::new();
        for (status, response) in good {
            match preferred(&response.content) {
                Some((name, media, format)) => {
                    held.push(Held { status: status.clone(), name, media, format });
                }
                None => self.not_understood(&response.content, &at.key(status).key("content")),
            }
        }
        let Some(first) = held.first() else { return };
        let format = written(first.format);
        if let Some(other) = held.iter().find(|other| written(other.format) != format) {
            let what = format!(
                "`{}` of the status {} is not read, since {} returns `{}`",
                other.name, other.status, first.status, first.name
            );
            self.diagnostics.warning(
                &at.key(&other.status),
                what,
                "`send_raw` gives every response as it came",
            );
        }
        held.retain(|other| written(other.format) == format);
        success.accept = accept(good, format);
        self.warn_of_other_schemas(good, format, at);
        if let Some(stream) = held.iter().find(|it| essence(it.name) == "text/event-stream") {
            let at = at.key(&stream.status);
            let what = "an event stream is read to its end, and returned as one string";
            self.diagnostics.warning(&at.key("content").key(stream.name), what, "");
        }
        success.response = match format {
            Format::Text => ResponseContent::Text,
            Format::Json => {
                let of = self.common(&held, owner, &mut success.variant_statuses, at);
                // Some successful responses have no content.
                let silent = good.iter().any(|(_, response)| response.content.is_empty());
                let of = TypeRef { nullable: of.nullable || silent, ..of };
                self.enveloped(of, owner, params)
            }
            _ => ResponseContent::Bytes,
        };
    }

    /// Warns of JSON media types that are not requested, because they have another schema than the one that is read.
    fn warn_of_other_schemas(&mut self, good: &[(String, &'d Response)], format: Format, at: &At<'_>) {
        for (status, response) in good.iter().filter(|_| format == Format::Json) {
            let Some((read, of, _)) = preferred(&response.content) else { continue };
            for (name, media) in &response.content {
                let is_json = format_of(name, media.schema.as_ref()) == Some(Format::Json);
                if is_json && media.schema != of.schema {
                    let what = format!("`{name}` is not requested, since `{read}` has another schema");
                    let at = at.key(status);
                    self.diagnostics.warning(&at.key("content").key(name), what, "");
                }
            }
        }
    }

    /// Returns the common type of all successes, or a union with a variant for each status.
    fn common(
        &mut self,
        held: &[Held<'d>],
        owner: Owner,
        statuses: &mut Vec<Vec<String>>,
        at: &At<'_>,
    ) -> TypeRef {
        let mut different: Vec<&Held<'d>> = Vec::new();
        for one in held {
            match different.iter().position(|other| other.media.schema == one.media.schema) {
                Some(index) => {
                    statuses.get_mut(index).into_iter().for_each(|own| own.push(one.status.clone()))
                }
                None => {
                    different.push(one);
                    statuses.push(vec![one.status.clone()]);
                }
            }
        }
        if let [one] = different.as_slice() {
            statuses.clear();
            return self.held_at(one, owner, Role::Response, at);
        }
        let union = self.add(Type {
            kind: TypeKind::Any,
            constraints: Constraints::default(),
            origin: Origin::Inline(owner, Role::Response),
            name: None,
            doc: None,
            tag: None,
            at: at.pointer().to_string(),
        });
        let variants: Vec<Variant> = different
            .iter()
            .enumerate()
            .map(|(index, one)| Variant {
                label: Some(reason(&one.status)),
                of: self.held_at(one, Owner::Type(union), Role::Variant(index), at),
                tags: Vec::new(),
            })
            .collect();
        let nullable = variants.iter().any(|variant| variant.of.nullable);
        if let Some(ty) = self.api.types.get_mut(union.0 as usize) {
            ty.kind = TypeKind::Union(variants);
        }
        TypeRef { ty: union, nullable }
    }

    fn held_at(&mut self, one: &Held<'d>, owner: Owner, role: Role, at: &At<'_>) -> TypeRef {
        let at = at.key(&one.status);
        self.held(one.name, one.media, one.format, owner, role, &at.key("content"))
    }

    /// Unwraps the response if it is an envelope of the runtime.
    fn enveloped(&mut self, of: TypeRef, owner: Owner, params: &[Param]) -> ResponseContent {
        let has =
            |name| params.iter().any(|param| param.place == ParameterIn::Query && param.wire_name == name);
        let record = self.envelope(of.ty).filter(|_| !of.nullable);
        let response = match record {
            Some(record) => match self.api.get(record.ty).kind {
                TypeKind::List(row) if has("limit") && has("offset") => ResponseContent::Page(row),
                TypeKind::Struct(_) => ResponseContent::Single(record),
                _ => ResponseContent::Json(of),
            },
            None => ResponseContent::Json(of),
        };
        if let ResponseContent::Page(of) | ResponseContent::Single(of) = response {
            self.rename_origin(of.ty, owner);
        }
        response
    }

    /// Returns `results` of `{meta, results}`.
    fn envelope(&self, ty: TypeId) -> Option<TypeRef> {
        match self.api.fields(ty) {
            [meta, results]
                if meta.wire_name == "meta"
                    && results.wire_name == "results"
                    && matches!(self.api.get(meta.of.ty).kind, TypeKind::Struct(_) | TypeKind::Object)
                    && !meta.of.nullable =>
            {
                Some(results.of)
            }
            _ => None,
        }
    }

    /// Makes the operation the owner of the record: the envelope is a type of the runtime.
    fn rename_origin(&mut self, ty: TypeId, owner: Owner) {
        if let Some(ty) = self.api.types.get_mut(ty.0 as usize)
            && let Origin::Inline(old, role) = &mut ty.origin
        {
            (*old, *role) = (owner, Role::Record);
        }
    }
}

/// Returns whether a status is of a class: 2 for 200 to 299.
pub(super) fn is(status: &StatusCode, class: u16) -> bool {
    match status {
        StatusCode::Code(code) => code / 100 == class,
        StatusCode::Range(range) => *range == class,
    }
}

/// Returns the format as which a response is read: forms and multipart bodies are not parsed.
fn written(format: Format) -> Format {
    match format {
        Format::Json | Format::Text | Format::Bytes => format,
        Format::Form => Format::Text,
        Format::Multipart => Format::Bytes,
    }
}

/// Returns the media types of the successes in this format, for `accept`; `None` if plain JSON is one of them.
fn accept(good: &[(String, &Response)], format: Format) -> Option<String> {
    let mut wanted: Vec<&str> = Vec::new();
    let read =
        |response: &Response| preferred(&response.content).and_then(|(_, media, _)| media.schema.clone());
    let all = good.iter().flat_map(|(_, response)| {
        let read = read(response);
        response.content.iter().map(move |(name, media)| (name, media, media.schema == read))
    });
    for (name, media, is_read) in all {
        // Of two JSON types with different schemas, only one can be read.
        let same = format_of(name, media.schema.as_ref()).map(written) == Some(format)
            && (is_read || format != Format::Json);
        if same && !wanted.contains(&name.as_str()) && !name.contains(|c: char| !(' '..='~').contains(&c)) {
            wanted.push(name);
        }
    }
    let is_plain = format == Format::Json && wanted.iter().any(|name| essence(name) == "application/json");
    (!is_plain && !wanted.is_empty()).then(|| wanted.join(", "))
}

/// Returns the reason phrase of a status.
fn reason(status: &str) -> String {
    match status {
        "200" => "Ok".to_owned(),
        "201" => "Created".to_owned(),
        "202" => "Accepted".to_owned(),
        "203" => "Non-authoritative".to_owned(),
        "204" => "No content".to_owned(),
        "206" => "Partial content".to_owned(),
        "207" => "Multi-status".to_owned(),
        other => format!("Status {other}"),
    }
}
