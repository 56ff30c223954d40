//! `cargo xtask explain`: from a Rust item, an operation or a line of the document to all that belongs together.

use std::fmt::Write;

use codegen::Source;
use codegen::explain::{Explained, Said, Unknown, explain};
use codegen::pipeline::{Position, Reading};

use crate::messages::{Messages, visible};
use crate::{Outcome, Result, diff::input, files, finish, help, root};

/// Lines of a node that are shown.
const MOST_LINES: usize = 12;
/// Places that are listed, and items.
const MOST_LISTED: usize = 12;
const MOST_ITEMS: usize = 100;

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let what: Option<String> = arguments.opt_free_from_str().map_err(|error| error.to_string())?;
    finish(arguments)?;
    let what = what.ok_or_else(|| format!("say what is to be explained\n\n{}", help::of(Some("explain"))))?;
    let spec = files::read(&root().join(input::SPEC))?;
    let spec = Source { name: input::SPEC, text: &spec };
    let overlays = input::own_overlays()?;
    let overlays: Vec<Source<'_>> = overlays.iter().map(|(name, text)| Source { name, text }).collect();
    let texts: Vec<Source<'_>> = std::iter::once(spec).chain(overlays.iter().copied()).collect();
    let refused = |failure: codegen::Failure| messages.refused(&failure, &texts);
    let reading = Reading::new(spec, &overlays).map_err(refused)?;
    let client = reading.client.as_ref().map_err(|failure| refused(failure.clone()))?;
    let found = match explain(&reading, client, &what) {
        Ok(found) => found,
        Err(Unknown::Line) => {
            return Err(format!("{what}: neither the document nor an overlay has this line"));
        }
        Err(Unknown::Name(near)) if near.is_empty() => {
            return Err(format!("there is no `{what}`: `cargo xtask gen --surface` lists everything"));
        }
        Err(Unknown::Name(near)) => {
            return Err(format!("there is no `{what}`; perhaps `{}`", near.join("`, or `")));
        }
    };
    if found.is_empty() {
        println!("{what} becomes no Rust item");
    }
    for explained in &found {
        println!("{}", Drawing { texts: &texts }.of(explained));
    }
    Ok(Outcome::Done)
}

struct Drawing<'a> {
    texts: &'a [Source<'a>],
}

impl Drawing<'_> {
    fn of(&self, explained: &Explained) -> String {
        let mut out = signature(&explained.rust, &explained.signature) + "\n";
        if let Some(first) = explained.sites.first() {
            out.push_str("\n  on the wire\n");
            let sites = explained.sites.iter().map(|site| {
                format!(
                    "{}: {} {}",
                    self.place(&site.position),
                    visible(&site.operation),
                    visible(&site.location)
                )
            });
            listed(&mut out, sites.map(|site| site.trim_end().to_owned()).collect(), MOST_LISTED);
            out.push('\n');
            self.excerpt(&first.position, &mut out);
        }
        for (title, all) in [("by overlays", &explained.overlays), ("the name", &explained.names)] {
            if !all.is_empty() {
                let _ = writeln!(out, "\n  {title}");
                listed(&mut out, all.iter().map(|said| self.said(said)).collect(), MOST_LISTED);
            }
        }
        if !explained.items.is_empty() {
            out.push_str("\n  Rust items\n");
            listed(
                &mut out,
                explained.items.iter().map(|(rust, own)| signature(rust, own)).collect(),
                MOST_ITEMS,
            );
        }
        out
    }

    fn said(&self, said: &Said) -> String {
        match &said.position {
            Some(position) => format!("{}: {}", self.place(position), visible(&said.what)),
            None => visible(&said.what),
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

    /// The lines of what begins there.
    fn excerpt(&self, position: &Position, out: &mut String) {
        /// Characters of a line.
        const WIDEST: usize = 160;
        let lines: Vec<&str> =
            self.source(position).map_or_else(Vec::new, |source| source.text.lines().collect());
        let end = codegen::explain::end_of_node(&lines, position.line);
        let shown = position.line.saturating_sub(1)..end.min(position.line.saturating_sub(1) + MOST_LINES);
        let width = end.to_string().len();
        for (number, line) in lines.iter().enumerate().take(shown.end).skip(shown.start) {
            let cut = if line.chars().count() > WIDEST { "…" } else { "" };
            let line: String = line.chars().take(WIDEST).collect();
            let _ = writeln!(out, "    {:>width$} | {}{cut}", number + 1, visible(&line));
        }
        if end > shown.end {
            let _ = writeln!(out, "    {:>width$} | … {} more lines", "", end - shown.end);
        }
    }
}

fn signature(rust: &str, signature: &str) -> String {
    match signature.chars().next() {
        None => rust.to_owned(),
        Some('(') => format!("{rust}{signature}"),
        Some(_) => format!("{rust}: {signature}"),
    }
}

fn listed(out: &mut String, lines: Vec<String>, most: usize) {
    let hidden = lines.len().saturating_sub(most);
    for line in lines.into_iter().take(most) {
        let _ = writeln!(out, "    {line}");
    }
    if hidden > 0 {
        let _ = writeln!(out, "    … and {hidden} more");
    }
}
