//! Reads the two sides of a comparison: files, the working tree, or git revisions.

use anyhow::{Context, anyhow};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use codegen::Source;

use crate::{Result, files, root};

pub(crate) const SPEC: &str = "spec/openapi.yaml";
const OVERLAYS: &str = "spec/overlays";

/// The default branches; the first that exists is compared with.
const DEFAULT_BRANCHES: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// A document and the overlays that apply to it.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// The revision and a colon, as git names files; empty for files.
    revision: String,
    /// The path of the document: the argument, or `spec/openapi.yaml`.
    pub(crate) file: String,
    /// The document, as git names it.
    pub(crate) source: String,
    /// The hash of the document.
    pub(crate) sha256: String,
    text: String,
    overlays: Vec<(String, String)>,
}

impl Side {
    pub(crate) fn new(
        revision: String,
        file: &str,
        bytes: Vec<u8>,
        overlays: Vec<(String, String)>,
    ) -> Result<Self> {
        let sha256 = files::sha256(&bytes);
        let source = format!("{revision}{file}");
        let text = utf8(&source, bytes)?;
        Ok(Side { revision, file: file.to_owned(), source, sha256, text, overlays })
    }

    /// A document or overlay of this side, as git names it.
    pub(crate) fn name(&self, file: &str) -> String {
        format!("{}{file}", self.revision)
    }

    pub(crate) fn spec(&self) -> Source<'_> {
        Source { name: &self.source, text: &self.text }
    }

    pub(crate) fn overlays(&self) -> Vec<Source<'_>> {
        self.overlays.iter().map(|(name, text)| Source { name, text }).collect()
    }
}

fn utf8(name: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| anyhow!("{name}: this is not UTF-8 text"))
}

/// The two sides that the arguments name, with their overlays if `overlays` is set.
pub(crate) fn sides(arguments: &[String], overlays: bool) -> Result<[Side; 2]> {
    let own = if overlays { own_overlays()? } else { Vec::new() };
    let of = |argument: &String| {
        if std::fs::metadata(argument).is_ok_and(|it| !it.is_dir()) {
            let bytes = files::read_bytes(Path::new(argument))?;
            Side::new(String::new(), argument, bytes, own.clone())
        } else {
            of_revision(argument, argument, overlays)
        }
    };
    match arguments {
        [] => {
            let (revision, branch) = merge_base()?;
            eprintln!("old: {revision:.12}, the merge base of HEAD and {branch}; new: the working tree");
            Ok([of_revision(&revision, &format!("{revision:.12}"), overlays)?, of_working_tree(own)?])
        }
        [old] => Ok([of(old)?, of_working_tree(own)?]),
        [old, new] => Ok([of(old)?, of(new)?]),
        _ => Err(anyhow!("`diff` compares two documents, not {}", arguments.len())),
    }
}

/// The document of the working tree.
fn of_working_tree(overlays: Vec<(String, String)>) -> Result<Side> {
    let path = root().join(SPEC);
    let bytes = std::fs::read(&path).context(SPEC)?;
    Side::new(String::new(), SPEC, bytes, overlays)
}

/// The overlays of the working tree.
pub(crate) fn own_overlays() -> Result<Vec<(String, String)>> {
    let folder = root().join(OVERLAYS);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let named = |path: &std::path::PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        Ok((format!("{OVERLAYS}/{file}"), files::read(path)?))
    };
    files::overlays(&folder)?.iter().map(named).collect()
}

/// The document and overlays of a revision; `shown` is its name in the report.
fn of_revision(revision: &str, shown: &str, overlays: bool) -> Result<Side> {
    let commit = commit(revision)?;
    let listed = git(&["ls-tree", "-z", &commit, SPEC, &format!("{OVERLAYS}/")], revision)?;
    let mut blobs: BTreeMap<String, String> = BTreeMap::new();
    for entry in utf8(revision, listed)?.split_terminator('\0') {
        let Some((about, path)) = entry.split_once('\t') else { continue };
        if let [_, "blob", id] = about.split(' ').collect::<Vec<_>>()[..] {
            blobs.insert(path.to_owned(), id.to_owned());
        }
    }
    let spec =
        blobs.remove(SPEC).ok_or_else(|| anyhow!("{revision}: there is no {SPEC} at this revision"))?;
    blobs.retain(|path, _| overlays && files::is_overlay(Path::new(path)));
    let ids: Vec<&str> = std::iter::once(&spec).chain(blobs.values()).map(String::as_str).collect();
    let mut texts = contents(&ids)?.into_iter();
    let spec = texts.next().unwrap_or_default();
    let named = |(path, bytes): (&String, Vec<u8>)| Ok((path.clone(), utf8(path, bytes)?));
    let overlays = blobs.keys().zip(texts).map(named).collect::<Result<Vec<_>>>()?;
    Side::new(format!("{shown}:"), SPEC, spec, overlays)
}

/// The commit of a revision.
fn commit(revision: &str) -> Result<String> {
    let object = format!("{revision}^{{commit}}");
    let hash = git(&["rev-parse", "--verify", "--quiet", &object], revision)
        .with_context(|| format!("{revision}: neither a file nor a git revision"))?;
    Ok(String::from_utf8_lossy(&hash).trim().to_owned())
}

/// The merge base of the working tree and the default branch, and the name of that branch.
fn merge_base() -> Result<(String, String)> {
    let format = ["for-each-ref", "--format=%(refname)"];
    let there = git(&[&format[..], &DEFAULT_BRANCHES].concat(), "HEAD")?;
    let there = String::from_utf8_lossy(&there).into_owned();
    let branch = DEFAULT_BRANCHES.iter().find(|branch| there.lines().any(|line| line == **branch));
    let branch = branch.context(
        "there is no default branch to compare with (looked for main and master, of origin and here): \
         name a revision, `cargo xtask diff REVISION`",
    )?;
    let short = branch.trim_start_matches("refs/remotes/").trim_start_matches("refs/heads/").to_owned();
    let hash = git(&["merge-base", "HEAD", branch], "HEAD").with_context(|| {
        format!(
            "HEAD and {short} have no merge base here: fetch more of the history \
             (`git fetch --unshallow`), or name a revision"
        )
    })?;
    Ok((String::from_utf8_lossy(&hash).trim().to_owned(), short))
}

/// The output of a git command; an error begins with `about`.
pub(crate) fn git(arguments: &[&str], about: &str) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{about}: `git` cannot be run"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(if message.is_empty() {
        anyhow!("git {} found nothing", arguments.join(" "))
    } else {
        anyhow!(message)
    })
}

/// The bytes of blobs, read by one process.
fn contents(ids: &[&str]) -> Result<Vec<Vec<u8>>> {
    let action = "git cat-file";
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root())
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context(action)?;
    let asked: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let stdin = child.stdin.take();
    let (written, output) = std::thread::scope(|scope| {
        // Writes while the output is read, so that neither process waits for the other with a full pipe.
        let writer = scope.spawn(|| stdin.map_or(Ok(()), |mut stdin| stdin.write_all(asked.as_bytes())));
        let output = child.wait_with_output();
        (writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), output)
    });
    written.context(action)?;
    let output = output.context(action)?.stdout;
    let mut rest = output.as_slice();
    ids.iter().map(|id| blob(&mut rest).ok_or_else(|| anyhow!("git cat-file: {id} cannot be read"))).collect()
}

/// Parses one object of `git cat-file --batch`: `<id> blob <size>`, a line break, the bytes, a line break.
fn blob(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(rest.get(..end)?).ok()?;
    let size: usize = head.split_once(" blob ")?.1.parse().ok()?;
    let start = end + 1;
    let bytes = rest.get(start..start + size)?.to_vec();
    *rest = rest.get(start + size + 1..)?;
    Some(bytes)
}
