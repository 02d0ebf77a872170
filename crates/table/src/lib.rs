//! Tables in files: read and written row by row, whatever their size.
//!
//! [`open`] finds out what a file is (by what the caller says, its extension, or its first bytes),
//! checks its header and gives a [`Reader`], which yields one [`Record`] after the other.
//! A row that cannot be used is a [`ReadError::Row`] with its place and what could be read of it,
//! and reading goes on; whatever ends the reading is a [`ReadError::File`].
//!
//! A [`Writer`] takes rows of cells and makes a file of them that appears under its name only
//! when [`Writer::finish`] has succeeded.
//!
//! Cells keep their types (see [`Cell`]), and the text of a cell says whether it is the user's
//! own or came from the web, because only the first may be written unguarded.
//!
//! Memory: CSV and JSON hold one row and a chunk of the file; Parquet a batch of rows; XLSX its
//! shared strings, as the format demands.

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

pub use cell::{Cell, NotANumber, Number};
pub use column::{Column, Kind};
pub use error::{Error, Place, ReadError, Record, RowError, RowFault};
pub use format::Format;
pub use options::{Limits, Options};
pub use read::{Input, Reader, open};
pub use write::{Output, WriteError, Writer};
