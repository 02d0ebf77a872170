//! Writes one sheet of a workbook. Rows go to a temporary file of the encoder as they come, so that
//! memory does not grow with their number.

use std::collections::HashMap;
use std::io::{self, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::super::cell::Cell;
use super::super::column::Column;
use super::target::Target;
use super::{Encode, RowFailure};

/// Maximum number of columns of a sheet, set by the format.
pub(super) const COLUMNS: usize = 16_384;

/// Maximum number of rows of a sheet including the header, set by the format.
const ROWS: u32 = 1_048_576;

/// Maximum number of characters of a cell, as UTF-16 code units, set by the format.
const CHARACTERS: usize = 32_767;

/// From this day on, the calendar of spreadsheets is correct: before it they have a 29 February 1900.
const FIRST_DAY: Date = date(1900, 3, 1);

struct Xlsx {
    target: Target,
    workbook: Workbook,
    row: u32,
    formats: Formats,
}

/// The number formats of the cells.
struct Formats {
    day: Format,
    moment: Format,
    /// Those that the input had, by their code.
    kept: HashMap<String, Format>,
}

impl Formats {
    fn new() -> Self {
        Self {
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss.000"),
            kept: HashMap::new(),
        }
    }

    fn kept(&mut self, code: &str) -> &Format {
        let format = || Format::new().set_num_format(code);
        self.kept.entry(code.to_owned()).or_insert_with(format)
    }
}

pub(super) fn begin(target: Target, columns: &[Column]) -> Result<Box<dyn Encode>, RowFailure> {
    let mut workbook = Workbook::new();
    // The target's folder has room for the table; the system's temporary folder may be in memory.
    if let Some(folder) = target.folder() {
        workbook.set_tempdir(folder).map_err(|e| failure(0, e))?;
    }
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(|e| failure(0, e))?;
    for (at, column) in (0_u16..).zip(columns) {
        string(sheet, 0, at, column.header())?;
    }
    Ok(Box::new(Xlsx { target, workbook, row: 0, formats: Formats::new() }))
}

impl Encode for Xlsx {
    fn row(&mut self, cells: &[Cell]) -> Result<(), RowFailure> {
        self.row += 1;
        if self.row >= ROWS {
            return Err(RowFailure::Full(u64::from(ROWS) - 1));
        }
        let Self { workbook, row, formats, .. } = self;
        let sheet = workbook.worksheet_from_index(0).map_err(|e| failure(0, e))?;
        // The encoder panics if its temporary file cannot grow.
        let written = catch_unwind(AssertUnwindSafe(|| {
            for (at, cell) in (0_u16..).zip(cells) {
                write(sheet, *row, at, cell, formats)?;
            }
            Ok(())
        }));
        written.unwrap_or_else(|_| Err(no_room()))
    }

    fn end(mut self: Box<Self>) -> Result<Target, RowFailure> {
        let workbook = &mut self.workbook;
        let saved = match self.target.file() {
            Some(file) => catch_unwind(AssertUnwindSafe(|| workbook.save_to_writer(&mut *file)))
                .unwrap_or_else(|_| Err(XlsxError::IoError(temporary_full())))
                .map_err(|e| failure(0, e)),
            None => copy_to_stream(workbook, &mut self.target),
        };
        saved.map(|()| self.target)
    }
}

/// A workbook is not written in order, so a stream receives a copy.
fn copy_to_stream(workbook: &mut Workbook, target: &mut Target) -> Result<(), RowFailure> {
    let mut file = tempfile::tempfile()?;
    catch_unwind(AssertUnwindSafe(|| workbook.save_to_writer(&mut file)))
        .unwrap_or_else(|_| Err(XlsxError::IoError(temporary_full())))
        .map_err(|e| failure(0, e))?;
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut file, target)?;
    Ok(())
}

fn temporary_full() -> io::Error {
    io::Error::other("the temporary file of the workbook cannot grow; is the disk full?")
}

fn no_room() -> RowFailure {
    RowFailure::Io(temporary_full())
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    cell: &Cell,
    formats: &mut Formats,
) -> Result<(), RowFailure> {
    let written = match cell {
        Cell::Empty => return Ok(()),
        Cell::Boolean(yes) => sheet.write_boolean(row, at, *yes).map(drop),
        // A number that a double cannot represent keeps its digits as text.
        Cell::Number(number) => match number.as_exact_f64() {
            Some(double) => sheet.write_number(row, at, double).map(drop),
            None => return string(sheet, row, at, number.as_str()),
        },
        Cell::Formatted(formatted) => match formatted.number.as_exact_f64() {
            Some(double) => {
                let format = formats.kept(&formatted.format);
                sheet.write_number_with_format(row, at, double, format).map(drop)
            }
            None => return string(sheet, row, at, &formatted.text),
        },
        Cell::Date(date) if *date >= FIRST_DAY => {
            let serial = moment_of(date.at(0, 0, 0, 0));
            serial.and_then(|at_| {
                sheet.write_datetime_with_format(row, at, at_, &formats.day).map(drop)
            })
        }
        Cell::DateTime(time) if in_sheets(*time) => {
            let serial = moment_of(*time);
            serial.and_then(|at_| {
                sheet.write_datetime_with_format(row, at, at_, &formats.moment).map(drop)
            })
        }
        Cell::Timestamp(instant) => {
            let utc = instant.to_zoned(TimeZone::UTC).datetime();
            return string(sheet, row, at, &format!("{utc}Z"));
        }
        Cell::Text(text) | Cell::Web(text) | Cell::Json(text) => {
            return string(sheet, row, at, text);
        }
        Cell::Date(_) | Cell::DateTime(_) => return string(sheet, row, at, &cell.text()),
    };
    written.map_err(|error| failure(at, error))
}

/// Whether sheets can represent the time: they cover days from 1900 on, to the millisecond.
fn in_sheets(at: DateTime) -> bool {
    at.date() >= FIRST_DAY && at.subsec_nanosecond() % 1_000_000 == 0 && at != at.date().into()
}

fn moment_of(at: DateTime) -> Result<ExcelDateTime, XlsxError> {
    // All parts are in range: a civil date from 1900 to 9999.
    let part = |part: i8| u8::try_from(part).unwrap_or(0);
    let year = u16::try_from(at.year()).unwrap_or(0);
    let seconds = f64::from(at.second()) + f64::from(at.subsec_nanosecond()) / 1e9;
    ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?.and_hms(
        part(at.hour()).into(),
        part(at.minute()),
        seconds,
    )
}

/// Writes text as text, never as a formula, a number or a link.
fn string(sheet: &mut Worksheet, row: u32, at: u16, text: &str) -> Result<(), RowFailure> {
    if text.is_empty() {
        return Ok(());
    }
    sheet.write_string(row, at, text).map(drop).map_err(|error| failure(at, error))
}

fn failure(at: u16, error: XlsxError) -> RowFailure {
    match error {
        XlsxError::MaxStringLengthExceeded => {
            let reason = format!(
                "a cell of a workbook holds no more than {CHARACTERS} characters; write csv or \
                 parquet instead"
            );
            RowFailure::Cell((usize::from(at), reason))
        }
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => RowFailure::Io(error),
        other => RowFailure::Encoder(other.to_string()),
    }
}
