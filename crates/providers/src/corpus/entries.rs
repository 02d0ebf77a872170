//! The pages that a folder lists.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::files::{self, FolderFile};
use super::{Error, Problem};

/// The longest line of `pages.jsonl`, in bytes.
const MAX_LINE: u64 = 64 * 1024;

/// A page listed by the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its file.
    pub(super) file: FolderFile,
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
    pub(super) fn other_fields(&self) -> String {
        [&self.title, &self.charset].map(|text| text.as_deref().unwrap_or("")).join("\u{1f}")
    }
}

/// The pages of a folder, in the order that decides between equal addresses, and the files that cannot be
/// pages.
#[derive(Debug, Default)]
pub(super) struct FolderListing {
    pub(super) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
}

impl FolderListing {
    fn skip(&mut self, file: String, reason: impl Into<String>) {
        self.problems.push(Problem { file, reason: reason.into() });
    }
}

#[derive(Deserialize)]
struct ManifestLine {
    url: Option<String>,
    file: String,
    title: Option<String>,
    charset: Option<String>,
}

/// Lists a folder: the entries of its `pages.jsonl`, or else every page file below it.
pub(super) fn list_folder(root: &Path) -> Result<FolderListing, Error> {
    let manifest = root.join("pages.jsonl");
    if manifest.is_file() { list_manifest(root, &manifest) } else { list_files(root) }
}

fn list_manifest(root: &Path, manifest: &Path) -> Result<FolderListing, Error> {
    let unreadable = |source| Error::Folder { path: manifest.to_owned(), source };
    let mut reader = BufReader::new(fs::File::open(manifest).map_err(unreadable)?);
    let mut listed = FolderListing::default();
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
        let line: ManifestLine =
            serde_json::from_slice(bare).map_err(|error| bad(error.to_string()))?;
        add_line(root, line, &mut listed, &mut seen);
    }
    Ok(listed)
}

fn add_line(
    root: &Path,
    line: ManifestLine,
    listed: &mut FolderListing,
    seen: &mut BTreeSet<String>,
) {
    let file = match files::locate_file(root, &line.file) {
        Ok(file) => file,
        Err(reason) => return listed.skip(line.file, reason),
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
        listed.skip(line.file, "pages.jsonl already lists it with the same address");
    }
}

fn list_files(root: &Path) -> Result<FolderListing, Error> {
    let mut listed = FolderListing::default();
    let mut folders: Vec<PathBuf> = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        match list_subfolder(root, &folder, &mut folders, &mut listed) {
            Ok(()) => {}
            Err(source) if folder.as_os_str().is_empty() => {
                return Err(Error::Folder { path, source });
            }
            Err(error) => listed.skip(files::slash_path(&folder), error.to_string()),
        }
    }
    // The order of files differs between machines, so duplicate addresses go to the first by name.
    listed.entries.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    listed.problems.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(listed)
}

fn list_subfolder(
    root: &Path,
    folder: &Path,
    folders: &mut Vec<PathBuf>,
    listed: &mut FolderListing,
) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let relative = folder.join(entry.file_name());
        let name = files::slash_path(&relative);
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folders.push(relative);
        } else if kind.is_symlink() && root.join(&relative).is_dir() {
            listed.skip(name, "links to folders are not followed");
        } else if super::content_type(&name).is_some() {
            match files::locate_file(root, &name) {
                Ok(file) => {
                    listed.entries.push(Entry { file, url: None, title: None, charset: None });
                }
                Err(reason) => listed.skip(name, reason),
            }
        }
    }
    Ok(())
}
