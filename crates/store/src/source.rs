//! Sources: the input tables.

use ampledata_table::{Cell, Column};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Error;

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

/// Stores the tables that jobs enrich.
///
/// Sources are looked up by owner. Functions that take only a [`SourceId`] are for callers that have already done
/// so.
#[async_trait]
pub trait Sources {
    /// The source with this id, if this owner has it.
    async fn source(&self, owner: &Owner, id: &SourceId) -> Result<Option<Source>, Error>;

    /// Starts loading a source. Rows from an interrupted load are deleted.
    ///
    /// # Errors
    /// [`Error::Exists`] if it is already loaded.
    async fn begin_source(&self, source: &NewSource) -> Result<(), Error>;

    /// Adds rows to a source that is loading.
    async fn append_source_rows(&self, id: &SourceId, rows: Vec<SourceRow>) -> Result<(), Error>;

    /// Finishes loading a source, which is ready from now on.
    async fn finish_source(&self, id: &SourceId, columns: &[Column]) -> Result<(), Error>;

    /// Rows of a source in order from this index, at most `limit`.
    async fn source_rows(
        &self,
        id: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error>;
}
