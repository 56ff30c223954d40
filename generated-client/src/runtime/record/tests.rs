//! Structs with properties in any order, and unions with a discriminator.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{from_value, record, union};

#[derive(Clone, PartialEq)]
struct Open {
    kind: String,
}
record!(Open { "kind" => kind: Required });

#[derive(Clone, PartialEq)]
struct Closed {
    kind: String,
    reason: String,
}
record!(Closed { "kind" => kind: Required, "reason" => reason: Required });

#[derive(Clone, Debug, PartialEq)]
enum State {
    Open(Open),
    Closed(Closed),
    Unknown(Value),
}
union!(State by only "kind" { Open: Open = ["open", "1"], Closed: Closed = ["closed"] });

#[derive(Clone, Debug, PartialEq)]
enum Loose {
    Open(Open),
    Closed(Closed),
    Unknown(Value),
}
union!(Loose by "kind" { Open: Open = ["Open"], Closed: Closed = ["Closed"] });

fn open(kind: &str) -> Open {
    Open { kind: kind.to_owned() }
}

#[test]
fn prefers_discriminator_to_best_fit() {
    let both = json!({"kind": "open", "reason": "r"});
    assert_eq!(from_value::<State>(&both).unwrap(), State::Open(open("open")));
    let closed = json!({"kind": "closed", "reason": "r"});
    assert!(matches!(from_value::<State>(&closed).unwrap(), State::Closed(_)));
}

#[test]
fn keeps_value_with_unknown_discriminator() {
    for other in [json!({"kind": "new"}), json!({"kind": "closed"}), json!({"reason": "r"}), json!(["open"])]
    {
        let read = from_value::<State>(&other).unwrap();
        assert_eq!(read, State::Unknown(other.clone()));
        assert_eq!(serde_json::to_value(&read).unwrap(), other);
    }
}

#[test]
fn uses_assumed_discriminator_only_if_known() {
    let reason = |kind: &str| json!({"kind": kind, "reason": "r"});
    assert_eq!(from_value::<Loose>(&reason("Open")).unwrap(), Loose::Open(open("Open")));
    assert!(matches!(from_value::<Loose>(&reason("closed")).unwrap(), Loose::Closed(_)));
    assert_eq!(from_value::<Loose>(&json!({"kind": "x"})).unwrap(), Loose::Open(open("x")));
}

#[test]
fn reads_properties_in_any_order() {
    let orders = [
        r#"{"kind":"k","reason":"r"}"#,
        r#"{"reason":"r","kind":"k"}"#,
        r#"{"reason":"r","more":{"kind":"other"},"kind":"k"}"#,
        r#"{"more":1,"kind":"k","even more":[],"reason":"r"}"#,
    ];
    let expected = Closed { kind: "k".to_owned(), reason: "r".to_owned() };
    // Every order after every other, since the reader begins with the order of the previous value.
    for json in orders.iter().flat_map(|one| orders.iter().flat_map(move |other| [one, other])) {
        assert_eq!(serde_json::from_str::<Closed>(json).unwrap(), expected, "{json}");
    }
    for (json, message) in [
        (r#"{"reason":"r"}"#, "missing field `kind`"),
        (r#"{"kind":"k"}"#, "missing field `reason`"),
        (r#"{"kind":"k","reason":"r","kind":"k"}"#, "duplicate field `kind`"),
        (r#"{"reason":"r","reason":"r","kind":"k"}"#, "duplicate field `reason`"),
    ] {
        let error = serde_json::from_str::<Closed>(json).unwrap_err().to_string();
        assert!(error.starts_with(message), "{json}: {error}");
    }
}

#[test]
fn repeated_key_replaces_the_record_before_it() {
    #[derive(PartialEq)]
    struct Named {
        by_name: std::collections::BTreeMap<String, Pair>,
    }
    #[derive(Clone, PartialEq)]
    struct Pair {
        left: Option<String>,
        right: Option<String>,
    }
    record!(Pair { "left" => left: Optional, "right" => right: Optional });
    record!(Named { "by_name" => by_name: Required });
    let json = r#"{"by_name":{"a":{"left":"1"},"a":{"right":"2"}}}"#;
    let read: Named = serde_json::from_str(json).unwrap();
    assert_eq!(read.by_name["a"], Pair { left: None, right: Some("2".to_owned()) });
}

#[derive(Clone, PartialEq)]
struct Lists {
    names: Vec<String>,
    sizes: BTreeMap<String, i64>,
}
record!(Lists { "names" => names: EmptyIfNull, "sizes" => sizes: EmptyIfNull });

#[test]
fn null_array_or_map_is_empty_only_where_the_table_says_so() {
    let empty = json!({"names": [], "sizes": {}});
    for odd in [json!({"names": null, "sizes": null}), json!({}), empty.clone()] {
        let read = from_value::<Lists>(&odd).unwrap();
        assert_eq!(read, Lists { names: Vec::new(), sizes: BTreeMap::new() });
        assert_eq!(serde_json::to_value(&read).unwrap(), empty);
        let text: Lists = serde_json::from_str(&odd.to_string()).unwrap();
        assert_eq!(text, read);
    }
    let full = json!({"names": ["a"], "sizes": {"b": 1}});
    assert_eq!(serde_json::to_value(from_value::<Lists>(&full).unwrap()).unwrap(), full);
    for bad in
        [json!({"names": "a"}), json!({"names": [null]}), json!({"sizes": {"b": null}}), json!({"sizes": 1})]
    {
        assert!(from_value::<Lists>(&bad).is_err(), "{bad}");
    }
}

#[test]
fn null_of_an_untyped_property_is_a_value() {
    #[derive(PartialEq)]
    struct Untyped {
        any: Option<Value>,
    }
    record!(Untyped { "any" => any: Optional });
    for json in [json!({"any": null}), json!({}), json!({"any": 1})] {
        let read = from_value::<Untyped>(&json).unwrap();
        assert_eq!(read.any.as_ref(), json.get("any"));
        assert_eq!(serde_json::to_value(&read).unwrap(), json);
    }
}

mod debug {
    use super::*;
    use crate::runtime::value::Upload;
    use crate::{Cents, DateTime, Patch, Secret};

    #[derive(Clone, PartialEq)]
    struct Account {
        created_at: Option<DateTime>,
        email: Option<String>,
        manager: Patch<String>,
        password: Option<Secret>,
        rent: Option<Cents>,
        scan: Option<Upload>,
        state: Option<State>,
        tags: Vec<Option<i64>>,
        more: BTreeMap<String, Value>,
    }
    record!(Account {
        "createdAt" => created_at: Optional,
        "email" => email: Optional,
        "manager" => manager: Optional,
        "password" => password: Optional,
        "rent" => rent: Optional,
        "scan" => scan: Optional,
        "state" => state: Optional,
        "tags" => tags: Required,
        ; ..more
    });

    fn account(json: Value) -> Account {
        from_value(&json).unwrap()
    }

    #[test]
    fn shows_what_is_set_by_wire_name() {
        let set = account(json!({
            "createdAt": "2026-01-02", "manager": null, "rent": 125_000, "state": { "kind": "open" },
            "tags": [1, null], "other": { "a": true },
        }));
        assert_eq!(
            format!("{set:?}"),
            r#"Account { createdAt: "2026-01-02", manager: null, rent: Cents(125000), "#.to_owned()
                + r#"state: Open(Open { kind: "open" }), tags: [1, null], other: {"a":true} }"#
        );
        assert_eq!(format!("{:?}", account(json!({ "tags": [] }))), "Account { tags: [] }");
    }

    #[test]
    fn hides_secrets_and_files() {
        let secret = account(json!({
            "password": "hunter2", "scan": "hunter2", "tags": [],
        }));
        for shown in [format!("{secret:?}"), format!("{secret:#?}"), format!("{:?}", Some(&[secret]))] {
            assert!(shown.contains("[redacted]") && !shown.contains("hunter2"), "{shown}");
        }
    }
}
