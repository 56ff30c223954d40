//! Judges Rust files: kinds of items, expressions and attributes, contents of macros, string literals, duplicate
//! names.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, File, ImplItem, Item, Lit, LitStr, Macro, Signature, Stmt, Token};

use super::comments;

/// Macros of the runtime that the generator uses for tables and methods.
const MACROS: [&str; 12] = [
    "crate::runtime::record",
    "crate::runtime::union",
    "crate::runtime::text_enum",
    "crate::runtime::request_methods",
    "crate::runtime::paged_methods",
    "crate::runtime::receipt_methods",
    "crate::runtime::redirect_methods",
    "crate::runtime::body_methods",
    "crate::runtime::bytes_methods",
    "crate::runtime::text_methods",
    "crate::runtime::status_methods",
    "crate::runtime::query_rules",
];
const DERIVES: [&str; 9] =
    ["Clone", "Copy", "Debug", "Default", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];
const LINTS: [&str; 3] = ["bindings_with_variant_name", "clippy::large_enum_variant", "deprecated"];
const TRAITS: [&str; 4] = ["Default", "From", "crate::JobReference", "std::fmt::Debug"];
const MUST_USE: &str = "a request does nothing until it is sent";
/// String literals of the generator itself.
const OWN: [&str; 4] = [MUST_USE, "[redacted]", "text/plain", "application/octet-stream"];

pub(super) fn judge(file: &File, known: &BTreeSet<String>, report: &mut dyn FnMut(String)) {
    let mut judge = Judge { known, found: Vec::new() };
    judge.visit_file(file);
    judge.found.into_iter().for_each(report);
}

struct Judge<'k> {
    known: &'k BTreeSet<String>,
    found: Vec<String>,
}

impl Judge<'_> {
    fn escaped(&mut self, what: impl Into<String>) {
        self.found.push(what.into());
    }

    /// Judges a string literal: it is from the document, several of its media types, or a name made by the generator.
    fn text(&mut self, text: &str) {
        let made = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        // The URL of a server has values of variables.
        let is_url = text.starts_with("https://") || text.starts_with("http://");
        if !made && !is_url && !OWN.contains(&text) && !text.split(", ").all(|part| self.known.contains(part))
        {
            self.escaped(format!("a text that is not the document's: {text:?}"));
        }
    }

    fn once<'n>(&mut self, names: impl Iterator<Item = &'n syn::Ident>, of: &str) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name.to_string()) {
                self.escaped(format!("`{name}` occurs twice in {of}"));
            }
        }
    }

    /// Judges the attributes of an item, method, field or variant.
    fn attributes(&mut self, attributes: &[Attribute]) {
        let mut found = Vec::new();
        comments::judge(attributes, self.known, &mut |what| found.push(what));
        self.found.extend(found);
        for attribute in attributes.iter().filter(|attribute| comments::doc(attribute).is_none()) {
            if !is_known(attribute) {
                let path = spelled(attribute.path());
                self.escaped(format!("the attribute `{path}`"));
            }
        }
    }

    /// Judges a table: names, strings and numbers, but no code.
    fn table(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.table(group.stream()),
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    if ["fn", "unsafe", "extern", "mod", "use", "impl", "let", "macro_rules"]
                        .contains(&word.as_str())
                    {
                        self.escaped(format!("`{word}` in a table"));
                    }
                }
                TokenTree::Punct(sign) if "=>,:;.<>-'|".contains(sign.as_char()) => {}
                TokenTree::Punct(sign) => self.escaped(format!("`{sign}` in a table")),
                TokenTree::Literal(literal) => match syn::parse_str::<Lit>(&literal.to_string()) {
                    Ok(Lit::Str(text)) => self.text(&text.value()),
                    Ok(Lit::Int(_) | Lit::Float(_)) => {}
                    _ => self.escaped(format!("`{literal}` in a table")),
                },
            }
        }
    }
}

impl<'ast> Visit<'ast> for Judge<'_> {
    fn visit_file(&mut self, file: &'ast File) {
        self.attributes(&file.attrs);
        for inner in file.attrs.iter().filter(|attribute| comments::doc(attribute).is_none()) {
            if !inner.path().is_ident("allow") {
                self.escaped("an inner attribute");
            }
        }
        self.once(file.items.iter().filter_map(type_name), "the types of the file");
        self.once(file.items.iter().filter_map(value_name), "the values of the file");
        let mut methods: BTreeMap<String, Vec<&syn::Ident>> = BTreeMap::new();
        for item in &file.items {
            if let Item::Impl(block) = item
                && block.trait_.is_none()
                && let syn::Type::Path(of) = &*block.self_ty
            {
                let own = block.items.iter().filter_map(|item| match item {
                    ImplItem::Fn(method) => Some(&method.sig.ident),
                    _ => None,
                });
                methods.entry(spelled(&of.path)).or_default().extend(own);
            }
        }
        methods.into_iter().for_each(|(of, names)| self.once(names.into_iter(), &of));
        visit::visit_file(self, file);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Const(it) => &it.attrs,
            Item::Enum(it) => &it.attrs,
            Item::Struct(it) => &it.attrs,
            Item::Type(it) => &it.attrs,
            Item::Use(it) => &it.attrs,
            Item::Mod(it) if it.content.is_none() => &it.attrs,
            Item::Macro(it) if it.ident.is_none() => &it.attrs,
            Item::Impl(it) => {
                let of = it.trait_.as_ref().map(|(path, _)| spelled(path));
                if it.unsafety.is_some() || of.is_some_and(|name| !TRAITS.contains(&name.as_str())) {
                    self.escaped("an impl of a strange trait");
                }
                &it.attrs
            }
            _ => return self.escaped("an item of a strange kind"),
        };
        self.attributes(attributes);
        visit::visit_item(self, item);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.attributes(&field.attrs);
        visit::visit_field(self, field);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.attributes(&variant.attrs);
        visit::visit_variant(self, variant);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.once(item.fields.iter().filter_map(|field| field.ident.as_ref()), &item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.once(item.variants.iter().map(|variant| &variant.ident), &item.ident.to_string());
        visit::visit_item_enum(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        match item {
            ImplItem::Fn(method) => self.attributes(&method.attrs),
            _ => self.escaped("an item of an impl that is not a method"),
        }
        visit::visit_impl_item(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast Signature) {
        if !matches!(signature.safety, syn::Safety::Default)
            || signature.abi.is_some()
            || signature.variadic.is_some()
        {
            self.escaped("a strange function");
        }
        let arguments = signature.inputs.iter().filter_map(|argument| match argument {
            syn::FnArg::Typed(typed) => match &*typed.pat {
                syn::Pat::Ident(name) => Some(&name.ident),
                _ => None,
            },
            syn::FnArg::Receiver(_) => None,
        });
        self.once(arguments, &signature.ident.to_string());
        visit::visit_signature(self, signature);
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if matches!(statement, Stmt::Item(_) | Stmt::Macro(_)) {
            self.escaped("a statement of a strange kind");
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        let usual = matches!(
            expression,
            Expr::Array(_)
                | Expr::Assign(_)
                | Expr::Async(_)
                | Expr::Await(_)
                | Expr::Call(_)
                | Expr::Closure(_)
                | Expr::Field(_)
                | Expr::Lit(_)
                | Expr::Match(_)
                | Expr::MethodCall(_)
                | Expr::Path(_)
                | Expr::Reference(_)
                | Expr::Struct(_)
                | Expr::Tuple(_)
                | Expr::Block(_)
        );
        if !usual {
            self.escaped("an expression of a strange kind");
        }
        visit::visit_expr(self, expression);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        let path = spelled(&invocation.path);
        if !MACROS.contains(&path.as_str()) {
            self.escaped(format!("the macro `{path}`"));
        }
        self.table(invocation.tokens.clone());
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.text(&text.value());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {
        // Judged elsewhere.
    }
}

fn type_name(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Enum(it) => Some(&it.ident),
        Item::Struct(it) => Some(&it.ident),
        Item::Type(it) => Some(&it.ident),
        Item::Mod(it) => Some(&it.ident),
        _ => None,
    }
}

fn value_name(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Const(it) => Some(&it.ident),
        // A tuple struct is also a function.
        Item::Struct(it) if matches!(it.fields, syn::Fields::Unnamed(_)) => Some(&it.ident),
        _ => None,
    }
}

fn spelled(path: &syn::Path) -> String {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

/// The contents of an attribute's parentheses.
type List = syn::punctuated::Punctuated<syn::Meta, Token![,]>;

fn is_known(attribute: &Attribute) -> bool {
    let among = |allowed: &[&str]| {
        let list = attribute.parse_args_with(List::parse_terminated);
        list.is_ok_and(|list| {
            list.iter().all(
                |meta| matches!(meta, syn::Meta::Path(path) if allowed.contains(&spelled(path).as_str())),
            )
        })
    };
    match spelled(attribute.path()).as_str() {
        "non_exhaustive" => matches!(attribute.meta, syn::Meta::Path(_)),
        // What to use instead is a sentence of the overlays.
        "deprecated" => matches!(attribute.meta, syn::Meta::Path(_)) || is_only(attribute, "note"),
        "doc" => is_only(attribute, "alias"),
        "must_use" => match &attribute.meta {
            syn::Meta::NameValue(pair) => {
                matches!(&pair.value, Expr::Lit(it) if matches!(&it.lit, Lit::Str(text) if text.value() == MUST_USE))
            }
            meta => matches!(meta, syn::Meta::Path(_)),
        },
        "derive" => among(&DERIVES),
        "allow" => among(&LINTS),
        "cfg" => attribute.meta.require_list().is_ok_and(|list| gates(list.tokens.clone())),
        _ => false,
    }
}

/// Whether the only argument has this name and is a string.
fn is_only(attribute: &Attribute, name: &str) -> bool {
    attribute.parse_args::<syn::MetaNameValue>().is_ok_and(|pair| {
        pair.path.is_ident(name) && matches!(&pair.value, Expr::Lit(it) if matches!(&it.lit, Lit::Str(_)))
    })
}

/// Whether the condition is `feature = "x"`, or `any` of several.
fn gates(tokens: TokenStream) -> bool {
    tokens.into_iter().all(|token| match token {
        TokenTree::Group(group) => gates(group.stream()),
        TokenTree::Ident(word) => ["any", "feature"].contains(&word.to_string().as_str()),
        TokenTree::Punct(sign) => "=,".contains(sign.as_char()),
        TokenTree::Literal(text) => syn::parse_str::<LitStr>(&text.to_string()).is_ok_and(|text| {
            let name = text.value();
            name.chars().all(|c| c.is_alphanumeric() || c == '_')
        }),
    })
}
