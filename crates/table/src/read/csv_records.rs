//! Records of a CSV file (RFC 4180, leniently): one pass, one state per byte, limited memory.
//!
//! Unlike a general CSV parser, it reports the line of a quote that is never closed, and it skips a field
//! that is too long without holding it in memory.

use super::super::error::{Error, RowFault};
use super::text::Text;

/// The file's delimiter and quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The byte between two fields.
    pub(super) delimiter: u8,
    /// The byte around a field that contains delimiters, line ends or quotes; inside the field it is
    /// doubled.
    pub(super) quote: u8,
}

/// Limits on how much of a record is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// Maximum number of bytes of a field.
    pub(super) field: usize,
    /// Maximum number of bytes of all fields of a record.
    pub(super) record: usize,
    /// Maximum number of fields of a record.
    pub(super) fields: usize,
}

/// One record; its buffers are reused for the next.
#[derive(Debug, Default)]
pub(super) struct RawRecord {
    /// The line on which it starts, from 1.
    pub(super) line: u64,
    /// The text of all fields, concatenated.
    bytes: Vec<u8>,
    /// The end of each field in `bytes`.
    ends: Vec<usize>,
    /// Number of fields, whether kept or not.
    pub(super) count: usize,
    /// The error if something was left out.
    pub(super) cut: Option<RowFault>,
    /// Number of bytes of the current field, whether kept or not.
    length: usize,
}

impl RawRecord {
    /// The fields that were kept.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end])
    }

    fn clear(&mut self, line: u64) {
        self.line = line;
        self.bytes.clear();
        self.ends.clear();
        self.count = 0;
        self.cut = None;
        self.length = 0;
    }

    fn push(&mut self, bytes: &[u8], caps: Caps) {
        self.length += bytes.len();
        let column = self.count + 1;
        if self.count >= caps.fields {
            return;
        }
        if self.length > caps.field {
            self.cut.get_or_insert(RowFault::FieldTooLong { column, limit: caps.field });
            // Nothing of the field is kept: half a field could be mistaken for a whole one.
            self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
        } else if self.bytes.len() + bytes.len() > caps.record {
            self.cut.get_or_insert(RowFault::RowTooLong { limit: caps.record });
            self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn end_field(&mut self, caps: Caps) {
        if self.count < caps.fields {
            self.ends.push(self.bytes.len());
        }
        self.count += 1;
        self.length = 0;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a record: blank lines are skipped here.
    Record,
    Field,
    Bare,
    Quoted,
    /// After a quote inside quotes: another quote follows, or the field ends.
    Quote,
}

/// Splits text into records.
pub(super) struct Records {
    dialect: Dialect,
    caps: Caps,
    state: State,
    /// The line of the next byte, from 1.
    line: u64,
    /// Whether the last byte was a carriage return, so that a line feed does not count as another line.
    after_cr: bool,
    /// The line on which the last quoted field opened.
    quote_line: u64,
}

impl Records {
    pub(super) fn new(dialect: Dialect, caps: Caps, line: u64) -> Self {
        Self { dialect, caps, state: State::Record, line, after_cr: false, quote_line: line }
    }

    /// Reads the next record; returns false if there is none.
    pub(super) fn next(&mut self, text: &mut Text, record: &mut RawRecord) -> Result<bool, Error> {
        record.clear(self.line);
        loop {
            if text.buffer().is_empty() && !text.grow()? {
                return self.end(record);
            }
            let (used, complete) = self.step(text.buffer(), record);
            text.consume(used);
            if complete {
                return Ok(true);
            }
        }
    }

    /// Ends the last record at the end of the file; an error if a quote is open.
    pub(super) fn end(&mut self, record: &mut RawRecord) -> Result<bool, Error> {
        match self.state {
            State::Record => Ok(false),
            State::Quoted => Err(Error::UnclosedQuote { line: self.quote_line }),
            State::Field | State::Bare | State::Quote => {
                record.end_field(self.caps);
                self.state = State::Record;
                Ok(true)
            }
        }
    }

    /// Consumes bytes until a record is complete; returns how many were used.
    pub(super) fn step(&mut self, bytes: &[u8], record: &mut RawRecord) -> (usize, bool) {
        let Dialect { delimiter, quote } = self.dialect;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let rest = &bytes[at..];
            match self.state {
                State::Record => {
                    if is_newline(byte) {
                        self.newline(byte);
                        at += 1;
                    } else {
                        self.after_cr = false;
                        record.line = self.line;
                        self.state = State::Field;
                    }
                }
                State::Field if byte == quote => {
                    self.quote_line = self.line;
                    self.state = State::Quoted;
                    at += 1;
                }
                State::Bare => {
                    let plain = |b: &u8| *b == delimiter || is_newline(*b);
                    let length = rest.iter().position(plain).unwrap_or(rest.len());
                    record.push(&rest[..length], self.caps);
                    at += length;
                    let Some(&stop) = bytes.get(at) else { break };
                    at += 1;
                    record.end_field(self.caps);
                    if stop == delimiter {
                        self.state = State::Field;
                    } else {
                        self.newline(stop);
                        self.state = State::Record;
                        return (at, true);
                    }
                }
                State::Quoted => at += self.quoted(rest, record),
                State::Quote if byte == quote => {
                    record.push(&[quote], self.caps);
                    self.state = State::Quoted;
                    at += 1;
                }
                // Text after a closing quote is kept as it is, unless it is a delimiter.
                State::Field | State::Quote => self.state = State::Bare,
            }
        }
        (at, false)
    }

    fn quoted(&mut self, rest: &[u8], record: &mut RawRecord) -> usize {
        let quote = self.dialect.quote;
        let length = rest.iter().position(|b| *b == quote || is_newline(*b)).unwrap_or(rest.len());
        record.push(&rest[..length], self.caps);
        if length > 0 {
            self.after_cr = false;
        }
        let Some(&stop) = rest.get(length) else { return length };
        if stop == quote {
            self.after_cr = false;
            self.state = State::Quote;
        } else {
            record.push(&[stop], self.caps);
            self.newline(stop);
        }
        length + 1
    }

    /// Counts the end of a line; CR LF counts once.
    fn newline(&mut self, byte: u8) {
        if byte == b'\r' || !self.after_cr {
            self.line += 1;
        }
        self.after_cr = byte == b'\r';
    }
}

fn is_newline(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}
