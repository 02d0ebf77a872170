//! Protects against archives that unpack to far more than their size.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::super::error::Error;
use super::super::options::Limits;

/// Maximum unpacked size in bytes of each part that the workbook parser holds in memory.
const HELD_PART: u64 = 256 << 20;

/// Unpacks every part of a workbook once, without keeping it, and measures it: the sizes stated in the
/// archive cannot be trusted.
pub(super) fn check(file: &mut File, limits: Limits) -> Result<(), Error> {
    let broken = |error: zip::result::ZipError| Error::Xlsx { reason: error.to_string() };
    let mut archive = ZipArchive::new(BufReader::new(&mut *file)).map_err(broken)?;
    let mut total = 0;
    // No tag and no text of a cell is longer: a cell holds at most 32,767 characters, escaped.
    let longest = limits.field_bytes.saturating_mul(8);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        let is_sheet = name.starts_with("xl/worksheets/");
        let limit = if is_sheet { limits.unpacked_bytes } else { HELD_PART };
        let left = limit.min(limits.unpacked_bytes.saturating_sub(total));
        total += measure(&mut part, &name, left, longest)?;
    }
    drop(archive);
    file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
    Ok(())
}

fn measure(part: &mut impl Read, name: &str, limit: u64, longest: usize) -> Result<u64, Error> {
    let mut chunk = vec![0; 64 * 1024];
    let mut size = 0_u64;
    let mut run = 0_usize;
    loop {
        let count = part.read(&mut chunk).map_err(|e| Error::Xlsx { reason: e.to_string() })?;
        if count == 0 {
            return Ok(size);
        }
        size += count as u64;
        let bytes = &chunk[..count];
        let mut pieces = bytes.split(|b| *b == b'<');
        run += pieces.next().map_or(0, <[u8]>::len);
        let mut over_run = run > longest;
        for piece in pieces {
            run = piece.len();
            over_run |= run > longest;
        }
        if size > limit || over_run {
            let limit = if over_run { longest as u64 } else { limit };
            return Err(Error::UnpacksTooLarge { part: name.to_owned(), limit });
        }
    }
}
