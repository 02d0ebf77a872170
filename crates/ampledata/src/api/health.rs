//! Liveness, readiness and metrics. Outside `/api/v1`, for operators; no authentication is required and
//! nothing about callers is exposed.

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

/// The state of the server.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`, or `unavailable`.
    status: &'static str,
    /// The checked parts, each `ok` or its error.
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Checks>,
}

/// The checked parts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Checks {
    /// The store.
    database: &'static str,
    /// Whether jobs are accepted.
    engine: &'static str,
}

/// The process is alive.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()),
    responses((status = 200, body = Health)))]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok", checks: None })
}

/// The database answers and jobs are accepted.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
pub(super) async fn readyz(State(api): State<Arc<Api>>) -> Response {
    let database = match api.app.check_store().await {
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

/// Metrics for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()),
    responses((status = 200, content_type = "application/openmetrics-text", body = String),
        (status = 500, body = Problem)))]
pub(super) async fn metrics(State(api): State<Arc<Api>>) -> Result<Response, Error> {
    const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let totals = api.app.jobs.totals().await?;
    let text = api.metrics.text(api.app.scheduler.queue(), &totals);
    let text = text.map_err(|error| Error::internal(&error))?;
    Ok(([(CONTENT_TYPE, KIND)], text).into_response())
}
