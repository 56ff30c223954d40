//! `cargo xtask`: everything that is done to this repository. Paths, IO and messages are here, decisions in `codegen`.

mod beside;
mod ci;
mod conformance;
mod diff;
mod fetch;
mod files;
mod generate;
mod history;
mod messages;
mod robust;
mod update;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use messages::Messages;

/// How a command ended, as its exit status says.
enum Outcome {
    /// 0
    Done,
    /// 1: what was looked for was found (stale files, failed checks).
    Found,
}

/// Why a command could not do its work; exit status 2.
type Result<T = Outcome> = std::result::Result<T, String>;

const USAGE: &str = "\
usage: cargo xtask <command> [options]

commands:
  gen     makes generated-client/src/generated from spec/openapi.yaml and spec/overlays
            --check            write nothing; exit 1 and name each file that is stale
            --spec FILE        another document, OpenAPI 3.0 or 3.1, YAML or JSON
            --overlay FILE     an overlay in place of spec/overlays; may be repeated
            --no-overlays      none at all
            --out DIR          write everything to DIR
            --keep-prose       let upstream's descriptions into the docs
            --skip-unsupported leave out operations that cannot be generated, and name them with their reasons;
                               lengthen names that are taken twice
            --deny-warnings    a warning is an error
            --surface          print the Rust surface, a line per item, and write nothing
            --explain-docs     list the fields and parameters without a sentence, and write nothing
            --equal-types      list equal types that are emitted more than once, and write nothing
            --effective FILE   write the document that the client is made of (canonical, with overlays) and nothing else
  fetch   downloads the document and writes its interface snapshot to spec/openapi.yaml
            --from URL|FILE    another source
            --out FILE         another place; the lock file stands beside it
            --keep-prose       keep upstream's descriptions
  diff [OLD] [NEW]
          tells what changed between two documents: on the wire, and in the Rust client. Each is a file or else a git
          revision; NEW is the working tree where it is left away, OLD the merge base with the default branch
            --format FORMAT    text (the default), markdown, json, sarif or github
            --fail-on LEVEL    exit 1 where anything is that severe: error (the default), warning, never
            --out FILE         write the report to FILE
            --no-overlays      compare the bare documents; else files take the overlays of the working tree
            --changelog        write the entry for CHANGELOG.md and not the report
            --explain [RULE]   list the rules with their levels and an example, or tell of one
            --schema           print the JSON Schema of --format json
            --today DAY        judge the dates of spec/diff.toml as on that day
  update  takes over a new version of the API: fetch, diff, gen, an entry in CHANGELOG.md, the tests
            --from URL|FILE    another source
            --report FILE      write the diff to FILE, as Markdown
            --no-test          leave out the tests
  conformance
          drives every operation of the client against a validating mock of the document; needs Node.js
  history compiles the client of every document that was published, and looks for names that have changed in between;
          exit 1 where a client does not compile, or a name has changed for no reason on the wire
            DIR                another folder of documents, in the order of their names; else that of PROPEXO_HISTORY,
                               else that below PROPEXO_DATA
            FILE...            these documents, each for itself
            --no-overlays      without spec/overlays
            --skip-unsupported as for gen
  check-robust
          tries documents, damaged documents and hostile ones on the generator and counts panics, hangs, escapes and
          errors without a place; exit 1 where there is any
            --mutations N      damage the document so often (200)
            --seconds N        fuzz each target for so long; needs a nightly Rust and cargo-fuzz
  ci      runs all checks: format, clippy, tests, conformance, stale files, docs
            --full             the slow ones too
            --minimum-rust     this alone: the client with the oldest Rust that it promises to compile with

options of every command:
  --message-format human|json
          how messages are written to standard error: with an excerpt of the document, which is the default, or as an
          object per line: level (error, warning, note), file, line, column, pointer, message, help; null is what there
          is none of

exit status: 0 done, 1 stale, failed checks or findings, 2 the command could not do its work
";

fn main() -> ExitCode {
    let mut arguments = pico_args::Arguments::from_env();
    let help = arguments.contains(["-h", "--help"]);
    let messages = Messages::read(&mut arguments);
    let told = messages.as_ref().copied().unwrap_or_else(|_| Messages::human());
    let outcome = messages.and_then(|messages| dispatch(arguments, help, messages));
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(reason) => {
            told.failed(&reason);
            ExitCode::from(2)
        }
    }
}

fn dispatch(mut arguments: pico_args::Arguments, help: bool, messages: Messages) -> Result {
    match arguments.subcommand() {
        Ok(Some(_)) | Ok(None) if help => {
            print!("{USAGE}");
            Ok(Outcome::Done)
        }
        Ok(Some(command)) => match command.as_str() {
            "gen" => generate::run(arguments, messages),
            "fetch" => fetch::run(arguments, messages),
            "conformance" => conformance::run(arguments, messages),
            "diff" => diff::run(arguments, messages),
            "update" => update::run(arguments, messages),
            "history" => history::run(arguments, messages),
            "check-robust" => robust::run(arguments),
            "ci" => ci::run(arguments),
            other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
        },
        Ok(None) => Err(format!("say what to do\n\n{USAGE}")),
        Err(error) => Err(error.to_string()),
    }
}

/// The root of the repository that cargo was called for; of the one that this was built from, where nobody says.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Where the real documents are, which are no part of the repository.
fn data() -> PathBuf {
    std::env::var_os("PROPEXO_DATA").map_or_else(|| root().join("../shared"), PathBuf::from)
}

/// A path as messages name it: below the root where it is there.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Refuses arguments that no option has taken.
fn finish(arguments: pico_args::Arguments) -> Result<()> {
    let rest = arguments.finish();
    if rest.is_empty() {
        return Ok(());
    }
    let rest: Vec<_> = rest.iter().map(|argument| argument.to_string_lossy()).collect();
    Err(format!("not understood: {}\n\n{USAGE}", rest.join(" ")))
}
