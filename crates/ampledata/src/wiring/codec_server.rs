//! `ampledata temporal codec-server`: decrypts histories for Temporal's UI and CLI, for users of this machine
//! who have the keys.

use std::net::SocketAddr;

use ampledata::app::Error;
use ampledata::config::Settings;
use ampledata_temporal::{CodecError, Keys, RemotePayloads};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::cors::{AllowHeaders, CorsLayer};

use super::{temporal, unusable};

/// Maximum bytes of a request: payloads are small, but a page of a history has many.
const MAX_BODY: usize = 8 << 20;

/// Serves until `stop` is cancelled. Reports the address once it listens.
pub(super) async fn serve(
    settings: &Settings,
    listen: SocketAddr,
    ui: &str,
    on_listening: &(dyn Fn(SocketAddr) + Sync),
    stop: CancellationToken,
) -> Result<(), Error> {
    let keys = temporal::keys(settings)?;
    let keys = keys.ok_or_else(|| unusable("TEMPORAL_CODEC_KEYS", "set it to ID:KEY first"))?;
    if !listen.ip().is_loopback() {
        let why = "anyone who can reach it can read everything: listen on 127.0.0.1, and put an \
                   authenticating proxy in front of it for others";
        return Err(unusable("codec-server", why));
    }
    let origin = HeaderValue::from_str(ui).map_err(|error| unusable("--ui", error))?;
    let listener = TcpListener::bind(listen).await;
    let listener = listener.map_err(|error| unusable("codec-server", error))?;
    on_listening(listener.local_addr().map_err(|error| unusable("codec-server", error))?);
    let served = axum::serve(listener, router(keys, origin));
    let served = served.with_graceful_shutdown(async move { stop.cancelled().await }).await;
    served.map_err(|error| unusable("codec-server", error))
}

fn router(keys: Keys, ui: HeaderValue) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(ui)
        .allow_methods([Method::POST])
        .allow_headers(AllowHeaders::mirror_request());
    Router::new()
        .route("/encode", post(encode))
        .route("/decode", post(decode))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(cors)
        .with_state(keys)
}

async fn encode(State(keys): State<Keys>, Json(asked): Json<RemotePayloads>) -> Response {
    answer(keys.encrypt_remote(asked))
}

async fn decode(State(keys): State<Keys>, Json(asked): Json<RemotePayloads>) -> Response {
    answer(keys.decrypt_remote(asked))
}

fn answer(payloads: Result<RemotePayloads, CodecError>) -> Response {
    match payloads {
        Ok(payloads) => Json(payloads).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}
