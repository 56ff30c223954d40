//! How bodies, parameters and credentials travel.

use super::{ParameterIn, TypeRef};

/// A request body.
#[derive(Clone, Debug)]
pub struct Body {
    /// What is sent.
    pub of: TypeRef,
    /// Must be sent.
    pub required: bool,
    /// How it is written.
    pub format: Format,
    /// The media type, as the document writes it.
    pub media_type: String,
    /// Members of a form that are written in another way than the usual.
    pub styles: Vec<(String, Style)>,
    /// Media types of parts, where the document gives them.
    pub part_types: Vec<(String, String)>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// A text as it is.
    Text,
    /// Bytes as they are.
    Bytes,
}

/// How a value of several parts is written where there is room for texts only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `name=a&name=b`; of an object, its members as pairs of their own.
    Repeated,
    /// `name=a,b`, with this sign between the parts.
    Joined(char),
    /// `name[member]=a`, `name[0]=a`.
    Deep,
    /// `a,b`; an object as `x,1,y,2`, exploded `x=1,y=2`.
    Simple {
        /// `explode`.
        explode: bool,
    },
    /// As `Simple` after `.`, exploded with `.` between the parts.
    Label {
        /// `explode`.
        explode: bool,
    },
    /// `;name=a,b`, exploded `;name=a;name=b`.
    Matrix {
        /// `explode`.
        explode: bool,
    },
    /// As JSON.
    Json,
}

/// By what calls are authorised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Its name in the document.
    pub name: String,
    /// What is sent.
    pub kind: SchemeKind,
}

/// What is sent to authorise a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// A token in the header `authorization`: HTTP's bearer, OAuth and OpenID Connect.
    Bearer,
    /// User and password in the header `authorization`.
    Basic,
    /// A key under this name.
    Key(ParameterIn, String),
}
