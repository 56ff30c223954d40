//! `cargo xtask update`: all steps that a new version of the API needs.

use anyhow::{Context, anyhow, bail};
use std::path::PathBuf;
use std::process::Command;

use crate::diff::{self, input};
use crate::messages::Messages;
use crate::{Outcome, Result, cargo, fetch, files, finish, generate, root};

/// The section of CHANGELOG.md that receives the entry.
const UNRELEASED: &str = "## Unreleased";

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let from: Option<String> = arguments.opt_value_from_str("--from")?;
    let report: Option<PathBuf> = arguments.opt_value_from_str("--report")?;
    let test = !arguments.contains("--no-test");
    finish(arguments)?;

    let fetched = fetch::take(from, false, messages)?;
    let spec = root().join(input::SPEC);
    let before = files::read(&spec)?;
    if before == fetched.yaml {
        println!("the interface is as it was: nothing to do");
        return Ok(Outcome::Done);
    }
    let overlays = input::own_overlays()?;
    let side = |revision: &str, text: &str| {
        input::Side::new(revision.to_owned(), input::SPEC, text.as_bytes().to_vec(), overlays.clone())
    };
    let reports = diff::reports(&side("before:", &before)?, &side("", &fetched.yaml)?, messages)
        .map_err(|error| anyhow!("{error:#}; nothing was written"))?;
    print!("{}", reports.text);

    let lock = spec.with_extension("lock.toml");
    let changelog = root().join("CHANGELOG.md");
    let text = |path: &PathBuf| path.exists().then(|| files::read(path)).transpose();
    let earlier = [&spec, &lock, &changelog].into_iter().map(|path| Ok((path.clone(), text(path)?)));
    let earlier = earlier.collect::<Result<Vec<_>>>()?;
    let log = earlier.last().and_then(|(_, text)| text.as_deref()).unwrap_or_default();
    let key =
        format!("{:.8}..{:.8}", files::sha256(before.as_bytes()), files::sha256(fetched.yaml.as_bytes()));
    let log = with_entry(log, &key, &reports.changelog);
    let mut texts = vec![(spec, fetched.yaml.as_str()), (lock, &fetched.lock), (changelog, &log)];
    texts.extend(report.map(|report| (report, reports.markdown.as_str())));
    files::write_all(&texts)?;
    if let Err(reason) = generate::run(pico_args::Arguments::from_vec(Vec::new()), messages) {
        files::restore(&earlier)?;
        bail!("{reason:#}\nno client can be made of the new document: all files are as they were");
    }
    println!("{} and CHANGELOG.md are written, the client is made", input::SPEC);
    if test { tests() } else { Ok(Outcome::Done) }
}

/// Runs the tests. A snapshot that differs, such as that of the Rust surface, does not fail them here: it follows from the
/// new document, and is left for review.
fn tests() -> Result {
    let status = Command::new(cargo())
        .args(["test", "--workspace", "--no-fail-fast"])
        .current_dir(root())
        .env_remove("CARGO_MANIFEST_DIR")
        .envs([("INSTA_UPDATE", "new"), ("INSTA_FORCE_PASS", "1")])
        .status()
        .context("everything is written, but cargo test cannot be run")?;
    if status.success() {
        println!("the tests pass; read what changes in the snapshots, and accept it: `cargo insta review`");
        return Ok(Outcome::Done);
    }
    eprintln!("everything is written, but not all tests pass");
    Ok(Outcome::Found)
}

/// Adds an entry to the unreleased section of a changelog; replaces an earlier one for the same documents.
fn with_entry(log: &str, key: &str, entry: &str) -> String {
    let (begin, end) = (format!("<!-- spec {key} -->"), "<!-- end of spec -->");
    if let Some(replaced) = files::replace_block(log, &begin, end, entry) {
        return replaced;
    }
    let block = format!("{begin}\n{entry}{end}\n");
    match log.split_once(UNRELEASED) {
        Some((before, after)) => {
            let next = after.find("\n## ").map_or(after.len(), |at| at + 1);
            let (own, rest) = after.split_at(next);
            let gap = if rest.is_empty() { "" } else { "\n" };
            format!("{before}{UNRELEASED}{}\n\n{block}{gap}{rest}", own.trim_end())
        }
        None => {
            let (title, rest) = log.split_once('\n').unwrap_or(("# Changelog", ""));
            let rest = rest.trim_start();
            let gap = if rest.is_empty() { "" } else { "\n" };
            format!("{title}\n\n{UNRELEASED}\n\n{block}{gap}{rest}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_goes_to_the_end_of_what_is_not_released() {
        let log = "# Changelog\n\n## Unreleased\n\n- by hand\n\n## 0.1.0\n\n- first\n";
        let once = with_entry(log, "a..b", "**minor**\n");
        assert_eq!(
            once,
            "# Changelog\n\n## Unreleased\n\n- by hand\n\n<!-- spec a..b -->\n**minor**\n<!-- end of spec -->\n\n\
             ## 0.1.0\n\n- first\n"
        );
        assert_eq!(with_entry(&once, "a..b", "**minor**\n"), once);
    }

    #[test]
    fn another_entry_follows_and_the_same_is_replaced() {
        let log = "# Changelog\n\n## Unreleased\n";
        let two = with_entry(&with_entry(log, "a..b", "one\n"), "b..c", "two\n");
        assert_eq!(
            two,
            "# Changelog\n\n## Unreleased\n\n<!-- spec a..b -->\none\n<!-- end of spec -->\n\n\
             <!-- spec b..c -->\ntwo\n<!-- end of spec -->\n"
        );
        assert_eq!(with_entry(&two, "a..b", "1\n"), two.replace("one", "1"));
    }

    #[test]
    fn a_log_without_the_section_gets_one() {
        assert_eq!(
            with_entry("# Log\n\n## 1.0.0\n", "k", "e\n"),
            "# Log\n\n## Unreleased\n\n<!-- spec k -->\ne\n<!-- end of spec -->\n\n## 1.0.0\n"
        );
        assert!(with_entry("", "k", "e\n").starts_with("# Changelog\n\n## Unreleased\n\n"));
    }
}
