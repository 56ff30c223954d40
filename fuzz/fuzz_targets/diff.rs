//! Two documents give a report in which each change has a site, or an error. A document compared with itself has no
//! changes.
#![no_main]

use codegen::diff::report;
use codegen::pipeline::Reading;
use codegen::document::source::Source;
use codegen_fuzz::{SEPARATOR, mutated};
use libfuzzer_sys::fuzz_target;

codegen_fuzz::mutate_trees!();

fuzz_target!(|text: &str| {
    let (old, new) = match text.split_once(SEPARATOR) {
        Some((old, new)) => (old.to_owned(), new.to_owned()),
        // The second document is the first with a few changed nodes.
        None => {
            let Some(new) = mutated(text.as_bytes(), u32::try_from(text.len()).unwrap_or_default()) else {
                return;
            };
            (text.to_owned(), new)
        }
    };
    let read = |text| Reading::new(Source { name: "fuzz.yaml", text }, &[]);
    let (Ok(old), Ok(new)) = (read(&old), read(&new)) else { return };
    let same = report(&old, &old);
    assert!(same.changes.is_empty() && same.rust_only.is_empty(), "{same:#?}");
    for change in report(&old, &new).changes {
        assert!(!change.sites.is_empty() && change.sites.iter().all(|site| site.line > 0), "{change:#?}");
    }
});
