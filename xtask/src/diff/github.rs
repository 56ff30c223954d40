//! The report as workflow commands, which GitHub shows at the lines of a pull request.

use codegen::diagnostics::Severity;
use codegen::diff::Change;

use super::findings::Findings;
use super::group::{Bundle, bundles};
use super::settings::FILE;
use super::text::{sites, summary};
use super::witness;
use crate::messages::visible;

pub(crate) fn render(findings: &Findings<'_>) -> String {
    // GitHub shows ten of each level: the most severe come first, and entries without effect last.
    let changes: Vec<&Change> = findings.changes.iter().collect();
    let mut out: String = bundles(&changes).iter().map(|bundle| annotation(findings, bundle)).collect();
    for unused in &findings.unused {
        out += &command("warning", FILE, unused.entry.line, "spec/diff.toml", &visible(&unused.message()));
    }
    for error in &findings.client_error {
        out += &command("warning", &findings.new.file, 1, "the document has no client", &visible(error));
    }
    out + &summary(findings) + "\n"
}

fn annotation(findings: &Findings<'_>, bundle: &Bundle<'_>) -> String {
    let change = bundle.first;
    let command_name = match change.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (file, line) = change.sites.first().map(|site| findings.anchor(site)).unwrap_or_default();
    let mut message = format!("{}\n{}", sites(change), visible(&bundle.sentence()));
    if let Some(counterexample) = witness::of(change) {
        message += &format!("\nfor example {}", visible(&counterexample));
    }
    command(command_name, &file, line, &change.id(), &message)
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
