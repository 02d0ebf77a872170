//! Uploads: a client requests an address, then sends the file there.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{self, Params, Path, Whole};
use super::signed::Terms;
use crate::app::sources::SourceId;

/// A file to upload.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadRequest {
    /// Its type: `text/csv`, `application/json`, `application/x-ndjson`, or that of a Parquet file or
    /// an Excel workbook.
    #[schema(
        example = "text/csv",
        pattern = r"^(text/(csv|tab-separated-values)|application/(json|jsonl|x-ndjson|vnd\.apache\.parquet|vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet)) *(;.*)?$"
    )]
    content_type: String,
    /// Its size in bytes: at most this many are accepted.
    #[schema(minimum = 1, maximum = 4_294_967_296_u64, value_type = u64)]
    length: Whole,
    /// The headers of its columns. They are ignored: the server reads them from the file.
    #[serde(default)]
    headers: Option<Vec<String>>,
    /// Its display name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 255)]
    name: Option<String>,
}

/// Where to send the file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadAddress {
    /// `PUT` the file here within 90 seconds, with the same `Content-Type`.
    url: String,
    /// The created job, `PENDING`.
    job_id: String,
    /// The source that the file becomes.
    source_id: String,
}

/// Maximum characters of a file name.
const MAX_NAME: usize = 255;

/// Returns an address to send a file to; this creates a source and a `PENDING` job.
#[utoipa::path(post, path = "/enrichment-signed-url",
    operation_id = "sign_upload", tag = "jobs", request_body = UploadRequest,
    responses((status = 200, body = UploadAddress), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 413, body = Problem)))]
pub(super) async fn sign(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    extract::Body(request): extract::Body<UploadRequest>,
) -> Result<Json<UploadAddress>, Error> {
    if request.name.as_ref().is_some_and(|name| !(1..=MAX_NAME).contains(&name.chars().count())) {
        return Err(Error::body(format!("name: 1 to {MAX_NAME} characters")));
    }
    if request.headers.as_ref().is_some_and(Vec::is_empty) {
        tracing::debug!("a client announced a file without columns");
    }
    let UploadRequest { content_type, length: Whole(length), name, .. } = request;
    let promised = api
        .app
        .sources
        .announce_upload(&caller.owner, &content_type, length, name.as_deref())
        .await?;
    let (promised, address) = promised;
    let (job_id, source_id) = (promised.job.0, promised.source.0);
    if let Some(url) = address {
        return Ok(Json(UploadAddress { url, job_id, source_id }));
    }
    let terms = Terms {
        expires: promised.expires_at.as_second(),
        length,
        content_type,
        signature: String::new(),
    };
    let path = api.signer.path(&source_id, &terms);
    let url = format!("{}{path}", base(&api, &headers)?);
    Ok(Json(UploadAddress { url, job_id, source_id }))
}

/// The URL at which this client reaches the server.
fn base(api: &Api, headers: &HeaderMap) -> Result<String, Error> {
    if let Some(url) = &api.limits.public_url {
        return Ok(url.clone());
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let host = host.filter(|host| !host.is_empty() && host.chars().all(plain));
    let host = host.ok_or_else(|| Error::parameter("the header Host is invalid"))?;
    Ok(format!("http://{host}"))
}

/// The received file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Received {
    /// The number of bytes received.
    length: u64,
}

/// Receives a file at a signed address. The signature in the address is the permission.
#[utoipa::path(put, path = "/uploads/{source_id}",
    operation_id = "receive_file", tag = "jobs", security(()),
    params(("source_id" = String, Path), ("expires" = i64, Query), ("length" = u64, Query),
        ("type" = String, Query), ("signature" = String, Query)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Received), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem)))]
pub(super) async fn receive(
    State(api): State<Arc<Api>>,
    Path(source): Path<String>,
    Params(terms): Params<Terms>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Received>), Error> {
    api.signer.check(&source, &terms, Timestamp::now())?;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = text(CONTENT_TYPE).unwrap_or_default();
    let announced = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let pieces = body.into_data_stream().map_err(|error| Box::new(error) as _);
    let length =
        api.app.sources.receive_upload(&SourceId(source), content_type, announced, pieces).await?;
    api.metrics.uploaded(length);
    Ok((StatusCode::OK, Json(Received { length })))
}
