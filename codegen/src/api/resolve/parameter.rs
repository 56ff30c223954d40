//! Parameters: their location, and the serialization of values of several parts.

use openapiv3::{Parameter, ParameterData, ParameterSchemaOrContent as Held, PathStyle, QueryStyle};

use super::content::{Format, format_of};
use super::schema::SchemaPosition;
use super::{Resolver, under};
use crate::api::model::{Owner, Param, ParameterIn, Role, Style, TypeId, TypeKind};
use crate::diagnostics::pointer::At;

/// Headers that OpenAPI defines by bodies, responses and security; a parameter of that name is ignored.
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];

impl<'d> Resolver<'d, '_> {
    pub(super) fn parameter(&mut self, source: &'d Parameter, owner: Owner, at: &At<'_>) -> Option<Param> {
        let data = source.parameter_data_ref();
        let (place, style) = self.style(source, data, at);
        if place == ParameterIn::Header && NO_PARAMETERS.contains(&data.name.to_ascii_lowercase().as_str()) {
            let what = format!("OpenAPI takes no parameter `{}` from here", data.name);
            self.diagnostics.warning(at, what, "bodies, responses and `security` say what this header holds");
            return None;
        }
        let (schema, style, steps) = match &data.format {
            Held::Schema(schema) => (Some(schema), style, vec!["schema"]),
            Held::Content(content) => {
                let (media, held) = content.first()?;
                let style = match format_of(media, held.schema.as_ref()) {
                    Some(Format::Json) => Style::Json,
                    Some(Format::Text) => style,
                    _ => {
                        self.diagnostics
                            .unsupported(at, format!("a parameter of `{media}` is not understood"));
                        return None;
                    }
                };
                (held.schema.as_ref(), style, vec!["content", media, "schema"])
            }
        };
        let (of, mut info) = under(at, &steps, &mut |at| {
            let place_of = SchemaPosition { owner, role: Role::Param(data.name.clone()), at };
            match schema {
                Some(schema) => self.whole(schema, &place_of),
                None => (self.any_use(at), Default::default()),
            }
        });
        if place != ParameterIn::Query && style != Style::Json && self.is_object(of.ty) {
            let what = "an object is understood in the query only, or as JSON (`content: application/json`)";
            self.diagnostics.unsupported(at, what);
        }
        info.doc = data.description.clone().or(info.doc);
        info.deprecated |= data.deprecated == Some(true);
        let required = data.required || place == ParameterIn::Path;
        let allow_reserved = matches!(source, Parameter::Query { allow_reserved: true, .. });
        Some(Param { wire_name: data.name.clone(), place, style, allow_reserved, of, required, info })
    }

    fn style(&mut self, source: &Parameter, data: &ParameterData, at: &At<'_>) -> (ParameterIn, Style) {
        let joined = |sign| if data.explode == Some(true) { Style::Repeated } else { Style::Joined(sign) };
        match source {
            Parameter::Path { style, .. } => {
                if *style != PathStyle::Simple {
                    self.diagnostics.unsupported(at, "of the styles of a path only `simple` is understood");
                }
                (ParameterIn::Path, Style::Joined(','))
            }
            Parameter::Query { style, .. } => {
                let style = match style {
                    QueryStyle::Form if data.explode == Some(false) => Style::Joined(','),
                    QueryStyle::Form => Style::Repeated,
                    QueryStyle::SpaceDelimited => joined(' '),
                    QueryStyle::PipeDelimited => joined('|'),
                    QueryStyle::DeepObject => Style::Deep,
                };
                (ParameterIn::Query, style)
            }
            Parameter::Header { .. } => (ParameterIn::Header, Style::Joined(',')),
            Parameter::Cookie { .. } => (ParameterIn::Cookie, Style::Joined(',')),
        }
    }

    /// Returns whether a type is an object or an array of objects. Deeper nesting is detected during serialization.
    fn is_object(&self, ty: TypeId) -> bool {
        let object = |ty: TypeId| {
            matches!(self.api.get(ty).kind, TypeKind::Struct(_) | TypeKind::Map(_) | TypeKind::Object)
        };
        match self.api.get(ty).kind {
            TypeKind::List(item) => object(item.ty),
            _ => object(ty),
        }
    }
}
