//! `cargo xtask migration`: prints how code moves from an older version of the client to this one.

use anyhow::{anyhow, bail};
use std::path::{Path, PathBuf};

use codegen::migration::{IndexedItem, Migration, index, migration};

use crate::diff::escape;
use crate::messages::Messages;
use crate::{Outcome, Result, files, finish, help, reading};

/// The paths that a row lists.
const MAX_LISTED: usize = 3;

/// Runs the command.
pub(crate) fn run(mut arguments: pico_args::Arguments, messages: Messages) -> Result {
    let path = |text: &str| Ok::<_, String>(PathBuf::from(text));
    let out = arguments.opt_value_from_fn("--index", path)?;
    let old: Option<PathBuf> = arguments.opt_free_from_fn(path)?;
    finish(arguments)?;
    let new = reading::with_own(messages, |_, client, _| Ok(index(client)))?;
    match (out, old) {
        (Some(out), None) => {
            let lines: String = new.iter().map(|item| item.to_line() + "\n").collect();
            files::write_all(&[(out, &lines)])?;
        }
        (None, Some(old)) => print!("{}", markdown(&migration(&read_index(&old)?, &new))),
        _ => bail!(
            "name the index of the older version, or the file for the index of this one\n\n{}",
            help::of(Some("migration"))
        ),
    }
    Ok(Outcome::Done)
}

fn read_index(path: &Path) -> Result<Vec<IndexedItem>> {
    let text = files::read(path)?;
    let item = |(number, line): (usize, &str)| {
        let help = "`cargo xtask migration --index FILE` writes an index";
        IndexedItem::from_line(line)
            .ok_or_else(|| anyhow!("{}:{}: not an item of an index; {help}", path.display(), number + 1))
    };
    text.lines().enumerate().map(item).collect()
}

fn markdown(found: &Migration) -> String {
    let mut out = String::new();
    let mut table = |head: &str, rows: Vec<String>| {
        if !rows.is_empty() {
            let rule = "|---".repeat(head.matches(" | ").count() + 1);
            out += &format!("| {head} |\n{rule}|\n{}\n", rows.concat());
        }
    };
    let renamed = found.renamed.iter().map(|(old, new)| format!("| {} | {} |\n", code(old), code(new)));
    table("before | now", renamed.collect());
    let retyped = found.retyped.iter().map(|((old, new), paths)| {
        let listed: Vec<String> = paths.iter().take(MAX_LISTED).map(|path| code(path)).collect();
        let more = paths.len() - listed.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("| {} | {} | {}{more} |\n", code(old), code(new), listed.join(", "))
    });
    table("type before | type now | of", retyped.collect());
    table("removed", found.removed.iter().map(|path| format!("| {} |\n", code(path))).collect());
    if out.is_empty() { "no name and no type has changed\n".to_owned() } else { out }
}

fn code(text: &str) -> String {
    escape::cell(&escape::code(text))
}
