//! Reading tables.

use encoding_rs::Encoding;

use super::column::Column;
use super::error::{Error, ReadError, Record};
use super::format::Format;
use super::options::Options;

mod csv;
mod csv_records;
mod dialect;
mod header;
mod input;
mod json;
mod json_items;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "parquet")]
mod parquet_cells;
mod text;
#[cfg(feature = "xlsx")]
mod unpacked;
#[cfg(feature = "xlsx")]
mod xlsx;
#[cfg(feature = "xlsx")]
mod xlsx_cells;

use header::Hints;
pub use input::Input;
use input::Source;
use text::Text;

/// Changes whenever the same bytes are read into other columns or cells than before.
pub const READER_VERSION: u32 = 2;

/// Maximum number of rows at the start that show which columns there are.
const LOOKED_AT: usize = 1_000;

/// Maximum number of bytes of these rows in memory; fewer are examined if they are large.
const HELD_BYTES: usize = 8_000_000;

/// Rows as a format's reader returns them.
type Rows = Box<dyn Iterator<Item = Result<Record, ReadError>> + Send>;

/// The result of opening a file in one of the formats.
struct Opened {
    columns: Vec<Column>,
    encoding: Option<&'static str>,
    rows: Rows,
}

/// A table being read: an iterator over its rows, in order, once.
///
/// Reading blocks the thread; async code should use a blocking thread for it.
pub struct Reader {
    format: Format,
    encoding: Option<&'static str>,
    columns: Vec<Column>,
    headers: Vec<String>,
    /// The first row, read ahead to detect a table without rows.
    first: Option<Result<Record, ReadError>>,
    rows: Rows,
    ended: bool,
}

/// Opens a table and reads its header.
///
/// # Errors
/// Returns what is wrong with the file as a whole: it cannot be opened, is empty, has no rows, is not a
/// table, exceeds a limit, or its header cannot be used.
pub fn open(input: Input, options: &Options) -> Result<Reader, Error> {
    let limits = options.limits;
    let by_name = match &input {
        Input::Path(path) => Format::of_path(path),
        Input::Stream(_) => None,
    };
    let named = named_encoding(options)?;
    let (source, head) = Source::open(input, limits.file_bytes)?;
    if head.is_empty() {
        return Err(Error::Empty);
    }
    let format = match options.format.or(by_name) {
        Some(format) => format,
        None => Format::sniff(&head)?,
    };
    let hints = Hints { row: options.header_row, names: &options.expected_headers };
    if hints.row.is_some() && !matches!(format, Format::Csv | Format::Tsv | Format::Xlsx) {
        return Err(Error::HeaderRowNotApplicable(format));
    }
    let text = |source: Source| Text::open(source.into_stream(), named);
    let mut opened = match format {
        Format::Csv => csv::open(text(source)?, limits, hints, None)?,
        Format::Tsv => csv::open(text(source)?, limits, hints, Some(b'\t'))?,
        Format::Json => json::open(text(source)?, limits, false)?,
        Format::JsonLines => json::open(text(source)?, limits, true)?,
        #[cfg(feature = "xlsx")]
        Format::Xlsx => xlsx::open(source.into_file()?, options, limits)?,
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::open(source.into_file()?, limits)?,
        #[cfg(not(all(feature = "parquet", feature = "xlsx")))]
        _ => return Err(Error::NotBuiltIn(format)),
    };
    let first = match opened.rows.next() {
        None => return Err(Error::NoRows { header: true }),
        Some(Err(ReadError::File(error))) => return Err(error),
        first => first,
    };
    Ok(Reader {
        format,
        encoding: opened.encoding,
        headers: opened.columns.iter().map(|column| column.name.clone()).collect(),
        columns: opened.columns,
        first,
        rows: opened.rows,
        ended: false,
    })
}

fn named_encoding(options: &Options) -> Result<Option<&'static Encoding>, Error> {
    let Some(name) = &options.encoding else { return Ok(None) };
    match Encoding::for_label(name.as_bytes()) {
        Some(encoding) => Ok(Some(encoding)),
        None => Err(Error::Encoding { name: name.clone() }),
    }
}

impl Reader {
    /// The names of the columns: their headers, or for unnamed columns a name by position. All are
    /// different.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The columns with their types; a table written with these keeps its types.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The format of the table.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The encoding of a text file by its WHATWG name, as far as its start shows.
    pub fn encoding(&self) -> Option<&'static str> {
        self.encoding
    }
}

impl Iterator for Reader {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.first.take().or_else(|| self.rows.next());
        self.ended = matches!(row, None | Some(Err(ReadError::File(_))));
        row
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("format", &self.format)
            .field("encoding", &self.encoding)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}
