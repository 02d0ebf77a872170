//! Errors of tables and of their rows.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::cell::Cell;
use super::format::Format;

/// A position in a file, counted from 1 including the header, as users count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of a text file; for a record of several lines, its first line.
    Line(u64),
    /// A row of a sheet or of a Parquet file (which has no header row).
    Row(u64),
    /// An item of a JSON array, and the line on which it starts.
    Item {
        /// Its number in the array.
        number: u64,
        /// The line on which it starts.
        line: u64,
    },
}

impl Place {
    /// The line, row or item number alone.
    pub fn number(self) -> u64 {
        match self {
            Self::Line(number) | Self::Row(number) | Self::Item { number, .. } => number,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Row(number) => write!(f, "row {number}"),
            Self::Item { number, line } => write!(f, "item {number} (line {line})"),
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its position in the file.
    pub place: Place,
    /// One cell per header.
    pub fields: Vec<Cell>,
}

/// A row that cannot be used. The rows after it can.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {fault}")]
pub struct RowError {
    /// Its position in the file.
    pub place: Place,
    /// What is wrong with it.
    #[source]
    pub fault: RowFault,
    /// The cells that could be read: fewer or more than there are headers, or none.
    pub fields: Vec<Cell>,
}

/// Why a row cannot be used. Columns are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RowFault {
    /// The row is ragged: cells are missing at the end.
    #[error("{found} fields where the header has {expected}")]
    TooFew {
        /// Number of cells in the row.
        found: usize,
        /// Number of headers.
        expected: usize,
    },
    /// The row is ragged: it has cells without a header.
    #[error(
        "{found} fields where the header has {expected}; a field that holds the delimiter must be quoted"
    )]
    TooMany {
        /// Number of cells in the row.
        found: usize,
        /// Number of headers.
        expected: usize,
    },
    /// A field is longer than the limit.
    #[error("the field in column {column} is longer than {limit} bytes; is a quote not closed?")]
    FieldTooLong {
        /// Its column.
        column: usize,
        /// The limit, in bytes of UTF-8.
        limit: usize,
    },
    /// The whole row is longer than the limit.
    #[error("the row is longer than {limit} bytes")]
    RowTooLong {
        /// The limit, in bytes of UTF-8.
        limit: usize,
    },
    /// A field contains a NUL character, which databases and spreadsheets cannot hold.
    #[error("the field in column {column} holds a NUL character")]
    Nul {
        /// Its column.
        column: usize,
    },
    /// A field contains bytes that are not text in the file's encoding.
    #[error("holds bytes that are not {encoding}")]
    Encoding {
        /// The file's encoding, as the WHATWG names it.
        encoding: &'static str,
    },
    /// The row is not valid JSON.
    #[error("not JSON: {reason}")]
    Json {
        /// The parser's message.
        reason: String,
    },
    /// The row is JSON, but not an object.
    #[error("{found}, where an object is expected")]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
    /// A key that does not occur in the objects at the start of the file.
    #[error(
        "the key {key:?} does not occur in the first {looked_at} objects, which define the columns"
    )]
    UnknownKey {
        /// The key.
        key: String,
        /// Number of objects that define the columns.
        looked_at: usize,
    },
    /// The same key twice in one object.
    #[error("the key {key:?} occurs twice")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A cell whose value has no equivalent type here.
    #[error("the cell in column {column} {reason}")]
    Cell {
        /// Its column.
        column: usize,
        /// What is wrong with it, as the end of a sentence.
        reason: String,
    },
}

/// A table that cannot be read, or not to its end.
#[derive(Debug, Error)]
pub enum Error {
    /// The file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Reading failed in the middle of the file.
    #[error("reading stopped: {0}")]
    Read(#[source] io::Error),
    /// The reader's thread could not be started, or panicked.
    #[error("the reader of the {0} file crashed; the file is probably damaged")]
    Broke(&'static str),
    /// The file is larger than the limit.
    #[error("the file is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// An archive that unpacks to more than the limit: it is damaged, or an attack.
    #[error("{part} unpacks to more than the limit of {limit} bytes")]
    UnpacksTooLarge {
        /// The part of the archive.
        part: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The file is empty, or contains only blanks.
    #[error("the file is empty")]
    Empty,
    /// There is a header but no row below it, or an array without items.
    #[error("the file has no rows{}", if *.header { ", only a header" } else { "" })]
    NoRows {
        /// Whether there is a header.
        header: bool,
    },
    /// The file is not a table at all.
    #[error("not a table: the file is {found}")]
    NotATable {
        /// What it is instead.
        found: &'static str,
    },
    /// There is no format of this name.
    #[error("unknown format {name:?}; known are csv, tsv, json, jsonl, xlsx, parquet")]
    UnknownFormat {
        /// The name as given.
        name: String,
    },
    /// The build leaves the format out.
    #[error("{format} is not part of this version: build with the feature `{format}`", format = .0.name())]
    NotBuiltIn(Format),
    /// The file's encoding is not supported.
    #[error("the file is in {name}, which cannot be read; save it as UTF-8")]
    Encoding {
        /// The encoding's name.
        name: String,
    },
    /// The row that the caller takes for the header is blank, or beyond the end.
    #[error("{place} is blank or beyond the end of the file, so it cannot be the header")]
    NoHeader {
        /// The row.
        place: Place,
    },
    /// The format has no rows above the table, so no row can be chosen as the header.
    #[error("a header row can only be chosen in CSV files and workbooks, not in {}", .0.name())]
    HeaderRowNotApplicable(Format),
    /// Two columns with the same name, ignoring surrounding blanks.
    #[error("columns {first} and {second} have the same header {name:?} ({place})")]
    DuplicateHeader {
        /// The name.
        name: String,
        /// The first of the columns, counted from 1.
        first: usize,
        /// The second of the columns, counted from 1.
        second: usize,
        /// Position of the header.
        place: Place,
    },
    /// A header that cannot be used.
    #[error("the header cannot be used: {0}")]
    Header(#[source] RowError),
    /// More columns than the limit.
    #[error("the table has more than {limit} columns")]
    TooManyColumns {
        /// The limit.
        limit: usize,
    },
    /// The file ends inside quotes.
    #[error("the quote that opens on line {line} is never closed")]
    UnclosedQuote {
        /// The line of the opening quote.
        line: u64,
    },
    /// The file is JSON, but not an array of objects.
    #[error("the JSON is {found}, where an array of objects is expected{}",
        if *.found == "an object" { " (one object per line is JSON Lines: use the format jsonl)" } else { "" })]
    NotAnArrayOfObjects {
        /// What it is instead.
        found: &'static str,
    },
    /// The file is not valid JSON.
    #[error("line {line}: not a JSON array: {reason}")]
    Json {
        /// The line.
        line: u64,
        /// What is wrong there.
        reason: String,
    },
    /// The file is not a workbook, or is damaged.
    #[error("cannot read the workbook: {reason}")]
    Xlsx {
        /// The parser's message.
        reason: String,
    },
    /// The workbook has no sheet of this name.
    #[error("the workbook has no sheet {name:?}; it has {}", .sheets.join(", "))]
    NoSuchSheet {
        /// The name as given.
        name: String,
        /// The existing sheets.
        sheets: Vec<String>,
    },
    /// The file is not a Parquet file, or is damaged.
    #[error("cannot read the Parquet file: {reason}")]
    Parquet {
        /// The parser's message.
        reason: String,
    },
    /// A column whose type has no equivalent for cells.
    #[error("column {name:?} is of the Parquet type {kind}, which a table cannot hold")]
    ColumnType {
        /// The column.
        name: String,
        /// Its type.
        kind: String,
    },
}

/// An error while reading rows.
#[derive(Debug, Error)]
pub enum ReadError {
    /// One row cannot be used; reading continues with the next.
    #[error(transparent)]
    Row(#[from] RowError),
    /// The rest of the file cannot be read.
    #[error(transparent)]
    File(#[from] Error),
}
