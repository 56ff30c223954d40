//! The table that the generator writes: the operations of the API and the shapes of their bodies.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The operations and shapes of an API document.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Table {
    pub(super) operations: Vec<Operation>,
    parameters: Vec<Parameter>,
    shapes: Vec<Shape>,
    /// The operations whose paths have no parameters, by method and path.
    #[serde(skip)]
    exact: HashMap<String, usize>,
}

/// An operation.
#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    /// In capitals.
    pub(super) method: String,
    /// The path template.
    pub(super) path: String,
    parameters: Vec<usize>,
    /// The JSON request body.
    pub(super) body: Option<ShapeId>,
    /// The JSON body of each status.
    responses: BTreeMap<String, Option<ShapeId>>,
    pub(super) kind: Kind,
    /// The Rust type of a record of the response.
    pub(super) model: Option<String>,
}

/// What an operation responds with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// A page of a list.
    Page,
    /// One record.
    Record,
    /// The receipt of a write.
    Receipt,
    /// A redirect.
    Redirect,
    /// Anything else.
    Other,
}

/// A parameter of operations.
#[derive(Debug, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "in")]
    pub(super) location: String,
    pub(super) required: bool,
    pub(super) shape: Option<ShapeId>,
}

/// A reference to a [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct ShapeId(usize);

/// A JSON Schema whose subschemas are references.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Shape {
    /// Empty for any type.
    #[serde(rename = "type")]
    pub(super) types: Vec<Type>,
    #[serde(rename = "enum")]
    pub(super) values: Option<Vec<Value>>,
    pub(super) properties: BTreeMap<String, ShapeId>,
    pub(super) required: Vec<String>,
    pub(super) additional_properties: Option<Additional>,
    pub(super) items: Option<ShapeId>,
    /// `anyOf` and `oneOf`.
    #[serde(alias = "oneOf")]
    pub(super) any_of: Vec<ShapeId>,
    pub(super) all_of: Vec<ShapeId>,
    pub(super) format: Option<String>,
    pub(super) pattern: Option<String>,
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) exclusive_minimum: Option<f64>,
    pub(super) exclusive_maximum: Option<f64>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
}

/// A JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Array,
    Boolean,
    Integer,
    Null,
    Number,
    Object,
    String,
}

/// The properties that a schema does not list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Additional {
    /// Whether they are permitted; only if there is no `shape`.
    pub(super) allowed: bool,
    /// Their shape.
    pub(super) shape: Option<ShapeId>,
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match String::deserialize(deserializer)?.as_str() {
            "array" => Self::Array,
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "null" => Self::Null,
            "number" => Self::Number,
            "object" => Self::Object,
            _ => Self::String,
        })
    }
}

impl Table {
    /// Parses a table. One that is not valid has no operations, so that every request is refused.
    pub(super) fn parse(json: &str) -> Self {
        let mut table: Self = serde_json::from_str(json).unwrap_or_default();
        let exact =
            table.operations.iter().enumerate().filter(|(_, operation)| !operation.path.contains('{'));
        table.exact = exact.map(|(index, operation)| (operation.template(), index)).collect();
        table
    }

    /// Returns the shape of a reference; that of any value if there is none.
    pub(super) fn shape(&self, id: ShapeId) -> &Shape {
        static ANY: Shape = Shape {
            types: Vec::new(),
            values: None,
            properties: BTreeMap::new(),
            required: Vec::new(),
            additional_properties: None,
            items: None,
            any_of: Vec::new(),
            all_of: Vec::new(),
            format: None,
            pattern: None,
            minimum: None,
            maximum: None,
            exclusive_minimum: None,
            exclusive_maximum: None,
            min_length: None,
            max_length: None,
            min_items: None,
            max_items: None,
        };
        self.shapes.get(id.0).unwrap_or(&ANY)
    }

    /// Returns the parameters of an operation.
    pub(super) fn parameters<'a>(&'a self, operation: &'a Operation) -> impl Iterator<Item = &'a Parameter> {
        operation.parameters.iter().filter_map(|index| self.parameters.get(*index))
    }

    /// Returns the names of all properties, some of them repeatedly.
    pub(super) fn property_names(&self) -> impl Iterator<Item = &String> {
        self.shapes.iter().flat_map(|shape| shape.properties.keys())
    }

    /// Returns the shape of a property.
    pub(super) fn property(&self, shape: ShapeId, name: &str) -> Option<ShapeId> {
        self.shape(shape).properties.get(name).copied()
    }

    /// Returns the shape of a record of a page, or of the only record.
    pub(super) fn record(&self, operation: &Operation) -> Option<ShapeId> {
        let results = self.property(operation.success()?, "results")?;
        match operation.kind {
            Kind::Page => self.shape(results).items,
            _ => Some(results),
        }
    }

    /// Returns the index of the operation of a request, with the values of its path parameters.
    pub(super) fn find(&self, method: &str, segments: &[String]) -> Option<(usize, PathParameters)> {
        // Few requests have a path with parameters, so these are looked for last.
        if let Some(index) = self.exact.get(&format!("{method} {}", segments.join("/"))) {
            return Some((*index, PathParameters::new()));
        }
        let own = self.operations.iter().enumerate();
        let own = own.filter(|(_, operation)| operation.method == method && operation.path.contains('{'));
        let matching = own.filter_map(|(index, operation)| Some((index, operation.matches(segments)?)));
        // Of several templates that match, the one with the fewest parameters is the most specific one.
        matching.min_by_key(|(_, parameters)| parameters.len())
    }
}

/// The path parameters of a request, by name.
pub(super) type PathParameters = Vec<(String, String)>;

impl Operation {
    /// Returns `GET /v1/leads/{id}`.
    pub(super) fn template(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Returns whether it lists records without the id of another record.
    pub(super) fn is_root_list(&self) -> bool {
        self.kind == Kind::Page && !self.path.contains('{')
    }

    /// Returns the shape of the first success.
    pub(super) fn success(&self) -> Option<ShapeId> {
        self.responses.iter().find(|(status, _)| status.starts_with('2')).and_then(|(_, shape)| *shape)
    }

    /// Returns the path parameters if the path matches the template.
    fn matches(&self, segments: &[String]) -> Option<PathParameters> {
        let mut parameters = PathParameters::new();
        let mut own = self.path.split('/');
        for segment in segments {
            let template = own.next()?;
            match parameter_name(template) {
                Some(name) if !segment.is_empty() => parameters.push((name.to_owned(), segment.clone())),
                None if template == segment => {}
                _ => return None,
            }
        }
        own.next().is_none().then_some(parameters)
    }
}

/// Returns `id` of `{id}`.
pub(super) fn parameter_name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table::parse(
            r#"{
                "operations": [
                    { "method": "GET", "path": "/v1/units/{id}", "parameters": [],
                      "kind": "record", "responses": { "200": 1, "400": null } },
                    { "method": "GET", "path": "/v1/units/details", "parameters": [],
                      "kind": "other", "responses": { "200": null } }
                ],
                "shapes": [
                    { "type": ["string", "null"] },
                    { "type": ["object"], "properties": { "results": 2 } },
                    { "type": ["object"], "properties": { "id": 0 }, "required": ["id"] }
                ]
            }"#,
        )
    }

    fn found(path: &str) -> Option<(String, PathParameters)> {
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        let table = table();
        table
            .find("GET", &segments)
            .map(|(index, parameters)| (table.operations[index].template(), parameters))
    }

    #[test]
    fn finds_the_operation_with_the_fewest_parameters() {
        assert_eq!(found("/v1/units/details"), Some(("GET /v1/units/details".to_owned(), Vec::new())));
        let parameters = vec![("id".to_owned(), "7".to_owned())];
        assert_eq!(found("/v1/units/7"), Some(("GET /v1/units/{id}".to_owned(), parameters)));
        for other in ["/v1/units/", "/v1/units", "/v1/units/7/", "/v1/units/7/8"] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn resolves_the_shape_of_a_record() {
        let table = table();
        let record = table.record(&table.operations[0]).unwrap();
        assert_eq!(table.shape(record).required, ["id"]);
        let id = table.property(record, "id").unwrap();
        assert_eq!(table.shape(id).types, [Type::String, Type::Null]);
    }
}
