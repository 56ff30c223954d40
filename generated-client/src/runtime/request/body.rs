//! Bodies other than JSON.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::Request;
use super::multipart::Multipart;
use super::path_style::expand;
use super::style::{ParameterIn, Style, joined, pairs, parts, text};
use crate::runtime::call::url::{self, joined_query};
use crate::runtime::record::{Encoded, Node, Presence, View};
use crate::runtime::transport::Body;

#[doc(hidden)]
impl<T> Request<T> {
    /// Sets a string as body.
    pub fn text(self, body: impl Into<String>, media_type: &'static str) -> Self {
        self.bytes(body.into(), media_type)
    }

    /// Sets bytes as body.
    pub fn bytes(self, body: impl Into<Vec<u8>>, media_type: &'static str) -> Self {
        self.body(body.into(), media_type.to_owned())
    }

    /// Sets a form as body; properties without a listed style use OpenAPI's default.
    pub fn form<B: Node>(self, body: &B, styles: &[(&str, Style)]) -> Self {
        let model = body.view();
        let sent = Encoded { view: &model, is_request: true };
        self.checked(&model).written_form(serde_json::to_value(sent), styles)
    }

    fn written_form(self, form: serde_json::Result<Value>, styles: &[(&str, Style)]) -> Self {
        let Ok(Value::Object(members)) = form else { return self.not_written("the body is not a form") };
        let mut all = Vec::new();
        for (name, value) in &members {
            let style = styles.iter().find(|(styled, _)| styled == name).map(|(_, style)| *style);
            match (style, value) {
                (Some(style), _) => all.extend(pairs(name, value, style)),
                (None, Value::Array(_)) => all.extend(pairs(name, value, Style::Repeated)),
                (None, value) => all.push((name.clone(), text(value))),
            }
        }
        let mut written = String::new();
        let pairs: Vec<_> = all.into_iter().map(|(name, value)| (name.into(), value)).collect();
        url::push_pairs(&mut written, &pairs);
        self.bytes(written, "application/x-www-form-urlencoded")
    }

    /// Sets a multipart body; some parts may have their own media type.
    pub fn multipart<B: Node>(self, body: &B, types: &[(&str, &str)]) -> Self {
        let model = body.view();
        self.checked(&model).written_parts(&model, types)
    }

    fn written_parts(self, body: &View<'_>, types: &[(&str, &str)]) -> Self {
        let mut parts = Multipart::new(types);
        let mut add = |name: &str, view: View<'_>| {
            parts.member(name, &view);
            true
        };
        match body {
            View::Record(record) => {
                let members = record.shape().members.iter().enumerate();
                for (index, member) in members.filter(|(_, it)| it.presence != Presence::ReadOnly) {
                    add(member.name, record.view(index));
                }
                if let Some(extra) = record.extra_view() {
                    extra.each(&mut add);
                }
            }
            View::Map(map) => map.each(&mut add),
            View::Union(union) => return self.written_parts(&union.view(), types),
            View::Any(Value::Object(members)) | View::Unfit(Value::Object(members)) => {
                members.iter().for_each(|(name, value)| parts.member(name, &View::Any(value)));
            }
            _ => return self.not_written("the body is not a multipart form"),
        }
        match parts.finish() {
            Ok((media_type, bytes)) => self.body(bytes, media_type),
            Err(fault) => self.not_written(fault),
        }
    }

    fn body(mut self, bytes: Vec<u8>, media_type: String) -> Self {
        self.call.body = Some(Body::from(bytes));
        self.call.set_header("content-type".to_owned(), media_type);
        self
    }

    /// Sets the media type of the body.
    pub fn content_type(mut self, media_type: &'static str) -> Self {
        self.call.set_header("content-type".to_owned(), media_type.to_owned());
        self
    }

    /// Sets the accepted media types of the response.
    pub fn accepting(mut self, media_types: &'static str) -> Self {
        self.call.set_header("accept".to_owned(), media_types.to_owned());
        self
    }

    /// Sets a parameter that is an array or an object.
    pub fn styled<V: Serialize>(
        self,
        place: ParameterIn,
        name: &'static str,
        style: Style,
        value: &V,
    ) -> Self {
        self.written_parameter(place, name, style, serde_json::to_value(value))
    }

    fn written_parameter(
        mut self,
        place: ParameterIn,
        name: &'static str,
        style: Style,
        value: serde_json::Result<Value>,
    ) -> Self {
        let Ok(value) = value else { return self.not_written("a parameter holds what has no text") };
        match place {
            ParameterIn::Path if style == Style::Json => self.path(name, value.to_string()),
            ParameterIn::Path => {
                self.call.encoded_arguments.push(name);
                self.path(name, expand(name, &value, style))
            }
            ParameterIn::Header => {
                let all = pairs(name, &value, style).into_iter().map(|(_, text)| text);
                self.header_param(name, joined(all, ','))
            }
            ParameterIn::Cookie if value.is_array() => self.cookie(name, joined(parts(&value), ',')),
            ParameterIn::Cookie => pairs(name, &value, style)
                .into_iter()
                .fold(self, |request, (name, value)| request.cookie(name, value)),
            ParameterIn::Query => {
                if let Style::Joined(separator) = style
                    && (value.is_array() || value.is_object())
                {
                    let encoded = joined_query(parts(&value), separator);
                    self.call.set_encoded_query(name.into(), encoded);
                    return self;
                }
                let mut by_name: Vec<(String, Vec<String>)> = Vec::new();
                for (name, value) in pairs(name, &value, style) {
                    match by_name.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, values)) => values.push(value),
                        None => by_name.push((name, vec![value])),
                    }
                }
                by_name.into_iter().for_each(|(name, values)| self.call.set_query(name.into(), values));
                self
            }
        }
    }

    /// Sets a cookie.
    pub fn cookie(mut self, name: impl Into<Cow<'static, str>>, value: impl std::fmt::Display) -> Self {
        let name = name.into();
        self.call.cookies.retain(|(known, _)| *known != name);
        self.call.cookies.push((name, value.to_string()));
        self
    }

    fn not_written(self, reason: &'static str) -> Self {
        self.with_violations([crate::Violation::new("body", reason)])
    }
}
