//! Limits and options for reading a table.

use super::format::Format;

/// Limits on what is read. Exceeding one is an error; nothing is cut off silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of the file in bytes. Default: 4 GiB.
    pub file_bytes: u64,
    /// Maximum unpacked size of a workbook in bytes. Default: 8 GiB.
    pub unpacked_bytes: u64,
    /// Maximum size of one field in bytes of UTF-8. Default: 1 MB.
    pub field_bytes: usize,
    /// Maximum size of one row in bytes of UTF-8. Default: 16 MB.
    pub row_bytes: usize,
    /// Maximum number of columns. Default: 16,384, as in a spreadsheet.
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

/// Options of the reader, in addition to the file itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The format; if not given, the extension decides, or else the first bytes.
    pub format: Option<Format>,
    /// The name of the sheet of a workbook; the first sheet if not given.
    pub sheet: Option<String>,
    /// The encoding of a text file without a byte order mark, as a WHATWG label such as `windows-1252`;
    /// detected if not given.
    pub encoding: Option<String>,
    /// The row of a sheet or the line of a CSV file that is the header, from 1; what stands above it is
    /// ignored. Detected if not given.
    pub header_row: Option<u64>,
    /// Headers that the table should have, such as the key; they help to find the header below titles, and
    /// the delimiter.
    pub expected_headers: Vec<String>,
    /// Limits.
    pub limits: Limits,
}

/// Options with only the format set.
impl From<Format> for Options {
    fn from(format: Format) -> Self {
        Self { format: Some(format), ..Self::default() }
    }
}
