//! The URLs of the environments are those of the API's document.

// Test helpers may panic too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use propexo::Environment;

#[test]
fn environments_are_the_servers_of_the_description() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/openapi.yaml");
    let document: serde_json::Value = serde_yaml_ng::from_reader(std::fs::File::open(path).unwrap()).unwrap();
    let servers: Vec<_> =
        document["servers"].as_array().unwrap().iter().map(|server| server["url"].clone()).collect();
    let environments = [Environment::Production, Environment::Sandbox];
    assert_eq!(servers, environments.map(Environment::base_url));
    for environment in environments {
        assert_eq!(Environment::from_name(environment.as_str()), Some(environment));
    }
}
