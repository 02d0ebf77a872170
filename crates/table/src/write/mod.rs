//! Writing tables.
//!
//! Text from the web must not become a formula when a spreadsheet opens the file. XLSX always stores text
//! as text. CSV has no types, so [`Cell::Web`] text that a spreadsheet would interpret as a formula is
//! written with an apostrophe in front (see [`formula`]); the user's own cells are written as they are.

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

/// A table that cannot be written. An existing file of the same name stays as it was.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The disk is full.
    #[error("cannot write {}: the disk is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// Permission to write the file, or a new file in its folder, is missing.
    #[error("cannot write {}: permission denied", path.display())]
    Denied {
        /// The file.
        path: PathBuf,
    },
    /// Another error of the operating system.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A row has more or fewer cells than there are columns.
    #[error("row {row} has {found} cells where the table has {expected} columns")]
    Width {
        /// The row, counted from 1 without the header.
        row: u64,
        /// Number of its cells.
        found: usize,
        /// Number of columns.
        expected: usize,
    },
    /// A cell that the format cannot hold.
    #[error("row {row}, column {column:?}: {reason}")]
    Cell {
        /// The row, counted from 1 without the header.
        row: u64,
        /// The column's name.
        column: String,
        /// Why it cannot be written, and what would help.
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
    /// The encoder of the format failed.
    #[error("cannot write {}: {reason}", path.display())]
    Encoder {
        /// The file.
        path: PathBuf,
        /// The encoder's message.
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

/// Why a cell cannot be written, as the end of [`WriteError::Cell`], and the cell's column from 0.
type Refused = (usize, String);

/// An error while writing one row.
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

/// The encoder of one format, with its target.
trait Encode: Send {
    fn row(&mut self, cells: &[Cell]) -> Result<(), RowFailure>;
    /// Ends the file and returns the target.
    fn end(self: Box<Self>) -> Result<Target, RowFailure>;
}

/// A table being written.
///
/// Rows are written to a temporary file in the folder of the target file, which takes its name in
/// [`Writer::finish`]. A writer that is dropped before that leaves no file behind, and an older file
/// unchanged. A stream is written as rows come.
///
/// Writing blocks the thread; async code should use a blocking thread for it.
pub struct Writer {
    encoder: Box<dyn Encode>,
    columns: Vec<Column>,
    path: PathBuf,
    rows: u64,
}

impl Format {
    /// Whether this build can write the format, so that a run can be refused before it starts.
    ///
    /// # Errors
    /// [`WriteError::NotBuiltIn`].
    pub fn check_writable(self) -> Result<(), WriteError> {
        let is_missing = match self {
            Self::Xlsx => cfg!(not(feature = "xlsx")),
            Self::Parquet => cfg!(not(feature = "parquet")),
            Self::Csv | Self::Tsv | Self::Json | Self::JsonLines => false,
        };
        if is_missing { Err(WriteError::NotBuiltIn(self)) } else { Ok(()) }
    }
}

impl Writer {
    /// Starts a table with these columns.
    ///
    /// # Errors
    /// If the target cannot be written, or the format cannot hold so many columns.
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
    /// If the row has another width than the table, a cell does not fit the format, or the system reports
    /// an error. After an error nothing more should be written.
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

    /// Completes the table and gives the file its name.
    ///
    /// # Errors
    /// If the system reports an error; the file does not appear then.
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
