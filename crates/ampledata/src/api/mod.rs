//! The HTTP API: from requests to use cases and back. Nothing here knows how anything is stored or
//! decided; nothing below knows of HTTP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::jobs::Desk;
use crate::config::{Auth, Settings};

mod address;
mod auth;
mod document;
mod error;
mod extract;
mod health;
mod layers;
mod me;
mod metrics;
mod rate;
mod server;

pub use address::{AddressError, addresses};
pub use auth::JwtSettingsError;
pub use error::Problem;

use auth::{Guard, Jwt, Keys};
use metrics::Metrics;
use rate::Rate;

/// Bytes that a body may have where it is no upload.
const MAX_BODY: usize = 2 << 20;

/// What all requests have in common.
struct Api {
    desk: Arc<Desk>,
    guard: Guard,
    rate: Rate,
    metrics: Metrics,
    limits: Limits,
    /// Cancelled when the server is to stop: streams without an end of their own end then.
    stop: CancellationToken,
}

struct Limits {
    request_timeout: Duration,
}

/// A server that is ready to answer.
pub struct Server {
    api: Arc<Api>,
    router: Router,
    connections: usize,
}

impl Server {
    /// Puts a server together.
    ///
    /// # Errors
    /// Settings with which tokens cannot be verified.
    pub fn new(
        settings: &Settings,
        desk: Arc<Desk>,
        stop: CancellationToken,
    ) -> Result<Self, JwtSettingsError> {
        let guard = match settings.auth {
            Auth::None => Guard::None,
            Auth::ApiKeys => Guard::Keys(Keys::new(&settings.server.keys, Arc::clone(&desk))),
            Auth::Jwt => Guard::Jwt(Box::new(Jwt::new(&settings.jwt)?)),
        };
        let api = Arc::new(Api {
            desk,
            guard,
            rate: Rate::new(settings.server.rate_per_minute),
            metrics: Metrics::new(),
            limits: Limits { request_timeout: settings.server.request_timeout },
            stop,
        });
        let router = router(&api, &settings.server.cors_origins);
        Ok(Self { api, router, connections: settings.server.connections })
    }

    /// Answers on this listener until it is told to stop, and then until what is in flight is done.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn run(self, listener: TcpListener) -> io::Result<()> {
        server::serve(listener, self.router, self.connections, &self.api.stop).await
    }
}

/// A listener on the first of these addresses that is to be had.
///
/// # Errors
/// None is to be had.
pub async fn listen(addresses: &[SocketAddr]) -> io::Result<TcpListener> {
    TcpListener::bind(addresses).await
}

/// The OpenAPI document.
pub fn document() -> OpenApi {
    document::dressed(described().into_openapi())
}

/// All routes with their documentation.
fn described() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .nest("/api/v1", OpenApiRouter::new().routes(routes!(document::show)).merge(guarded()))
}

/// Routes that need a caller.
fn guarded() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(me::show))
}

fn router(api: &Arc<Api>, origins: &[String]) -> Router {
    let open = OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .nest("/api/v1", OpenApiRouter::new().routes(routes!(document::show)));
    let closed = OpenApiRouter::new().nest("/api/v1", guarded());
    let (open, _) = open.split_for_parts();
    let (closed, _) = closed.split_for_parts();
    let closed = closed.route_layer(from_fn_with_state(Arc::clone(api), auth::guard));
    let timely = open
        .merge(closed)
        .fallback(async || error::Error::no_route())
        .layer(from_fn_with_state(Arc::clone(api), layers::timeout));
    timely
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(layers::dressed))
        .layer(layers::cors(origins))
        .layer(from_fn_with_state(Arc::clone(api), layers::around))
        .with_state(Arc::clone(api))
}
