//! Sheets of a workbook, row by row.
//!
//! The parser borrows the workbook while it reads a sheet, so it runs on a thread of its own and passes
//! rows through a short queue. Dropping the reader ends the thread.

use std::fs::File;
use std::io::BufReader;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use calamine::{Dimensions, Reader as _, SheetVisible, Xlsx, XlsxError};

use super::super::cell::Cell;
use super::super::error::{Error, Place, ReadError, Record, RowError, RowFault};
use super::super::options::{Limits, Options};
use super::header::{self, Hints, Line};
use super::xlsx_cells::NumberFormats;
use super::{Column, HELD_BYTES, LOOKED_AT, Opened, unpacked};

/// Number of rows in the queue between the parser and the reader.
const QUEUE: usize = 256;

/// A header has fewer rows than this.
const MAX_HEADER_ROWS: u32 = 4;

enum Message {
    Header(Vec<Column>),
    Row(Result<Record, ReadError>),
}

/// Opens a sheet by name, or the first that is not hidden.
pub(super) fn open(mut file: File, options: &Options, limits: Limits) -> Result<Opened, Error> {
    unpacked::check(&mut file, limits)?;
    let (sender, receiver) = sync_channel(QUEUE);
    let mut walk = Walk {
        sender,
        sheet: options.sheet.clone(),
        header_row: options.header_row,
        expected_headers: options.expected_headers.clone(),
        merged: Vec::new(),
        held: Vec::new(),
        held_bytes: 0,
        span: None,
        limits,
    };
    let parser = thread::Builder::new()
        .name("xlsx".to_owned())
        .spawn(move || {
            if let Err(error) = walk.workbook(file) {
                // If the reader was dropped, no one needs the error either.
                drop(walk.sender.send(Message::Row(Err(error.into()))));
            }
        })
        .map_err(Error::Read)?;
    let mut rows = Rows { receiver, parser: Some(parser) };
    match rows.receive() {
        Some(Message::Header(columns)) => {
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

/// The columns of the table in its sheet.
#[derive(Clone, Copy)]
struct Span {
    first: u32,
    width: usize,
}

struct Walk {
    sender: SyncSender<Message>,
    sheet: Option<String>,
    header_row: Option<u64>,
    expected_headers: Vec<String>,
    /// Merged cells of the sheet.
    merged: Vec<Dimensions>,
    /// Rows of the start, until the header is found among them.
    held: Vec<Row>,
    held_bytes: usize,
    span: Option<Span>,
    limits: Limits,
}

impl Walk {
    fn workbook(&mut self, file: File) -> Result<(), Error> {
        let mut workbook = Xlsx::new(BufReader::new(file)).map_err(|e| broken(&e))?;
        let name = self.choose_sheet(&workbook)?;
        self.merged = workbook.merge_cells_by_sheet_name(&name).map_err(|e| broken(&e))?;
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|e| broken(&e))?;
        let formats = NumberFormats::new(cells.styles());
        let mut row = Row::default();
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|e| broken(&e))? {
            let (number, column) = cell.get_position();
            if number != row.number {
                if !self.take(std::mem::take(&mut row))? {
                    return Ok(());
                }
                row.number = number;
            }
            let value = formats.cell(cell.get_value(), style);
            if value != Cell::Empty {
                row.cells.push((column, value));
            }
        }
        if self.take(row)? && self.span.is_none() {
            self.find_header()?;
        }
        Ok(())
    }

    /// The sheet of that name, or the first that is not hidden.
    fn choose_sheet(&self, workbook: &Xlsx<BufReader<File>>) -> Result<String, Error> {
        let sheets = workbook.sheet_names();
        match &self.sheet {
            Some(name) if sheets.contains(name) => Ok(name.clone()),
            Some(name) => Err(Error::NoSuchSheet { name: name.clone(), sheets }),
            None => {
                let known = workbook.sheets_metadata();
                let visible = known.iter().find(|sheet| sheet.visible == SheetVisible::Visible);
                let visible = visible.map(|sheet| sheet.name.clone());
                visible.or_else(|| sheets.into_iter().next()).ok_or(Error::Empty)
            }
        }
    }

    /// Takes the next row of the sheet; returns false if the reader was dropped.
    fn take(&mut self, row: Row) -> Result<bool, Error> {
        if row.cells.iter().all(|(_, cell)| cell.is_blank())
            || self.header_row.is_some_and(|first| row.place().number() < first)
        {
            return Ok(true);
        }
        if let Some(span) = self.span {
            return Ok(self.send(Message::Row(self.record(span, row))));
        }
        self.held_bytes += row.cells.iter().map(|(_, cell)| cell.text().len() + 32).sum::<usize>();
        self.held.push(row);
        if self.held.len() < LOOKED_AT && self.held_bytes < HELD_BYTES {
            return Ok(true);
        }
        self.find_header()
    }

    /// Finds the header among the rows of the start and sends it with the rows below.
    fn find_header(&mut self) -> Result<bool, Error> {
        let mut rows = std::mem::take(&mut self.held);
        let at = match self.header_row {
            Some(row) if rows.first().is_none_or(|first| first.place().number() != row) => {
                return Err(Error::NoHeader { place: Place::Row(row) });
            }
            Some(_) => 0,
            None => {
                let hints = Hints { row: None, names: &self.expected_headers };
                let start = rows.iter().take(header::SEARCHED);
                header::locate(&start.map(Row::line).collect::<Vec<_>>(), hints)
            }
        };
        if rows.is_empty() {
            return Err(Error::Empty);
        }
        let end = at + self.header_rows(&rows[at..]);
        let body = rows.split_off(end);
        let span = span(&rows[at..], &body);
        if span.width > self.limits.columns {
            return Err(Error::TooManyColumns { limit: self.limits.columns });
        }
        let columns = self.headers(span, &rows[at..]).into_iter().map(Column::untyped).collect();
        let place = rows[at].place();
        let columns = header::name_columns(columns, place, self.limits.columns)?;
        self.span = Some(span);
        if !self.send(Message::Header(columns)) {
            return Ok(false);
        }
        let mut rows = body.into_iter().map(|row| Message::Row(self.record(span, row)));
        Ok(rows.all(|row| self.send(row)))
    }

    fn send(&self, message: Message) -> bool {
        self.sender.send(message).is_ok()
    }

    /// The number of rows that the header consists of: merged cells of its first row extend over the others,
    /// or stand above all of their cells. A merged note beside a table makes no headers of its first rows.
    fn header_rows(&self, rows: &[Row]) -> usize {
        let Some(first) = rows.first() else { return 0 };
        let areas: Vec<&Dimensions> = self
            .merged
            .iter()
            .filter(|area| area.start.0 == first.number)
            .filter(|area| area.end.0 - area.start.0 < MAX_HEADER_ROWS)
            .collect();
        let last = areas.iter().map(|area| area.end.0).max().unwrap_or(first.number);
        let is_below = |column: u32| {
            first.text(column).trim().is_empty()
                || areas.iter().any(|area| area.start.1 <= column && column <= area.end.1)
        };
        let belongs = |row: &&Row| row.number <= last && row.filled().all(is_below);
        1 + rows[1..].iter().take_while(belongs).count()
    }

    /// The header of each column; that of several rows is joined from top to bottom.
    fn headers(&self, span: Span, rows: &[Row]) -> Vec<String> {
        let columns = (span.first..).take(span.width);
        if let [row] = rows {
            return columns.map(|column| row.text(column)).collect();
        }
        let joined = columns.map(|column| {
            let mut parts: Vec<String> = Vec::new();
            for row in rows {
                let text = row.text(self.origin(row.number, column)).trim().to_owned();
                if !text.is_empty() && parts.last() != Some(&text) {
                    parts.push(text);
                }
            }
            parts.join(" ")
        });
        joined.collect()
    }

    /// The column that holds the text of a cell, which may be merged with cells to its left.
    fn origin(&self, row: u32, column: u32) -> u32 {
        let area = self
            .merged
            .iter()
            .find(|area| area.start.0 == row && area.start.1 <= column && column <= area.end.1);
        area.map_or(column, |area| area.start.1)
    }

    fn record(&self, span: Span, row: Row) -> Result<Record, ReadError> {
        let mut fields = vec![Cell::Empty; span.width];
        let mut fault = None;
        let place = row.place();
        for (at, cell) in row.cells {
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

/// The columns that have a header, and those beside them that at least half of the rows fill.
fn span(header: &[Row], body: &[Row]) -> Span {
    let named = || header.iter().flat_map(Row::filled);
    let (mut first, mut last) = (named().min().unwrap_or(0), named().max().unwrap_or(0));
    let is_column = |column: u32| {
        let filled = body.iter().filter(|row| row.filled().any(|at| at == column)).count();
        filled > 0 && filled * 2 >= body.len()
    };
    while first > 0 && is_column(first - 1) {
        first -= 1;
    }
    while is_column(last + 1) {
        last += 1;
    }
    Span { first, width: (last - first) as usize + 1 }
}

#[derive(Default)]
struct Row {
    /// The number of the row, counted from 0, as in the parser.
    number: u32,
    cells: Vec<(u32, Cell)>,
}

impl Row {
    fn place(&self) -> Place {
        Place::Row(u64::from(self.number) + 1)
    }

    /// The columns whose cell is not blank.
    fn filled(&self) -> impl Iterator<Item = u32> {
        self.cells.iter().filter(|(_, cell)| !cell.is_blank()).map(|(column, _)| *column)
    }

    fn text(&self, column: u32) -> String {
        let cell = self.cells.iter().find(|(at, _)| *at == column);
        cell.map_or_else(String::new, |(_, cell)| cell.text().into_owned())
    }

    fn line(&self) -> Line {
        let filled = self.cells.iter().filter(|(_, cell)| !cell.is_blank());
        let filled = filled.map(|(at, cell)| (*at as usize, cell.text().trim().to_owned()));
        Line { number: self.place().number(), filled: filled.collect(), loose: false }
    }
}

fn broken(error: &XlsxError) -> Error {
    Error::Xlsx { reason: error.to_string() }
}
