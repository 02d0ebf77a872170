//! What can be wrong with a table that is read.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::cell::Cell;
use super::format::Format;

/// A place in a file, counted as a person does: from 1, the header included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of a text file; a record that spans several lines is at its first.
    Line(u64),
    /// A row of a sheet, or of a Parquet file (which has no header row).
    Row(u64),
    /// An item of a JSON array, and the line on which it begins.
    Item {
        /// Its number in the array.
        number: u64,
        /// The line on which it begins.
        line: u64,
    },
}

impl Place {
    /// The number alone.
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
    /// Where it stands in the file.
    pub place: Place,
    /// One cell a header.
    pub fields: Vec<Cell>,
}

/// A row that cannot be used. The rows after it can.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {fault}")]
pub struct RowError {
    /// Where it stands in the file.
    pub place: Place,
    /// What is wrong with it.
    #[source]
    pub fault: RowFault,
    /// What could be read of it: fewer or more cells than there are headers, or none.
    pub fields: Vec<Cell>,
}

/// Why a row cannot be used. Columns are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RowFault {
    /// Ragged: cells are missing at the end.
    #[error("{found} fields where the header has {expected}")]
    TooFew {
        /// Cells in the row.
        found: usize,
        /// Headers.
        expected: usize,
    },
    /// Ragged: there are cells without a header.
    #[error(
        "{found} fields where the header has {expected}; a field that holds the delimiter must be quoted"
    )]
    TooMany {
        /// Cells in the row.
        found: usize,
        /// Headers.
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
    /// A NUL character, which databases and spreadsheets cannot hold.
    #[error("the field in column {column} holds a NUL character")]
    Nul {
        /// Its column.
        column: usize,
    },
    /// Bytes that are not text in the file's encoding.
    #[error("holds bytes that are not {encoding}")]
    Encoding {
        /// The file's encoding, as the WHATWG names it.
        encoding: &'static str,
    },
    /// Not JSON.
    #[error("not JSON: {reason}")]
    Json {
        /// What the parser says.
        reason: String,
    },
    /// JSON, but not an object.
    #[error("{found}, where an object is expected")]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
    /// A key that none of the objects at the start of the file has.
    #[error(
        "the key {key:?} does not occur in the first {looked_at} objects, which make the columns"
    )]
    UnknownKey {
        /// The key.
        key: String,
        /// How many objects made the columns.
        looked_at: usize,
    },
    /// One key twice in one object.
    #[error("the key {key:?} occurs twice")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A cell whose value has no counterpart here.
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
    /// The file does not open.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Reading broke off.
    #[error("cannot read on: {0}")]
    Read(#[source] io::Error),
    /// The reading thread could not be started, or broke.
    #[error("the reader of the {0} file broke; the file is damaged or hostile")]
    Broke(&'static str),
    /// The file is larger than the limit.
    #[error("the file is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// An archive that unpacks to more than the limit: damage, or an attack.
    #[error("{part} unpacks to more than the limit of {limit} bytes")]
    UnpacksTooLarge {
        /// The part of the archive.
        part: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// There is nothing in the file, or nothing but blanks.
    #[error("the file is empty")]
    Empty,
    /// There is a header but no row under it; or an array without items.
    #[error("the file has no rows{}", if *.header { ", only a header" } else { "" })]
    NoRows {
        /// Whether there is a header.
        header: bool,
    },
    /// Not a table at all.
    #[error("not a table: the file is {found}")]
    NotATable {
        /// What it is instead.
        found: &'static str,
    },
    /// No format of that name.
    #[error("unknown format {name:?}; known are csv, tsv, json, jsonl, xlsx, parquet")]
    UnknownFormat {
        /// As it was asked for.
        name: String,
    },
    /// The build leaves the format out.
    #[error("{format} is not part of this version: build with the feature `{format}`", format = .0.name())]
    NotBuiltIn(Format),
    /// An encoding that cannot be read, by its name.
    #[error("the file is in {name}, which cannot be read; save it as UTF-8")]
    Encoding {
        /// The encoding's name.
        name: String,
    },
    /// A column without a name.
    #[error("column {column} has no header ({place})")]
    BlankHeader {
        /// The column, counted from 1.
        column: usize,
        /// Where the header stands.
        place: Place,
    },
    /// Two columns with one name, blanks at its ends aside.
    #[error("columns {first} and {second} have the same header {name:?} ({place})")]
    DuplicateHeader {
        /// The name.
        name: String,
        /// The first of the columns, counted from 1.
        first: usize,
        /// The second of the columns, counted from 1.
        second: usize,
        /// Where the header stands.
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
    /// JSON, but not an array of objects.
    #[error("the JSON is {found}, where an array of objects is expected{}",
        if *.found == "an object" { " (objects one a line are JSON Lines: use the format jsonl)" } else { "" })]
    NotAnArrayOfObjects {
        /// What it is instead.
        found: &'static str,
    },
    /// Not JSON.
    #[error("line {line}: not a JSON array: {reason}")]
    Json {
        /// The line.
        line: u64,
        /// What is wrong there.
        reason: String,
    },
    /// Not a workbook, or a damaged one.
    #[error("cannot read the workbook: {reason}")]
    Xlsx {
        /// What the parser says.
        reason: String,
    },
    /// No sheet of that name.
    #[error("the workbook has no sheet {name:?}; it has {}", .sheets.join(", "))]
    NoSuchSheet {
        /// As it was asked for.
        name: String,
        /// The sheets that there are.
        sheets: Vec<String>,
    },
    /// Not a Parquet file, or a damaged one.
    #[error("cannot read the Parquet file: {reason}")]
    Parquet {
        /// What the parser says.
        reason: String,
    },
    /// A column whose type has no counterpart in a table of cells.
    #[error("column {name:?} is of the Parquet type {kind}, which a table cannot hold")]
    ColumnType {
        /// The column.
        name: String,
        /// Its type.
        kind: String,
    },
}

/// What goes wrong while rows are read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// One row cannot be used; reading goes on with the next.
    #[error(transparent)]
    Row(#[from] RowError),
    /// Nothing more can be read.
    #[error(transparent)]
    File(#[from] Error),
}
