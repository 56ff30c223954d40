//! The report as workflow commands, which GitHub shows beside the lines of a pull request.

use codegen::diff::Change;
use codegen::error::Severity;

use super::findings::Findings;
use super::group::{Bundle, bundles};
use super::settings::FILE;
use super::text::{places, summary};
use super::witness;
use crate::messages::visible;

pub(crate) fn render(findings: &Findings<'_>) -> String {
    // Of each level GitHub shows ten: the severest come first, and entries that do nothing last.
    let changes: Vec<&Change> = findings.changes.iter().collect();
    let mut out: String = bundles(&changes).iter().map(|bundle| annotation(findings, bundle)).collect();
    for unused in &findings.unused {
        out += &command("warning", FILE, unused.entry.line, "spec/diff.toml", &unused.message());
    }
    for error in &findings.client_error {
        out += &command("warning", &findings.new.file, 1, "no client can be made", error);
    }
    out + &summary(findings) + "\n"
}

fn annotation(findings: &Findings<'_>, bundle: &Bundle<'_>) -> String {
    let change = bundle.first;
    let command_name = match change.level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (file, line) = change.sites.first().map(|site| findings.anchor(site)).unwrap_or_default();
    let mut message = format!("{}\n{}", places(change), visible(&bundle.sentence()));
    if let (Some(witness), Some(site)) = (&change.witness, change.sites.first()) {
        message += &format!("\nfor example {}", visible(&witness::line(witness, &site.location)));
    }
    command(command_name, &file, line, &change.kind, &message)
}

fn command(name: &str, file: &str, line: usize, title: &str, message: &str) -> String {
    let (file, title) = (property(file), property(title));
    format!("::{name} file={file},line={line},title={title}::{}\n", data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_one_line_whatever_is_in_it() {
        assert_eq!(
            command("error", "a,b:c.yaml", 7, "x%", "50 %\r\n::error::y, z"),
            "::error file=a%2Cb%3Ac.yaml,line=7,title=x%25::50 %25%0D%0A::error::y, z\n"
        );
    }
}
