//! Tables in files: read and written row by row, whatever their size.
//!
//! [`open`] determines the format of a file (from the caller's options, its extension, or its first
//! bytes), checks its header and returns a [`Reader`], which yields one [`Record`] after the other. A row
//! that cannot be used is a [`ReadError::Row`] with its position and the cells that could be read, and
//! reading continues; an error that ends the reading is a [`ReadError::File`].
//!
//! A [`Writer`] takes rows of cells and writes a file that appears under its name only when
//! [`Writer::finish`] has succeeded.
//!
//! Cells keep their types (see [`Cell`]), and a text cell records whether it is the user's own or came
//! from the web, because only the user's own may be written unguarded.
//!
//! Memory: CSV and JSON hold one row and a chunk of the file; Parquet holds a batch of rows; XLSX holds
//! its shared strings, as the format requires.

#![cfg_attr(
    not(all(feature = "parquet", feature = "xlsx")),
    allow(dead_code, reason = "some functions are for formats that the build leaves out")
)]

mod cell;
mod column;
mod error;
mod format;
mod options;
mod read;
mod write;

pub use cell::{Cell, FormattedNumber, NotANumber, Number};
pub use column::{Column, Kind};
pub use error::{Error, Place, ReadError, Record, RowError, RowFault};
pub use format::Format;
pub use options::{Limits, Options};
pub use read::{Input, READER_VERSION, Reader, open};
pub use write::{Output, WriteError, Writer};
