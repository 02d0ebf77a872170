//! Stored pages, as JSON, and their original bytes: both compressed with zstd.

use std::cell::RefCell;

use ampledata_core::page::Page;
use zstd::bulk::Compressor;

use super::Error;
use super::encoding::json;

/// zstd's fastest ordinary level: pages are written once and read often.
const LEVEL: i32 = 1;
/// Maximum size of a stored page; one that decompresses to more is damaged.
const MAX_UNPACKED: usize = 256 << 20;

thread_local! {
    /// A compressor is reused, because creating one costs more than compressing a small page.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

pub(super) fn encode_page(page: &Page) -> Result<Vec<u8>, Error> {
    compress(json("page", page)?.as_bytes())
}

/// Compresses the original bytes of a page.
pub(super) fn compress(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let packed = COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(Compressor::new(LEVEL)?),
        };
        compressor.compress(bytes)
    });
    packed.map_err(|error| unreadable(error.to_string()))
}

pub(super) fn decode_page(packed: &[u8]) -> Result<Page, Error> {
    serde_json::from_slice(&decompress(packed)?).map_err(|error| unreadable(error.to_string()))
}

/// The original bytes of a page.
pub(super) fn decompress(packed: &[u8]) -> Result<Vec<u8>, Error> {
    let size = zstd::bulk::Decompressor::upper_bound(packed).unwrap_or(MAX_UNPACKED);
    zstd::bulk::decompress(packed, size.min(MAX_UNPACKED))
        .map_err(|error| unreadable(error.to_string()))
}

fn unreadable(reason: String) -> Error {
    Error::Unreadable { what: "page", reason }
}
