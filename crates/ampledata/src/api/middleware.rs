//! Middleware for every request.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_engine::trace;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue,
};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::error::Error;
use super::{Api, MAX_BODY};

/// The header of the request id, in the response and in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The header of the trace that the request belongs to.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Headers of every response that does not have its own. The API returns data, which must not be run, framed,
/// sniffed or stored.
const DEFAULT_HEADERS: [(HeaderName, HeaderValue); 6] = [
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY")),
    (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("content-security-policy"),
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Wraps all routes. A layer sees what the layers above it in this function have made of a response.
pub(super) fn wrap(
    router: Router<Arc<Api>>,
    api: &Arc<Api>,
    origins: &[String],
) -> Router<Arc<Api>> {
    let router = router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(describe_bare_errors))
        .layer(cors(origins))
        .layer(CatchPanicLayer::custom(respond_to_panic))
        .layer(from_fn_with_state(Arc::clone(api), observe));
    identify(router)
}

/// Gives each request an id and each response that id and the default headers.
fn identify<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let router = DEFAULT_HEADERS.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, value))
    });
    router.layer(
        ServiceBuilder::new()
            .layer(SetSensitiveRequestHeadersLayer::new([AUTHORIZATION, COOKIE]))
            .layer(map_request(drop_unsafe_id))
            .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
            .layer(PropagateRequestIdLayer::new(REQUEST_ID)),
    )
}

/// Removes a client's request id that is not safe to log; it then gets a new one.
async fn drop_unsafe_id(mut request: Request) -> Request {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    let is_safe = |id: &HeaderValue| {
        (1..=64).contains(&id.len()) && id.as_bytes().iter().copied().all(is_plain)
    };
    if !request.headers().get(REQUEST_ID).is_some_and(is_safe) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

/// Opens the span of the request, and counts and times it.
async fn observe(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().as_str().to_owned();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    let span = open_span(&request, &method, &route);
    let response = next.run(request).instrument(span).await;
    api.metrics.answered(&method, &route, response.status().as_u16(), begun.elapsed());
    response
}

fn open_span(request: &Request, method: &str, route: &str) -> Span {
    let header = |name: &HeaderName| request.headers().get(name)?.to_str().ok();
    let id = header(&REQUEST_ID).unwrap_or_default();
    let span = tracing::info_span!("request", %id, %method, %route, trace = Empty);
    if let Some(trace) = trace::set_parent(&span, header(&TRACEPARENT)) {
        span.record("trace", trace);
    }
    span
}

#[expect(clippy::needless_pass_by_value, reason = "the layer passes it by value")]
fn respond_to_panic(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<&str>().map(ToString::to_string);
    let message = message.or_else(|| panic.downcast_ref::<String>().cloned());
    let message = message.unwrap_or_else(|| "without a message".to_owned());
    Error::internal(&format!("panic: {message}")).into_response()
}

/// Cancels requests that take too long.
pub(super) fn timeout(limit: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limit)
}

/// The errors of the router and of [`timeout`] have no body; this adds one.
async fn describe_bare_errors(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    match response.status() {
        StatusCode::SERVICE_UNAVAILABLE => Error::timeout().into_response(),
        StatusCode::METHOD_NOT_ALLOWED => {
            let allowed = response.headers().get(ALLOW).cloned();
            let mut described = Error::no_method().into_response();
            described.headers_mut().extend(allowed.map(|allowed| (ALLOW, allowed)));
            described
        }
        _ => response,
    }
}

/// Lets pages of these web sites call the API; no others if there are none.
fn cors(origins: &[String]) -> CorsLayer {
    use axum::http::Method;
    use axum::http::header::{ETAG, IF_NONE_MATCH, RETRY_AFTER};
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

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn panics() {
        panic!("broken");
    }

    async fn respond(path: &str, id: &str) -> (StatusCode, String, String) {
        let router = Router::new()
            .route("/panics", get(panics))
            .route("/hangs", get(std::future::pending::<()>))
            .layer(timeout(Duration::from_millis(20)))
            .layer(from_fn(describe_bare_errors))
            .layer(CatchPanicLayer::custom(respond_to_panic));
        let request = Request::get(path).header(REQUEST_ID, id).body(Body::empty()).unwrap();
        let response = identify(router).oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for (name, value) in DEFAULT_HEADERS {
            assert_eq!(headers[&name], value);
        }
        let body = to_bytes(response.into_body(), MAX_BODY).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let id = headers[REQUEST_ID].to_str().unwrap().to_owned();
        (status, body["code"].as_str().unwrap().to_owned(), id)
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_with_the_id_of_its_request() {
        let (status, code, id) = respond("/panics", "mine-1").await;
        assert_eq!((status.as_u16(), &*code, &*id), (500, "internal_error", "mine-1"));
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_ends_with_a_code() {
        let (status, code, id) = respond("/hangs", "not safe").await;
        assert_eq!((status.as_u16(), &*code), (503, "request_timeout"));
        assert_eq!(id.len(), 36, "{id}");
    }
}
