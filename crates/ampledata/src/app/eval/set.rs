//! Reads labelled sets from a folder: `columns_KIND.json`, `input_KIND.csv`, `gold_KIND.csv`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use ampledata_core::column::Column;
use thiserror::Error;

use super::score::folded;
use crate::app::columns::{FileError, from_json};

/// One kind of a labelled set.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// The table to enrich.
    pub input: PathBuf,
    /// Header of the key column.
    pub key: String,
    /// The requested columns.
    pub columns: Vec<Column>,
    /// The accepted values, in file order.
    pub gold: Vec<GoldRow>,
}

/// The accepted values of one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldRow {
    /// The key, folded: see [`folded`].
    pub key: String,
    /// The accepted values of each column; empty if unknown.
    pub accepted: Vec<Vec<String>>,
}

/// A labelled set that cannot be read.
#[derive(Debug, Error)]
pub enum Error {
    /// The folder or a file in it cannot be opened.
    #[error("cannot read {}: {source}", path.display())]
    Open {
        /// The folder or file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The folder has no `gold_KIND.csv`.
    #[error("{} is not a labelled set: it holds no gold_KIND.csv", path.display())]
    NoKinds {
        /// The folder.
        path: PathBuf,
    },
    /// A requested kind does not exist.
    #[error("the set has no kind `{name}`; it has {}", kinds.join(", "))]
    UnknownKind {
        /// As the user wrote it.
        name: String,
        /// The kinds that exist.
        kinds: Vec<String>,
    },
    /// The columns of a kind cannot be read.
    #[error("{}: {source}", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: FileError,
    },
    /// The gold file is not a table, or lacks requested columns.
    #[error("{}: {reason}", path.display())]
    Gold {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        "wrong_labelled_set"
    }
}

const BETWEEN_VALUES: &str = " || ";

/// Reads the kinds of a labelled set, sorted by name: all, or only the requested ones.
///
/// # Errors
/// The folder is not a labelled set, a kind does not exist, or one of its files cannot be read.
pub fn read(folder: &Path, only: &[String]) -> Result<Vec<Kind>, Error> {
    let open = |source| Error::Open { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(open)? {
        let file = entry.map_err(open)?.file_name();
        let name = file.to_str().and_then(|file| file.strip_prefix("gold_")?.strip_suffix(".csv"));
        names.extend(name.map(str::to_owned));
    }
    names.sort_unstable();
    if names.is_empty() {
        return Err(Error::NoKinds { path: folder.to_owned() });
    }
    if let Some(name) = only.iter().find(|name| !names.contains(name)) {
        return Err(Error::UnknownKind { name: name.clone(), kinds: names });
    }
    names.retain(|name| only.is_empty() || only.contains(name));
    names.into_iter().map(|name| kind(folder, name)).collect()
}

fn kind(folder: &Path, name: String) -> Result<Kind, Error> {
    let path = folder.join(format!("columns_{name}.json"));
    let text = std::fs::read_to_string(&path)
        .map_err(|source| Error::Open { path: path.clone(), source })?;
    let labelled = from_json(&text).map_err(|source| Error::Columns { path, source })?;
    let key = labelled.key.unwrap_or_else(|| "key".to_owned());
    let gold = gold(&folder.join(format!("gold_{name}.csv")), &key, &labelled.columns)?;
    let input = folder.join(format!("input_{name}.csv"));
    Ok(Kind { name, input, key, columns: labelled.columns, gold })
}

fn gold(path: &Path, key: &str, columns: &[Column]) -> Result<Vec<GoldRow>, Error> {
    let wrong = |reason: String| Error::Gold { path: path.to_owned(), reason };
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let headers = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let place: BTreeMap<&str, usize> = headers
        .iter()
        .enumerate()
        .map(|(at, name)| (name.trim_start_matches('\u{feff}'), at))
        .collect();
    let find = |name: &str| {
        place.get(name).copied().ok_or_else(|| wrong(format!("it has no column `{name}`")))
    };
    let key = find(key)?;
    let places = columns.iter().map(|column| find(&column.name)).collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let accepted = places.iter().map(|at| {
            let values = record.get(*at).unwrap_or_default().split(BETWEEN_VALUES);
            values.filter(|value| !value.trim().is_empty()).map(str::to_owned).collect()
        });
        let key = folded(record.get(key).unwrap_or_default());
        rows.push(GoldRow { key, accepted: accepted.collect() });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn reads_kinds_by_name() {
        let columns =
            r#"{"key": "name", "columns": [{"name": "a"}, {"name": "b", "type": "number"}]}"#;
        let folder = set(&[
            ("columns_x.json", columns),
            ("gold_x.csv", "name,b,a\nÉlan,1 || 2,\n\"Q, R\",,z\n"),
            ("columns_y.json", columns),
            ("gold_y.csv", "name,a,b\n"),
        ]);
        let kinds = read(folder.path(), &[]).unwrap();
        assert_eq!(kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(kinds[0].gold[0].key, "elan");
        assert_eq!(kinds[0].gold[0].accepted, [vec![], vec!["1".to_owned(), "2".to_owned()]]);
        assert_eq!(kinds[0].gold[1].accepted, [vec!["z".to_owned()], vec![]]);
        assert_eq!(read(folder.path(), &["y".to_owned()]).unwrap().len(), 1);
    }

    #[test]
    fn says_what_is_missing() {
        let empty = set(&[]);
        assert!(matches!(read(empty.path(), &[]), Err(Error::NoKinds { .. })));
        let folder = set(&[("columns_x.json", r#"[{"name": "a"}]"#), ("gold_x.csv", "key,b\n")]);
        let error = read(folder.path(), &["z".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("no kind `z`; it has x"), "{error}");
        let error = read(folder.path(), &[]).unwrap_err().to_string();
        assert!(error.contains("no column `a`"), "{error}");
    }
}
