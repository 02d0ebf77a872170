//! Middleware for every request.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use ampledata_engine::trace;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::Instrument as _;
use tracing::field::Empty;
use uuid::Uuid;

use super::Api;
use super::error::Error;

/// The header of the request id, in the response and in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every response. The API returns data, which must not be run, framed or sniffed.
const SECURITY: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Gives the request an id, counts and times it, and turns panics into responses.
pub(super) async fn observe(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(&request);
    let method = request.method().as_str().to_owned();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    let span = tracing::info_span!("request", %id, %method, %route, trace = Empty);
    let traceparent = request.headers().get("traceparent").and_then(|parent| parent.to_str().ok());
    if let Some(trace) = trace::set_parent(&span, traceparent) {
        span.record("trace", trace);
    }
    let response = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone());
    let mut response = match response.await {
        Ok(response) => response,
        Err(panic) => span.in_scope(|| Error::internal(&panic_message(&*panic))).into_response(),
    };
    api.metrics.answered(&method, &route, response.status().as_u16(), begun.elapsed());
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        let name = HeaderName::from_static(name);
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// The client's id if it is safe to log, otherwise a new one.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    let given = given.filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(plain));
    given.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_else(|| "without a message".to_owned()))
}

/// Routes that take as long as a file is large, so that the request timeout does not apply to them.
const UNLIMITED: [&str; 3] =
    ["/uploads/{source_id}", "/api/v1/jobs/{job_id}/start", "/api/v1/sources/{source_id}/enrich"];

/// Cancels requests that take too long.
pub(super) async fn timeout(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    if route.is_some_and(|route| UNLIMITED.contains(&route.as_str())) {
        return next.run(request).await;
    }
    match tokio::time::timeout(api.limits.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::timeout().into_response(),
    }
}

/// The router's own errors have no body; this adds one.
pub(super) async fn describe_bare_errors(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let bare = !response.headers().contains_key(CONTENT_TYPE);
    if response.status() == axum::http::StatusCode::METHOD_NOT_ALLOWED && bare {
        let (parts, _) = response.into_parts();
        let mut described = Error::no_method().into_response();
        for (name, value) in &parts.headers {
            if name == axum::http::header::ALLOW {
                described.headers_mut().insert(name.clone(), value.clone());
            }
        }
        return described;
    }
    response
}

/// Lets pages of these web sites call the API; no others if there are none.
pub(super) fn cors(origins: &[String]) -> CorsLayer {
    use axum::http::Method;
    use axum::http::header::{AUTHORIZATION, ETAG, IF_NONE_MATCH, RETRY_AFTER};
    let origins: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    if origins.is_empty() {
        return CorsLayer::new();
    }
    let [idempotency, last_event] =
        ["idempotency-key", "last-event-id"].map(HeaderName::from_static);
    let headers = [AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, REQUEST_ID, idempotency, last_event];
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(headers)
        .expose_headers([REQUEST_ID, ETAG, RETRY_AFTER])
}
