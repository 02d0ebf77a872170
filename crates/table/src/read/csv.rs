//! CSV, row by row.

use super::super::cell::Cell;
use super::super::error::{Error, Place, ReadError, Record, RowError, RowFault};
use super::super::options::Limits;
use super::csv_records::{Caps, RawRecord, Records};
use super::text::Text;
use super::{Column, Opened, dialect, header};

/// Opens a CSV file; `delimiter` is given if it is known.
pub(super) fn open(mut text: Text, limits: Limits, delimiter: Option<u8>) -> Result<Opened, Error> {
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
    let dialect = dialect::detect(sample, whole, delimiter);
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
        width: 0,
        ended: false,
    };
    let headers = rows.header(limits)?;
    rows.width = headers.len();
    let encoding = Some(rows.text.encoding());
    let columns = headers.into_iter().map(Column::untyped).collect();
    Ok(Opened { columns, encoding, rows: Box::new(rows) })
}

struct Rows {
    records: Records,
    record: RawRecord,
    text: Text,
    width: usize,
    ended: bool,
}

impl Rows {
    fn header(&mut self, limits: Limits) -> Result<Vec<String>, Error> {
        if !self.records.next(&mut self.text, &mut self.record)? {
            return Err(Error::Empty);
        }
        let place = Place::Line(self.record.line);
        if self.record.count > limits.columns {
            return Err(Error::TooManyColumns { limit: limits.columns });
        }
        let headers: Vec<String> = self.record.fields().map(text_of).collect();
        if let Some(fault) = self.fault(self.record.count) {
            return Err(Error::Header(RowError { place, fault, fields: Vec::new() }));
        }
        if headers.iter().all(|header| header.trim().is_empty()) {
            // Blank lines and lines of only delimiters are skipped.
            if !self.records.next(&mut self.text, &mut self.record)? {
                return Err(Error::Empty);
            }
        }
        header::check(&headers, place, limits.columns)?;
        Ok(headers)
    }

    /// The error of the record just read, if any.
    fn fault(&mut self, width: usize) -> Option<RowFault> {
        let malformed = self.text.take_malformed();
        let RawRecord { count: found, cut, .. } = &mut self.record;
        let found = *found;
        if let Some(fault) = cut.take() {
            return Some(fault);
        }
        if malformed {
            return Some(RowFault::Encoding { encoding: self.text.encoding() });
        }
        if found < width {
            return Some(RowFault::TooFew { found, expected: width });
        }
        if found > width {
            return Some(RowFault::TooMany { found, expected: width });
        }
        let nul = self.record.fields().position(|field| field.contains(&0));
        nul.map(|at| RowFault::Nul { column: at + 1 })
    }

    fn row(&mut self) -> Option<Result<Record, ReadError>> {
        match self.records.next(&mut self.text, &mut self.record) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                self.ended = true;
                return Some(Err(error.into()));
            }
        }
        let place = Place::Line(self.record.line);
        let fault = self.fault(self.width);
        let fields = self.record.fields().map(cell_of).collect();
        Some(match fault {
            None => Ok(Record { place, fields }),
            Some(fault) => Err(RowError { place, fault, fields }.into()),
        })
    }
}

impl Iterator for Rows {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended { None } else { self.row() }
    }
}

/// The decoder produces valid UTF-8, and fields are split at ASCII only, so nothing is replaced here.
fn text_of(field: &[u8]) -> String {
    String::from_utf8_lossy(field).into_owned()
}

fn cell_of(field: &[u8]) -> Cell {
    if field.is_empty() { Cell::Empty } else { Cell::Text(text_of(field)) }
}
