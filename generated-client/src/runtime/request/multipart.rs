//! `multipart/form-data` (RFC 7578).

use serde::Serialize;
use serde_json::Value;

use super::style::text;
use crate::runtime::headers;
use crate::runtime::record::{Encoded, View};

/// A multipart body that is being written.
pub(crate) struct Multipart<'t> {
    boundary: String,
    /// Media types from the API document, by part.
    types: &'t [(&'t str, &'t str)],
    texts: Vec<u8>,
    /// Servers read the other parts before the files that they describe.
    files: Vec<u8>,
    fault: Option<&'static str>,
}

impl<'t> Multipart<'t> {
    pub(crate) fn new(types: &'t [(&'t str, &'t str)]) -> Self {
        // A random boundary of this length does not occur in any part.
        let boundary = std::iter::repeat_with(fastrand::alphanumeric).take(40).collect();
        Self { boundary, types, texts: Vec::new(), files: Vec::new(), fault: None }
    }

    /// Adds a property of the body: one part, or one for each element of an array.
    pub(crate) fn member(&mut self, name: &str, view: &View<'_>) {
        match view {
            View::Absent | View::Null => {}
            View::Union(union) => self.member(name, &union.view()),
            View::List(list) => (0..list.count()).for_each(|index| self.part(name, &list.view(index))),
            view => self.part(name, view),
        }
    }

    fn part(&mut self, name: &str, view: &View<'_>) {
        if let View::Union(union) = view {
            return self.part(name, &union.view());
        }
        let known = self.types.iter().find(|(typed, _)| *typed == name).map(|(_, media_type)| *media_type);
        if let View::Upload(upload) = view {
            let media_type = upload.media_type().or(known).unwrap_or("application/octet-stream");
            let head = self.head(name, Some(upload.file_name().unwrap_or(name)), Some(media_type));
            append(&mut self.files, &head, upload.bytes());
            return;
        }
        let sent = Encoded { view, is_request: true };
        match sent.serialize(serde_json::value::Serializer) {
            Ok(value) => {
                let json = matches!(value, Value::Object(_) | Value::Array(_)).then_some("application/json");
                let head = self.head(name, None, known.or(json));
                append(&mut self.texts, &head, text(&value).as_bytes());
            }
            Err(_) => self.fault = Some("a part holds what has no text"),
        }
    }

    fn head(&mut self, name: &str, file_name: Option<&str>, media_type: Option<&str>) -> String {
        let mut head =
            format!("--{}\r\ncontent-disposition: form-data; name=\"{}\"", self.boundary, quoted(name));
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(media_type) = media_type {
            if headers::fault("content-type", media_type).is_some() {
                self.fault = Some("the media type of a part cannot be sent");
            }
            head.push_str(&format!("\r\ncontent-type: {media_type}"));
        }
        head
    }

    /// Returns the media type of the body, and its bytes.
    pub(crate) fn finish(self) -> Result<(String, Vec<u8>), &'static str> {
        let end = format!("--{}--\r\n", self.boundary);
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok((
                format!("multipart/form-data; boundary={}", self.boundary),
                [self.texts, self.files, end.into_bytes()].concat(),
            )),
        }
    }
}

fn append(out: &mut Vec<u8>, head: &str, bytes: &[u8]) {
    for piece in [head.as_bytes(), b"\r\n\r\n", bytes, b"\r\n"] {
        out.extend_from_slice(piece);
    }
}

/// Returns a quoted name, as browsers write it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
