//! Bodies: selects one of several media types, and its format.

use openapiv3::{Content, MediaType, QueryStyle, ReferenceOr, RequestBody, Schema, SchemaKind};
use openapiv3::{StringFormat as DeclaredFormat, Type as Typed, VariantOrUnknownOrEmpty as Known};

use super::null::is_silent;
use super::schema::SchemaPosition;
use super::{Resolver, under};
pub(super) use crate::api::model::Format;
use crate::api::model::{Body, Owner, Role, StringFormat, Style, TypeId, TypeKind, TypeRef};
use crate::diagnostics::pointer::At;

/// Returns the format of a media type; `None` if it is not supported.
pub(super) fn format_of(media: &str, schema: Option<&ReferenceOr<Schema>>) -> Option<Format> {
    let essence = essence(media);
    let (kind, of) = essence.split_once('/').unwrap_or((&essence, ""));
    Some(match (kind, of) {
        ("multipart", "form-data") => Format::Multipart,
        ("multipart", _) => return None,
        ("application", "x-www-form-urlencoded") => Format::Form,
        ("application" | "text", "json") => Format::Json,
        (_, of) if of.ends_with("+json") => Format::Json,
        // A wildcard: the schema decides.
        ("*" | "application", "*" | "") => match schema {
            None => Format::Bytes,
            Some(ReferenceOr::Item(schema)) if is_silent(schema) || is_binary(schema) => Format::Bytes,
            Some(_) => Format::Json,
        },
        (_, "octet-stream") => Format::Bytes,
        ("text", _) => Format::Text,
        (_, of) if of.ends_with("+xml") || of.ends_with("+yaml") => Format::Text,
        ("application", of) if TEXTS.contains(&of) => Format::Text,
        _ => Format::Bytes,
    })
}

/// Textual subtypes of `application`.
const TEXTS: [&str; 13] = [
    "csv",
    "ecmascript",
    "graphql",
    "javascript",
    "json-seq",
    "jsonl",
    "jwt",
    "ndjson",
    "sql",
    "x-ndjson",
    "x-yaml",
    "xml",
    "yaml",
];

/// Returns a media type without its parameters, in lower case.
pub(super) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Returns the most structured media type: JSON, then forms, then the others.
pub(super) fn preferred(content: &Content) -> Option<(&str, &MediaType, Format)> {
    let understood = content
        .iter()
        .filter_map(|(name, media)| Some((name.as_str(), media, format_of(name, media.schema.as_ref())?)));
    understood.min_by_key(|(_, _, format)| match format {
        Format::Json => 0,
        Format::Multipart => 1,
        Format::Form => 2,
        Format::Text => 3,
        Format::Bytes => 4,
    })
}

/// Returns whether a schema describes binary data.
fn is_binary(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Typed::String(text)) => text.format == Known::Item(DeclaredFormat::Binary),
        SchemaKind::Any(any) => any.format.as_deref() == Some("binary"),
        _ => false,
    }
}

/// Returns whether a part of a form is a file.
fn has_file(schema: &Schema) -> bool {
    let of = |schema: &ReferenceOr<Box<Schema>>| schema.as_item().is_some_and(|it| has_file(it));
    match &schema.schema_kind {
        SchemaKind::Type(Typed::Object(it)) => it.properties.values().any(of),
        SchemaKind::Type(Typed::Array(it)) => it.items.as_ref().is_some_and(of),
        SchemaKind::Any(any) => {
            is_binary(schema)
                || any.properties.values().any(of)
                || any.all_of.iter().filter_map(ReferenceOr::as_item).any(has_file)
        }
        SchemaKind::AllOf { all_of } => all_of.iter().filter_map(ReferenceOr::as_item).any(has_file),
        _ => is_binary(schema),
    }
}

impl<'d> Resolver<'d, '_> {
    pub(super) fn body(&mut self, source: &'d RequestBody, owner: Owner, at: &At<'_>) -> Option<Body> {
        let at = at.key("content");
        let Some((name, media, format)) = preferred(&source.content) else {
            self.not_understood(&source.content, &at);
            return None;
        };
        let file = |(name, media): (&String, &MediaType)| {
            format_of(name, media.schema.as_ref()) == Some(Format::Multipart)
                && media.schema.as_ref().and_then(ReferenceOr::as_item).is_some_and(has_file)
        };
        if format == Format::Json
            && let Some((other, _)) = source.content.iter().find(|(name, media)| file((name, media)))
        {
            let what = format!("`{name}` is sent, so files cannot be, which only `{other}` takes");
            self.diagnostics.warning(
                &at.key(other),
                what,
                "remove the former by an overlay to send the latter",
            );
        }
        let of = self.held(name, media, format, owner, Role::Body, &at);
        let mut styles = Vec::new();
        let mut part_types = Vec::new();
        for (member, encoding) in &media.encoding {
            if let Some(style) = &encoding.style {
                styles.push((member.clone(), form_style(style, encoding.explode)));
            }
            part_types.extend(encoding.content_type.clone().map(|media| (member.clone(), media)));
        }
        if format == Format::Multipart {
            self.uploads(of.ty, &part_types);
        }
        Some(Body { of, required: source.required, format, media_type: name.to_owned(), styles, part_types })
    }

    pub(super) fn not_understood(&mut self, content: &Content, at: &At<'_>) {
        if let Some((name, _)) = content.first() {
            self.diagnostics.unsupported(&at.key(name), format!("`{name}` is not understood"));
        }
    }

    /// Returns the type of a media type's content.
    pub(super) fn held(
        &mut self,
        name: &str,
        media: &'d MediaType,
        format: Format,
        owner: Owner,
        role: Role,
        at: &At<'_>,
    ) -> TypeRef {
        under(at, &[name, "schema"], &mut |at| match (&media.schema, format) {
            (_, Format::Text) => {
                let ty = self.type_at(TypeKind::String(StringFormat::Plain), at.pointer().to_string());
                TypeRef { ty, nullable: false }
            }
            (Some(schema), Format::Json | Format::Form | Format::Multipart) => {
                self.whole(schema, &SchemaPosition { owner, role: role.clone(), at }).0
            }
            _ => self.any_use(at),
        })
    }

    /// Makes the fields of a multipart form that are files [`Text::Upload`].
    fn uploads(&mut self, form: TypeId, part_types: &[(String, String)]) {
        let is_text = |media: &str| matches!(format_of(media, None), Some(Format::Text | Format::Json));
        let is_file = |resolver: &Self, name: &str, ty: TypeId| {
            let ty = resolver.api.get(ty);
            let given = part_types.iter().find(|(member, _)| member == name);
            matches!(ty.kind, TypeKind::String(StringFormat::Plain))
                && (ty.constraints.format.as_deref() == Some("binary")
                    || given.is_some_and(|(_, media)| !media.split(',').any(is_text)))
        };
        for (index, field) in self.api.fields(form).to_vec().into_iter().enumerate() {
            let ty = field.of.ty;
            let item = match self.api.get(ty).kind {
                TypeKind::List(item) => Some(item),
                _ => None,
            };
            if !is_file(self, &field.wire_name, item.map_or(ty, |item| item.ty)) {
                continue;
            }
            let at = self.api.get(ty).at.clone();
            let mut upload = self.type_at(TypeKind::String(StringFormat::Upload), at.clone());
            if item.is_some() {
                upload = self.type_at(TypeKind::List(TypeRef { ty: upload, nullable: false }), at);
            }
            if let Some(TypeKind::Struct(form)) =
                self.api.types.get_mut(form.0 as usize).map(|form| &mut form.kind)
                && let Some(field) = form.fields.get_mut(index)
            {
                field.of.ty = upload;
            }
        }
    }

    pub(super) fn any_use(&mut self, at: &At<'_>) -> TypeRef {
        TypeRef { ty: self.any(at), nullable: false }
    }
}

fn form_style(style: &QueryStyle, explode: bool) -> Style {
    match style {
        QueryStyle::DeepObject => Style::Deep,
        _ if explode => Style::Repeated,
        QueryStyle::Form => Style::Joined(','),
        QueryStyle::SpaceDelimited => Style::Joined(' '),
        QueryStyle::PipeDelimited => Style::Joined('|'),
    }
}
