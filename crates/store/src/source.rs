//! Sources: the tables that were given.

use ampledata_table::{Cell, Column};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose things these are. Nobody sees another owner's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(pub String);

impl Owner {
    /// The owner of everything that is made on the command line.
    pub fn local() -> Self {
        Self("local".to_owned())
    }
}

/// Names a source; chosen by who makes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub String);

/// A source that is about to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// Its name in the store.
    pub id: SourceId,
    /// Whose it is.
    pub owner: Owner,
    /// Its name for people, such as the file's.
    pub name: String,
    /// SHA-256 of the file's bytes in lower-case hex.
    pub content_hash: String,
}

/// A table in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name in the store.
    pub id: SourceId,
    /// Whose it is.
    pub owner: Owner,
    /// Its name for people.
    pub name: String,
    /// SHA-256 of the file's bytes in lower-case hex.
    pub content_hash: String,
    /// Its columns; none while it is loading.
    pub columns: Vec<Column>,
    /// Whether all rows are there.
    pub ready: bool,
    /// Its rows, unusable ones included; 0 while it is loading.
    pub rows: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A row of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Its place among the rows, from 0.
    pub index: u64,
    /// Its line (or row, or item) in the file, from 1, the header included.
    pub line: u64,
    /// Its cells: one for each column, or what could be read of an unusable row.
    pub cells: Vec<Cell>,
    /// Why the row cannot be used, as a sentence that names the place.
    pub problem: Option<String>,
}
