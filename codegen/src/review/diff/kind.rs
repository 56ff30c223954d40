//! The kinds of change. Each is a row of one table, which has its rule: the severity, the message and an example.
//!
//! Names are permanent, because `spec/diff.toml` refers to them.

use crate::diagnostics::Severity;

/// The direction of a message between the caller and the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The caller is the producer.
    Request,
    /// The caller is the consumer.
    Response,
}

impl Direction {
    /// The word for it in a counterexample.
    pub(super) fn name(self) -> &'static str {
        match self {
            Direction::Request => "request",
            Direction::Response => "response",
        }
    }
}

/// What a changed schema describes; it is the first part of the change's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayloadKind {
    /// A parameter.
    Parameter,
    /// A body that callers send: a request, or the response to a webhook.
    Request,
    /// A body that callers receive: a response, or the payload of a webhook.
    Response,
}

impl PayloadKind {
    fn prefix(self) -> &'static str {
        match self {
            PayloadKind::Parameter => "param",
            PayloadKind::Request => "request-field",
            PayloadKind::Response => "response-field",
        }
    }

    pub(super) fn direction(self) -> Direction {
        match self {
            PayloadKind::Parameter | PayloadKind::Request => Direction::Request,
            PayloadKind::Response => Direction::Response,
        }
    }
}

/// The severities of a rule in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Severities {
    pub(super) usual: Severity,
    /// If the exception of the rule applies.
    pub(super) exceptional: Severity,
}

const fn always(severity: Severity) -> Severities {
    Severities { usual: severity, exceptional: severity }
}

const ERROR: Severities = always(Severity::Error);
const WARNING: Severities = always(Severity::Warning);
const INFO: Severities = always(Severity::Info);
const ERROR_OR_WARNING: Severities = Severities { usual: Severity::Error, exceptional: Severity::Warning };
const ERROR_OR_INFO: Severities = Severities { usual: Severity::Error, exceptional: Severity::Info };
const WARNING_OR_ERROR: Severities = Severities { usual: Severity::Warning, exceptional: Severity::Error };
const INFO_OR_ERROR: Severities = Severities { usual: Severity::Info, exceptional: Severity::Error };
const WARNING_OR_INFO: Severities = Severities { usual: Severity::Warning, exceptional: Severity::Info };

/// What a kind of change applies to.
#[derive(Clone, Copy, Debug)]
enum Scope {
    /// The document or an operation: the change is of no schema.
    Operation,
    /// Schemas of these payloads.
    Schema(&'static [PayloadKind]),
}

const PARAMETERS: Scope = Scope::Schema(&[PayloadKind::Parameter]);
const REQUESTS: Scope = Scope::Schema(&[PayloadKind::Parameter, PayloadKind::Request]);
const RESPONSES: Scope = Scope::Schema(&[PayloadKind::Response]);
const SCHEMAS: Scope = Scope::Schema(&[PayloadKind::Parameter, PayloadKind::Request, PayloadKind::Response]);
const OPERATIONS: Scope = Scope::Operation;

/// The rule of a kind of change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    name: &'static str,
    scope: Scope,
    request: Severities,
    response: Severities,
    /// The sentence of a finding; `{subject}`, `{old}` and `{new}` are replaced.
    pub(super) message: &'static str,
    /// The condition under which the exceptional severity holds, in requests and in responses.
    exceptions: [&'static str; 2],
    pub(super) example: &'static str,
}

impl Rule {
    pub(super) fn severities(&self, direction: Direction) -> Severities {
        match direction {
            Direction::Request => self.request,
            Direction::Response => self.response,
        }
    }

    /// The condition under which the exceptional severity holds.
    pub(super) fn exception(&self, direction: Direction) -> &'static str {
        match (direction, self.exceptions) {
            (Direction::Response, [_, response]) if !response.is_empty() => response,
            (_, [request, _]) => request,
        }
    }
}

macro_rules! change_kinds {
    ($(
        $kind:ident = $name:literal, $scope:ident, [$request:ident, $response:ident],
        $message:literal, $example:literal $(, except if $exception:literal $(or $response_exception:literal)?)?;
    )*) => {
        /// A kind of change, in the order in which the rules are listed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ChangeKind {
            $(#[doc = $example] $kind,)*
        }

        impl ChangeKind {
            const ALL: &'static [ChangeKind] = &[$(ChangeKind::$kind),*];

            pub(super) const fn rule(self) -> Rule {
                match self {
                    $(ChangeKind::$kind => Rule {
                        name: $name,
                        scope: $scope,
                        request: $request,
                        response: $response,
                        message: $message,
                        exceptions: [concat!($($exception)?), concat!($($($response_exception)?)?)],
                        example: $example,
                    },)*
                }
            }
        }
    };
}

// Name, scope, severities of requests and of responses, message, example.
change_kinds! {
    OperationAdded = "op-added", OPERATIONS, [INFO, INFO],
        "new operation", "`POST /v1/tours/` appears";
    OperationRemoved = "op-removed", OPERATIONS, [ERROR, ERROR],
        "the operation was removed; the most similar new path is {new}", "`GET /v1/leads/` disappears";
    OperationTrailingSlashChanged = "op-path-trailing-slash-changed", OPERATIONS, [WARNING, WARNING],
        "the path is now {new}", "`/v1/leads` becomes `/v1/leads/`";
    PathParameterRenamed = "path-param-renamed", OPERATIONS, [INFO, INFO],
        "the path parameter {old} is now named {new}",
        "`/v1/leads/{id}` becomes `/v1/leads/{lead_id}`";
    OperationDeprecated = "op-deprecated", OPERATIONS, [INFO, INFO],
        "the operation is now deprecated", "`deprecated: true` appears";
    OperationUndeprecated = "op-undeprecated", OPERATIONS, [INFO, INFO],
        "the operation is no longer deprecated", "`deprecated: true` disappears";
    OperationAvailabilityChanged = "op-availability-changed", OPERATIONS, [INFO, INFO],
        "the availability was {old} and is {new}", "`x-fern-availability: beta` appears";
    OperationTagsChanged = "op-tags-changed", OPERATIONS, [INFO, INFO],
        "the tags were {old} and are {new}", "`tags: [leads]` becomes `tags: [crm]`";
    OperationIdChanged = "op-id-changed", OPERATIONS, [INFO, INFO],
        "the operation id was {old} and is {new}", "`operationId: leads.list` appears";
    OperationSecurityChanged = "op-security-changed", OPERATIONS, [WARNING, WARNING],
        "the security was {old} and is {new}", "`security: [bearerAuth: []]` becomes `[]`";
    OperationSecurityAdded = "op-security-added", OPERATIONS, [ERROR, ERROR],
        "the operation now needs credentials: {new}", "`security: []` becomes `[bearerAuth: []]`";
    OperationSecurityLoosened = "op-security-loosened", OPERATIONS, [INFO, INFO],
        "the security was {old} and is {new}", "`security: [bearerAuth: []]` gets the alternative `apiKey: []`";
    SecuritySchemeChanged = "security-scheme-changed", OPERATIONS, [ERROR, ERROR],
        "the credentials were sent as {old} and are sent as {new}",
        "the `name` of an API key in a header changes";
    SecuritySchemesChanged = "security-schemes-changed", OPERATIONS, [WARNING, WARNING],
        "the security schemes were {old} and are {new}", "a scheme `apiKey` appears";
    ServersChanged = "servers-changed", OPERATIONS, [WARNING, WARNING],
        "the servers were {old} and are {new}", "the sandbox moves to another host";
    DocumentVersionChanged = "document-version-changed", OPERATIONS, [INFO, INFO],
        "the version of the document was {old} and is {new}", "`info.version` goes from `1.0.0` to `1.1.0`";
    SerializationChanged = "serialization-changed", PARAMETERS, [ERROR_OR_INFO, ERROR_OR_INFO],
        "the serialization of the {subject} was {old} and is {new}",
        "`?ids=1&ids=2` becomes `?ids=1,2` (`explode: false`)",
        except if "the value is a scalar, which both write the same";
    Moved = "moved", PARAMETERS, [ERROR, ERROR],
        "the {subject} was in the {old} and is in the {new}", "a query parameter becomes a header";
    EmptyValueForbidden = "empty-value-forbidden", PARAMETERS, [ERROR, ERROR],
        "the {subject} may no longer be empty", "`allowEmptyValue: true` disappears";
    EmptyValuePermitted = "empty-value-permitted", PARAMETERS, [INFO, INFO],
        "the {subject} may now be empty", "`allowEmptyValue: true` appears";
    RequestBodyAddedRequired = "request-body-added-required", OPERATIONS, [ERROR_OR_INFO, ERROR_OR_INFO],
        "a request body is now required", "a `DELETE` requires a body", except if "it is the payload of a webhook";
    RequestBodyAddedOptional = "request-body-added-optional", OPERATIONS, [INFO, INFO],
        "a request body is now permitted", "a `DELETE` permits a body";
    RequestBodyRemoved = "request-body-removed", OPERATIONS, [WARNING, WARNING],
        "the request body was removed", "a `DELETE` permits no body";
    RequestBodyBecameRequired = "request-body-became-required", OPERATIONS, [ERROR_OR_INFO, ERROR_OR_INFO],
        "the request body is now required", "`requestBody.required: true` appears",
        except if "it is the payload of a webhook";
    RequestBodyBecameOptional = "request-body-became-optional", OPERATIONS, [INFO, INFO],
        "the request body is no longer required", "`requestBody.required: true` disappears";
    ContentTypeAdded = "content-type-added", OPERATIONS, [INFO, INFO],
        "the media type {new} is new", "`text/csv` is added to `application/json`";
    ContentTypeRemoved = "content-type-removed", OPERATIONS, [ERROR, ERROR],
        "the media type {old} was removed", "`application/json` disappears";
    ContentTypeParametersChanged = "content-type-parameters-changed", OPERATIONS, [INFO, INFO],
        "the media type {old} is now {new}", "`application/json` becomes `application/json; charset=utf-8`";
    EncodingChanged = "encoding-changed", OPERATIONS, [WARNING, WARNING],
        "the encoding of the form was {old} and is {new}", "the `contentType` of a part changes";
    OperationKeywordChanged = "op-keyword-changed", OPERATIONS, [WARNING, WARNING],
        "{old} became {new}, which no rule judges", "`allowReserved: true` appears";
    ResponseStatusAdded = "response-status-added", OPERATIONS, [INFO, INFO],
        "the status {new} is new", "a `404` appears";
    ResponseStatusRemoved = "response-status-removed", OPERATIONS, [ERROR_OR_INFO, ERROR_OR_INFO],
        "the status {old} was removed", "`200` disappears in favour of `201`",
        except if "it is not a success status (2xx), or the others cover it, such as the range `2XX`";
    AddedRequired = "added-required", REQUESTS, [ERROR_OR_INFO, ERROR_OR_INFO],
        "new required {subject}", "`notes` appears and is required", except if "it is `readOnly`";
    AddedOptional = "added-optional", REQUESTS, [INFO, INFO],
        "new optional {subject}", "`notes` appears";
    Added = "added", RESPONSES, [INFO, INFO_OR_ERROR],
        "new {subject}", "`notes` appears", except if "the object permitted no additional properties";
    Removed = "removed", SCHEMAS, [WARNING_OR_ERROR, ERROR_OR_WARNING],
        "the {subject} was removed", "`notes` disappears",
        except if "the object permits no additional properties" or "it was not required";
    BecameRequired = "became-required", SCHEMAS, [ERROR_OR_INFO, INFO],
        "the {subject} is now required", "`required: [notes]` appears", except if "it is `readOnly`";
    BecameOptional = "became-optional", SCHEMAS, [INFO, ERROR_OR_INFO],
        "the {subject} is no longer required", "`required: [notes]` disappears", except if "" or "it is `writeOnly`";
    Forbidden = "forbidden", SCHEMAS, [ERROR, INFO],
        "no value of the {subject} is permitted any more", "`items: {type: string}` becomes `items: false`";
    Permitted = "permitted", SCHEMAS, [INFO, ERROR],
        "a value of the {subject} is now permitted", "`items: false` becomes `items: {type: string}`";
    BecameNullable = "became-nullable", SCHEMAS, [INFO, ERROR],
        "the {subject} may now be null", "`type: string` becomes `type: [string, 'null']`";
    BecameNotNullable = "became-not-nullable", SCHEMAS, [ERROR, INFO],
        "the {subject} may no longer be null", "`type: [string, 'null']` becomes `type: string`";
    TypeChanged = "type-changed", SCHEMAS, [ERROR_OR_INFO, ERROR_OR_INFO],
        "the type of the {subject} was {old} and is {new}", "`integer` becomes `string`",
        except if "the consumer permits all types of the producer";
    VariantAdded = "variant-added", SCHEMAS, [INFO, ERROR],
        "the {subject} may now also be {new}", "`anyOf` gets another entry";
    VariantRemoved = "variant-removed", SCHEMAS, [ERROR, INFO],
        "the {subject} may no longer be {old}", "`anyOf` loses an entry";
    BecameExclusive = "union-became-exclusive", SCHEMAS, [ERROR, INFO],
        "the {subject} must now be exactly one variant", "`anyOf` becomes `oneOf`";
    BecameInclusive = "union-became-inclusive", SCHEMAS, [INFO, INFO],
        "the {subject} may now be several variants at once", "`oneOf` becomes `anyOf`";
    DiscriminatorChanged = "discriminator-changed", SCHEMAS, [ERROR_OR_WARNING, ERROR_OR_WARNING],
        "the discriminator of the {subject} was {old} and is {new}", "`propertyName: kind` becomes `propertyName: type`",
        except if "it is new or was removed";
    DiscriminatorValueAdded = "discriminator-value-added", SCHEMAS, [INFO, WARNING],
        "the discriminator of the {subject} has the new value {new}", "`mapping` gets the key `bird`";
    DiscriminatorValueRemoved = "discriminator-value-removed", SCHEMAS, [ERROR, INFO],
        "the discriminator of the {subject} no longer has the value {old}", "`mapping` loses the key `bird`";
    EnumValueAdded = "enum-value-added", SCHEMAS, [INFO, WARNING_OR_INFO],
        "the {subject} has the new value {new}", "`enum: [NEW]` becomes `enum: [NEW, OLD]`",
        except if "" or "it is null, which `nullable: true` permitted already";
    EnumValueRemoved = "enum-value-removed", SCHEMAS, [ERROR_OR_INFO, INFO],
        "the {subject} no longer has the value {old}", "`enum: [NEW, OLD]` becomes `enum: [NEW]`",
        except if "it is null, which `nullable: true` still permits";
    EnumIntroduced = "enum-introduced", SCHEMAS, [ERROR, INFO],
        "the {subject} must now be one of {new}", "`enum: [NEW, OLD]` appears";
    EnumDropped = "enum-dropped", SCHEMAS, [INFO, ERROR],
        "the {subject} is no longer restricted to {old}", "`enum: [NEW, OLD]` disappears";
    FormatChanged = "format-changed", SCHEMAS, [WARNING_OR_INFO, WARNING],
        "the format of the {subject} was {old} and is {new}", "`format: uuid` becomes `format: cuid`",
        except if "the format was removed";
    ConstraintTightened = "constraint-tightened", SCHEMAS, [ERROR, INFO],
        "the constraint of the {subject} was {old} and is {new}", "`maximum: 250` becomes `maximum: 100`";
    ConstraintLoosened = "constraint-loosened", SCHEMAS, [INFO, INFO],
        "the constraint of the {subject} was {old} and is {new}", "`maximum: 100` becomes `maximum: 250`";
    ConstraintChanged = "constraint-changed", SCHEMAS, [WARNING_OR_ERROR, INFO],
        "the constraint of the {subject} was {old} and is {new}", "`pattern: ^a` becomes `pattern: ^b`",
        except if "it is not `pattern`, and an example shows the difference";
    DefaultChanged = "default-changed", SCHEMAS, [WARNING, INFO],
        "the default of the {subject} was {old} and is {new}", "`default: 100` becomes `default: 50`";
    AdditionalPropertiesChanged = "additional-properties-changed", SCHEMAS, [ERROR_OR_INFO, WARNING_OR_ERROR],
        "`additionalProperties` of the {subject} was {old} and is {new}", "`additionalProperties: false` appears",
        except if "all that were permitted still are" or "they were forbidden";
    AccessModeChanged = "access-mode-changed", SCHEMAS, [WARNING, WARNING],
        "the access mode of the {subject} was {old} and is {new}", "`readOnly: true` appears";
    KeywordChanged = "keyword-changed", SCHEMAS, [WARNING, WARNING],
        "the schema of the {subject} was {old} and is {new}, which no rule judges", "`xml: {name: lead}` appears";
    Deprecated = "deprecated", SCHEMAS, [INFO, INFO],
        "the {subject} is now deprecated", "`deprecated: true` appears";
    Undeprecated = "undeprecated", SCHEMAS, [INFO, INFO],
        "the {subject} is no longer deprecated", "`deprecated: true` disappears";
}

impl ChangeKind {
    /// The permanent id of this kind, for a schema with that of its payload: `response-field-removed`.
    pub(super) fn id(self, payload: Option<PayloadKind>) -> String {
        let name = self.rule().name;
        payload.map_or_else(|| name.to_owned(), |payload| format!("{}-{name}", payload.prefix()))
    }

    /// Whether it is a difference in the values that a schema accepts.
    pub(super) fn is_about_validity(self) -> bool {
        !matches!(
            self,
            ChangeKind::KeywordChanged
                | ChangeKind::DiscriminatorChanged
                | ChangeKind::DiscriminatorValueAdded
                | ChangeKind::DiscriminatorValueRemoved
                | ChangeKind::FormatChanged
                | ChangeKind::DefaultChanged
                | ChangeKind::AccessModeChanged
                | ChangeKind::Deprecated
                | ChangeKind::Undeprecated
        )
    }

    /// Whether a constraint became stricter or looser.
    pub(super) fn is_ordered_constraint(self) -> bool {
        matches!(self, ChangeKind::ConstraintTightened | ChangeKind::ConstraintLoosened)
    }

    /// All kinds, of schemas with each payload that they apply to.
    pub(super) fn all() -> impl Iterator<Item = (ChangeKind, Option<PayloadKind>)> {
        Self::ALL.iter().flat_map(|kind| {
            let payloads = match kind.rule().scope {
                Scope::Operation => vec![None],
                Scope::Schema(payloads) => payloads.iter().copied().map(Some).collect(),
            };
            payloads.into_iter().map(|payload| (*kind, payload))
        })
    }
}
