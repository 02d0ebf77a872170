//! Reads labelled sets from a folder: `columns_KIND.json`, `input_KIND.csv` and `gold_KIND.csv`, and what
//! [`labels`] adds to them. docs/guide/evaluation.md describes the format.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use ampledata_core::column::Column;
use ampledata_core::row::CellOutcome;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::labels;
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

/// What is known about one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldRow {
    /// The key, folded: see [`folded`].
    pub key: String,
    /// What is known about each requested column, in their order.
    pub cells: Vec<GoldCell>,
}

/// What is known about one cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoldCell {
    /// The accepted values; without any, the value is unknown, or there is none.
    pub accepted: Vec<String>,
    /// The accepted outcomes; without any, it is unknown which one is right.
    pub expected: Vec<CellOutcome>,
    /// The case that the cell stands for, such as `namesake`.
    pub tag: Option<String>,
    /// Wrong values that the pages state.
    pub traps: Vec<TrapValue>,
    /// Addresses of pages that state an accepted value, as far as the set names them.
    pub pages: Vec<String>,
}

impl GoldCell {
    /// Whether the cell is right only without a value.
    pub fn must_be_empty(&self) -> bool {
        let may_be_found = self.expected.contains(&CellOutcome::Found);
        self.accepted.is_empty() && !self.expected.is_empty() && !may_be_found
    }
}

/// A wrong value that a page states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrapValue {
    /// Why it is wrong.
    pub trap: Trap,
    /// The value.
    pub value: String,
}

/// Why a value that a page states is wrong for the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trap {
    /// It is the value of another entity, such as a namesake.
    OtherEntity,
    /// It was right earlier.
    Stale,
    /// It is the claim of a less reliable site, and a better one contradicts it.
    LesserSource,
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
    /// A file of labels is not of the documented form, or lacks requested columns.
    #[error("{}: {reason}", path.display())]
    Labels {
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

/// How the empty cells of `gold_KIND.csv` are meant if no other file of the set says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyGold {
    /// The value is unknown: the cell is not scored.
    Unknown,
    /// There is no value: a predicted one is wrong.
    Absent,
}

/// Reads the kinds of a labelled set, sorted by name: all, or only the requested ones.
///
/// # Errors
/// The folder is not a labelled set, a kind does not exist, or one of its files cannot be read.
pub fn read(folder: &Path, only: &[String], empty: EmptyGold) -> Result<Vec<Kind>, Error> {
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
    let mut kinds =
        names.into_iter().map(|name| read_kind(folder, name)).collect::<Result<Vec<_>, _>>()?;
    labels::add(folder, &mut kinds)?;
    if empty == EmptyGold::Absent {
        let cells = kinds.iter_mut().flat_map(|kind| &mut kind.gold).flat_map(|row| &mut row.cells);
        for cell in cells.filter(|cell| cell.accepted.is_empty() && cell.expected.is_empty()) {
            cell.expected.push(CellOutcome::Absent);
        }
    }
    Ok(kinds)
}

fn read_kind(folder: &Path, name: String) -> Result<Kind, Error> {
    let path = folder.join(format!("columns_{name}.json"));
    let text = std::fs::read_to_string(&path)
        .map_err(|source| Error::Open { path: path.clone(), source })?;
    let labelled = from_json(&text).map_err(|source| Error::Columns { path, source })?;
    let key = labelled.key.unwrap_or_else(|| "key".to_owned());
    let gold = read_gold(&folder.join(format!("gold_{name}.csv")), &key, &labelled.columns)?;
    let input = folder.join(format!("input_{name}.csv"));
    Ok(Kind { name, input, key, columns: labelled.columns, gold })
}

fn read_gold(path: &Path, key: &str, columns: &[Column]) -> Result<Vec<GoldRow>, Error> {
    let mut table = LabelTable::open(path)?;
    let key = table.require(key)?;
    let places =
        columns.iter().map(|column| table.require(&column.name)).collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    while let Some(record) = table.next_record()? {
        let cell = |at: &usize| GoldCell {
            accepted: alternatives(record.get(*at).unwrap_or_default()),
            ..GoldCell::default()
        };
        let key = folded(record.get(key).unwrap_or_default());
        rows.push(GoldRow { key, cells: places.iter().map(cell).collect() });
    }
    Ok(rows)
}

/// The alternatives of a cell of labels.
pub(in crate::app) fn alternatives(text: &str) -> Vec<String> {
    let values = text.split(BETWEEN_VALUES).filter(|value| !value.trim().is_empty());
    values.map(str::to_owned).collect()
}

/// A CSV file of labels, whose columns are found by their names.
pub(in crate::app) struct LabelTable {
    path: PathBuf,
    reader: csv::Reader<std::fs::File>,
    places: BTreeMap<String, usize>,
}

impl LabelTable {
    pub(in crate::app) fn open(path: &Path) -> Result<Self, Error> {
        let wrong =
            |error: csv::Error| Error::Labels { path: path.to_owned(), reason: error.to_string() };
        let mut reader = csv::Reader::from_path(path).map_err(wrong)?;
        let headers = reader.headers().map_err(wrong)?;
        let name = |name: &str| name.trim_start_matches('\u{feff}').to_owned();
        let places = headers.iter().enumerate().map(|(at, header)| (name(header), at)).collect();
        Ok(Self { path: path.to_owned(), reader, places })
    }

    /// The place of a column.
    pub(in crate::app) fn find(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The place of a column that the file needs.
    pub(in crate::app) fn require(&self, name: &str) -> Result<usize, Error> {
        self.find(name).ok_or_else(|| self.wrong(format!("it has no column `{name}`")))
    }

    pub(in crate::app) fn next_record(&mut self) -> Result<Option<csv::StringRecord>, Error> {
        let record = self.reader.records().next().transpose();
        record.map_err(|error| self.wrong(error.to_string()))
    }

    /// An error of this file.
    pub(in crate::app) fn wrong(&self, reason: String) -> Error {
        Error::Labels { path: self.path.clone(), reason }
    }
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
        let kinds = read(folder.path(), &[], EmptyGold::Unknown).unwrap();
        assert_eq!(kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(kinds[0].gold[0].key, "elan");
        let accepted = |row: usize, at: usize| kinds[0].gold[row].cells[at].accepted.join("+");
        assert_eq!([accepted(0, 0), accepted(0, 1)], ["", "1+2"]);
        assert_eq!([accepted(1, 0), accepted(1, 1)], ["z", ""]);
        assert!(!kinds[0].gold[0].cells[0].must_be_empty());
        let absent = read(folder.path(), &[], EmptyGold::Absent).unwrap();
        assert!(absent[0].gold[0].cells[0].must_be_empty());
        assert!(!absent[0].gold[0].cells[1].must_be_empty());
        assert_eq!(read(folder.path(), &["y".to_owned()], EmptyGold::Unknown).unwrap().len(), 1);
    }

    #[test]
    fn says_what_is_missing() {
        let empty = set(&[]);
        assert!(matches!(read(empty.path(), &[], EmptyGold::Unknown), Err(Error::NoKinds { .. })));
        let folder = set(&[("columns_x.json", r#"[{"name": "a"}]"#), ("gold_x.csv", "key,b\n")]);
        let error =
            read(folder.path(), &["z".to_owned()], EmptyGold::Unknown).unwrap_err().to_string();
        assert!(error.contains("no kind `z`; it has x"), "{error}");
        let error = read(folder.path(), &[], EmptyGold::Unknown).unwrap_err().to_string();
        assert!(error.contains("no column `a`"), "{error}");
    }
}
