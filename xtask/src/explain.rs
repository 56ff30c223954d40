//! `cargo xtask explain`: prints what belongs to a Rust item, an operation or a line of the document.

use anyhow::{anyhow, bail};
use std::fmt::Write;

use codegen::Source;
use codegen::explain::{Explained, NotFound, Statement, explain};
use codegen::pipeline::Position;

use crate::messages::{Messages, visible};
use crate::{Outcome, Result, finish, help, reading};

/// The lines of a node that are shown.
const MAX_LINES: usize = 12;
/// The locations, or statements, that are listed.
const MAX_LISTED: usize = 12;
/// The Rust items that are listed.
const MAX_ITEMS: usize = 100;

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let what: Option<String> = arguments.opt_free_from_str()?;
    finish(arguments)?;
    let what = what.ok_or_else(|| anyhow!("name what to explain\n\n{}", help::of(Some("explain"))))?;
    reading::with_own(messages, |reading, client, texts| {
        let found = match explain(reading, client, &what) {
            Ok(found) => found,
            Err(NotFound::Line) => {
                bail!("{what}: neither the document nor an overlay has this line");
            }
            Err(NotFound::Name(near)) if near.is_empty() => {
                bail!("there is no `{what}`: `cargo xtask gen --surface` lists everything");
            }
            Err(NotFound::Name(near)) => {
                bail!("there is no `{what}`; perhaps `{}`", near.join("`, or `"));
            }
        };
        if found.is_empty() {
            println!("{what} has no Rust item");
        }
        for explained in &found {
            println!("{}", Printer { texts }.print(explained));
        }
        Ok(Outcome::Done)
    })
}

struct Printer<'a> {
    texts: &'a [Source<'a>],
}

impl Printer<'_> {
    fn print(&self, explained: &Explained) -> String {
        let mut out = signature(&explained.path, &explained.signature) + "\n";
        if let Some(first) = explained.sites.first() {
            out.push_str("\n  on the wire\n");
            let sites = explained.sites.iter().map(|site| {
                format!(
                    "{}: {} {}",
                    self.place(&site.position),
                    visible(&site.operation),
                    visible(&site.location.to_string())
                )
            });
            list(&mut out, sites.map(|site| site.trim_end().to_owned()).collect(), MAX_LISTED);
            out.push('\n');
            self.excerpt(&first.position, &mut out);
        }
        let parts = [
            ("the source", &explained.sources),
            ("by overlays", &explained.overlays),
            ("the name", &explained.names),
        ];
        for (title, all) in parts {
            if !all.is_empty() {
                let _ = writeln!(out, "\n  {title}");
                list(&mut out, all.iter().map(|statement| self.statement(statement)).collect(), MAX_LISTED);
            }
        }
        if !explained.items.is_empty() {
            out.push_str("\n  Rust items\n");
            list(
                &mut out,
                explained.items.iter().map(|(path, own)| signature(path, own)).collect(),
                MAX_ITEMS,
            );
        }
        out
    }

    fn statement(&self, statement: &Statement) -> String {
        match &statement.position {
            Some(position) => format!("{}: {}", self.place(position), visible(&statement.text)),
            None => visible(&statement.text),
        }
    }

    fn source(&self, position: &Position) -> Option<&Source<'_>> {
        match &position.overlay {
            None => self.texts.first(),
            Some(name) => self.texts.iter().find(|text| text.name == name),
        }
    }

    fn place(&self, position: &Position) -> String {
        let file = self.source(position).map_or("", |source| source.name);
        format!("{}:{}", visible(file), position.line)
    }

    /// The first lines of the node at a position.
    fn excerpt(&self, position: &Position, out: &mut String) {
        /// The characters of a line that are shown.
        const MAX_WIDTH: usize = 160;
        let lines: Vec<&str> =
            self.source(position).map_or_else(Vec::new, |source| source.text.lines().collect());
        let end = codegen::explain::end_of_node(&lines, position.line);
        let shown = position.line.saturating_sub(1)..end.min(position.line.saturating_sub(1) + MAX_LINES);
        let width = end.to_string().len();
        for (number, line) in lines.iter().enumerate().take(shown.end).skip(shown.start) {
            let cut = if line.chars().count() > MAX_WIDTH { "…" } else { "" };
            let line: String = line.chars().take(MAX_WIDTH).collect();
            let _ = writeln!(out, "    {:>width$} | {}{cut}", number + 1, visible(&line));
        }
        if end > shown.end {
            let _ = writeln!(out, "    {:>width$} | … {} more lines", "", end - shown.end);
        }
    }
}

fn signature(path: &str, signature: &str) -> String {
    match signature.chars().next() {
        None => path.to_owned(),
        Some('(') => format!("{path}{signature}"),
        Some(_) => format!("{path}: {signature}"),
    }
}

fn list(out: &mut String, lines: Vec<String>, max: usize) {
    let hidden = lines.len().saturating_sub(max);
    for line in lines.into_iter().take(max) {
        let _ = writeln!(out, "    {line}");
    }
    if hidden > 0 {
        let _ = writeln!(out, "    … and {hidden} more");
    }
}
