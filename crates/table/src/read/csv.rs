//! CSV, row by row.

use std::collections::VecDeque;

use super::super::cell::Cell;
use super::super::error::{Error, Place, ReadError, Record, RowError, RowFault};
use super::super::options::Limits;
use super::csv_records::{Caps, RawRecord, Records};
use super::header::{self, Hints, Line};
use super::text::Text;
use super::{Column, HELD_BYTES, LOOKED_AT, Opened, dialect};

/// Opens a CSV file; `delimiter` is given if it is known.
pub(super) fn open(
    mut text: Text,
    limits: Limits,
    hints: Hints<'_>,
    delimiter: Option<u8>,
) -> Result<Opened, Error> {
    let mut line = 1;
    let declared = dialect::declared(text.look_ahead(dialect::SAMPLE)?);
    if let Some((_, length)) = declared {
        text.consume(length);
        line += 1;
    }
    let sample = text.look_ahead(dialect::SAMPLE)?;
    let whole = sample.len() < dialect::SAMPLE;
    let sample = &sample[..sample.len().min(dialect::SAMPLE)];
    let delimiter = declared.map(|(delimiter, _)| delimiter).or(delimiter);
    let sample = dialect::Sample { bytes: sample, whole, line };
    let dialect = dialect::detect(sample, hints, delimiter);
    let caps = Caps {
        field: limits.field_bytes,
        record: limits.row_bytes,
        // Further fields make the row ragged; they are counted but not kept.
        fields: limits.columns + 1,
    };
    let mut rows = Rows {
        records: Records::new(dialect, caps, line),
        record: RawRecord::default(),
        text,
        held: VecDeque::new(),
        broken: None,
        width: 0,
        ended: false,
    };
    let columns = rows.look_at_start(limits, hints)?;
    rows.width = columns.len();
    let encoding = Some(rows.text.encoding());
    Ok(Opened { columns, encoding, rows: Box::new(rows) })
}

/// A record that has not been compared with the header.
struct Unaligned {
    place: Place,
    fields: Vec<Cell>,
    /// Number of fields, whether kept or not.
    count: usize,
    fault: Option<RowFault>,
}

impl Unaligned {
    /// The number of fields up to the last one that is not blank.
    fn extent(&self) -> usize {
        self.fields.iter().rposition(|field| !field.is_blank()).map_or(0, |at| at + 1)
    }

    fn line(&self) -> Line {
        let filled = self.fields.iter().enumerate().filter(|(_, field)| !field.is_blank());
        Line {
            number: self.place.number(),
            filled: filled.map(|(at, field)| (at, field.text().trim().to_owned())).collect(),
            loose: is_loose(self.fields.iter().map(Cell::text)),
        }
    }

    fn is_blank(&self) -> bool {
        // A single empty field is not a blank line: someone has written quotes.
        let is_quoted = matches!(self.fields[..], [Cell::Empty]);
        let is_kept = self.fields.len() == self.count;
        self.fault.is_none() && is_kept && self.extent() == 0 && !is_quoted
    }
}

/// Whether there are delimiters and a blank follows each of them, as in prose.
pub(super) fn is_loose(fields: impl Iterator<Item = impl AsRef<str>>) -> bool {
    let mut fields = fields.skip(1).filter(|field| !field.as_ref().is_empty()).peekable();
    fields.peek().is_some() && fields.all(|field| field.as_ref().starts_with(' '))
}

struct Rows {
    records: Records,
    record: RawRecord,
    text: Text,
    /// Rows of the start that were read to find the header.
    held: VecDeque<Unaligned>,
    /// The error that ended the examination of the start.
    broken: Option<Error>,
    width: usize,
    ended: bool,
}

impl Rows {
    /// Finds the header, and keeps the rows below it that were read for that.
    fn look_at_start(&mut self, limits: Limits, hints: Hints<'_>) -> Result<Vec<Column>, Error> {
        let mut size = 0;
        while self.held.len() < LOOKED_AT && size < HELD_BYTES {
            match self.next_record() {
                Ok(Some(record)) if hints.row.is_some_and(|row| record.place.number() < row) => {}
                Ok(Some(record)) => {
                    size +=
                        record.fields.iter().map(|field| field.text().len() + 32).sum::<usize>();
                    self.held.push_back(record);
                }
                Ok(None) => break,
                Err(error) if self.held.is_empty() => return Err(error),
                Err(error) => {
                    self.broken = Some(error);
                    break;
                }
            }
        }
        let at = if hints.row.is_some() {
            0
        } else {
            let start = self.held.iter().take(header::SEARCHED);
            header::locate(&start.map(Unaligned::line).collect::<Vec<_>>(), hints)
        };
        self.held.drain(..at);
        let first = self.held.pop_front();
        let found = first.filter(|first| hints.row.is_none_or(|row| first.place.number() == row));
        match (found, hints.row) {
            (Some(header), _) => self.columns(header, limits),
            (None, Some(row)) => Err(Error::NoHeader { place: Place::Line(row) }),
            (None, None) => Err(Error::Empty),
        }
    }

    fn columns(&self, header: Unaligned, limits: Limits) -> Result<Vec<Column>, Error> {
        let place = header.place;
        if header.count > limits.columns {
            return Err(Error::TooManyColumns { limit: limits.columns });
        }
        let fault = header.fault.clone().or_else(|| nul_fault(&header.fields));
        if let Some(fault) = fault {
            return Err(Error::Header(RowError { place, fault, fields: Vec::new() }));
        }
        // A field without a header is a column only if a row fills it: many programs end every line with
        // a delimiter.
        let extents = self.held.iter().map(Unaligned::extent);
        let width = extents
            .filter(|extent| *extent <= header.count)
            .max()
            .unwrap_or(0)
            .max(header.extent());
        let fields = header.fields.into_iter().take(width);
        let mut columns: Vec<_> =
            fields.map(|field| Column::untyped(field.text().into_owned())).collect();
        if self.rows_are_numbered(columns.len()) {
            columns.insert(0, Column::untyped(String::new()));
        }
        header::name_columns(columns, place, limits.columns)
    }

    /// Whether every row starts with its number, for which the header has no field, as R writes tables.
    fn rows_are_numbered(&self, width: usize) -> bool {
        let number_of = |row: &Unaligned| row.fields.first()?.text().parse::<u64>().ok();
        let Some(first) = self.held.front().and_then(number_of).filter(|first| *first < 2) else {
            return false;
        };
        self.held.len() > 1
            && self.held.iter().any(|row| row.extent() == width + 1)
            && (first..)
                .zip(&self.held)
                .all(|(number, row)| row.count == width + 1 && number_of(row) == Some(number))
    }

    /// The next record that is not blank.
    fn next_record(&mut self) -> Result<Option<Unaligned>, Error> {
        while self.records.next(&mut self.text, &mut self.record)? {
            let malformed = self.text.take_malformed();
            let encoding = self.text.encoding();
            let fault = self.record.cut.take();
            let record = Unaligned {
                place: Place::Line(self.record.line),
                fields: self.record.fields().map(cell_of).collect(),
                count: self.record.count,
                fault: fault.or_else(|| malformed.then_some(RowFault::Encoding { encoding })),
            };
            if !record.is_blank() {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Compares a record with the header. Empty fields beyond the header are habits of the file.
    fn align(&self, mut record: Unaligned) -> Result<Record, ReadError> {
        let expected = self.width;
        let is_kept = record.fields.len() == record.count;
        if is_kept && record.count > expected && record.extent() <= expected {
            record.fields.truncate(expected);
            record.count = expected;
        }
        let Unaligned { place, fields, count: found, fault } = record;
        let fault = fault.or_else(|| match found {
            found if found < expected => Some(RowFault::TooFew { found, expected }),
            found if found > expected => Some(RowFault::TooMany { found, expected }),
            _ => nul_fault(&fields),
        });
        match fault {
            None => Ok(Record { place, fields }),
            Some(fault) => Err(RowError { place, fault, fields }.into()),
        }
    }

    fn row(&mut self) -> Option<Result<Record, ReadError>> {
        if let Some(held) = self.held.pop_front() {
            return Some(self.align(held));
        }
        let next = match self.broken.take() {
            Some(error) => Err(error),
            None => self.next_record(),
        };
        match next {
            Ok(record) => record.map(|record| self.align(record)),
            Err(error) => {
                self.ended = true;
                Some(Err(error.into()))
            }
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended { None } else { self.row() }
    }
}

fn nul_fault(fields: &[Cell]) -> Option<RowFault> {
    let at = fields.iter().position(|field| field.text().contains('\0'))?;
    Some(RowFault::Nul { column: at + 1 })
}

/// The decoder produces valid UTF-8, and fields are split at ASCII only, so nothing is replaced here.
pub(super) fn text_of(field: &[u8]) -> String {
    String::from_utf8_lossy(field).into_owned()
}

fn cell_of(field: &[u8]) -> Cell {
    if field.is_empty() { Cell::Empty } else { Cell::Text(text_of(field)) }
}
