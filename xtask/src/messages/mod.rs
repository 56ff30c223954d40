//! Prints messages to stderr: with an excerpt of their line for people, or as JSON for tools.

mod excerpt;
mod progress;

use anyhow::{Error, anyhow};
use std::io::IsTerminal;

pub(crate) use progress::Progress;

use annotate_snippets::{AnnotationKind, Group, Level as Mark, Origin, Renderer, Snippet};
use codegen::Source;
use codegen::diagnostics::{Message, Severity, is_hidden};
use codegen::document::source::LineCol;

use crate::Result;
use excerpt::Spot;
pub(crate) use excerpt::visible;

/// The format of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// With an excerpt of the text.
    Human {
        /// Whether to use the colours of a terminal.
        colours: bool,
    },
    /// One JSON object per line.
    Json,
}

/// Writes messages to stderr.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages(Format);

impl Messages {
    /// Takes `--message-format` from the arguments.
    pub(crate) fn read(arguments: &mut pico_args::Arguments) -> Result<Self> {
        let format: Option<String> = arguments.opt_value_from_str("--message-format")?;
        match format.as_deref() {
            None | Some("human") => Ok(Self::human()),
            Some("json") => Ok(Messages(Format::Json)),
            Some(other) => Err(anyhow!("--message-format is `human` or `json`, not `{other}`")),
        }
    }

    /// The format for people, with colours if the terminal supports them.
    pub(crate) fn human() -> Self {
        // https://no-color.org
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Messages(Format::Human { colours: std::io::stderr().is_terminal() && !unwanted && !dumb })
    }

    /// Prints all messages about these texts.
    pub(crate) fn tell(self, messages: &[Message], sources: &[Source<'_>]) {
        eprint!("{}", self.written(messages, sources));
    }

    /// Prints the messages of a failure, and returns the outcome of the command.
    pub(crate) fn refused(self, failure: &codegen::Failure, sources: &[Source<'_>]) -> Error {
        self.tell(&failure.0, sources);
        let errors = failure.0.iter().filter(|message| message.level == Severity::Error).count();
        let noun = if errors == 1 { "error" } else { "errors" };
        anyhow!("{errors} {noun}; nothing was written")
    }

    /// Prints a note without a position.
    pub(crate) fn note(self, text: &str) {
        match self.0 {
            Format::Human { .. } => eprintln!("{}", lines(text)),
            Format::Json => eprintln!("{}", json_text(&placeless("note", text).to_string())),
        }
    }

    /// Prints the reason why a command could not run.
    pub(crate) fn failed(self, reason: &str) {
        match self.0 {
            Format::Human { .. } => eprintln!("{}", lines(reason)),
            Format::Json => eprintln!("{}", json_text(&placeless("error", reason).to_string())),
        }
    }

    fn written(self, messages: &[Message], sources: &[Source<'_>]) -> String {
        match self.0 {
            Format::Json => messages.iter().map(|it| json_text(&object(it).to_string()) + "\n").collect(),
            Format::Human { colours } => {
                let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
                // Excerpts are already cut around the marker.
                let renderer = renderer.term_width(400);
                let mut spots: Vec<Option<Spot>> = vec![None; messages.len()];
                for source in sources {
                    let own = messages.iter().enumerate().filter(|(_, message)| message.file == source.name);
                    let (indices, places): (Vec<usize>, Vec<LineCol>) =
                        own.map(|(index, message)| (index, position(message))).unzip();
                    for (index, spot) in indices.into_iter().zip(excerpt::spots(source.text, &places)) {
                        if let Some(own) = spots.get_mut(index) {
                            *own = Some(spot);
                        }
                    }
                }
                let drawn = messages.iter().zip(&spots);
                drawn.map(|(message, spot)| drawing(&renderer, message, spot.as_ref()) + "\n\n").collect()
            }
        }
    }
}

/// The visible text of each line.
fn lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

fn position(message: &Message) -> LineCol {
    LineCol { line: message.line, column: message.column }
}

/// Formats a message for people.
fn drawing(renderer: &Renderer, message: &Message, spot: Option<&Spot>) -> String {
    let level = match message.level {
        Severity::Error => Mark::ERROR,
        Severity::Warning => Mark::WARNING,
        Severity::Info => Mark::INFO,
    };
    // The renderer would take line and column from the excerpt, whose columns differ.
    let place = Origin::path(excerpt::visible(&message.file)).line(message.line).char_column(message.column);
    let head = level.clone().primary_title(excerpt::visible(&message.what)).element(place);
    let head = renderer.render(&[head]);
    let mut body = Group::with_level(level);
    if let Some(spot) = spot {
        let marker = AnnotationKind::Primary.span(spot.marked.clone());
        body = body.element(Snippet::source(spot.text.as_str()).line_start(spot.line).annotation(marker));
    }
    if let Some(pointer) = &message.pointer {
        let pointer = excerpt::visible(&pointer.to_string());
        body = body.element(Mark::NOTE.with_name("at").message(pointer));
    }
    if !message.help.is_empty() {
        body = body.element(Mark::HELP.message(excerpt::visible(&message.help)));
    }
    let indent = spot.map_or(1, |spot| spot.line.to_string().len());
    let head = match head.rsplit_once('\n') {
        Some((title, place)) => format!("{title}\n{:indent$}{place}", ""),
        None => head,
    };
    if body.is_empty() { head } else { format!("{head}\n{}", renderer.render(&[body])) }
}

/// JSON text in which characters that a terminal interprets or hides are escaped.
pub(crate) fn json_text(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // Line breaks are between values only.
        if c != '\n' && is_hidden(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// Formats a message for tools.
fn object(message: &Message) -> serde_json::Value {
    serde_json::json!({
        "level": message.level.to_string(),
        "file": message.file,
        "line": message.line,
        "column": message.column,
        "pointer": message.pointer.as_ref().map(ToString::to_string),
        "message": message.what,
        "help": (!message.help.is_empty()).then_some(&message.help),
    })
}

fn placeless(level: &str, text: &str) -> serde_json::Value {
    serde_json::json!({
        "level": level,
        "file": null,
        "line": null,
        "column": null,
        "pointer": null,
        "message": text,
        "help": null,
    })
}

#[cfg(test)]
mod tests;
