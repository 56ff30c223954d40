//! Expands calls of simple `macro_rules` that bind identifiers and types, and shows other macros as written.

use std::collections::BTreeMap;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use syn::{Item, ItemMacro};

/// The prefix of a variable's name in a [`sketch`].
pub(crate) const PLACEHOLDER: &str = "__";

/// One rule of a macro.
pub(crate) struct Rule {
    matcher: TokenStream,
    pub(crate) body: TokenStream,
}

/// Parses the rules of a macro.
pub(crate) fn rules(definition: &ItemMacro) -> Vec<Rule> {
    let groups = definition.mac.tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    let groups: Vec<TokenStream> = groups.collect();
    groups.chunks(2).map(|pair| Rule { matcher: pair[0].clone(), body: pair[1].clone() }).collect()
}

impl Rule {
    /// The variables of the rule, if it repeats only attributes and has no literal tokens.
    fn variables(&self) -> Option<Vec<String>> {
        let tokens: Vec<TokenTree> = self.matcher.clone().into_iter().collect();
        let mut out = Vec::new();
        let mut rest = tokens.as_slice();
        loop {
            rest = match rest {
                [] => return Some(out),
                [TokenTree::Punct(sign), TokenTree::Group(group), TokenTree::Punct(_), rest @ ..]
                    if sign.as_char() == '$' && is_attribute(&group.stream()) =>
                {
                    rest
                }
                [
                    TokenTree::Punct(sign),
                    TokenTree::Ident(name),
                    TokenTree::Punct(_),
                    TokenTree::Ident(_),
                    rest @ ..,
                ] if sign.as_char() == '$' => {
                    out.push(name.to_string());
                    rest
                }
                [TokenTree::Punct(sign), rest @ ..] if sign.as_char() == ',' => rest,
                _ => return None,
            };
        }
    }

    /// The items of the body, with a placeholder for each variable and one copy of each repetition; `None` if the
    /// body does not consist of items.
    pub(crate) fn sketch(&self) -> Option<Vec<Item>> {
        let named = |name: &str| {
            let ident = Ident::new(&format!("{PLACEHOLDER}{name}"), Span::call_site());
            Some(TokenTree::Ident(ident).into())
        };
        items(transcribe(self.body.clone(), &named, &TokenStream::new())?)
    }
}

/// The items that a call expands to, if the macro has one rule, which is simple.
pub(crate) fn expand(definition: &ItemMacro, call: &ItemMacro) -> Option<Vec<Item>> {
    let rules = rules(definition);
    let [rule] = rules.as_slice() else { return None };
    let variables = rule.variables()?;
    let mut tokens = call.mac.tokens.clone().into_iter().peekable();
    let mut attributes = TokenStream::new();
    while matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == '#') {
        attributes.extend(tokens.by_ref().take(2));
    }
    let mut values = vec![TokenStream::new()];
    for token in tokens {
        match (token, values.last_mut()) {
            (TokenTree::Punct(sign), _) if sign.as_char() == ',' => values.push(TokenStream::new()),
            (token, Some(last)) => last.extend([token]),
            (_, None) => {}
        }
    }
    let bound: BTreeMap<String, TokenStream> = variables.into_iter().zip(values).collect();
    items(transcribe(rule.body.clone(), &|name| bound.get(name).cloned(), &attributes)?)
}

fn items(tokens: TokenStream) -> Option<Vec<Item>> {
    syn::parse2::<syn::File>(tokens).ok().map(|file| file.items)
}

fn is_attribute(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '#')
}

/// Returns the body of a rule with its variables replaced; `None` if one is not bound.
fn transcribe(
    body: TokenStream,
    bound: &dyn Fn(&str) -> Option<TokenStream>,
    attributes: &TokenStream,
) -> Option<TokenStream> {
    let mut out = TokenStream::new();
    let mut tokens = body.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '$' => match tokens.next()? {
                TokenTree::Ident(word) if word == "crate" => out.extend([TokenTree::Ident(word)]),
                TokenTree::Ident(name) => out.extend(bound(&name.to_string())?),
                TokenTree::Group(repeated) => {
                    // Next is the repetition operator, or the separator and then the operator.
                    while let Some(TokenTree::Punct(sign)) = tokens.next() {
                        if matches!(sign.as_char(), '*' | '+' | '?') {
                            break;
                        }
                    }
                    out.extend(match repeated.stream() {
                        inner if is_attribute(&inner) => attributes.clone(),
                        inner => transcribe(inner, bound, attributes)?,
                    });
                }
                _ => return None,
            },
            TokenTree::Group(group) => {
                let inner = transcribe(group.stream(), bound, attributes)?;
                out.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
            }
            token => out.extend([token]),
        }
    }
    Some(out)
}
