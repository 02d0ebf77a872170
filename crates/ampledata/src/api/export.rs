//! The enriched table as a file.

use std::sync::Arc;

use ampledata_table::Format;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Api;
use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Params, Path};
use crate::app::enrich::ExtraColumns;
use crate::app::jobs::JobId;

/// How the table is written.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `csv` (default), `tsv`, `json`, `jsonl`, `xlsx` or `parquet`.
    format: Option<String>,
    /// Whether confidence, source, quote, outcome and reason of each cell are added.
    evidence: Option<bool>,
    /// Whether one column `reasons` is added that says why cells have no value.
    reasons: Option<bool>,
}

/// The whole table with the values found so far, streamed. A response that ends early is incomplete.
#[utoipa::path(get, path = "/jobs/{job_id}/export", operation_id = "export_job", tag = "jobs",
    params(("job_id" = String, Path), ExportQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 304, description = "As the client has it"), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn export(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
    Params(query): Params<ExportQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let format = match query.format.as_deref() {
        None => Format::Csv,
        Some(name) => Format::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| Error::parameter("format: csv, tsv, json, jsonl, xlsx or parquet"))?,
    };
    let evidence = query.evidence.unwrap_or(false);
    let extra = ExtraColumns { evidence, reasons: query.reasons.unwrap_or(false) };
    let export = api.app.jobs.prepare_export(&caller.owner, &JobId(job), format, extra).await?;
    let tag = export.tag.as_ref().map(|tag| format!("\"{tag}\""));
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|value| value.split(',')).map(str::trim);
    let mut response = if tag.as_ref().is_some_and(|tag| known.any(|known| known == tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let name = format!("attachment; filename=\"{}\"", export.file_name());
        let mut pieces = api.app.jobs.stream_export(export);
        let stream = futures::stream::poll_fn(move |context| pieces.poll_recv(context));
        let kind = [(CONTENT_TYPE, content_type(format)), (CONTENT_DISPOSITION, &name)];
        (kind, Body::from_stream(stream)).into_response()
    };
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}

fn content_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Tsv => "text/tab-separated-values; charset=utf-8",
        Format::Json => "application/json",
        Format::JsonLines => "application/x-ndjson",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format::Parquet => "application/vnd.apache.parquet",
    }
}
