//! Connections: accepted, bounded, and closed cleanly.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::util::ServiceExt as _;

use super::auth::Peer;

/// Maximum number of headers of a request.
const MAX_HEADERS: usize = 64;
/// Maximum bytes of a request's head.
const MAX_HEAD: usize = 32 * 1024;
/// Timeout for the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Concurrent requests over one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;
/// How long to wait for requests in flight when the server stops.
const DRAIN: Duration = Duration::from_secs(20);
/// How long to wait when the system has no free sockets.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until it is stopped; then accepts no more connections, and returns when the requests in flight are
/// answered or [`DRAIN`] has passed.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    connections: usize,
    stop: &CancellationToken,
) -> io::Result<()> {
    let slots = Arc::new(Semaphore::new(connections));
    let graceful = GracefulShutdown::new();
    let builder = builder();
    loop {
        // Without a free slot, connections wait in the system's queue.
        let accepted = async {
            let slot = Arc::clone(&slots).acquire_owned().await;
            (slot, listener.accept().await)
        };
        let (slot, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = stop.cancelled() => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let service = service(router.clone(), Peer(address));
        let connection = builder
            .serve_connection_with_upgrades(io(stream), TowerToHyperService::new(service))
            .into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection failed");
            }
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests in flight were cut off");
    }
    Ok(())
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval(HEAD_TIMEOUT);
    builder
}

fn io(stream: TcpStream) -> TokioIo<TcpStream> {
    // Responses are small and urgent; a socket without the option is only slower.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY is not available");
    }
    TokioIo::new(stream)
}

fn service(
    router: Router,
    peer: Peer,
) -> impl tower::Service<
    Request<hyper::body::Incoming>,
    Response = axum::response::Response,
    Error = Infallible,
    Future = impl Future<Output = Result<axum::response::Response, Infallible>> + Send,
> + Clone
+ Send {
    tower::service_fn(move |request: Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    })
}
