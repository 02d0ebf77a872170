//! The HTTP API: maps requests to use cases and their results to responses. Nothing here knows how anything
//! is stored or decided; nothing below knows HTTP.

#![allow(unused_qualifications, reason = "the macros of utoipa write them")]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Application;
use crate::config::{Auth, Settings};
use crate::ui::Site;

mod address;
mod auth;
mod budget;
mod cell;
mod columns;
mod constraints;
mod cost_limits;
mod detail;
mod error;
mod events;
mod export;
mod extract;
mod health;
mod idempotency;
mod jobs;
mod keys;
mod me;
mod metrics;
mod middleware;
mod openapi;
mod page;
mod providers;
mod rate;
mod report;
mod rows;
mod server;
mod signed;
mod sources;
mod start;
mod suggest;
mod templates;
mod uploads;
mod usage;
mod webhooks;

pub use address::{AddressError, addresses};
pub use error::Problem;

use auth::{Guard, Jwt, Keys};
use metrics::Metrics;
use rate::Rate;
use signed::Signer;

/// Maximum bytes of a body other than an upload.
const MAX_BODY: usize = 2 << 20;

/// What all requests share.
struct Api {
    app: Arc<Application>,
    guard: Guard,
    rate: Rate,
    metrics: Metrics,
    signer: Signer,
    limits: Limits,
    site: Site,
    /// Cancelled when the server stops; endless streams then end.
    stop: CancellationToken,
}

struct Limits {
    request_timeout: Duration,
    public_url: Option<String>,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum NoServer {
    /// The settings make it impossible to verify tokens.
    #[error(transparent)]
    Jwt(#[from] auth::JwtSettingsError),
    /// There are no random numbers for a signing key.
    #[error("the system provides no random numbers")]
    Random,
}

impl NoServer {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Jwt(_) => "jwt_settings",
            Self::Random => "no_random_numbers",
        }
    }
}

/// A server that is ready to answer requests.
pub struct Server {
    api: Arc<Api>,
    router: Router,
    connections: usize,
}

impl Server {
    /// Creates a server; paths outside the API are looked up in the site.
    ///
    /// # Errors
    /// See [`NoServer`].
    pub fn new(
        settings: &Settings,
        app: Arc<Application>,
        site: Site,
        stop: CancellationToken,
    ) -> Result<Self, NoServer> {
        let guard = match settings.auth {
            Auth::None => Guard::None,
            Auth::ApiKeys => Guard::Keys(Keys::new(&settings.server.keys, Arc::clone(&app))),
            Auth::Jwt => Guard::Jwt(Box::new(Jwt::new(&settings.jwt)?)),
        };
        let api = Arc::new(Api {
            guard,
            rate: Rate::new(settings.server.rate_per_minute),
            metrics: Metrics::new(Arc::clone(app.tally())),
            app,
            signer: Signer::new().map_err(|_| NoServer::Random)?,
            limits: Limits {
                request_timeout: settings.server.request_timeout,
                public_url: settings.server.public_url.clone(),
            },
            site,
            stop,
        });
        let router = router(&api, &settings.server.cors_origins);
        Ok(Self { api, router, connections: settings.server.connections })
    }

    /// Serves requests on this listener until it is stopped, then finishes those in flight.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn run(self, listener: TcpListener) -> io::Result<()> {
        server::serve(listener, self.router, self.connections, &self.api.stop).await
    }
}

/// A listener on the first of these addresses that is available.
///
/// # Errors
/// None is available.
pub async fn listen(addresses: &[SocketAddr]) -> io::Result<TcpListener> {
    TcpListener::bind(addresses).await
}

/// The OpenAPI document.
///
/// # Errors
/// It cannot be converted to JSON.
pub fn document() -> serde_json::Result<serde_json::Value> {
    openapi::complete(described().into_openapi())
}

/// All routes with their documentation.
fn described() -> OpenApiRouter<Arc<Api>> {
    let guarded = OpenApiRouter::new().nest("/api/v1", guarded().merge(guarded_unlimited()));
    open().merge(open_unlimited()).merge(guarded)
}

/// Routes without authentication.
fn open() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .nest("/api/v1", OpenApiRouter::new().routes(routes!(openapi::show)))
}

/// Routes without authentication that take as long as a file is large.
fn open_unlimited() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(uploads::receive))
}

/// Routes with authentication that take as long as a file is large.
fn guarded_unlimited() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(start::start)).routes(routes!(sources::enrich))
}

/// Routes with authentication.
fn guarded() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(uploads::sign))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::progress))
        .routes(routes!(jobs::results))
        .routes(routes!(jobs::cancel))
        .routes(routes!(detail::show))
        .routes(routes!(detail::pause))
        .routes(routes!(detail::resume))
        .routes(routes!(detail::retry))
        .routes(routes!(budget::estimate, budget::estimate_start))
        .routes(routes!(budget::set_budget))
        .routes(routes!(export::export))
        .routes(routes!(events::follow))
        .routes(routes!(rows::list))
        .routes(routes!(cell::show, cell::edit))
        .routes(routes!(usage::of_job))
        .routes(routes!(report::show))
        .routes(routes!(sources::list))
        .routes(routes!(sources::show, sources::delete))
        .routes(routes!(sources::rows))
        .routes(routes!(budget::estimate_source))
        .routes(routes!(suggest::key))
        .routes(routes!(suggest::columns))
        .routes(routes!(templates::list, templates::make))
        .routes(routes!(templates::show, templates::change, templates::delete))
        .routes(routes!(keys::list, keys::make))
        .routes(routes!(keys::revoke))
        .routes(routes!(webhooks::list, webhooks::make))
        .routes(routes!(webhooks::delete))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(usage::by_month))
        .routes(routes!(me::show))
        .routes(routes!(providers::list))
}

/// A visible character, not a control character.
const NAME: &str = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";

/// Checks a name given by a person, as described by [`NAME`].
fn named(name: &str) -> Result<&str, error::Error> {
    const MAX: usize = 200;
    let shown = name.trim();
    let plain = !shown.is_empty() && !name.chars().any(char::is_control);
    if plain && name.chars().count() <= MAX {
        return Ok(shown);
    }
    Err(error::Error::body(format!("name: 1 to {MAX} characters on one line")))
}

/// Paths without a route: a file or a view of the web app, or not found.
async fn elsewhere(State(api): State<Arc<Api>>, request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let uploads = api.app.sources.upload_origin();
    let answer = api.site.answer(method, path, request.headers(), uploads);
    answer.unwrap_or_else(|| error::Error::no_route().into_response())
}

fn router(api: &Arc<Api>, origins: &[String]) -> Router {
    let merge = |open: OpenApiRouter<Arc<Api>>, guarded: OpenApiRouter<Arc<Api>>| {
        let (open, _) = open.split_for_parts();
        let (guarded, _) = OpenApiRouter::new().nest("/api/v1", guarded).split_for_parts();
        let guarded = guarded
            .route_layer(from_fn_with_state(Arc::clone(api), idempotency::once))
            .route_layer(from_fn_with_state(Arc::clone(api), auth::guard));
        open.merge(guarded)
    };
    let limited = merge(open(), guarded())
        .fallback(elsewhere)
        .layer(middleware::timeout(api.limits.request_timeout));
    let unlimited = merge(open_unlimited(), guarded_unlimited());
    middleware::wrap(limited.merge(unlimited), api, origins).with_state(Arc::clone(api))
}
