//! Locations: the position of a change or a Rust item within an operation, in terms of HTTP and JSON.

use std::fmt;
use std::sync::Arc;

use crate::api::model::ParameterIn;

/// A path from an operation to a part of it, as in `response.200.results[].id`; empty for the operation itself.
///
/// In their order, all locations below a location follow it immediately.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location(Vec<Segment>);

/// One step of a location.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// The parameters of one kind: `query`. `path` alone is the path of the operation.
    Parameters(ParameterLocation),
    /// A parameter by its name: `.limit`. A path parameter has its position, `.#0`, because its name is not sent.
    Parameter(Arc<str>),
    /// The request body: `request`.
    Request,
    /// The response with a status: `response.200`.
    Response(Arc<str>),
    /// A property of an object: `.name`.
    Property(Arc<str>),
    /// An alternative of a union by its label: `<object#2>`. Strings have none.
    Variant(Arc<str>),
    /// A header of a response by its name in lower case: `.header.x-next`.
    Header(Arc<str>),
    /// The items of an array: `[]`.
    Items,
    /// The item of an array with an index: `[0]`.
    Position(usize),
    /// The additional properties of an object: `{}`.
    AdditionalProperties,
}

/// `in` of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterLocation {
    /// A cookie.
    Cookie,
    /// A header.
    Header,
    /// A part of the path.
    Path,
    /// The query string.
    Query,
    /// A value that OpenAPI 3.0 and 3.1 do not define; such a document has no client, but it can be compared.
    Other(Arc<str>),
}

impl ParameterLocation {
    /// The value of `in`.
    pub fn name(&self) -> &str {
        match self {
            ParameterLocation::Cookie => "cookie",
            ParameterLocation::Header => "header",
            ParameterLocation::Path => "path",
            ParameterLocation::Query => "query",
            ParameterLocation::Other(name) => name,
        }
    }
}

impl From<&str> for ParameterLocation {
    fn from(name: &str) -> Self {
        match name {
            "cookie" => ParameterLocation::Cookie,
            "header" => ParameterLocation::Header,
            "path" => ParameterLocation::Path,
            "query" => ParameterLocation::Query,
            other => ParameterLocation::Other(other.into()),
        }
    }
}

impl From<ParameterIn> for ParameterLocation {
    fn from(location: ParameterIn) -> Self {
        match location {
            ParameterIn::Cookie => ParameterLocation::Cookie,
            ParameterIn::Header => ParameterLocation::Header,
            ParameterIn::Path => ParameterLocation::Path,
            ParameterIn::Query => ParameterLocation::Query,
        }
    }
}

impl Location {
    /// The path of the operation.
    pub fn path() -> Self {
        Location(vec![Segment::Parameters(ParameterLocation::Path)])
    }

    /// A parameter of the path by its position, from 0.
    pub fn path_parameter(position: usize) -> Self {
        Self::parameter(ParameterLocation::Path, &format!("#{position}"))
    }

    /// A parameter by its name.
    pub fn parameter(location: ParameterLocation, name: &str) -> Self {
        Location(vec![Segment::Parameters(location), Segment::Parameter(name.into())])
    }

    /// The request body.
    pub fn request() -> Self {
        Location(vec![Segment::Request])
    }

    /// The response with a status.
    pub fn response(status: &str) -> Self {
        Location(vec![Segment::Response(status.into())])
    }

    /// This location and one more segment.
    #[must_use]
    pub fn child(&self, segment: Segment) -> Self {
        let mut segments = Vec::with_capacity(self.0.len() + 1);
        segments.extend_from_slice(&self.0);
        segments.push(segment);
        Location(segments)
    }

    /// A property of the object at this location.
    #[must_use]
    pub fn property(&self, name: &str) -> Self {
        self.child(Segment::Property(name.into()))
    }

    /// All segments.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The segments below the parameter or body that this location is in.
    pub fn below_root(&self) -> &[Segment] {
        match self.0.as_slice() {
            [Segment::Parameters(_), Segment::Parameter(_), below @ ..] => below,
            [Segment::Request | Segment::Response(_), below @ ..] => below,
            other => other,
        }
    }

    /// Whether this location is `other` or below it.
    pub fn starts_with(&self, other: &Location) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The last name in this location with everything behind it: `tags[]` of `request.tags[]`.
    pub fn leaf(&self) -> String {
        let mut out = String::new();
        for segment in &self.0 {
            match segment.name() {
                Some(name) => name.clone_into(&mut out),
                None => out += &segment.to_string(),
            }
        }
        out
    }
}

impl Segment {
    fn name(&self) -> Option<&str> {
        match self {
            Segment::Parameters(location) => Some(location.name()),
            Segment::Request => Some("request"),
            Segment::Parameter(name)
            | Segment::Response(name)
            | Segment::Property(name)
            | Segment::Header(name) => Some(name),
            Segment::Variant(_) | Segment::Items | Segment::Position(_) | Segment::AdditionalProperties => {
                None
            }
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Segment::Parameters(location) => f.write_str(location.name()),
            Segment::Parameter(name) | Segment::Property(name) => write!(f, ".{name}"),
            Segment::Request => f.write_str("request"),
            Segment::Response(status) => write!(f, "response.{status}"),
            Segment::Variant(label) => write!(f, "<{label}>"),
            Segment::Header(name) => write!(f, ".header.{name}"),
            Segment::Items => f.write_str("[]"),
            Segment::Position(index) => write!(f, "[{index}]"),
            Segment::AdditionalProperties => f.write_str("{}"),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|segment| segment.fmt(f))
    }
}

/// The labels of the alternatives of a union, by their names: a name that several have is numbered, `object#2`. Strings
/// have the empty name, and no label.
pub(crate) fn numbered_labels(names: &[&str]) -> Vec<String> {
    let count = |name: &str, among: &[&str]| among.iter().filter(|other| **other == name).count();
    let label = |(index, name): (usize, &&str)| match count(name, names) {
        _ if name.is_empty() => String::new(),
        1 => (*name).to_owned(),
        _ => format!("{name}#{}", count(name, names.get(..=index).unwrap_or_default())),
    };
    names.iter().enumerate().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Location {
        Location::response("200").property("results").child(Segment::Items)
    }

    #[test]
    fn displays_as_wire_path() {
        let variant = record().child(Segment::Variant("object#2".into())).property("a.b");
        for (location, expected) in [
            (Location::default(), ""),
            (Location::path(), "path"),
            (Location::path_parameter(0), "path.#0"),
            (Location::parameter("querystring".into(), "q"), "querystring.q"),
            (Location::request().child(Segment::AdditionalProperties), "request{}"),
            (variant, "response.200.results[]<object#2>.a.b"),
        ] {
            assert_eq!(location.to_string(), expected);
        }
    }

    #[test]
    fn starts_leaf_at_last_name() {
        for (location, expected) in [
            (Location::default(), ""),
            (Location::request(), "request"),
            (Location::parameter(ParameterLocation::Query, "page.size"), "page.size"),
            (record(), "results[]"),
            (record().property("id"), "id"),
        ] {
            assert_eq!(location.leaf(), expected);
        }
    }

    #[test]
    fn orders_descendants_immediately_after_location() {
        let below = [record(), record().property("id"), record().child(Segment::Items)];
        let others = [Location::response("200").property("results2"), Location::response("201")];
        let mut all = [&others[..], &below].concat();
        all.sort();
        assert!(all[..3].iter().all(|location| location.starts_with(&record())), "{all:?}");
    }

    #[test]
    fn numbers_labels_that_several_alternatives_share() {
        assert_eq!(
            numbered_labels(&["object", "", "Portal", "object"]),
            ["object#1", "", "Portal", "object#2"]
        );
    }
}
