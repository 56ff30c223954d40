//! Prints parts of items as one line of Rust, with prettyplease.

use syn::{
    File, FnArg, Generics, Item, ItemFn, ItemStruct, ItemTrait, ItemType, Pat, Path, Signature, Type,
    TypePath,
};

fn template<T: syn::parse::Parse>(text: &str) -> T {
    syn::parse_str(text).expect("Rust")
}

/// Prints an item on one line, and strips the template before and after it.
fn printed(item: Item, before: &str, behind: &str) -> String {
    let mut file: File = template("");
    file.items.push(item);
    let text = prettyplease::unparse(&file);
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // The differences between a broken line and an unbroken one.
    for (broken, whole) in [("( ", "("), (", )", ")"), ("< ", "<"), (", >", ">")] {
        line = line.replace(broken, whole);
    }
    let line = line.strip_prefix(before).and_then(|line| line.strip_suffix(behind));
    line.unwrap_or_else(|| panic!("`{before}…{behind}` expected")).trim().trim_end_matches(',').to_owned()
}

/// `fn path(&self) -> String`: without parts that only the body uses.
pub(crate) fn signature(signature: &Signature, path: &str) -> String {
    let mut item: ItemFn = template("fn f() {}");
    item.sig = signature.clone();
    for input in &mut item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(argument) => {
                if let Pat::Ident(name) = &mut *argument.pat {
                    name.mutability = None;
                }
            }
        }
    }
    let name = format!("fn {}", signature.ident);
    printed(Item::Fn(item), "", "{}").replacen(&name, &format!("fn {path}"), 1)
}

pub(crate) fn ty(ty: &Type) -> String {
    let mut item: ItemType = template("type T = ();");
    *item.ty = ty.clone();
    printed(Item::Type(item), "type T = ", ";")
}

pub(crate) fn path(path: &Path) -> String {
    ty(&Type::Path(TypePath { attrs: Vec::new(), qself: None, path: path.clone() }))
}

/// `<T: Bound> where …`, or empty.
pub(crate) fn generics(generics: &Generics) -> String {
    let mut item: ItemStruct = template("struct T;");
    item.generics = generics.clone();
    printed(Item::Struct(item), "struct T", ";")
}

/// `: A + B`, or empty.
pub(crate) fn supertraits(of: &ItemTrait) -> String {
    let mut item: ItemTrait = template("trait T {}");
    item.supertraits = of.supertraits.clone();
    item.colon_token = of.colon_token;
    printed(Item::Trait(item), "trait T", "{}")
}
