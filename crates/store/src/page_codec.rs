//! Stored pages: their JSON, compressed with zstd.

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
    let text = json("page", page)?;
    let packed = COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(Compressor::new(LEVEL)?),
        };
        compressor.compress(text.as_bytes())
    });
    packed.map_err(|error| Error::Unreadable { what: "page", reason: error.to_string() })
}

pub(super) fn decode_page(packed: &[u8]) -> Result<Page, Error> {
    let unreadable = |reason: String| Error::Unreadable { what: "page", reason };
    let size = zstd::bulk::Decompressor::upper_bound(packed).unwrap_or(MAX_UNPACKED);
    let text = zstd::bulk::decompress(packed, size.min(MAX_UNPACKED))
        .map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))
}
