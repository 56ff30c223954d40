//! `cargo xtask`: all tasks of this repository. Paths, IO and messages are here, decisions are in `codegen`.

mod bench;
mod ci;
mod conformance;
mod corpus;
mod diff;
mod explain;
mod fake;
mod fetch;
mod files;
mod generate;
mod help;
mod history;
mod messages;
mod migration;
mod pin_constructors;
mod reading;
mod reference;
mod robust;
mod tree_package;
mod update;

use anyhow::anyhow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use messages::Messages;

/// A third faster than with the allocator of glibc.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The outcome of a command, which is its exit status.
enum Outcome {
    /// 0
    Done,
    /// 1: the command has findings (stale files, failed checks).
    Found,
}

/// The reason why a command could not run; exit status 2.
type Result<T = Outcome> = anyhow::Result<T>;

const USAGE: &str = "\
usage: cargo xtask <command> [options]

commands:
  gen     makes generated-client/src/generated from spec/openapi.yaml and spec/overlays
            --check            write nothing; exit 1 and name each file that is stale
            --spec FILE        another document, OpenAPI 3.0 or 3.1, YAML or JSON
            --overlay FILE     an overlay in place of spec/overlays; may be repeated
            --no-overlays      none at all
            --out DIR          write everything to DIR; names that collide are lengthened
            --keep-prose       let upstream's descriptions into the docs
            --skip-unsupported leave out operations that cannot be generated, and name them with their reasons;
                               lengthen names that are taken twice
            --deny-warnings    a warning is an error
            --surface          print the Rust surface, a line per item, and write nothing
            --explain-docs     list the fields and parameters without a sentence, and write nothing
            --explain-types    list the fields and parameters that look like an id, a date or an amount and have no such
                               type, with the reasons, and write nothing
            --equal-types      list equal types that are emitted more than once, and write nothing
            --effective FILE   write the document that the client is made of (canonical, with overlays) and nothing else
            e.g. cargo xtask gen --check --deny-warnings
  reference
          turns the tables of spec/reference into an overlay and the page of vendors; the files are
          spec/overlays/05-operations.yaml and generated-client/VENDORS.md
            --check            write nothing; exit 1 and name each file that is stale
            e.g. cargo xtask reference --check
  pin-constructors
          writes the constructors of all types of requests to spec/overlays/54-constructors.yaml; they stay as they
          are when a later document requires fewer fields, and so do entries that are there
            --check            write nothing; exit 1 if a type has no entry, or an entry no longer holds
            e.g. cargo xtask pin-constructors --check
  fetch   downloads the document and writes its interface snapshot to spec/openapi.yaml
            --from URL|FILE    another source
            --out FILE         another place; the lock file is next to it
            --keep-prose       keep upstream's descriptions
            e.g. cargo xtask fetch --from openapi.yaml --out /tmp/snapshot.yaml
  diff [OLD] [NEW]
          reports what changed between two documents: in HTTP and JSON, and in the Rust client. Each is a file or a git
          revision; the default of NEW is the working tree, of OLD the merge base with the default branch
            --format FORMAT    text (the default), markdown, json, sarif or github
            --fail-on LEVEL    exit 1 if a change has this level or a higher one: error (the default), warning, never
            --out FILE         write the report to FILE
            --no-overlays      compare without overlays; by default, files use the overlays of the working tree
            --changelog        write the entry for CHANGELOG.md instead of the report
            --explain [RULE]   list all rules with their levels and an example, or one of them
            --schema           print the JSON Schema of --format json
            --today DAY        the date that expires entries of spec/diff.toml, instead of the current one
            e.g. cargo xtask diff main --format markdown --out report.md
  explain WHAT
          prints what belongs to a name or a line: lines of the document, overlays, Rust items, the reasons of names;
          WHAT is an operation (leads.create, \"POST /v1/leads/\"), a type, a field, a value (CreateLead::notes), a parameter
          (leads.list.property_id), or a line of the document or of an overlay (spec/openapi.yaml:1234)
            e.g. cargo xtask explain leads.create
  migration OLD
          prints, as Markdown, how code moves to this version of the client: items are paired by their location in HTTP and
          JSON. OLD is the index of an older version
            --index FILE       write the index of this version, and print nothing
            e.g. cargo xtask migration --index items.jsonl
  update  takes over a new version of the API: fetch, diff, gen, an entry in CHANGELOG.md, the tests
            --from URL|FILE    another source
            --report FILE      write the diff to FILE, as Markdown
            --no-test          leave out the tests
            e.g. cargo xtask update --report report.md --no-test
  conformance
          drives every operation of the client against a validating mock of the document; needs Node.js
            e.g. cargo xtask conformance
  fake    serves a fake of Propexo at http://127.0.0.1:8600, with a page that shows what happens
            --address ADDRESS  where to listen
            --seed N           equal seeds give equal records
            --integration VENDOR
                               an integration, such as RESMAN; may be repeated
            --records N        records of each kind (10)
            --rate-limit N     requests in each minute (150)
            --changes SECONDS  something changes at this interval
            --strict-ids       respond with 404 to ids that do not exist
            e.g. cargo xtask fake --seed 7
  history compiles the client of every published document, and looks for names that have changed in between;
          exit 1 where a client does not compile, or a name has changed for no reason on the wire
            DIR                another folder of documents, in the order of their names; else that of PROPEXO_HISTORY,
                               else that below PROPEXO_DATA
            FILE...            these documents, each for itself
            --no-overlays      without spec/overlays
            --skip-unsupported as for gen
            e.g. cargo xtask history old.yaml new.yaml --no-overlays
  corpus  generates a client of every document in a folder, without overlays; prints a table
            DIR                the folder; exit 1 if a document has no client, or one that does not compile
            --compile          compile each client, too
            --smallest N       only so many documents, the smallest
            --json FILE        write the table to FILE as JSON
            e.g. cargo xtask corpus specs --compile
  check-robust
          tries whole, damaged and hostile documents on the generator: counts panics, hangs, escapes and errors
          without a place; exit 1 where there is any
            --mutations N      damage the document so often (200)
            --seconds N        fuzz each target for so long; needs a nightly Rust and cargo-fuzz
            e.g. cargo xtask check-robust --mutations 1000
  bench-compile
          measures how the client compiles when its dependencies are there: time, memory, sizes, as medians
            --runs N           how often each is compiled; 3 where it is left away
            --group GROUP      the group that is also compiled alone; else leads
            --json FILE        write the medians to FILE, too
            e.g. cargo xtask bench-compile --runs 5
  bench   measures the working tree and a commit in turn, and compares the medians; run it on a quiet machine
            --against COMMIT   the commit, which is checked out and built below the target folder
            --only NAME        compile, calls, page, generate or limit; may be repeated; all where it is left away
            --runs N           how often each side is measured (5)
            e.g. cargo xtask bench --against main --only calls --runs 3
  ci      runs all checks: format, clippy, tests, conformance, stale files, docs
            --full             the slow ones too
            --minimum-rust     this alone: the client with the oldest Rust that it promises to compile with
            e.g. cargo xtask ci --full

options of every command:
  --message-format human|json
          how messages are written to standard error: with an excerpt of the document, which is the default, or as an
          object per line: level (error, warning, note), file, line, column, pointer, message, help; null is what there
          is none of

exit status: 0 done, 1 stale, failed checks or findings, 2 the command could not do its work
";

fn main() -> ExitCode {
    sigpipe::reset();
    let mut arguments = pico_args::Arguments::from_env();
    let help = arguments.contains(["-h", "--help"]);
    let messages = Messages::read(&mut arguments);
    let output = messages.as_ref().copied().unwrap_or_else(|_| Messages::human());
    let outcome = messages.and_then(|messages| dispatch(arguments, help, messages));
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(reason) => {
            output.failed(&format!("{reason:#}"));
            ExitCode::from(2)
        }
    }
}

fn dispatch(mut arguments: pico_args::Arguments, help: bool, messages: Messages) -> Result {
    match arguments.subcommand() {
        Ok(command) if help => {
            println!("{}", help::of(command.as_deref()).trim_end());
            Ok(Outcome::Done)
        }
        Ok(Some(command)) => match command.as_str() {
            "gen" => generate::run(arguments, messages),
            "fetch" => fetch::run(arguments, messages),
            "reference" => reference::run(arguments, messages),
            "pin-constructors" => pin_constructors::run(arguments, messages),
            "fake" => fake::run(arguments),
            "conformance" => conformance::run(arguments, messages),
            "diff" => diff::run(arguments, messages),
            "explain" => explain::run(arguments, messages),
            "migration" => migration::run(arguments, messages),
            "update" => update::run(arguments, messages),
            "corpus" => corpus::run(arguments, messages),
            "history" => history::run(arguments, messages),
            "check-robust" => robust::run(arguments),
            "bench" => bench::run(arguments, messages),
            "bench-compile" => bench::compile::run(arguments),
            "ci" => ci::run(arguments),
            other => Err(anyhow!(
                "there is no command `{other}`{}\n\n{}",
                help::nearest_command(other),
                help::overview()
            )),
        },
        // As in cargo: without a command, prints the overview.
        Ok(None) => finish(arguments).map(|()| {
            print!("{}", help::overview());
            Outcome::Done
        }),
        Err(error) => Err(error.into()),
    }
}

/// The root of the repository from which cargo was called; otherwise of the repository that this was built from.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// The cargo that has called this program; otherwise the one in `PATH`.
fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The target folder of cargo. A relative path starts at the folder of the call, which is the root.
fn target() -> PathBuf {
    let own = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root().join(own)
}

/// The folder of the real documents, which are not part of the repository.
fn data() -> PathBuf {
    std::env::var_os("PROPEXO_DATA").map_or_else(|| root().join("../shared"), PathBuf::from)
}

/// A path as messages show it: relative to the root if it is below the root.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Rejects arguments that were not parsed.
fn finish(arguments: pico_args::Arguments) -> Result<()> {
    let rest = arguments.finish();
    if rest.is_empty() {
        return Ok(());
    }
    let rest: Vec<_> = rest.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    Err(not_understood(&rest))
}

/// The error for unknown arguments, with a suggestion if there is one.
fn not_understood(rest: &[String]) -> anyhow::Error {
    let option = rest.iter().find(|argument| argument.starts_with("--"));
    let meant = option.map_or_else(String::new, |option| help::nearest_option(option));
    anyhow!(
        "not understood: {}{meant}\n`cargo xtask <command> --help` shows what a command takes",
        rest.join(" ")
    )
}
