//! The arguments and results of calls.
// Each test uses a part of it, and a test may panic.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod changes;
pub(crate) mod document;
pub(crate) mod instance;
pub(crate) mod judge;
pub(crate) mod places;
pub(crate) mod random;
pub(crate) mod secrecy;
pub(crate) mod strategy;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// Reads a body, validates it and writes it again; `None` if the operation does not send a body.
    pub(crate) check: Option<fn(Value) -> serde_json::Result<Checked>>,
    pub(crate) run: fn(Client, Given) -> ReceivedResponse,
}

/// Every operation of the document with its call.
pub(crate) fn operations(groups: &[&'static [Call]]) -> Vec<(Operation, &'static Call)> {
    let call = |operation: &Operation| {
        let mut calls = groups.iter().flat_map(|group| group.iter());
        let found = calls.find(|call| call.method == operation.method && call.path == operation.path);
        found.unwrap_or_else(|| panic!("{operation} cannot be called"))
    };
    document::Document::load()
        .operations()
        .map(|operation| {
            let call = call(&operation);
            (operation, call)
        })
        .collect()
}

/// The decoded body, and the result of `validate()`.
pub(crate) struct Checked {
    pub(crate) body: Value,
    pub(crate) outcome: Result<(), ValidationError>,
    /// `Debug` of the decoded value.
    pub(crate) shown: String,
}

/// Reads, validates and writes a body.
pub(crate) fn checked<T: DeserializeOwned + Serialize + Debug>(
    body: Value,
    validate: fn(&T) -> Result<(), ValidationError>,
) -> serde_json::Result<Checked> {
    let read: T = serde_json::from_value(body)?;
    Ok(Checked { body: serde_json::to_value(&read)?, outcome: validate(&read), shown: format!("{read:?}") })
}

/// The response of a call, written as JSON again.
pub(crate) type ReceivedResponse = Pin<Box<dyn Future<Output = Result<Value, Error>>>>;

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) path: BTreeMap<String, Value>,
    pub(crate) query: BTreeMap<String, Value>,
    pub(crate) header: BTreeMap<String, Value>,
    pub(crate) body: Option<Value>,
    /// Where to record all output that can be printed of the call.
    pub(crate) log: Option<Log>,
}

/// All printed output.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

impl Log {
    fn write(&self, shown: &impl Debug) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(&format!("{shown:?}\n"));
    }

    pub(crate) fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Given {
    /// Arguments generated from the document of an operation.
    pub(crate) fn of(operation: &Operation, fill: Fill) -> Self {
        let mut given = Given::default();
        for parameter in &operation.parameters {
            if !parameter.required && matches!(fill, Fill::Required) {
                continue;
            }
            // A parameter cannot be null: it would be read as the string `null`.
            let fill = if matches!(fill, Fill::Nulls) { Fill::Everything { variant: 0 } } else { fill };
            let mut value = instance(&parameter.schema, fill);
            if parameter.place == "path" {
                // Every character with a meaning in a path.
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

    /// Prints an intermediate value.
    pub(crate) fn shown<T: Debug>(&self, thing: T) -> T {
        if let Some(log) = &self.log {
            log.write(&thing);
        }
        thing
    }

    /// The address of a redirect, instead of a body.
    pub(crate) fn redirected(&self, response: Result<Redirect, Error>) -> Result<Value, Error> {
        self.shown(response).map(|response| Value::from(response.location()))
    }

    pub(crate) fn received<T: Serialize + Debug>(&self, response: Result<T, Error>) -> Result<Value, Error> {
        self.shown(response)
            .map(|response| serde_json::to_value(response).expect("a response can be written"))
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

/// A value as a query or path contains it.
pub(crate) fn wire_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
