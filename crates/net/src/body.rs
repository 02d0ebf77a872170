//! Reads bodies with a limit on their size.

use ampledata_core::row::FailureKind;
use futures::StreamExt;
use reqwest::Response;

use super::page_response;
use crate::{Error, Retry};

/// Why a body was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is larger than the limit.
    #[error("the body is larger than the limit")]
    TooLarge,
    /// The connection failed, or the body cannot be decompressed.
    #[error(transparent)]
    Transport(#[from] reqwest::Error),
}

/// Reads a body of at most `max_bytes` bytes after decompression.
///
/// # Errors
/// [`BodyError::TooLarge`] as soon as there is more, without reading the rest.
pub async fn read_bounded(response: Response, max_bytes: usize) -> Result<Vec<u8>, BodyError> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > max_bytes) {
        return Err(BodyError::TooLarge);
    }
    let mut body = Vec::with_capacity(announced.unwrap_or(16 * 1024).min(max_bytes));
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if body.len() + chunk.len() > max_bytes {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads the body of a page.
///
/// # Errors
/// `page_too_large` if there is more: a page cut in the middle would hide that the rest is missing.
/// `page_unavailable` if the connection fails.
pub async fn read_page_body(response: Response, max_bytes: usize) -> Result<Vec<u8>, Error> {
    read_bounded(response, max_bytes).await.map_err(|error| match error {
        BodyError::TooLarge => too_large_error(max_bytes),
        BodyError::Transport(error) => page_response::transport_error(&error),
    })
}

fn too_large_error(max_bytes: usize) -> Error {
    Error {
        kind: FailureKind::BadAnswer,
        code: "page_too_large",
        message: format!("the page is larger than {} MB", max_bytes / (1024 * 1024)),
        retry: Retry::Never,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// The response of a server that announces a length and then sends only this much.
    async fn response(announced: usize, sent: usize) -> Response {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let read = client.read(&mut request).await.unwrap();
            assert!(read > 0);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {announced}\r\n\r\n");
            client.write_all(head.as_bytes()).await.unwrap();
            client.write_all(&vec![b'x'; sent]).await.unwrap();
            // The connection stays open: a reader of the whole body would wait for ever.
            std::future::pending::<()>().await;
        });
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(format!("http://{address}/")).send().await.unwrap()
    }

    async fn read(announced: usize, sent: usize, limit: usize) -> Result<usize, BodyError> {
        let body = read_bounded(response(announced, sent).await, limit);
        let body = tokio::time::timeout(Duration::from_secs(20), body).await.unwrap();
        body.map(|body| body.len())
    }

    #[tokio::test]
    async fn an_announced_length_over_the_limit_is_refused_before_the_body() {
        assert!(matches!(read(1_001, 0, 1_000).await, Err(BodyError::TooLarge)));
        assert!(matches!(read(1 << 40, 0, 1_000).await, Err(BodyError::TooLarge)));
        assert_eq!(read(1_000, 1_000, 1_000).await.unwrap(), 1_000);
    }
}
