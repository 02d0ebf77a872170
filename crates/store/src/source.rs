//! Sources: the input tables.

use ampledata_table::{Cell, Column};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The owner of sources and jobs. An owner cannot see what belongs to others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(pub String);

impl Owner {
    /// The owner of everything that is created on the command line.
    pub fn local() -> Self {
        Self("local".to_owned())
    }
}

/// The id of a source; chosen by its creator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub String);

/// A source to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// Its id.
    pub id: SourceId,
    /// Its owner.
    pub owner: Owner,
    /// Its display name, such as the file's name.
    pub name: String,
    /// SHA-256 of the file's bytes in lower-case hex.
    pub content_hash: String,
}

/// A table in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Its owner.
    pub owner: Owner,
    /// Its display name.
    pub name: String,
    /// SHA-256 of the file's bytes in lower-case hex.
    pub content_hash: String,
    /// Its columns; empty while it is loading.
    pub columns: Vec<Column>,
    /// Whether all rows are loaded.
    pub ready: bool,
    /// Its number of rows, unusable ones included; 0 while it is loading.
    pub rows: u64,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A row of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Its index, from 0.
    pub index: u64,
    /// Its line (or row, or item) in the file, from 1, the header included.
    pub line: u64,
    /// Its cells: one for each column, or what could be read of an unusable row.
    pub cells: Vec<Cell>,
    /// Why the row cannot be used, in a sentence with the place.
    pub problem: Option<String>,
}
