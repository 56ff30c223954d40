//! `--explain`: the rules, with their levels and an example each.

use codegen::diff::rules::{self, Explained};

use super::settings::nearest;
use crate::Result;

/// All rules, or the one of that id.
pub(crate) fn explain(id: Option<&str>) -> Result<String> {
    let rules = rules::explain();
    let Some(id) = id else {
        let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        let head = format!("{:<width$}  {:<7}  example\n", "rule", "level");
        return Ok(rules.iter().fold(head, |out, rule| {
            let (level, unless) = levels(rule);
            out + &format!("{:<width$}  {level:<7}  {}{unless}\n", rule.id, rule.example)
        }));
    };
    let rule = rules.iter().find(|rule| rule.id == id);
    let rule =
        rule.ok_or_else(|| format!("there is no rule `{id}`: perhaps {}?", nearest(id).join(" or ")))?;
    Ok(format!("{}\n  level    {}\n  example  {}\n", rule.id, rule.level, rule.example))
}

/// The usual level, and what follows the example where there is another.
fn levels(rule: &Explained) -> (&str, String) {
    match rule.level.split_once("; ") {
        None => (&rule.level, String::new()),
        Some((usual, other)) => (usual, format!(" ({other})")),
    }
}
