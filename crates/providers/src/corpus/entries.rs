//! The pages that a folder lists.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::files::{self, Found};
use super::{Error, Problem};

/// The longest line of `pages.jsonl`, in bytes.
const MAX_LINE: u64 = 64 * 1024;

/// A page listed by the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its file.
    pub(super) file: Found,
    /// The address in `pages.jsonl`; an empty one means that the page has none of its own.
    pub(super) url: Option<String>,
    /// The title in `pages.jsonl`, as a search would show it.
    pub(super) title: Option<String>,
    /// The charset in `pages.jsonl`.
    pub(super) charset: Option<String>,
}

impl Entry {
    /// Identifies an entry: one file may appear under several addresses.
    pub(super) fn key(&self) -> String {
        self.url
            .as_ref()
            .map_or_else(|| self.file.name.clone(), |url| format!("{}\u{1f}{url}", self.file.name))
    }

    /// The other fields in `pages.jsonl`: if they change, the page is read again.
    pub(super) fn said(&self) -> String {
        [&self.title, &self.charset].map(|text| text.as_deref().unwrap_or("")).join("\u{1f}")
    }
}

/// The pages of a folder, in the order that decides between equal addresses, and the files that cannot be
/// pages.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
}

impl Listed {
    fn leave_out(&mut self, file: String, reason: impl Into<String>) {
        self.problems.push(Problem { file, reason: reason.into() });
    }
}

#[derive(Deserialize)]
struct Line {
    url: Option<String>,
    file: String,
    title: Option<String>,
    charset: Option<String>,
}

/// Lists a folder: the entries of its `pages.jsonl`, or else every page file below it.
pub(super) fn list(root: &Path) -> Result<Listed, Error> {
    let manifest = root.join("pages.jsonl");
    if manifest.is_file() { from_manifest(root, &manifest) } else { from_files(root) }
}

fn from_manifest(root: &Path, manifest: &Path) -> Result<Listed, Error> {
    let unreadable = |source| Error::Folder { path: manifest.to_owned(), source };
    let mut reader = BufReader::new(fs::File::open(manifest).map_err(unreadable)?);
    let mut listed = Listed::default();
    let mut seen = BTreeSet::new();
    let mut text = Vec::new();
    for number in 1.. {
        text.clear();
        let mut bounded = Read::take(&mut reader, MAX_LINE);
        if bounded.read_until(b'\n', &mut text).map_err(unreadable)? == 0 {
            break;
        }
        let bad =
            |problem: String| Error::Manifest { path: manifest.to_owned(), line: number, problem };
        if text.len() as u64 >= MAX_LINE {
            return Err(bad("the line is too long".to_owned()));
        }
        let bare = text.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 1).unwrap_or(&text);
        if bare.trim_ascii().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_slice(bare).map_err(|error| bad(error.to_string()))?;
        add(root, line, &mut listed, &mut seen);
    }
    Ok(listed)
}

fn add(root: &Path, line: Line, listed: &mut Listed, seen: &mut BTreeSet<String>) {
    let file = match files::find(root, &line.file) {
        Ok(file) => file,
        Err(reason) => return listed.leave_out(line.file, reason),
    };
    let entry = Entry {
        file,
        url: line.url.map(|url| url.trim().to_owned()),
        title: line.title.filter(|title| !title.trim().is_empty()),
        charset: line.charset.filter(|charset| !charset.trim().is_empty()),
    };
    if seen.insert(entry.key()) {
        listed.entries.push(entry);
    } else {
        listed.leave_out(line.file, "pages.jsonl already lists it with the same address");
    }
}

fn from_files(root: &Path) -> Result<Listed, Error> {
    let mut listed = Listed::default();
    let mut folders: Vec<PathBuf> = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        match look_into(root, &folder, &mut folders, &mut listed) {
            Ok(()) => {}
            Err(source) if folder.as_os_str().is_empty() => {
                return Err(Error::Folder { path, source });
            }
            Err(error) => listed.leave_out(files::slashed(&folder), error.to_string()),
        }
    }
    // The order of files differs between machines, so duplicate addresses go to the first by name.
    listed.entries.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    listed.problems.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(listed)
}

fn look_into(
    root: &Path,
    folder: &Path,
    folders: &mut Vec<PathBuf>,
    listed: &mut Listed,
) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let relative = folder.join(entry.file_name());
        let name = files::slashed(&relative);
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folders.push(relative);
        } else if kind.is_symlink() && root.join(&relative).is_dir() {
            listed.leave_out(name, "links to folders are not followed");
        } else if super::content_type(&name).is_some() {
            match files::find(root, &name) {
                Ok(file) => {
                    listed.entries.push(Entry { file, url: None, title: None, charset: None });
                }
                Err(reason) => listed.leave_out(name, reason),
            }
        }
    }
    Ok(())
}
