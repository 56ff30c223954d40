//! Examples in doc comments, which are compiled as doc tests: calls of the client with placeholder values.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, Item, LitStr, Macro, Token};

/// Reports everything else.
pub(super) fn judge(block: &str, known: &BTreeSet<String>, report: &mut dyn FnMut(String)) {
    let lines: Vec<&str> = block.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    match syn::parse_file(&lines.join("\n")) {
        Ok(file) => {
            let mut judge = Judge { known, found: Vec::new() };
            let run = matches!(file.items.as_slice(), [Item::Fn(only)] if only.sig.ident == "run");
            if !run || !file.attrs.is_empty() {
                judge.found.push("an example that is not a function".to_owned());
            }
            judge.visit_file(&file);
            judge.found.into_iter().for_each(report);
        }
        Err(error) => report(format!("an example that is not Rust: {error}")),
    }
}

struct Judge<'k> {
    known: &'k BTreeSet<String>,
    found: Vec<String>,
}

impl<'ast> Visit<'ast> for Judge<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let plain = match item {
            Item::Fn(it) => it.attrs.is_empty() && it.sig.asyncness.is_some() && it.sig.ident == "run",
            Item::Use(it) => matches!(&it.tree, syn::UseTree::Path(path) if path.ident == "propexo"),
            _ => false,
        };
        if !plain {
            self.found.push("an example with a strange item".to_owned());
        }
        visit::visit_item(self, item);
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        let usual = matches!(
            expression,
            Expr::Array(_)
                | Expr::Await(_)
                | Expr::Call(_)
                | Expr::Lit(_)
                | Expr::Macro(_)
                | Expr::MethodCall(_)
                | Expr::Path(_)
                | Expr::Struct(_)
                | Expr::Try(_)
                | Expr::Tuple(_)
        );
        if !usual {
            self.found.push("an example with a strange expression".to_owned());
        }
        visit::visit_expr(self, expression);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        match invocation.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            Ok(items) if invocation.path.is_ident("vec") => {
                items.iter().for_each(|item| Judge::visit_expr(self, item));
            }
            _ => self.found.push("an example with a strange macro".to_owned()),
        }
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        let text = text.value();
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | ':' | '.');
        let words =
            text.chars().all(is_plain) || ["https://example.com", "ada@example.com"].contains(&text.as_str());
        if !words && !self.known.contains(&text) {
            self.found.push(format!("an example with a text that is not the document's: {text:?}"));
        }
    }
}
