//! Writing tables.
//!
//! What comes from the web must not become a formula where a spreadsheet opens the file. In XLSX
//! text is always written as text. CSV has no types, so there [`Cell::Web`] text that a
//! spreadsheet would take for a formula is written with an apostrophe before it (see
//! [`formula`]); the user's own cells are written as they are.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::cell::Cell;
use super::column::Column;
use super::format::Format;

mod csv;
mod formula;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "parquet")]
mod parquet_columns;
mod target;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use target::Output;
use target::Target;

/// A table that cannot be written. Whatever stood under the file's name before still does.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The disk is full.
    #[error("cannot write {}: the disk is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// The file, or a new file in its folder, may not be written.
    #[error("cannot write {}: permission denied", path.display())]
    Denied {
        /// The file.
        path: PathBuf,
    },
    /// Another fault of the system.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A row has more or fewer cells than there are columns.
    #[error("row {row} has {found} cells where the table has {expected} columns")]
    Width {
        /// The row, counted from 1 without the header.
        row: u64,
        /// Its cells.
        found: usize,
        /// Columns.
        expected: usize,
    },
    /// A cell that the format cannot hold.
    #[error("row {row}, column {column:?}: {reason}")]
    Cell {
        /// The row, counted from 1 without the header.
        row: u64,
        /// The column's name.
        column: String,
        /// Why it cannot, and what would help.
        reason: String,
    },
    /// More rows than the format can hold.
    #[error("a sheet of a workbook holds no more than {limit} rows; write csv or parquet instead")]
    TooManyRows {
        /// The limit, without the header.
        limit: u64,
    },
    /// More columns than the format can hold.
    #[error(
        "a sheet of a workbook holds no more than {limit} columns; write csv or parquet instead"
    )]
    TooManyColumns {
        /// The limit.
        limit: usize,
    },
    /// The build leaves the format out.
    #[error("{format} is not part of this version: build with the feature `{format}`", format = .0.name())]
    NotBuiltIn(Format),
    /// The encoder of the format refuses.
    #[error("cannot write {}: {reason}", path.display())]
    Encoder {
        /// The file.
        path: PathBuf,
        /// What it says.
        reason: String,
    },
}

impl WriteError {
    fn io(path: PathBuf, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Denied { path }
            }
            _ => Self::Io { path, source },
        }
    }
}

/// Why a cell cannot be written: the end of [`WriteError::Cell`], and the cell's column from 0.
type Refused = (usize, String);

/// What writing one row can meet.
enum RowFailure {
    Io(io::Error),
    Cell(Refused),
    Full(u64),
    Encoder(String),
}

impl From<io::Error> for RowFailure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// One format's encoder over its target.
trait Encode: Send {
    fn row(&mut self, cells: &[Cell]) -> Result<(), RowFailure>;
    /// Ends the file and hands the target back.
    fn end(self: Box<Self>) -> Result<Target, RowFailure>;
}

/// A table that is being written.
///
/// Rows go to a temporary file in the folder of the file that is asked for. It takes that name in
/// [`Writer::finish`]; a writer that is dropped before leaves nothing behind and an older file
/// untouched. A stream is written as rows come.
///
/// Writing blocks; in async code it belongs on a blocking thread.
pub struct Writer {
    encoder: Box<dyn Encode>,
    columns: Vec<Column>,
    path: PathBuf,
    rows: u64,
}

impl Writer {
    /// Begins a table with these columns.
    ///
    /// # Errors
    /// The target may not be written, or the format cannot hold so many columns.
    pub fn create(output: Output, format: Format, columns: &[Column]) -> Result<Self, WriteError> {
        let target = Target::create(output)?;
        let path = target.name().to_owned();
        let begun = match format {
            Format::Csv => csv::begin(target, columns, b','),
            Format::Tsv => csv::begin(target, columns, b'\t'),
            Format::Json => json::begin(target, columns, json::Layout::Array),
            Format::JsonLines => json::begin(target, columns, json::Layout::Lines),
            #[cfg(feature = "xlsx")]
            Format::Xlsx if columns.len() > xlsx::COLUMNS => {
                return Err(WriteError::TooManyColumns { limit: xlsx::COLUMNS });
            }
            #[cfg(feature = "xlsx")]
            Format::Xlsx => xlsx::begin(target, columns),
            #[cfg(feature = "parquet")]
            Format::Parquet => parquet::begin(target, columns),
            #[cfg(not(all(feature = "parquet", feature = "xlsx")))]
            _ => return Err(WriteError::NotBuiltIn(format)),
        };
        let columns = columns.to_vec();
        match begun {
            Ok(encoder) => Ok(Self { encoder, columns, path, rows: 0 }),
            Err(failure) => Err(failed(failure, &columns, &path, 0)),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The row has another width than the table, a cell does not fit the format, or the system
    /// refuses. After an error nothing more should be written.
    pub fn write(&mut self, cells: &[Cell]) -> Result<(), WriteError> {
        self.rows += 1;
        if cells.len() != self.columns.len() {
            return Err(WriteError::Width {
                row: self.rows,
                found: cells.len(),
                expected: self.columns.len(),
            });
        }
        let written = self.encoder.row(cells);
        written.map_err(|failure| failed(failure, &self.columns, &self.path, self.rows))
    }

    /// Ends the table and gives the file its name.
    ///
    /// # Errors
    /// The system refuses; the file does not appear then.
    pub fn finish(self) -> Result<(), WriteError> {
        let Self { encoder, columns, path, rows } = self;
        let target = encoder.end().map_err(|failure| failed(failure, &columns, &path, rows))?;
        target.finish()
    }
}

fn failed(failure: RowFailure, columns: &[Column], path: &std::path::Path, row: u64) -> WriteError {
    match failure {
        RowFailure::Io(source) => WriteError::io(path.to_owned(), source),
        RowFailure::Full(limit) => WriteError::TooManyRows { limit },
        RowFailure::Encoder(reason) => WriteError::Encoder { path: path.to_owned(), reason },
        RowFailure::Cell((at, reason)) => {
            let column = columns.get(at).map(|column| column.name.clone()).unwrap_or_default();
            WriteError::Cell { row, column, reason }
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("path", &self.path)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}
