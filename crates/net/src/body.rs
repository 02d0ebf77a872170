//! Reads bodies with a limit on their size.

use ampledata_core::row::FailureKind;
use futures::StreamExt;
use reqwest::Response;

use super::page_response;
use crate::{Error, Retry};

/// Reads a body of at most `max_bytes` bytes after decompression.
///
/// # Errors
/// `page_too_large` if there is more: a page cut in the middle would hide that the rest is missing.
pub async fn read(response: Response, max_bytes: usize) -> Result<Vec<u8>, Error> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > max_bytes) {
        return Err(too_large(max_bytes));
    }
    let mut body = Vec::with_capacity(announced.unwrap_or(16 * 1024).min(max_bytes));
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| page_response::transport_error(&error))?;
        if body.len() + chunk.len() > max_bytes {
            return Err(too_large(max_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn too_large(max_bytes: usize) -> Error {
    Error {
        kind: FailureKind::BadAnswer,
        code: "page_too_large",
        message: format!("the page is larger than {} MB", max_bytes / (1024 * 1024)),
        retry: Retry::Never,
    }
}
