//! Splits a JSON array or JSON Lines into items, as bytes: one item in memory at a time, however the file
//! is laid out. The contents of items are not checked here.

use super::super::error::{Error, Place, RowFault};
use super::text::Text;

/// One item; its buffer is reused for the next.
#[derive(Debug)]
pub(super) struct RawItem {
    pub(super) place: Place,
    pub(super) bytes: Vec<u8>,
    /// Why it was not kept, if it was not.
    pub(super) fault: Option<RowFault>,
}

impl Default for RawItem {
    fn default() -> Self {
        Self { place: Place::Line(1), bytes: Vec::new(), fault: None }
    }
}

impl RawItem {
    fn start(&mut self, place: Place) {
        self.place = place;
        self.bytes.clear();
        self.fault = None;
    }

    fn push(&mut self, bytes: &[u8], limit: usize) {
        if self.fault.is_some() || self.bytes.len() + bytes.len() > limit {
            self.bytes.clear();
            self.fault = Some(RowFault::RowTooLong { limit });
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }
}

/// Splits text into items.
pub(super) struct Items {
    lines: bool,
    limit: usize,
    line: u64,
    number: u64,
    after_cr: bool,
    ended: bool,
}

/// The state of the scan inside an item.
#[derive(Default)]
struct Inside {
    depth: usize,
    string: bool,
    escape: bool,
}

impl Items {
    /// `lines`: one item per line, otherwise one array. `limit`: maximum number of bytes kept of an item.
    pub(super) fn new(lines: bool, limit: usize) -> Self {
        Self { lines, limit, line: 1, number: 0, after_cr: false, ended: false }
    }

    /// Reads the next item; returns false if there is none.
    pub(super) fn next(&mut self, text: &mut Text, item: &mut RawItem) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        let found =
            if self.lines { self.next_line(text, item)? } else { self.next_element(text, item)? };
        self.ended = !found;
        if found && text.take_malformed() {
            item.fault.get_or_insert(RowFault::Encoding { encoding: text.encoding() });
        }
        Ok(found)
    }

    fn next_line(&mut self, text: &mut Text, item: &mut RawItem) -> Result<bool, Error> {
        if self.skip_blanks(text)?.is_none() {
            return Ok(false);
        }
        item.start(Place::Line(self.line));
        loop {
            let buffer = text.buffer();
            let end = buffer.iter().position(|b| *b == b'\n' || *b == b'\r');
            let length = end.unwrap_or(buffer.len());
            item.push(&buffer[..length], self.limit);
            text.consume(length);
            self.after_cr = false;
            // The line end itself is skipped and counted with the following blanks.
            if end.is_some() || !text.grow()? {
                return Ok(true);
            }
        }
    }

    fn next_element(&mut self, text: &mut Text, item: &mut RawItem) -> Result<bool, Error> {
        let first = self.number == 0;
        let Some(mut byte) = self.skip_blanks(text)? else {
            return Err(if first { Error::Empty } else { self.wrong("it ends without `]`") });
        };
        if first {
            if byte != b'[' {
                return Err(self.not_an_array(byte));
            }
            text.consume(1);
            byte = self.expect_more(text)?;
        }
        if byte == b']' {
            text.consume(1);
            return match self.skip_blanks(text)? {
                None => Ok(false),
                Some(_) => Err(self.wrong("something follows the closing `]`")),
            };
        }
        if !first {
            if byte != b',' {
                return Err(self.wrong("a comma is missing between two items"));
            }
            text.consume(1);
            byte = self.expect_more(text)?;
        }
        if matches!(byte, b',' | b']' | b'}' | b':') {
            return Err(self.wrong("an item is missing"));
        }
        self.number += 1;
        item.start(Place::Item { number: self.number, line: self.line });
        self.element(text, item)?;
        Ok(true)
    }

    fn element(&mut self, text: &mut Text, item: &mut RawItem) -> Result<(), Error> {
        let mut inside = Inside::default();
        loop {
            if text.buffer().is_empty() && !text.grow()? {
                if inside.depth == 0 && !inside.string {
                    return Ok(());
                }
                let reason = format!("it ends in the middle of {}", item.place);
                return Err(Error::Json { line: self.line, reason });
            }
            let buffer = text.buffer();
            let mut complete = false;
            let mut length = 0;
            for byte in buffer {
                match inside.step(*byte) {
                    Step::On => length += 1,
                    Step::Last => {
                        length += 1;
                        complete = true;
                        break;
                    }
                    Step::Past => {
                        complete = true;
                        break;
                    }
                }
                if *byte == b'\r' || (*byte == b'\n' && !self.after_cr) {
                    self.line += 1;
                }
                self.after_cr = *byte == b'\r';
            }
            item.push(&buffer[..length], self.limit);
            text.consume(length);
            if complete {
                return Ok(());
            }
        }
    }

    fn expect_more(&mut self, text: &mut Text) -> Result<u8, Error> {
        self.skip_blanks(text)?.ok_or_else(|| self.wrong("it ends without `]`"))
    }

    /// Skips whitespace and returns the following byte, which is not consumed.
    fn skip_blanks(&mut self, text: &mut Text) -> Result<Option<u8>, Error> {
        loop {
            let buffer = text.buffer();
            let mut found = None;
            let mut length = 0;
            for byte in buffer {
                if !byte.is_ascii_whitespace() {
                    found = Some(*byte);
                    break;
                }
                if *byte == b'\r' || (*byte == b'\n' && !self.after_cr) {
                    self.line += 1;
                }
                self.after_cr = *byte == b'\r';
                length += 1;
            }
            text.consume(length);
            if found.is_some() {
                self.after_cr = false;
                return Ok(found);
            }
            if !text.grow()? {
                return Ok(None);
            }
        }
    }

    fn wrong(&self, reason: &str) -> Error {
        Error::Json { line: self.line, reason: reason.to_owned() }
    }

    fn not_an_array(&self, byte: u8) -> Error {
        match kind_of(byte) {
            Some(found) => Error::NotAnArrayOfObjects { found },
            None => self.wrong("it does not begin with `[`"),
        }
    }
}

enum Step {
    On,
    /// The byte ends the item and belongs to it.
    Last,
    /// The byte ends the item and does not belong to it.
    Past,
}

impl Inside {
    fn step(&mut self, byte: u8) -> Step {
        if self.string {
            match byte {
                _ if self.escape => self.escape = false,
                b'\\' => self.escape = true,
                b'"' => {
                    self.string = false;
                    if self.depth == 0 {
                        return Step::Last;
                    }
                }
                _ => {}
            }
            return Step::On;
        }
        match byte {
            b'"' => self.string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' | b',' if self.depth == 0 => return Step::Past,
            b'}' | b']' => {
                self.depth -= 1;
                if self.depth == 0 {
                    return Step::Last;
                }
            }
            _ if self.depth == 0 && byte.is_ascii_whitespace() => return Step::Past,
            _ => {}
        }
        Step::On
    }
}

/// The kind of a JSON value, by its first byte.
pub(super) fn kind_of(first: u8) -> Option<&'static str> {
    match first {
        b'{' => Some("an object"),
        b'[' => Some("an array"),
        b'"' => Some("a string"),
        b'-' | b'0'..=b'9' => Some("a number"),
        b't' | b'f' => Some("a boolean"),
        b'n' => Some("null"),
        _ => None,
    }
}
