//! What bounds a table that is read, and what its reader is told.

use super::format::Format;

/// Bounds on what is read. What is over them is an error, never cut off silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file. Default: 4 GiB.
    pub file_bytes: u64,
    /// Bytes that a workbook unpacks to. Default: 8 GiB.
    pub unpacked_bytes: u64,
    /// Bytes of one field as UTF-8. Default: 1 MB.
    pub field_bytes: usize,
    /// Bytes of one row as UTF-8. Default: 16 MB.
    pub row_bytes: usize,
    /// Columns. Default: 16,384, as in a spreadsheet.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 30,
            unpacked_bytes: 8 << 30,
            field_bytes: 1_000_000,
            row_bytes: 16_000_000,
            columns: 16_384,
        }
    }
}

/// What the reader is told beyond the file itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The format; by extension where it is not given, else by the first bytes.
    pub format: Option<Format>,
    /// The sheet of a workbook, by name; the first where it is not given.
    pub sheet: Option<String>,
    /// The encoding of a text file that has no byte order mark, by a WHATWG label such as
    /// `windows-1252`; detected where it is not given.
    pub encoding: Option<String>,
    /// Bounds.
    pub limits: Limits,
}

/// Options that say no more than the format.
impl From<Format> for Options {
    fn from(format: Format) -> Self {
        Self { format: Some(format), ..Self::default() }
    }
}
