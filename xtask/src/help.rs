//! The output of `--help`: the parts of `USAGE`, the only description of commands and options.

use crate::USAGE;

/// The minimum similarity of suggestions; less similar names are not recognizable.
const LIKE: f64 = 0.8;

/// All commands, each with its part of the help text.
fn commands() -> Vec<(&'static str, String)> {
    let (_, rest) = USAGE.split_once("commands:\n").unwrap_or_default();
    let (list, _) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let mut out: Vec<(&str, String)> = Vec::new();
    for line in list.lines() {
        let name = line.strip_prefix("  ").filter(|line| !line.starts_with(' '));
        if let Some(name) = name.and_then(|line| line.split(' ').next()) {
            out.push((name, String::new()));
        }
        if let Some((_, text)) = out.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    out
}

/// The overview, one line per command.
pub(crate) fn overview() -> String {
    let mut out = "usage: cargo xtask <command> [options]\n\n".to_owned();
    for (name, text) in commands() {
        let words = text
            .split_whitespace()
            .skip_while(|word| word.chars().all(|c| !c.is_lowercase()) || *word == name);
        let words: Vec<&str> = words.collect();
        let summary = words.join(" ");
        let end = [": ", "; ", " --", " e.g."].iter().filter_map(|end| summary.find(end)).min();
        let summary = summary.get(..end.unwrap_or(summary.len())).unwrap_or_default();
        out.push_str(&format!("  {name:<16} {}\n", summary.trim_end_matches(',')));
    }
    out + "\n`cargo xtask <command> --help` shows the options of one and an example, `cargo xtask --help` all of it.\n"
}

/// The help of a command; the help of all commands if there is none of that name.
pub(crate) fn of(command: Option<&str>) -> String {
    let own = command.and_then(|command| commands().into_iter().find(|(name, _)| *name == command));
    let Some((_, text)) = own else { return USAGE.to_owned() };
    let common = USAGE.split_once("\n\noptions of every command:").map_or("", |(_, common)| common);
    format!(
        "usage: cargo xtask{}\noptions of every command:{common}",
        text.strip_prefix(' ').unwrap_or(&text)
    )
}

/// Suggests the most similar command.
pub(crate) fn nearest_command(wrong: &str) -> String {
    let commands = commands();
    suggestion(wrong, commands.iter().map(|(name, _)| *name))
}

/// Suggests the most similar option.
pub(crate) fn nearest_option(wrong: &str) -> String {
    let words = USAGE.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '`'));
    suggestion(wrong, words.filter(|word| word.starts_with("--")))
}

/// ``; perhaps `diff` ``, or an empty string.
fn suggestion<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> String {
    let alike = names.map(|name| (strsim::jaro_winkler(wrong, name), name)).filter(|(like, _)| *like > LIKE);
    alike
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(String::new, |(_, name)| format!("; perhaps `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_help_of_its_own_with_an_example() {
        for (name, text) in commands() {
            assert!(text.contains(&format!("e.g. cargo xtask {name}")), "{name} has no example:\n{text}");
            let help = of(Some(name));
            assert!(help.starts_with(&format!("usage: cargo xtask {name}")), "{help}");
            assert!(help.contains("--message-format"), "{help}");
            let row = overview().lines().find(|line| line.starts_with(&format!("  {name} "))).map(str::len);
            assert!(row.is_some_and(|length| (20..120).contains(&length)), "{name}: {}", overview());
        }
        assert!(commands().len() > 7);
        assert_eq!(of(Some("nothing")), USAGE);
    }
}
