//! The export of a documentation site, as tests make it from a document: Propexo's data has a converter.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)] // Each test binary uses its own part of this.

pub(crate) mod losses;
pub(crate) mod spelling;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

/// The ways in which the converter writes tags and unions of strings.
pub(crate) const VARIANTS: [(&str, &str); 6] = [
    ("subpackage", "hoisted"),
    ("nested", "collapsed"),
    ("plain", "hoisted"),
    ("plain", "collapsed"),
    ("subpackage", "collapsed"),
    ("nested", "hoisted"),
];

/// Reads the document once and writes its export in several variants.
const SCRIPT: &str = "
import json, sys
folder, document, out, *variants = sys.argv[1:]
sys.path.insert(0, folder)
from publish import Publisher, load
document = load(document)
for variant in variants:
    tags, texts = variant.split('-')
    title = 'API Reference' if tags == 'nested' else None
    made = Publisher(document, title, tags, texts).run()
    json.dump(made, open(f'{out}/{variant}.json', 'w'), ensure_ascii=False)
";

/// Returns the export of a document in some variants; if Python or PyYAML is absent, prints that the test is skipped.
pub(crate) fn exports(
    test: &str,
    converter: &Path,
    document: &Path,
    variants: &[(&str, &str)],
) -> Option<Vec<String>> {
    let out: PathBuf = env::temp_dir().join(format!(
        "propexo-export-{}-{}",
        process::id(),
        document.file_stem().unwrap().to_string_lossy()
    ));
    fs::create_dir_all(&out).unwrap();
    let names: Vec<String> = variants.iter().map(|(tags, texts)| format!("{tags}-{texts}")).collect();
    let run = Command::new("python3")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-c", SCRIPT])
        .arg(converter.parent().unwrap())
        .arg(document)
        .arg(&out)
        .args(&names)
        .output();
    let texts = match run {
        Ok(run) if run.status.success() => {
            let read = |name: &String| fs::read_to_string(out.join(format!("{name}.json"))).unwrap();
            Some(names.iter().map(read).collect())
        }
        Ok(run) if !String::from_utf8_lossy(&run.stderr).contains("ModuleNotFoundError") => {
            panic!("{}", String::from_utf8_lossy(&run.stderr))
        }
        _ => {
            println!("SKIPPED {test}: python3 with PyYAML is absent");
            None
        }
    };
    fs::remove_dir_all(&out).unwrap();
    texts
}
