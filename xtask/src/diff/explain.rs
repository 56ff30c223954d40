//! `--explain`: lists the rules with their levels and an example each.

use anyhow::anyhow;
use codegen::diff::rules::{self, RuleInfo};

use super::settings::nearest;
use crate::Result;

/// All rules, or the rule with an id.
pub(crate) fn explain(id: Option<&str>) -> Result<String> {
    let rules = rules::all();
    let Some(id) = id else {
        let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        let head = format!("{:<width$}  {:<7}  example\n", "rule", "level");
        let row = |rule: &RuleInfo| {
            let RuleInfo { id, severity, exception, example } = rule;
            let exception = exception
                .map_or_else(String::new, |(severity, condition)| format!(" ({severity} if {condition})"));
            format!("{id:<width$}  {:<7}  {example}{exception}\n", severity.name())
        };
        return Ok(head + &rules.iter().map(row).collect::<String>());
    };
    let rule = rules.iter().find(|rule| rule.id == id);
    let rule =
        rule.ok_or_else(|| anyhow!("there is no rule `{id}`: perhaps {}?", nearest(id).join(" or ")))?;
    Ok(format!("{}\n  level    {}\n  example  {}\n", rule.id, rule.level(), rule.example))
}
