//! Parameters: their location, and the serialization of values of several parts.

use openapiv3::{Parameter, ParameterData, ParameterSchemaOrContent as Held, PathStyle, QueryStyle};

use super::content::{Format, format_of};
use super::schema::SchemaPosition;
use super::{Resolver, text, under};
use crate::api::model::{ChosenName, Owner, Param, ParameterIn, Role, Style};
use crate::diagnostics::pointer::At;

/// Headers that OpenAPI defines by bodies, responses and security; a parameter of that name is ignored.
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];

impl<'d> Resolver<'d, '_> {
    pub(super) fn parameter(&mut self, source: &'d Parameter, owner: Owner, at: &At<'_>) -> Option<Param> {
        let data = source.parameter_data_ref();
        let (place, style) = style_of(source, data);
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
        info.name = text(data.extensions.get("x-rust-name"))
            .map(|text| ChosenName { text, at: at.key("x-rust-name").pointer() });
        info.doc = data.description.clone().or(info.doc);
        info.deprecated |= data.deprecated == Some(true);
        let required = data.required || place == ParameterIn::Path;
        let allow_reserved = matches!(source, Parameter::Query { allow_reserved: true, .. });
        Some(Param { wire_name: data.name.clone(), place, style, allow_reserved, of, required, info })
    }
}

fn style_of(source: &Parameter, data: &ParameterData) -> (ParameterIn, Style) {
    let explode = data.explode == Some(true);
    let joined = |sign| if explode { Style::Repeated } else { Style::Joined(sign) };
    match source {
        Parameter::Path { style, .. } => {
            let style = match style {
                PathStyle::Simple => Style::Simple { explode },
                PathStyle::Label => Style::Label { explode },
                PathStyle::Matrix => Style::Matrix { explode },
            };
            (ParameterIn::Path, style)
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
        Parameter::Header { .. } => (ParameterIn::Header, Style::Simple { explode }),
        Parameter::Cookie { .. } if data.explode == Some(false) => (ParameterIn::Cookie, Style::Joined(',')),
        Parameter::Cookie { .. } => (ParameterIn::Cookie, Style::Repeated),
    }
}
