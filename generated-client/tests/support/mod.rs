//! What a call is given, and what it gives back.
// Each test uses a part of it, and a test may panic.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod document;
pub(crate) mod instance;
pub(crate) mod judge;
pub(crate) mod random;

use std::collections::BTreeMap;
use std::pin::Pin;

use propexo::{Client, Error, Redirect, ValidationError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use document::Operation;
use instance::{Fill, instance};

/// A call of one operation.
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Reads a body, checks it and writes it again; none where nothing is sent.
    pub(crate) check: Option<fn(Value) -> serde_json::Result<Checked>>,
    pub(crate) run: fn(Client, Given) -> Answered,
}

/// What a body was read as, and what `validate()` says of it.
pub(crate) struct Checked {
    pub(crate) body: Value,
    pub(crate) outcome: Result<(), ValidationError>,
}

/// Reads, checks and writes a body.
pub(crate) fn checked<T: DeserializeOwned + Serialize>(
    body: Value,
    validate: fn(&T) -> Result<(), ValidationError>,
) -> serde_json::Result<Checked> {
    let read: T = serde_json::from_value(body)?;
    Ok(Checked { body: serde_json::to_value(&read)?, outcome: validate(&read) })
}

/// The answer of a call, written as JSON again.
pub(crate) type Answered = Pin<Box<dyn Future<Output = Result<Value, Error>>>>;

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) path: BTreeMap<String, Value>,
    pub(crate) query: BTreeMap<String, Value>,
    pub(crate) header: BTreeMap<String, Value>,
    pub(crate) body: Option<Value>,
}

impl Given {
    /// Arguments made of the description of an operation.
    pub(crate) fn of(operation: &Operation, fill: Fill) -> Self {
        let mut given = Given::default();
        for parameter in &operation.parameters {
            if !parameter.required && matches!(fill, Fill::Required) {
                continue;
            }
            // A parameter cannot be null: its text would be read as the word.
            let fill = if matches!(fill, Fill::Nulls) { Fill::Everything { variant: 0 } } else { fill };
            let mut value = instance(&parameter.schema, fill);
            if parameter.place == "path" {
                // Every sign that a path could take for its own.
                value = Value::from("a/b c?d#e%f=ü&");
            }
            let place = match parameter.place.as_str() {
                "path" => &mut given.path,
                "query" => &mut given.query,
                _ => &mut given.header,
            };
            place.insert(parameter.name.clone(), value);
        }
        let nothing_to_say = operation.body.as_ref().is_some_and(|schema| schema.get("properties").is_none());
        given.body = operation.body.as_ref().filter(|_| !nothing_to_say).map(|schema| instance(schema, fill));
        given
    }

    pub(crate) fn required(&self, place: &str, name: &str) -> Argument {
        let values = match place {
            "path" => &self.path,
            "query" => &self.query,
            _ => &self.header,
        };
        Argument(values.get(name).cloned().unwrap_or_else(|| panic!("`{name}` is required but was not made")))
    }

    pub(crate) fn query<R>(&self, name: &str, request: R, set: impl FnOnce(R, Argument) -> R) -> R {
        match self.query.get(name) {
            Some(value) => set(request, Argument(value.clone())),
            None => request,
        }
    }

    pub(crate) fn header<R>(&self, name: &str, request: R, set: impl FnOnce(R, Argument) -> R) -> R {
        match self.header.get(name) {
            Some(value) => set(request, Argument(value.clone())),
            None => request,
        }
    }

    pub(crate) fn body<T: DeserializeOwned>(&self) -> T {
        let body = self.body.clone().expect("the operation has a body");
        serde_json::from_value(body.clone()).unwrap_or_else(|error| panic!("{error}\n{body}"))
    }

    /// The address of a redirect, in place of a body.
    pub(crate) fn redirected(&self, answer: Result<Redirect, Error>) -> Result<Value, Error> {
        answer.map(|answer| Value::from(answer.location()))
    }

    pub(crate) fn answered<T: Serialize>(&self, answer: Result<T, Error>) -> Result<Value, Error> {
        answer.map(|answer| serde_json::to_value(answer).expect("an answer can be written"))
    }
}

/// One argument.
#[derive(Clone, Debug)]
pub(crate) struct Argument(Value);

impl Argument {
    pub(crate) fn text(&self) -> String {
        wire_text(&self.0)
    }

    pub(crate) fn integer(&self) -> i64 {
        self.0.as_i64().expect("a whole number")
    }

    pub(crate) fn number(&self) -> f64 {
        self.0.as_f64().expect("a number")
    }

    pub(crate) fn flag(&self) -> bool {
        self.0.as_bool().expect("a flag")
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.as_array().expect("a list").iter().map(wire_text).collect()
    }
}

/// A value as a query or path has it.
pub(crate) fn wire_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
