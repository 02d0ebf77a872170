//! Whether the server lives, whether it can work, and what it has counted. Outside `/api/v1`, for
//! whoever runs it; no caller is needed and nothing of a caller is told.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::error::{Error, Problem};

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`, or `unavailable`.
    status: &'static str,
    /// The parts that were looked at, each `ok` or what it fails with.
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Checks>,
}

/// The parts that were looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Checks {
    /// The store.
    database: &'static str,
    /// Whether jobs are taken on.
    engine: &'static str,
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()),
    responses((status = 200, body = Health)))]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok", checks: None })
}

/// The database answers and jobs are taken on.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
pub(super) async fn readyz(State(api): State<Arc<Api>>) -> Response {
    let database = match api.desk.check_store().await {
        Ok(()) => "ok",
        Err(error) => error.code(),
    };
    let engine = if api.stop.is_cancelled() { "stopping" } else { "ok" };
    let checks = Checks { database, engine };
    let (code, status) = if checks.database == "ok" && checks.engine == "ok" {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    };
    (code, Json(Health { status, checks: Some(checks) })).into_response()
}

/// Counters as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()),
    responses((status = 200, content_type = "application/openmetrics-text", body = String),
        (status = 500, body = Problem)))]
pub(super) async fn metrics(State(api): State<Arc<Api>>) -> Result<Response, Error> {
    const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let totals = api.desk.totals().await?;
    let text = api.metrics.text(api.desk.queue(), &totals);
    let text = text.map_err(|error| Error::internal(&error))?;
    Ok(([(CONTENT_TYPE, KIND)], text).into_response())
}
