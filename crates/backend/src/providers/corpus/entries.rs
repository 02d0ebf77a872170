//! What a folder says that it holds.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::{Error, Problem};

/// The longest line of `pages.jsonl`, in bytes.
const MAX_LINE: u64 = 64 * 1024;

/// A page that the folder claims to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Relative to the folder, with `/` between its parts.
    pub(super) file: String,
    /// The address that `pages.jsonl` gives.
    pub(super) url: Option<String>,
    /// The title that `pages.jsonl` gives, as a search would show it.
    pub(super) title: Option<String>,
    /// The charset that `pages.jsonl` gives.
    pub(super) charset: Option<String>,
}

/// The pages of a folder, and what of it cannot be one.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    url: String,
    file: String,
    title: Option<String>,
    charset: Option<String>,
}

/// Lists a folder: by its `pages.jsonl`, or else every page file below it.
pub(super) fn list(root: &Path) -> Result<Listed, Error> {
    let manifest = root.join("pages.jsonl");
    if manifest.is_file() { from_manifest(root, &manifest) } else { from_files(root) }
}

fn from_manifest(root: &Path, manifest: &Path) -> Result<Listed, Error> {
    let unreadable = |source| Error::Folder { path: manifest.to_owned(), source };
    let mut reader = BufReader::new(fs::File::open(manifest).map_err(unreadable)?);
    let mut listed = Listed::default();
    let mut number = 0;
    loop {
        let mut text = String::new();
        let mut bounded = std::io::Read::take(&mut reader, MAX_LINE);
        if bounded.read_line(&mut text).map_err(unreadable)? == 0 {
            return Ok(listed);
        }
        number += 1;
        let bad =
            |problem: String| Error::Manifest { path: manifest.to_owned(), line: number, problem };
        if text.len() as u64 >= MAX_LINE {
            return Err(bad("the line is too long".to_owned()));
        }
        if text.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        match inside(root, &line.file) {
            Ok(file) => listed.entries.push(Entry {
                file,
                url: Some(line.url).filter(|url| !url.trim().is_empty()),
                title: line.title.filter(|title| !title.trim().is_empty()),
                charset: line.charset.filter(|charset| !charset.trim().is_empty()),
            }),
            Err(reason) => listed.problems.push(Problem { file: line.file, reason }),
        }
    }
}

/// A file of the folder; never one outside it, by whatever path or link.
fn inside(root: &Path, file: &str) -> Result<String, String> {
    let relative = Path::new(file);
    if relative.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err("the path leads out of the folder".to_owned());
    }
    let real = root.join(relative).canonicalize().map_err(|error| error.to_string())?;
    if !real.starts_with(root) {
        return Err("the file is a link that leads out of the folder".to_owned());
    }
    Ok(slashed(relative))
}

fn slashed(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn from_files(root: &Path) -> Result<Listed, Error> {
    let mut listed = Listed::default();
    let mut folders: Vec<PathBuf> = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        let unreadable = |source| Error::Folder { path: path.clone(), source };
        for entry in fs::read_dir(&path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let relative = folder.join(entry.file_name());
            let kind = entry.file_type().map_err(unreadable)?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                folders.push(relative);
            } else if super::content_type(&relative.to_string_lossy()).is_some() {
                let name = slashed(&relative);
                match inside(root, &name) {
                    Ok(file) => {
                        listed.entries.push(Entry { file, url: None, title: None, charset: None });
                    }
                    Err(reason) => listed.problems.push(Problem { file: name, reason }),
                }
            }
        }
    }
    // The order of a folder differs between machines; addresses taken twice go to the first by name.
    listed.entries.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(listed)
}
