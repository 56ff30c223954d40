//! `cargo xtask diff`: reports the changes between two documents. `codegen::diff` compares them; here are the two sides,
//! `spec/diff.toml`, and the formats.

mod changelog;
mod compare;
pub(crate) mod escape;
mod explain;
mod findings;
mod github;
mod group;
pub(crate) mod input;
mod json;
mod markdown;
mod sarif;
mod settings;
mod text;
mod witness;

use anyhow::{Context, anyhow, bail};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::PathBuf;

use codegen::diagnostics::Severity;

use crate::messages::Messages;
use crate::{Outcome, Result, files, finish, not_understood, root};
use compare::compare;
use findings::Findings;
use input::Side;
use settings::Day;

/// The formats of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Markdown,
    Json,
    Sarif,
    Github,
}

impl Format {
    const ALL: [(&'static str, Format); 5] = [
        ("text", Format::Text),
        ("markdown", Format::Markdown),
        ("json", Format::Json),
        ("sarif", Format::Sarif),
        ("github", Format::Github),
    ];
}

/// The lowest severity that is a failure; `None` if nothing is.
const FAIL_ON: [(&str, Option<Severity>); 3] =
    [("error", Some(Severity::Error)), ("warning", Some(Severity::Warning)), ("never", None)];

struct Arguments {
    sides: Vec<String>,
    format: Format,
    fail_on: Option<Severity>,
    out: Option<PathBuf>,
    overlays: bool,
    changelog: bool,
    today: Day,
}

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    if arguments.contains("--schema") {
        finish(arguments)?;
        deliver(json::SCHEMA, None)?;
        return Ok(Outcome::Done);
    }
    if arguments.contains("--explain") {
        let ids = rest(arguments)?;
        let ([] | [_]) = &ids[..] else { bail!("--explain takes one rule, not {}", ids.len()) };
        deliver(&explain::explain(ids.first().map(String::as_str))?, None)?;
        return Ok(Outcome::Done);
    }
    let arguments = Arguments::read(arguments)?;
    // Ignored changes still change the client.
    let entries =
        if arguments.changelog { Vec::new() } else { settings::read(&root().join(settings::FILE))? };
    let [old, new] = input::sides(&arguments.sides, arguments.overlays)?;
    let find_ancestors = matches!(arguments.format, Format::Sarif | Format::Github);
    let compared = compare(&old, &new, find_ancestors, messages)?;
    let findings = Findings::new([&old, &new], compared, &entries, arguments.today);
    if arguments.changelog {
        deliver(&changelog::render(&findings), arguments.out)?;
        return Ok(Outcome::Done);
    }
    for unused in &findings.unused {
        eprintln!("{}:{}: {}", settings::FILE, unused.entry.line, unused.message());
    }
    let colours = arguments.out.is_none() && is_coloured();
    deliver(&render(&findings, arguments.format, colours), arguments.out)?;
    let found =
        findings.changes.iter().any(|change| arguments.fail_on.is_some_and(|it| change.severity >= it));
    Ok(if found { Outcome::Found } else { Outcome::Done })
}

/// The report of a comparison in three formats: for a terminal, for a pull request, for CHANGELOG.md.
pub(crate) struct Reports {
    pub(crate) text: String,
    pub(crate) markdown: String,
    pub(crate) changelog: String,
}

/// Compares two sides for `cargo xtask update`.
pub(crate) fn reports(old: &Side, new: &Side, messages: Messages) -> Result<Reports> {
    let entries = settings::read(&root().join(settings::FILE))?;
    let compared = compare(old, new, false, messages)?;
    let findings = Findings::new([old, new], compared, &entries, Day::today());
    Ok(Reports {
        text: render(&findings, Format::Text, is_coloured()),
        markdown: render(&findings, Format::Markdown, false),
        changelog: changelog::render(&findings),
    })
}

fn render(findings: &Findings<'_>, format: Format, colours: bool) -> String {
    match format {
        Format::Text => text::render(findings, text::Paint(colours)),
        Format::Markdown => markdown::render(findings),
        Format::Json => json::render(findings),
        Format::Sarif => sarif::render(findings),
        Format::Github => github::render(findings),
    }
}

/// Whether the standard output shows colours; see <https://no-color.org>.
fn is_coloured() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    std::io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
}

impl Arguments {
    fn read(mut arguments: pico_args::Arguments) -> Result<Self> {
        let format = arguments.opt_value_from_fn("--format", |text| one_of(text, &Format::ALL))?;
        let fail_on = arguments.opt_value_from_fn("--fail-on", |text| one_of(text, &FAIL_ON))?;
        let today = arguments.opt_value_from_fn("--today", Day::parse)?;
        let out = arguments.opt_value_from_str("--out")?;
        let changelog = arguments.contains("--changelog");
        let overlays = !arguments.contains("--no-overlays");
        Ok(Arguments {
            format: format.unwrap_or(Format::Text),
            fail_on: fail_on.unwrap_or(Some(Severity::Error)),
            out,
            overlays,
            changelog,
            today: today.unwrap_or_else(Day::today),
            sides: rest(arguments)?,
        })
    }
}

/// The value of one of several words.
fn one_of<T: Copy>(text: &str, known: &[(&str, T)]) -> Result<T> {
    let found = known.iter().find(|(name, _)| *name == text);
    let names = || known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    found.map(|(_, value)| *value).ok_or_else(|| anyhow!("`{text}` is not one of {}", names()))
}

/// The remaining arguments, none of which may look like an option.
fn rest(arguments: pico_args::Arguments) -> Result<Vec<String>> {
    let texts = arguments
        .finish()
        .into_iter()
        .map(|argument| argument.into_string().map_err(|it| anyhow!("not UTF-8: {}", it.to_string_lossy())));
    let texts = texts.collect::<Result<Vec<String>>>()?;
    match texts.iter().find(|text| text.starts_with('-')) {
        Some(option) => Err(not_understood(std::slice::from_ref(option))),
        None => Ok(texts),
    }
}

fn deliver(text: &str, out: Option<PathBuf>) -> Result<()> {
    if let Some(out) = out {
        return files::write_all(&[(out, text)]);
    }
    match std::io::stdout().write_all(text.as_bytes()) {
        // The reader closed the pipe.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the report cannot be printed"),
    }
}
