//! Reading and writing keeps the JSON of every request body and every response of the document, and so of every
//! generated type.
//!
//! `PROPTEST_CASES=2000 cargo test -p generated-client --test round_trip` tests more instances.

#![cfg(feature = "all-groups")]
// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[rustfmt::skip]
mod generated;
mod support;

use std::collections::BTreeSet;
use std::path::Path;

use propexo::Client;
use propexo::transport::{HttpResponse, MemoryTransport};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use serde_json::Value;
use support::document::Operation;
use support::instance::{Fill, ODD_DATES, UNKNOWN, instance, is_date, is_enum, loss};
use support::strategy::instances;
use support::{Call, Given, Log, places};
use tokio::runtime::{Builder, Runtime};

/// The number of instances per body and response, unless `PROPTEST_CASES` is set.
const CASES: u32 = 16;

/// One direction of an operation: its request body or its response.
struct Side {
    operation: Operation,
    call: &'static Call,
    schema: Value,
    is_body: bool,
    runtime: Runtime,
}

/// Every request body and every response.
fn sides() -> Vec<Side> {
    let mut sides = Vec::new();
    for is_body in [true, false] {
        for (operation, call) in support::operations(generated::GROUPS) {
            // A body without properties is not sent, and a redirect does not have a body.
            let schema = if is_body {
                operation.body.as_ref().filter(|schema| schema.get("properties").is_some())
            } else {
                operation.response_schema().filter(|_| !operation.redirects)
            };
            if let Some(schema) = schema.cloned() {
                let runtime = Builder::new_current_thread().enable_time().build().unwrap();
                sides.push(Side { operation, call, schema, is_body, runtime });
            }
        }
    }
    sides
}

impl Side {
    /// Reads and writes an instance: returns the written JSON, and `Debug` of the value.
    fn again(&self, instance: &Value) -> Result<(Value, String), String> {
        if self.is_body {
            let check = self.call.check.expect("a body can be checked");
            let checked = check(instance.clone()).map_err(|error| error.to_string())?;
            return Ok((checked.body, checked.shown));
        }
        let server = MemoryTransport::new().respond_with(HttpResponse::json(200, instance));
        let client = Client::builder().token("t").base_url("http://test").transport(server);
        let client = client.strict_responses(true).build().unwrap();
        let log = Log::default();
        let given = Given { log: Some(log.clone()), ..Given::of(&self.operation, Fill::Required) };
        let again =
            self.runtime.block_on((self.call.run)(client, given)).map_err(|error| error.to_string())?;
        Ok((again, log.take()))
    }

    /// Reads and writes an instance, and returns the difference as an error. Only in a response may an optional null
    /// be dropped.
    fn survives(&self, instance: &Value) -> Result<String, String> {
        let (again, shown) = self.again(instance)?;
        match loss(instance, &again, Some(&self.schema).filter(|_| !self.is_body)) {
            Some(at) => Err(format!("lost `{at}`: {again}")),
            None => Ok(shown),
        }
    }

    fn name(&self) -> String {
        format!("{} of {}", if self.is_body { "the body" } else { "the response" }, self.operation)
    }
}

#[test]
fn writes_every_instance_as_it_was_read() {
    let mut tried = [0, 0];
    for side in sides() {
        let mut config = Config { failure_persistence: None, ..Config::default() };
        if std::env::var_os("PROPTEST_CASES").is_none() {
            config.cases = CASES;
        }
        // Equal instances in each run; a failing one is shrunk.
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let outcome = runner.run(&instances(&side.schema), |instance| {
            side.survives(&instance).map(drop).map_err(TestCaseError::fail)
        });
        match outcome {
            Ok(()) => tried[usize::from(side.is_body)] += 1,
            Err(TestError::Fail(reason, instance)) => panic!("{}: {reason}\n{instance}", side.name()),
            Err(TestError::Abort(reason)) => panic!("{}: {reason}", side.name()),
        }
    }
    println!("tried {} bodies and {} responses", tried[1], tried[0]);
    assert!(tried[0] > 0 && tried[1] > 0);
}

/// The server may add undocumented properties to each object.
#[test]
fn undocumented_properties_change_nothing() {
    for side in sides() {
        for variant in 0..15 {
            let plain = instance(&side.schema, Fill::Everything { variant });
            let mut strange = plain.clone();
            add_strangers(&side.schema, &mut strange);
            assert_ne!(plain, strange);
            let (expected, _) = side.again(&plain).unwrap();
            let (mut again, _) =
                side.again(&strange).unwrap_or_else(|error| panic!("{}: {error}", side.name()));
            // Types that can hold it keep it: maps, pages, unions with an alternative for any object.
            remove_strangers(&mut again);
            assert_eq!(again, expected, "{}", side.name());
        }
    }
}

const STRANGER: &str = "notInvented";

/// Adds a property to each object with known properties.
fn add_strangers(schema: &Value, instance: &mut Value) {
    match instance {
        Value::Object(members) if schema.get("properties").is_some() => {
            for (name, member) in members.iter_mut() {
                add_strangers(&schema["properties"][name], member);
            }
            members.insert(STRANGER.to_owned(), serde_json::json!({ "deep": [1, null] }));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| add_strangers(&schema["items"], item)),
        _ => {}
    }
}

fn remove_strangers(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove(STRANGER);
            members.values_mut().for_each(remove_strangers);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_strangers),
        _ => {}
    }
}

/// Uses an undocumented value in every enum, and each odd string in every date.
#[test]
fn keeps_unknown_enum_values_and_odd_dates_everywhere() {
    let (mut enums, mut dates) = (0, 0);
    for side in sides() {
        let (mut unknown, mut odd) = (BTreeSet::new(), BTreeSet::new());
        for variant in 0..ODD_DATES.len() {
            let instance = instance(&side.schema, Fill::Odd { variant });
            side.survives(&instance).unwrap_or_else(|lost| panic!("{}: {lost}\n{instance}", side.name()));
            unknown.extend(places::of_texts(&instance, |text| text == UNKNOWN));
            odd.extend(places::of_texts(&instance, |text| text == ODD_DATES[0]));
        }
        assert_eq!(
            unknown,
            places::of_schema(&side.schema, is_enum),
            "{}: an enum was passed over",
            side.name()
        );
        assert_eq!(odd, places::of_schema(&side.schema, is_date), "{}: a date was passed over", side.name());
        (enums, dates) = (enums + unknown.len(), dates + odd.len());
    }
    println!("places: {enums} of enums, {dates} of dates");
    assert!(enums > 0 && dates > 0);
}

#[test]
fn union_with_an_alternative_for_any_object_keeps_additional_properties() {
    use propexo::admin::IntegrationCredentials;
    let read = |json: &str| {
        let read: IntegrationCredentials = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
        read
    };
    assert!(matches!(read(r#"{"apiKey":"k"}"#), IntegrationCredentials::Knock(_)));
    assert!(matches!(read(r#"{"apiKey":"k","region":"eu"}"#), IntegrationCredentials::Object(_)));
}

/// `Debug` prints the names of structs: the values read above include every generated struct.
#[test]
fn reads_and_writes_every_generated_struct() {
    let mut met = BTreeSet::new();
    let mut meet = |shown: &str| {
        let names = shown.split(" {").filter_map(|before| before.rsplit([' ', '(', '[']).next());
        met.extend(names.map(str::to_owned));
    };
    for side in sides() {
        for fill in Fill::all() {
            meet(&side.survives(&instance(&side.schema, fill)).unwrap());
        }
    }
    // The only error response, which no operation returns as a success.
    let error = serde_json::json!({"error": {"code": "c", "details": {"a": 1}, "message": "m"}});
    let read: propexo::models::ErrorResponse = serde_json::from_value(error.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), error);
    meet(&format!("{read:?}"));
    let generated = structs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated"));
    println!("structs: {}", generated.len());
    let missing: Vec<_> = generated.difference(&met).collect();
    assert!(missing.is_empty() && !generated.is_empty(), "never read: {missing:?}");
}

/// The names of all structs below a folder.
fn structs(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(structs(&path));
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            let tables = text.split("crate::runtime::record!(").skip(1);
            names.extend(tables.filter_map(|table| Some(table.split_once(' ')?.0.to_owned())));
        }
    }
    names
}
