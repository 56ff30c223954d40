//! Checks which files of a folder use each other in a cycle: only where the data is recursive, with the reason.
//!
//! The file of the folder itself does not count: it declares the others. Methods that a file adds to a type of another
//! file are not seen, because a call of a method names no module.

use std::collections::{BTreeMap, BTreeSet};

use codegen::document::graph::{self, Edges};

use super::layers::{OWN, uses};
use super::source::Crate;
use super::{read, runtime};

/// Files of a folder that use each other, and why.
struct Cycle {
    folder: &'static [&'static str],
    files: &'static [&'static str],
    #[expect(dead_code)] // For readers.
    reason: &'static str,
}

const CODEGEN: [Cycle; 1] = [Cycle {
    folder: &["api", "resolve"],
    files: &["all_of", "null", "schema"],
    reason: "the parts of an `allOf`, and the alternatives of a union with null, are schemas",
}];

const RUNTIME: [Cycle; 2] = [
    Cycle {
        folder: &["runtime"],
        files: &["builder", "client"],
        reason: "`Client::builder` returns the builder, which builds the client",
    },
    Cycle {
        folder: &["runtime", "limit"],
        files: &["permit", "queue"],
        reason: "the queue grants permits, and a dropped permit returns to its queue",
    },
];

const XTASK: [Cycle; 0] = [];

#[test]
fn cycles_of_codegen_are_those_listed() {
    assert_listed(&read("codegen/src/lib.rs", &[]), &CODEGEN);
}

#[test]
fn cycles_of_runtime_are_those_listed() {
    assert_listed(&runtime(), &RUNTIME);
}

#[test]
fn cycles_of_xtask_are_those_listed() {
    assert_listed(&read("xtask/src/main.rs", &[]), &XTASK);
}

fn assert_listed(krate: &Crate, listed: &[Cycle]) {
    let strings = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
    let listed: BTreeSet<_> = listed
        .iter()
        .map(|cycle| (strings(cycle.folder), strings(cycle.files).into_iter().collect()))
        .collect();
    let found: BTreeSet<_> = krate
        .modules
        .keys()
        .flat_map(|folder| cycles(krate, folder).into_iter().map(|cycle| (folder.clone(), cycle)))
        .collect();
    assert_eq!(found, listed);
}

/// The sets of files of a folder that use each other, directly or through others.
fn cycles(krate: &Crate, folder: &[String]) -> BTreeSet<BTreeSet<String>> {
    let uses = uses(krate, folder);
    let mut edges: Edges<&str> = Edges::new();
    for (from, to) in uses.keys().filter(|(_, to)| to != OWN) {
        edges.entry(from).or_default().insert(to);
    }
    let mut sets: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (file, number) in graph::cycles(&edges) {
        sets.entry(number).or_default().insert(file.to_owned());
    }
    sets.into_values().collect()
}

#[test]
fn reports_planted_cycle() {
    let text = |path: &str| match path {
        "lib.rs" => Some("mod folder;".to_owned()),
        "folder.rs" => Some("mod a; mod b; mod c; mod d;".to_owned()),
        "folder/a.rs" => Some("use super::b::B; pub struct A;".to_owned()),
        "folder/b.rs" => Some("pub struct B(crate::folder::c::C);".to_owned()),
        "folder/c.rs" => Some("use super::a::A; pub struct C;".to_owned()),
        "folder/d.rs" => Some("use super::a::A;".to_owned()),
        _ => None,
    };
    let krate = Crate::read("lib.rs", &[], &text);
    let cycle = ["a", "b", "c"].map(str::to_owned).into();
    assert_eq!(cycles(&krate, &["folder".to_owned()]), BTreeSet::from([cycle]));
}
