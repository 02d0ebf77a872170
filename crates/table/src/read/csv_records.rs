//! Records of a CSV file (RFC 4180, leniently): one pass, one state a byte, bounded memory.
//!
//! Unlike a general CSV parser it knows on which line a quote opened that never closes, and it
//! goes on past a field that is too long without holding it.

use super::super::error::{Error, RowFault};
use super::text::Text;

/// How the file writes its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between two fields.
    pub(super) delimiter: u8,
    /// Around a field that holds delimiters, line ends or quotes; inside it is doubled.
    pub(super) quote: u8,
}

/// How much of a record is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// Bytes of a field.
    pub(super) field: usize,
    /// Bytes of all fields of a record.
    pub(super) record: usize,
    /// Fields of a record.
    pub(super) fields: usize,
}

/// One record; its buffers are used again for the next.
#[derive(Debug, Default)]
pub(super) struct RawRecord {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// The text of all fields, end to end.
    bytes: Vec<u8>,
    /// Where each field ends in `bytes`.
    ends: Vec<usize>,
    /// How many fields there are, kept or not.
    pub(super) count: usize,
    /// What was left out, if anything.
    pub(super) cut: Option<RowFault>,
    /// Bytes of the field that is being read, kept or not.
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
            // Nothing of it is kept: half a field could be taken for a whole one.
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
    /// After a quote inside quotes: its twin follows, or the field ends.
    Quote,
}

/// Splits text into records.
pub(super) struct Records {
    dialect: Dialect,
    caps: Caps,
    state: State,
    /// The line of the next byte, from 1.
    line: u64,
    /// Whether the last byte was a carriage return, whose line feed does not count again.
    after_cr: bool,
    /// The line on which the last quoted field opened.
    quote_line: u64,
}

impl Records {
    pub(super) fn new(dialect: Dialect, caps: Caps, line: u64) -> Self {
        Self { dialect, caps, state: State::Record, line, after_cr: false, quote_line: line }
    }

    /// Reads the next record; false where there is none.
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

    /// The end of the file ends the last record, unless a quote is open.
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

    /// Goes through bytes until a record is complete; tells how many were used.
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
                // What follows a closing quote other than a delimiter is kept as it stands.
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

    /// Counts the end of a line; CR LF is one.
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
