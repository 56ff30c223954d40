//! The proof that a change breaks somebody: the smallest thing that one side takes and the other does not.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::accepts::accepts;
use super::document::{Operation, operations};
use super::fact::{Fact, Part, Proof, Root, Spot, Step};
use super::operation::required_params;
use super::sample::{Sampler, in_order};
use super::view::Node;
use crate::pointer::child;

/// Values at the edge that are tried before a change is said to break nobody.
const MOST_TRIES: usize = 300;

/// Looks for witnesses in two documents.
pub(super) struct Judge<'c, 'd> {
    old: Sampler<'d>,
    new: Sampler<'d>,
    roots: &'c [Root<'d>],
    operations: Vec<Operation<'d>>,
}

/// The side that took or gave a value, and the one that has to cope.
struct Sides<'d> {
    /// What is sent was taken by the old document; what is given comes of the new one.
    old_takes: bool,
    taker: Sampler<'d>,
    refuser: Sampler<'d>,
}

impl<'d> Sides<'d> {
    /// Of a pair of old and new, that of the taker and that of the refuser.
    fn of<'n>(&self, pair: (&'n Node<'d>, &'n Node<'d>)) -> (&'n Node<'d>, &'n Node<'d>) {
        if self.old_takes { pair } else { (pair.1, pair.0) }
    }

    fn differ(&self, pair: (&Node<'d>, &Node<'d>), value: &Value) -> bool {
        let (taker, refuser) = self.of(pair);
        self.taker.takes(taker, value) && !self.refuser.takes(refuser, value)
    }
}

impl<'d> Sides<'d> {
    /// The object with members that nobody asked for, each of a kind that spoils it for an alternative of the refuser:
    /// what remains must be refused for what it is.
    fn spoilt(&self, pair: (&Node<'d>, &Node<'d>), value: Value) -> Value {
        let Value::Object(mut members) = value else { return value };
        let (_, refuser) = self.of(pair);
        for alternative in refuser.view(self.refuser.root).alternatives {
            for (name, node) in alternative.properties() {
                if !members.contains_key(name) {
                    let odd = [json!(0), json!(""), json!(false), json!([]), json!({})];
                    let spoils = odd.into_iter().find(|odd| !self.refuser.takes(&node, odd));
                    members.extend(spoils.map(|odd| (name.to_owned(), odd)));
                }
            }
        }
        Value::Object(members)
    }
}

impl<'c, 'd> Judge<'c, 'd> {
    pub(super) fn new(old: &'d Value, new: &'d Value, roots: &'c [Root<'d>]) -> Self {
        Judge { old: Sampler { root: old }, new: Sampler { root: new }, roots, operations: operations(old) }
    }

    /// The witness of a fact, or why it breaks nobody.
    pub(super) fn witness(&self, fact: &Fact<'d>) -> Result<Value, &'static str> {
        match &fact.proof {
            Proof::Operation(index) => {
                self.operations.get(*index).map(|it| self.request(it, fact)).ok_or(NONE)
            }
            Proof::Schema(spot) => self.value(spot),
            Proof::None => Err(NONE),
        }
    }

    /// The smallest request that the old document takes.
    fn request(&self, operation: &Operation<'d>, fact: &Fact<'d>) -> Value {
        let mut line = self.line(operation, None);
        let mut out = Map::new();
        if let Some((style, name)) =
            fact.stem.starts_with("serialization").then_some(()).and(fact.location.split_once('.'))
        {
            line = self.line(operation, Some((style, name, "a,b")));
        }
        out.insert("request".to_owned(), line.into());
        if let Some(body) = child(operation.value, "requestBody") {
            let schema = child(body, "content").and_then(Value::as_object).and_then(|it| it.values().next());
            let required = child(body, "required") == Some(&Value::Bool(true));
            let asked = fact.location == "request" && fact.stem == "content-type-removed";
            if let Some(schema) =
                schema.and_then(|media| child(media, "schema")).filter(|_| required || asked)
            {
                let body = self.old.smallest(&Node::new(operation.at.clone(), schema));
                out.insert("body".to_owned(), body.unwrap_or_default());
            }
        }
        if fact.stem == "content-type-removed" {
            out.insert("content_type".to_owned(), fact.old.clone());
        }
        if fact.stem == "response-status-removed" {
            out.insert("status".to_owned(), fact.old.clone());
        }
        Value::Object(out)
    }

    /// `METHOD /path?query` with what has to be sent, and one parameter more.
    fn line(&self, operation: &Operation<'d>, more: Option<(&str, &str, &str)>) -> String {
        if operation.webhook {
            // It is the API that sends it, to a place that is not in the document.
            return operation.name();
        }
        let mut path: Vec<String> = operation.path.split('{').map(str::to_owned).collect();
        let mut query = Vec::new();
        for ((place, name), schema) in required_params(operation) {
            let value = schema.and_then(|schema| self.filled(&schema)).unwrap_or_else(|| "1".to_owned());
            match (place.as_str(), name.strip_prefix('#').and_then(|it| it.parse::<usize>().ok())) {
                ("path", Some(position)) => {
                    if let Some(segment) = path.get_mut(position + 1)
                        && let Some((_, rest)) = segment.split_once('}')
                    {
                        *segment = format!("{}{rest}", encoded(&value));
                    }
                }
                ("query", _) => query.push(format!("{}={}", encoded(&name), encoded(&value))),
                _ => {}
            }
        }
        // What the document does not declare is filled all the same.
        let path: String = path
            .iter()
            .map(|segment| segment.split_once('}').map_or(segment.clone(), |(_, rest)| format!("1{rest}")))
            .collect();
        if let Some(("query", name, value)) = more {
            query.push(format!("{}={}", encoded(name), encoded(value)));
        }
        let question = if query.is_empty() { "" } else { "?" };
        format!("{} {path}{question}{}", operation.method.to_uppercase(), query.join("&"))
    }

    /// A value of a parameter that is not empty, for an empty one is no segment of a path.
    fn filled(&self, schema: &Node<'d>) -> Option<String> {
        let plain = |value: Value| match value {
            Value::String(text) if !text.is_empty() => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        };
        let edges = self.old.edges(schema).into_iter().filter(|value| self.old.takes(schema, value));
        let texts: Vec<String> = edges.filter_map(plain).collect();
        // One that needs no encoding reads best.
        let reads_well = |text: &&String| text.chars().all(char::is_alphanumeric);
        texts.iter().find(reads_well).or(texts.first()).cloned()
    }

    fn value(&self, spot: &Spot<'d>) -> Result<Value, &'static str> {
        let Some(root) = self.roots.get(spot.root) else { return Err(NONE) };
        let sent = root.part.is_sent();
        let sides = if sent {
            Sides { old_takes: true, taker: self.old, refuser: self.new }
        } else {
            Sides { old_takes: false, taker: self.new, refuser: self.old }
        };
        let decided = (&spot.decided.0, &spot.decided.1);
        let inner = spot.steps.get(spot.decided_at..).unwrap_or_default();
        let outer = spot.steps.get(..spot.decided_at).unwrap_or_default();
        let (taker, refuser) = sides.of((&spot.nodes.0, &spot.nodes.1));
        let mut edges = sides.taker.edges(taker);
        edges.extend(sides.refuser.edges(refuser));
        let whole = (&root.old, &root.new);
        let (start, _) = sides.of(whole);
        let breaks =
            |edge: &Value| spot.broken.as_ref().is_none_or(|schema| !accepts(&Value::Null, schema, edge));
        let mut shown = false;
        let long = spot.broken.as_ref().and_then(too_long);
        let edges = in_order(edges).into_iter().chain(long).filter(breaks);
        // What is no different at the node itself is no different around it.
        let below = !Rc::ptr_eq(&spot.decided, &spot.nodes);
        let nodes = (&spot.nodes.0, &spot.nodes.1);
        for mut edge in edges.filter(|edge| !below || sides.differ(nodes, edge)).take(MOST_TRIES) {
            let Some(mut at_union) = build(&sides, sides.of(decided).0, inner, &mut edge) else { continue };
            if !sides.differ(decided, &at_union) {
                at_union = sides.spoilt(decided, at_union);
                if !sides.differ(decided, &at_union) {
                    continue;
                }
            }
            shown = true;
            let Some(value) = build(&sides, start, outer, &mut at_union) else { continue };
            if sides.differ(whole, &value) {
                let value = shrunk(value, &|value| sides.differ(whole, value));
                return Ok(self.told(root, value));
            }
        }
        let union =
            spot.decided.0.view(self.old.root).is_union() || spot.decided.1.view(self.new.root).is_union();
        Err(match (shown, union) {
            (true, _) => "no value of the whole body shows it",
            (false, true) => "another variant takes every value that would show it",
            (false, false) => NONE,
        })
    }

    fn told(&self, root: &Root<'d>, value: Value) -> Value {
        let direction = if root.part.is_sent() { "request" } else { "response" };
        let mut out = json!({ "direction": direction, "value": value });
        if let (Part::Param, Some((place, name)), Some(operation)) =
            (root.part, &root.param, self.operations.get(root.operations.0))
            && place == "query"
            && let Value::String(_) | Value::Number(_) | Value::Bool(_) = &out["value"]
        {
            let text = out["value"].as_str().map_or_else(|| out["value"].to_string(), str::to_owned);
            out["request"] = self.line(operation, Some((place, name, &text))).into();
        }
        out
    }
}

/// Why a change that would break callers breaks none.
const NONE: &str = "the other limits leave no value that would show it";

/// The text that is one too long for a limit beyond those that samples are made for. (Files travel as texts of many
/// megabytes, and their limits change.)
fn too_long(broken: &Value) -> Option<Value> {
    const MOST: u64 = 1 << 27;
    let length = broken.get("maxLength").and_then(Value::as_u64).filter(|length| *length < MOST)?;
    Some("a".repeat(usize::try_from(length).ok()? + 1).into())
}

/// The smallest value around `leaf`, which stands `steps` below `node`. The leaf is taken where there is one; it may be large.
fn build<'d>(sides: &Sides<'d>, node: &Node<'d>, steps: &[Step], leaf: &mut Value) -> Option<Value> {
    let Some((first, rest)) = steps.split_first() else { return Some(leaf.take()) };
    let view = node.view(sides.taker.root);
    let (chosen, rest) = match first {
        Step::Alternative { old, new } => (Some(if sides.old_takes { *old } else { *new }), rest),
        _ => (None, steps),
    };
    let Some((step, below)) = rest.split_first() else { return Some(leaf.take()) };
    let candidates =
        view.alternatives.iter().enumerate().filter(|(index, _)| chosen.is_none_or(|it| it == *index));
    for (_, alternative) in candidates {
        let built = match step {
            Step::Alternative { .. } => None,
            Step::Member(name) => alternative.properties().get(name.as_str()).and_then(|member| {
                let mut members = sides.taker.members(alternative, 0)?;
                members.insert(name.clone(), build(sides, member, below, leaf)?);
                Some(Value::Object(members))
            }),
            Step::Item => alternative.items().and_then(|items| {
                let inner = build(sides, &items, below, leaf)?;
                let least =
                    alternative.limit("minItems").and_then(|it| it.as_u64()).unwrap_or(1).clamp(1, 64);
                let others = sides
                    .taker
                    .edges(&items)
                    .into_iter()
                    .filter(|it| sides.taker.takes(&items, it) && *it != inner);
                let mut list: Vec<Value> = others.take(least as usize - 1).collect();
                while list.len() as u64 + 1 < least {
                    list.push(inner.clone());
                }
                list.insert(0, inner);
                Some(Value::Array(list))
            }),
            Step::Extra => alternative.additional().and_then(|(at, schema)| {
                let mut members = sides.taker.members(alternative, 0)?;
                members.insert("x".to_owned(), build(sides, &Node::new(at, schema), below, leaf)?);
                Some(Value::Object(members))
            }),
        };
        if built.is_some() {
            return built;
        }
    }
    None
}

/// The value without whatever it shows the same without.
fn shrunk(mut value: Value, shows: &dyn Fn(&Value) -> bool) -> Value {
    let mut smaller = true;
    while smaller {
        smaller = places(&value).iter().any(|place| {
            let Some(taken) = take(&mut value, place) else { return false };
            let still = shows(&value);
            if !still {
                put_back(&mut value, place, taken);
            }
            still
        });
    }
    value
}

/// All members and elements, by their positions from the outside in.
fn places(value: &Value) -> Vec<Vec<usize>> {
    let inner: Vec<&Value> = match value {
        Value::Object(members) => members.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => return Vec::new(),
    };
    let below = |(index, value): (usize, &Value)| {
        let here = std::iter::once(vec![index]);
        here.chain(places(value).into_iter().map(move |rest| [vec![index], rest].concat()))
            .collect::<Vec<_>>()
    };
    inner.into_iter().enumerate().flat_map(below).collect()
}

fn holder<'v>(value: &'v mut Value, place: &[usize]) -> Option<(&'v mut Value, usize)> {
    let (last, above) = place.split_last()?;
    let found = above.iter().try_fold(value, |value, index| match value {
        Value::Object(members) => members.values_mut().nth(*index),
        Value::Array(items) => items.get_mut(*index),
        _ => None,
    })?;
    Some((found, *last))
}

fn take(value: &mut Value, place: &[usize]) -> Option<(String, Value)> {
    match holder(value, place)? {
        (Value::Object(members), index) => {
            let name = members.keys().nth(index)?.clone();
            members.shift_remove_entry(&name)
        }
        (Value::Array(items), index) if index < items.len() => Some((String::new(), items.remove(index))),
        _ => None,
    }
}

fn put_back(value: &mut Value, place: &[usize], (name, taken): (String, Value)) {
    match holder(value, place) {
        Some((Value::Object(members), index)) => {
            members.shift_insert(index, name, taken);
        }
        Some((Value::Array(items), index)) => items.insert(index, taken),
        _ => {}
    }
}

fn encoded(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
