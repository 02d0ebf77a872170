//! Decodes the bytes of a text file to UTF-8, in chunks.
//!
//! A byte order mark decides and is dropped. Without one, the text counts as ASCII until the first byte
//! that is not; the following bytes then decide between UTF-8 and a guess. So a file whose first umlaut
//! is on line 50,000 is decoded correctly without being read twice.

use std::collections::VecDeque;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::super::error::Error;
use super::super::format::refuse_foreign;

/// Number of bytes that are read and decoded at a time.
const CHUNK: usize = 64 * 1024;

/// A text file as a stream of valid UTF-8.
pub(super) struct Text {
    raw: Box<dyn Read + Send>,
    /// Bytes that were read but not decoded; at most two chunks.
    undecoded: Vec<u8>,
    ended: bool,
    /// Whether the last byte has been decoded: a decoder must not be called after its end.
    finished: bool,
    decoder: Option<Decoder>,
    /// Decoded text; the part before `consumed` is used up.
    decoded: Vec<u8>,
    consumed: usize,
    /// Offset in the decoded stream of the first byte of `decoded`.
    base: u64,
    /// Offsets in the decoded stream at which malformed bytes were replaced by U+FFFD.
    malformed: VecDeque<u64>,
}

impl Text {
    /// Examines the start of the file; `named` is the encoding that the user specified, if any.
    pub(super) fn open(
        raw: Box<dyn Read + Send>,
        named: Option<&'static Encoding>,
    ) -> Result<Self, Error> {
        let mut text = Self {
            raw,
            undecoded: Vec::new(),
            ended: false,
            finished: false,
            decoder: None,
            decoded: Vec::new(),
            consumed: 0,
            base: 0,
            malformed: VecDeque::new(),
        };
        text.read_chunk()?;
        refuse_foreign(&text.undecoded)?;
        let start = &text.undecoded;
        if start.starts_with(b"\xFF\xFE\0\0") || start.starts_with(b"\0\0\xFE\xFF") {
            return Err(Error::Encoding { name: "UTF-32".to_owned() });
        }
        if let Some((encoding, _)) = Encoding::for_bom(start) {
            text.decoder = Some(encoding.new_decoder_with_bom_removal());
        } else if let Some(encoding) = named {
            text.decoder = Some(encoding.new_decoder_without_bom_handling());
        } else if let Some(encoding) = utf16_without_mark(start)? {
            text.decoder = Some(encoding.new_decoder_without_bom_handling());
        }
        text.grow()?;
        Ok(text)
    }

    /// The encoding by its WHATWG name. Text that is ASCII so far counts as UTF-8.
    pub(super) fn encoding(&self) -> &'static str {
        self.decoder.as_ref().map_or(UTF_8, Decoder::encoding).name()
    }

    /// The text that is decoded and not yet consumed.
    pub(super) fn buffer(&self) -> &[u8] {
        self.decoded.get(self.consumed..).unwrap_or_default()
    }

    /// Consumes the first `count` bytes of the buffer.
    pub(super) fn consume(&mut self, count: usize) {
        self.consumed = (self.consumed + count).min(self.decoded.len());
    }

    /// Whether malformed bytes were replaced in the consumed text since the last call.
    pub(super) fn take_malformed(&mut self) -> bool {
        let end = self.base + self.consumed as u64;
        let before = self.malformed.len();
        while self.malformed.front().is_some_and(|at| *at < end) {
            self.malformed.pop_front();
        }
        self.malformed.len() < before
    }

    /// Decodes more text; returns false at the end of the file.
    pub(super) fn grow(&mut self) -> Result<bool, Error> {
        self.base += self.consumed as u64;
        self.decoded.drain(..self.consumed);
        self.consumed = 0;
        let before = self.decoded.len();
        while self.decoded.len() == before {
            if self.finished {
                return Ok(false);
            }
            if self.undecoded.is_empty() && !self.ended {
                self.read_chunk()?;
            }
            if self.decode_chunk()? {
                return Ok(self.decoded.len() > before);
            }
        }
        Ok(true)
    }

    /// Decodes at least `wanted` bytes ahead, if the file has them.
    pub(super) fn look_ahead(&mut self, wanted: usize) -> Result<&[u8], Error> {
        while self.buffer().len() < wanted && self.grow()? {}
        Ok(self.buffer())
    }

    /// Decodes a chunk; returns true if the last byte of the file has been decoded.
    fn decode_chunk(&mut self) -> Result<bool, Error> {
        if self.decoder.is_none() {
            let ascii = Encoding::ascii_valid_up_to(&self.undecoded);
            self.decoded.extend_from_slice(&self.undecoded[..ascii]);
            self.undecoded.drain(..ascii);
            if self.undecoded.is_empty() {
                self.finished = self.ended;
                return Ok(self.ended);
            }
            // At the first byte that is not ASCII, examine well beyond it before deciding.
            if !self.ended {
                self.read_chunk()?;
            }
            let encoding = guess(&self.undecoded, self.ended);
            self.decoder = Some(encoding.new_decoder_without_bom_handling());
        }
        let (base, ended) = (self.base, self.ended);
        let Some(decoder) = self.decoder.as_mut() else { return Ok(ended) };
        let mut rest = self.undecoded.as_slice();
        let done = loop {
            let start = self.decoded.len();
            let room = decoder.max_utf8_buffer_length_without_replacement(rest.len());
            self.decoded.resize(start + room.unwrap_or(CHUNK).min(4 * CHUNK) + 16, 0);
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut self.decoded[start..], ended);
            self.decoded.truncate(start + written);
            rest = &rest[read..];
            match result {
                DecoderResult::InputEmpty => break ended,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.malformed.push_back(base + self.decoded.len() as u64);
                    self.decoded.extend_from_slice("\u{FFFD}".as_bytes());
                }
            }
        };
        self.undecoded.clear();
        self.finished = done;
        Ok(done)
    }

    /// Reads until a chunk is full or the file ends.
    fn read_chunk(&mut self) -> Result<(), Error> {
        let start = self.undecoded.len();
        self.undecoded.resize(start + CHUNK, 0);
        let mut filled = start;
        while filled < self.undecoded.len() {
            match self.raw.read(&mut self.undecoded[filled..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(super::input::read_error(error)),
            }
        }
        self.undecoded.truncate(filled);
        Ok(())
    }
}

/// UTF-16 without a byte order mark has a NUL byte at every other position. Other text contains NUL bytes
/// only by accident, and a file with many is not text.
fn utf16_without_mark(start: &[u8]) -> Result<Option<&'static Encoding>, Error> {
    let pairs = start.len() / 2;
    let (pair_chunks, _) = start.as_chunks::<2>();
    let first = pair_chunks.iter().filter(|pair| pair[0] == 0).count();
    let second = pair_chunks.iter().filter(|pair| pair[1] == 0).count();
    if second * 10 > pairs * 4 && first * 20 < pairs {
        return Ok(Some(UTF_16LE));
    }
    if first * 10 > pairs * 4 && second * 20 < pairs {
        return Ok(Some(UTF_16BE));
    }
    if first + second > 8 && (first + second) * 50 > start.len() {
        return Err(Error::NotATable { found: "binary data" });
    }
    Ok(None)
}

/// Guesses the encoding of text whose first byte is not ASCII.
fn guess(text: &[u8], whole: bool) -> &'static Encoding {
    match std::str::from_utf8(text) {
        Ok(_) => return UTF_8,
        Err(error) if error.error_len().is_none() && !whole => return UTF_8,
        Err(_) => {}
    }
    let (mut valid, mut invalid) = (0_usize, 0_usize);
    for chunk in text.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    // Mostly UTF-8 with a few broken bytes: those rows fail, the others are decoded correctly.
    if valid > 10 * invalid {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(text, whole);
    detector.guess(None, Utf8Detection::Deny)
}
