//! Converts a document to the canonical form: the form of the file in `spec/`, and the input of all later
//! passes for a raw download.
//!
//! The canonical form contains only the interface. Components with machine-made names are inlined;
//! everything that OpenAPI treats as a set has one fixed order; prose, examples and vendor extensions are removed.
//! So renumbering, moving, reordering, restyling and rewording upstream do not change a byte of it. The
//! conversion is idempotent.

mod anchor;
mod inheritance;
mod operation;
mod recursion;
mod schema;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::diagnostics::pointer::{At, Pointer, child};
use crate::diagnostics::{Diagnostics, Origin, Severity};
use crate::document::METHODS;
use crate::document::limits;
use crate::document::skip::Unit;

use anchor::Anchors;
pub use schema::is_machine_made;
pub(crate) use schema::variant_rank;
pub use trace::Tracer;

const ROOT: [&str; 10] = [
    "openapi",
    "info",
    "jsonSchemaDialect",
    "servers",
    "security",
    "tags",
    "paths",
    "webhooks",
    "components",
    "externalDocs",
];

/// The largest number of schemas after inlining, which may multiply a document. (Propexo has about 12,000.)
const MAX_NODES: usize = 200_000;
/// The largest number of pointer steps; the recursion of a debug build fits into the stack.
const MAX_DEPTH: usize = 80;

/// The error of a document all of whose operations are left out.
pub(crate) const NOTHING_LEFT: &str = "no operation is left that can be generated";

/// What the canonical form keeps in addition to the interface.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether descriptions and summaries are kept.
    pub keep_prose: bool,
    /// Whether parts of the interface are kept that no client supports, such as callbacks. The diff compares them.
    pub keep_unsupported: bool,
}

/// Converts a document to the canonical form, without the units in `left_out`. Valid only if `problems` has no error.
pub fn canonical(
    raw: &Value,
    options: Options,
    left_out: &BTreeSet<Unit>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let mut canon = Canon::new(raw, options);
    let document = canon.document(left_out);
    diagnostics.0.append(&mut canon.diagnostics.0);
    document
}

/// Whether a document may have parts that only [`Options::keep_unsupported`] keeps.
pub fn has_unsupported(raw: &Value) -> bool {
    const KEYS: [&str; 6] = ["callbacks", "servers", "xml", "links", "headers", "allowReserved"];
    let below_root = |value: &Value| match value {
        Value::Object(keywords) => {
            keywords.iter().any(|(key, value)| KEYS.contains(&key.as_str()) || has_unsupported(value))
        }
        Value::Array(items) => items.iter().any(has_unsupported),
        _ => false,
    };
    // `servers` of the root is supported.
    match raw {
        Value::Object(root) if root.contains_key("openapi") => root.values().any(below_root),
        other => below_root(other),
    }
}

/// The state of one conversion.
struct Canon<'v> {
    root: &'v Value,
    options: Options,
    diagnostics: Diagnostics,
    /// Reported diagnostics, by position.
    reported: BTreeSet<(Pointer, String)>,
    /// Human-named components to emit, in order of first reference.
    queue: Vec<String>,
    queued: BTreeSet<String>,
    /// Recursive machine-named components, which cannot be inlined.
    recursive: BTreeSet<String>,
    nodes: usize,
    /// The schemas that other schemas refer to by `$anchor` or `$id`.
    anchors: Anchors,
    /// The schemas that are being inlined.
    inlining: Vec<Pointer>,
}

impl<'v> Canon<'v> {
    fn new(root: &'v Value, options: Options) -> Self {
        let canon = Self::with(root, options, recursion::recursive_machine_components(root));
        Canon { anchors: Anchors::of(root), ..canon }
    }

    fn with(root: &'v Value, options: Options, recursive: BTreeSet<String>) -> Self {
        Canon {
            root,
            options,
            diagnostics: Diagnostics::default(),
            reported: BTreeSet::new(),
            queue: Vec::new(),
            queued: BTreeSet::new(),
            recursive,
            nodes: 0,
            anchors: Anchors::default(),
            inlining: Vec::new(),
        }
    }

    fn error(&mut self, at: &At<'_>, what: impl Into<String>, help: &str) {
        self.report(Severity::Error, at, what.into(), help);
    }

    fn warning(&mut self, at: &At<'_>, what: impl Into<String>, help: &str) {
        self.report(Severity::Warning, at, what.into(), help);
    }

    /// Reports a diagnostic once per position, even if the position is inlined several times.
    fn report(&mut self, level: Severity, at: &At<'_>, what: String, help: &str) {
        let place = trace::behind_references(self.root, &at.pointer());
        if self.reported.insert((place.clone(), what.clone())) {
            self.diagnostics.push(level, Origin::Raw(place), what, help);
        }
    }

    /// Returns the properties of an object; reports any other type.
    fn object<'o>(&mut self, raw: &'o Value, what: &str, at: &At<'_>) -> Option<&'o Map<String, Value>> {
        if !raw.is_object() {
            self.error(at, format!("{what} is an object"), "");
        }
        raw.as_object()
    }

    /// Reports properties that OpenAPI does not define here; nothing is dropped silently.
    fn only(&mut self, raw: &Map<String, Value>, known: &[&str], at: &At<'_>) {
        for key in raw.keys().filter(|key| !known.contains(&key.as_str()) && !key.starts_with("x-")) {
            let what = format!("`{key}` is not part of OpenAPI here, and is left out");
            self.warning(&at.key(key), what, "correct its spelling, or begin it with `x-`");
        }
    }

    /// Counts a node. Returns `false` if a limit is exceeded.
    fn enter(&mut self, at: &At<'_>) -> bool {
        self.nodes += 1;
        if self.nodes == MAX_NODES {
            self.error(at, "the document grows beyond 200,000 schemas when its references are followed", "");
        }
        if at.depth() > MAX_DEPTH && self.nodes < MAX_NODES {
            self.error(at, format!("nested deeper than {MAX_DEPTH} levels"), "");
            // Reports it once: there may be millions of such positions.
            self.nodes = MAX_NODES;
        }
        self.nodes < MAX_NODES
    }

    fn document(&mut self, left_out: &BTreeSet<Unit>) -> Value {
        let at = At::ROOT;
        let Some(raw) = self.root.as_object() else {
            self.error(&at, "this is not an OpenAPI document: its top level is not an object", "");
            return Value::Null;
        };
        if !self.version_is_known(raw) {
            return Value::Null;
        }
        let root = self.root;
        let mut too_large = |at: &At<'_>, what: String, help: &str| self.error(at, what, help);
        limits::check(root, &at, &mut too_large);
        if self.diagnostics.has_errors() {
            return Value::Null;
        }
        self.only(raw, &ROOT, &at);
        let mut paths = self.path_items(raw, "paths", left_out);
        let webhooks = self.path_items(raw, "webhooks", left_out);
        if paths.is_empty() && webhooks.is_empty() {
            if left_out.is_empty() {
                self.error(&at, "the document has no path", "check that this is an OpenAPI document");
            } else {
                self.error(&at, NOTHING_LEFT, "settle the other errors first");
            }
        }
        let security = operation::hoist_security(&mut paths);

        let mut document = Map::new();
        copy(raw, &mut document, &["openapi"]);
        document.insert("info".into(), self.info(raw.get("info"), &at.key("info")));
        let servers = self.servers(raw.get("servers"), &at.key("servers"));
        insert_unless_empty(&mut document, "servers", servers);
        insert_unless_empty(&mut document, "security", security);
        insert_unless_empty(&mut document, "tags", self.tags(raw, &paths));
        document.insert("paths".into(), to_object(paths));
        insert_unless_empty(&mut document, "webhooks", to_object(webhooks));
        let components = self.components(raw, &at.key("components"));
        insert_unless_empty(&mut document, "components", components);
        Value::Object(document)
    }

    /// Returns the path items of `paths` or `webhooks`, without those left out.
    fn path_items(
        &mut self,
        raw: &'v Map<String, Value>,
        section: &str,
        left_out: &BTreeSet<Unit>,
    ) -> BTreeMap<&'v str, Value> {
        let at = At::ROOT.key(section);
        let mut items = BTreeMap::new();
        let members = raw.get(section).and_then(|items| self.object(items, &format!("`{section}`"), &at));
        // A webhook may have any name.
        let named = |name: &str| section != "paths" || !name.starts_with("x-");
        for (name, item) in members.into_iter().flatten().filter(|(name, _)| named(name)) {
            let is_left_out = |method: Option<&str>| {
                !left_out.is_empty() && left_out.contains(&Unit::new(section, name, method))
            };
            if is_left_out(None) {
                continue;
            }
            let item = self.path_item(item, section, name, &is_left_out, &at.key(name));
            if left_out.is_empty() || item.as_object().is_none_or(|item| !item.is_empty()) {
                items.insert(name.as_str(), item);
            }
        }
        items
    }

    fn version_is_known(&mut self, raw: &Map<String, Value>) -> bool {
        let at = At::ROOT;
        if raw.contains_key("swagger") {
            let help = "convert it to OpenAPI 3 first";
            self.error(
                &at.key("swagger"),
                "this is a Swagger 2.0 document; OpenAPI 3.0 or 3.1 is read",
                help,
            );
            return false;
        }
        match raw.get("openapi").and_then(Value::as_str) {
            Some(version) if version.starts_with("3.0") || version.starts_with("3.1") => true,
            Some(version) if version.starts_with("3.2") => {
                let what = format!("`openapi: {version}` is read as 3.1, without what is new in 3.2");
                self.warning(&at.key("openapi"), what, "");
                true
            }
            Some(version) => {
                let what = format!("`openapi: {version}` is not read; OpenAPI 3.0, 3.1 and 3.2 are");
                self.error(&at.key("openapi"), what, "");
                false
            }
            None if raw.contains_key("openapi") => {
                self.error(&at.key("openapi"), "the version is a text", "write it in quotes: `'3.0.3'`");
                false
            }
            None => {
                self.error(&at, "this is not an OpenAPI document: it has no `openapi` version", "");
                false
            }
        }
    }

    fn info(&mut self, raw: Option<&Value>, at: &At<'_>) -> Value {
        let mut info = Map::new();
        match raw.and_then(Value::as_object) {
            Some(raw) => {
                for key in ["title", "version"] {
                    let text = match raw.get(key) {
                        Some(Value::String(text)) => text.clone(),
                        // YAML reads `version: 1.1` as a number.
                        Some(scalar @ (Value::Number(_) | Value::Bool(_))) => scalar.to_string(),
                        _ => {
                            self.error(at, format!("`info` has a `{key}`, which is a string"), "");
                            continue;
                        }
                    };
                    info.insert(key.to_owned(), text.into());
                }
            }
            None => self.error(at, "`info` is missing", "an OpenAPI document has `info: {title, version}`"),
        }
        Value::Object(info)
    }

    fn servers(&mut self, raw: Option<&Value>, at: &At<'_>) -> Value {
        let mut servers = Vec::new();
        for (index, server) in raw.and_then(Value::as_array).into_iter().flatten().enumerate() {
            match server.as_object().filter(|server| server.get("url").is_some_and(Value::is_string)) {
                Some(raw) => {
                    let mut server = Map::new();
                    copy(raw, &mut server, &["url", "variables"]);
                    servers.push(Value::Object(server));
                }
                None => self.error(&at.index(index), "a server has a `url`", ""),
            }
        }
        servers.sort_by_cached_key(Value::to_string);
        servers.dedup();
        Value::Array(servers)
    }

    /// Returns the tags in use, by name: a declaration adds only prose.
    fn tags(&self, raw: &Map<String, Value>, paths: &BTreeMap<&str, Value>) -> Value {
        let operations = paths.values().filter_map(Value::as_object).flat_map(Map::values);
        let tags = operations.filter_map(|operation| operation.get("tags")).filter_map(Value::as_array);
        let names: BTreeSet<&str> = tags.flatten().filter_map(Value::as_str).collect();
        let declared = raw.get("tags").and_then(Value::as_array);
        let tag = |name: &str| {
            let mut tag = Map::new();
            tag.insert("name".into(), name.into());
            let same = |tag: &&Value| tag.get("name").and_then(Value::as_str) == Some(name);
            if self.options.keep_prose
                && let Some(prose) =
                    declared.into_iter().flatten().find(same).and_then(|tag| tag.get("description"))
            {
                tag.insert("description".into(), prose.clone());
            }
            Value::Object(tag)
        };
        Value::Array(names.into_iter().map(tag).collect())
    }

    fn components(&mut self, raw: &'v Map<String, Value>, at: &At<'_>) -> Value {
        let raw = raw.get("components").and_then(Value::as_object);
        let mut components = Map::new();
        let mut schemas = BTreeMap::new();
        let schemas_at = at.key("schemas");
        // Emitting a component may queue others.
        while let Some(name) = self.queue.pop() {
            let found = raw.and_then(|raw| raw.get("schemas")).and_then(|schemas| schemas.get(&name));
            if let Some(found) = found {
                let mut schema = self.schema(found, &schemas_at.key(&name));
                self.list_children(&name, &mut schema);
                schemas.insert(name, schema);
            }
        }
        insert_unless_empty(&mut components, "schemas", to_object(schemas));
        let mut schemes = BTreeMap::new();
        for (name, scheme) in
            raw.and_then(|raw| raw.get("securitySchemes")).and_then(Value::as_object).into_iter().flatten()
        {
            let at = at.key("securitySchemes");
            let (scheme, _) = self.follow(scheme, &at.key(name)).unwrap_or((scheme, Pointer::default()));
            let mut out = Map::new();
            if let Some(scheme) = scheme.as_object() {
                let keys = ["type", "scheme", "bearerFormat", "name", "in", "flows", "openIdConnectUrl"];
                copy(scheme, &mut out, &keys);
            }
            schemes.insert(name.as_str(), Value::Object(out));
        }
        insert_unless_empty(&mut components, "securitySchemes", to_object(schemes));
        Value::Object(components)
    }

    /// Follows a `$ref`, not of a schema, to the end of its chain; reports dangling and cyclic references.
    fn follow(&mut self, node: &'v Value, at: &At<'_>) -> Option<(&'v Value, Pointer)> {
        let mut node = node;
        let mut pointer = at.pointer();
        for _ in 0..32 {
            let Some(target) = node.get("$ref").and_then(Value::as_str) else { return Some((node, pointer)) };
            pointer = self.resolve(target, at)?;
            node = pointer.find(self.root)?;
        }
        self.error(at, "this `$ref` leads back to itself", "");
        None
    }

    /// Returns the pointer of a `$ref` within this document, if its target exists.
    fn resolve(&mut self, target: &str, at: &At<'_>) -> Option<Pointer> {
        let at = at.key("$ref");
        let Some(pointer) = Pointer::from_fragment(target).or_else(|| self.anchors.find(target)) else {
            let (what, help) = match target {
                "" => ("this `$ref` is empty".to_owned(), "let it name what is meant"),
                _ => (
                    format!("`{target}` is outside of the document"),
                    "bundle the document into one file first",
                ),
            };
            self.error(&at, what, help);
            return None;
        };
        if pointer.find(self.root).is_none() {
            let help = "add it to the document, or remove the reference with an overlay";
            self.error(&at, format!("`{target}` is not in the document"), help);
            return None;
        }
        Some(pointer)
    }

    /// Copies the booleans that are true; false is equivalent to absence.
    fn copy_true(
        &mut self,
        raw: &Map<String, Value>,
        out: &mut Map<String, Value>,
        keys: &[&str],
        at: &At<'_>,
    ) {
        for &key in keys {
            match raw.get(key) {
                Some(Value::Bool(true)) => {
                    out.insert(key.to_owned(), Value::Bool(true));
                }
                None | Some(Value::Bool(false) | Value::Null) => {}
                Some(other) => {
                    let what = format!("`{key}` is a boolean, not `{other}`");
                    self.error(&at.key(key), what, "write `true` or `false` without quotes");
                }
            }
        }
    }

    /// Copies the prose, if it is kept.
    fn prose(&self, raw: &Map<String, Value>, out: &mut Map<String, Value>) {
        if self.options.keep_prose {
            copy(raw, out, &["description"]);
        }
    }
}

/// Copies properties in the order of `keys`.
fn copy(raw: &Map<String, Value>, out: &mut Map<String, Value>, keys: &[&str]) {
    for &key in keys {
        if let Some(value) = raw.get(key) {
            out.insert(key.to_owned(), value.clone());
        }
    }
}

fn insert_unless_empty(out: &mut Map<String, Value>, key: &str, value: Value) {
    let empty = match &value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    if !empty {
        out.insert(key.to_owned(), value);
    }
}

fn to_object<K: Into<String>>(members: BTreeMap<K, Value>) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// The size of a document, for its lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Path templates.
    pub paths: usize,
    /// Methods of all paths.
    pub operations: usize,
    /// Named schemas.
    pub schemas: usize,
}

/// Counts the parts of a canonical document.
pub fn counts(document: &Value) -> Counts {
    let paths = document.get("paths").and_then(Value::as_object);
    let operations = |item: &Value| METHODS.iter().filter(|method| child(item, method).is_some()).count();
    let schemas = Pointer(vec!["components".into(), "schemas".into()]);
    Counts {
        paths: paths.map_or(0, Map::len),
        operations: paths.into_iter().flat_map(Map::values).map(operations).sum(),
        schemas: schemas.find(document).and_then(Value::as_object).map_or(0, Map::len),
    }
}
