//! Requests with an `Idempotency-Key` are executed once, however often they are sent.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;

use super::auth::Caller;
use super::error::Error;
use super::{Api, MAX_BODY};
use crate::app::accounts::{KeptAnswer, Known};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Maximum bytes of a key.
const MAX_KEY: usize = 255;
/// Maximum bytes of a kept response.
const MAX_ANSWER: usize = 1 << 20;

/// Executes a `POST` with a key once; repetitions get the same response.
pub(super) async fn once(
    State(api): State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let caller = request.extensions().get::<Caller>().cloned();
    let (Some(caller), Some(key)) = (caller, request.headers().get(KEY)) else {
        return Ok(next.run(request).await);
    };
    if request.method() != Method::POST {
        return Ok(next.run(request).await);
    }
    let key = key.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len()));
    let key = key
        .ok_or_else(|| Error::parameter("Idempotency-Key: 1 to 255 printable characters"))?
        .to_owned();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| Error::too_large())?;
    let mut digest = Sha256::new();
    digest.update(parts.uri.path());
    digest.update([0]);
    digest.update(&body);
    let hash = hex::encode(digest.finalize());
    match api.app.accounts.begin_request(&caller.owner, &key, hash).await? {
        Known::Answered(answer) => return Ok(replay(answer)),
        Known::UnderWay => return Err(Error::under_way()),
        Known::Other => return Err(Error::other_request()),
        Known::New => {}
    }
    let request = Request::from_parts(parts, Body::from(body));
    // Continues if the client disconnects, so that a repetition finds the response.
    let work = async move {
        let response = next.run(request).await;
        keep(&api, &caller, &key, response).await
    };
    tokio::spawn(work.in_current_span()).await.map_err(|error| Error::internal(&error))?
}

/// Keeps final responses, not those that may differ the next time.
async fn keep(
    api: &Api,
    caller: &Caller,
    key: &str,
    response: Response,
) -> Result<Response, Error> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_ANSWER).await.map_err(|error| Error::internal(&error))?;
    let text = String::from_utf8(body.to_vec()).ok();
    let answer = text.map(|body| KeptAnswer { status: parts.status.as_u16(), body });
    let answer = answer.filter(|_| parts.status.is_success());
    api.app.accounts.end_request(&caller.owner, key, answer.as_ref()).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replay(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, [(CONTENT_TYPE, "application/json")], answer.body).into_response();
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
