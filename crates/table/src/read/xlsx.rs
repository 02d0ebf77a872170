//! Sheets of a workbook, row by row.
//!
//! The parser borrows the workbook while it reads a sheet, so it runs on a thread of its own and passes
//! rows through a short queue. Dropping the reader ends the thread.

use std::fs::File;
use std::io::BufReader;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};
use jiff::civil::Date;

use super::super::cell::{Cell, Number};
use super::super::error::{Error, Place, ReadError, Record, RowError, RowFault};
use super::super::options::Limits;
use super::{Column, Opened, header, unpacked};

/// Number of rows in the queue between the parser and the reader.
const QUEUE: usize = 256;

enum Message {
    Header(Vec<String>),
    Row(Result<Record, ReadError>),
}

/// Opens a sheet by name, or the first.
pub(super) fn open(mut file: File, sheet: Option<String>, limits: Limits) -> Result<Opened, Error> {
    unpacked::check(&mut file, limits)?;
    let (sender, receiver) = sync_channel(QUEUE);
    let parser = thread::Builder::new()
        .name("xlsx".to_owned())
        .spawn(move || {
            let mut walk = Walk { sender, header: None, limits };
            if let Err(error) = walk.workbook(file, sheet.as_deref()) {
                // If the reader was dropped, no one needs the error either.
                drop(walk.sender.send(Message::Row(Err(error.into()))));
            }
        })
        .map_err(Error::Read)?;
    let mut rows = Rows { receiver, parser: Some(parser) };
    match rows.receive() {
        Some(Message::Header(headers)) => {
            let columns = headers.into_iter().map(Column::untyped).collect();
            Ok(Opened { columns, encoding: None, rows: Box::new(rows) })
        }
        Some(Message::Row(Err(ReadError::File(error)))) => Err(error),
        Some(Message::Row(_)) | None => Err(Error::Empty),
    }
}

struct Rows {
    receiver: Receiver<Message>,
    parser: Option<JoinHandle<()>>,
}

impl Rows {
    fn receive(&mut self) -> Option<Message> {
        if let Ok(message) = self.receiver.recv() {
            return Some(message);
        }
        // The thread has ended: at the end of the sheet, or because the parser panicked.
        match self.parser.take()?.join() {
            Ok(()) => None,
            Err(_) => Some(Message::Row(Err(Error::Broke("XLSX").into()))),
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.receive()? {
            Message::Row(row) => Some(row),
            Message::Header(_) => None,
        }
    }
}

/// The position of the header: its first column, and the number of columns.
#[derive(Clone, Copy)]
struct HeaderSpan {
    first: u32,
    width: usize,
}

struct Walk {
    sender: SyncSender<Message>,
    header: Option<HeaderSpan>,
    limits: Limits,
}

impl Walk {
    fn workbook(&mut self, file: File, sheet: Option<&str>) -> Result<(), Error> {
        let mut workbook = Xlsx::new(BufReader::new(file)).map_err(|e| broken(&e))?;
        let sheets = workbook.sheet_names();
        let name = match sheet {
            Some(name) if sheets.iter().any(|known| known == name) => name.to_owned(),
            Some(name) => return Err(Error::NoSuchSheet { name: name.to_owned(), sheets }),
            None => sheets.into_iter().next().ok_or(Error::Empty)?,
        };
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|e| broken(&e))?;
        let mut row = Row::default();
        while let Some(cell) = cells.next_cell().map_err(|e| broken(&e))? {
            let (number, column) = cell.get_position();
            if number != row.number {
                if !self.hand_over(&mut row)? {
                    return Ok(());
                }
                row.number = number;
            }
            let value = cell_of(cell.get_value());
            if value != Cell::Empty {
                row.cells.push((column, value));
            }
        }
        if self.hand_over(&mut row)? && self.header.is_none() {
            return Err(Error::Empty);
        }
        Ok(())
    }

    /// Passes on a row; returns false if the reader was dropped.
    fn hand_over(&mut self, row: &mut Row) -> Result<bool, Error> {
        let cells = std::mem::take(&mut row.cells);
        if cells.iter().all(|(_, cell)| cell.is_blank()) {
            return Ok(true);
        }
        let place = Place::Row(u64::from(row.number) + 1);
        let message = match self.header {
            Some(span) => Message::Row(self.record(span, place, cells)),
            None => Message::Header(self.take_header(place, cells)?),
        };
        Ok(self.sender.send(message).is_ok())
    }

    fn take_header(&mut self, place: Place, cells: Vec<(u32, Cell)>) -> Result<Vec<String>, Error> {
        let named = || cells.iter().filter(|(_, cell)| !cell.is_blank()).map(|(at, _)| *at);
        let (Some(first), Some(last)) = (named().min(), named().max()) else {
            return Err(Error::Empty);
        };
        let width = (last - first) as usize + 1;
        if width > self.limits.columns {
            return Err(Error::TooManyColumns { limit: self.limits.columns });
        }
        let mut headers = vec![String::new(); width];
        for (at, cell) in cells {
            if let Some(header) = at.checked_sub(first).and_then(|at| headers.get_mut(at as usize))
            {
                *header = cell.text().into_owned();
            }
        }
        header::check(&headers, place, self.limits.columns)?;
        self.header = Some(HeaderSpan { first, width });
        Ok(headers)
    }

    fn record(
        &self,
        span: HeaderSpan,
        place: Place,
        cells: Vec<(u32, Cell)>,
    ) -> Result<Record, ReadError> {
        let mut fields = vec![Cell::Empty; span.width];
        let mut fault = None;
        for (at, cell) in cells {
            let column = at as usize + 1;
            let text = cell.text();
            if text.len() > self.limits.field_bytes {
                fault = Some(RowFault::FieldTooLong { column, limit: self.limits.field_bytes });
                continue;
            }
            if text.contains('\0') {
                fault = Some(RowFault::Nul { column });
                continue;
            }
            drop(text);
            let under = at.checked_sub(span.first).and_then(|at| fields.get_mut(at as usize));
            match under {
                Some(field) => *field = cell,
                None if cell.is_blank() => {}
                None => {
                    let reason = "has no header above it".to_owned();
                    fault = Some(RowFault::Cell { column, reason });
                }
            }
        }
        match fault {
            None => Ok(Record { place, fields }),
            Some(fault) => Err(RowError { place, fault, fields }.into()),
        }
    }
}

#[derive(Default)]
struct Row {
    /// The number of the row, counted from 0, as in the parser.
    number: u32,
    cells: Vec<(u32, Cell)>,
}

fn broken(error: &XlsxError) -> Error {
    Error::Xlsx { reason: error.to_string() }
}

fn cell_of(value: &DataRef<'_>) -> Cell {
    let text = |text: &str| {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    };
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Int(number) => Cell::Number(Number::from(*number)),
        DataRef::Float(number) => match Number::from_f64(*number) {
            Some(number) => Cell::Number(number),
            None => Cell::Text(number.to_string()),
        },
        DataRef::Bool(yes) => Cell::Boolean(*yes),
        DataRef::DateTime(at) => date_of(at),
        DataRef::DateTimeIso(iso) | DataRef::DurationIso(iso) => iso_of(iso),
        // As shown in the sheet: #N/A, #REF!.
        DataRef::Error(error) => Cell::Text(error.to_string()),
    }
}

/// A day, a day with a time, or text such as `13:30:00` for a time alone or a duration.
fn date_of(at: &ExcelDateTime) -> Cell {
    let serial = at.as_f64();
    if at.is_duration() || (0.0..1.0).contains(&serial) {
        return duration_of(serial);
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    let time = [hour, minute, second].map(|part| i8::try_from(part).unwrap_or(0));
    match date {
        Some(date) if (time, milli) == ([0, 0, 0], 0) => Cell::Date(date),
        Some(date) => {
            Cell::DateTime(date.at(time[0], time[1], time[2], i32::from(milli) * 1_000_000))
        }
        // 29 February 1900, which exists only in spreadsheets.
        None => Cell::Text(format!("{year:04}-{month:02}-{day:02}")),
    }
}

fn duration_of(days: f64) -> Cell {
    let milliseconds = (days.abs() * 86_400_000.0).round();
    let (seconds, milli) = ((milliseconds / 1000.0).floor(), milliseconds % 1000.0);
    let (minutes, second) = ((seconds / 60.0).floor(), seconds % 60.0);
    let (hour, minute) = ((minutes / 60.0).floor(), minutes % 60.0);
    let sign = if days < 0.0 { "-" } else { "" };
    let fraction = if milli > 0.0 { format!(".{milli:03.0}") } else { String::new() };
    Cell::Text(format!("{sign}{hour:02.0}:{minute:02.0}:{second:02.0}{fraction}"))
}

fn iso_of(iso: &str) -> Cell {
    let day = iso.parse::<Date>().ok().filter(|_| iso.len() == "2020-01-01".len());
    match (day, iso.parse::<jiff::civil::DateTime>()) {
        (Some(day), _) => Cell::Date(day),
        (None, Ok(at)) if !iso.ends_with('Z') => Cell::DateTime(at),
        _ => Cell::Text(iso.to_owned()),
    }
}
