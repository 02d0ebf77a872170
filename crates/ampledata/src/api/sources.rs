//! Tables: listed, shown, paged through, deleted, enriched again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracing::Instrument as _;
use utoipa::{IntoParams, ToSchema};

use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Body, Params, Path};
use super::jobs::Message;
use super::rows::given;
use super::start::{Start, Started};
use super::{Api, page};
use crate::app::Slice;
use crate::app::sources::{Source, SourceId};

/// Which tables.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SourcesQuery {
    /// How many of the newest are skipped.
    offset: Option<u64>,
    /// Maximum number: 100 by default, at most 1,000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Only tables after this one in the list.
    after: Option<String>,
}

/// Tables, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sources {
    sources: Vec<SourceItem>,
    /// The total number of items.
    total_count: u64,
}

/// A table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceItem {
    source_id: String,
    name: String,
    /// Its headers.
    columns: Vec<String>,
    total_rows: u64,
    /// Whether all its rows are loaded.
    ready: bool,
    /// SHA-256 of the file.
    content_hash: String,
    created_at: String,
}

impl From<Source> for SourceItem {
    fn from(source: Source) -> Self {
        Self {
            source_id: source.id.0,
            name: source.name,
            columns: source.columns.into_iter().map(|column| column.name).collect(),
            total_rows: source.rows,
            ready: source.ready,
            content_hash: source.content_hash,
            created_at: source.created_at.to_string(),
        }
    }
}

/// The caller's tables, newest first.
#[utoipa::path(get, path = "/sources",
    operation_id = "list_sources", tag = "sources", params(SourcesQuery),
    responses((status = 200, body = Sources), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Params(query): Params<SourcesQuery>,
) -> Result<Json<Sources>, Error> {
    let slice = Slice {
        after: query.after,
        offset: page::from("offset", query.offset)?,
        limit: page::limit(query.limit)?,
    };
    let listed = api.app.sources.list(&caller.owner, &slice).await?;
    let sources = listed.items.into_iter().map(SourceItem::from).collect();
    Ok(Json(Sources { sources, total_count: listed.total }))
}

/// One table.
#[utoipa::path(get, path = "/sources/{source_id}", operation_id = "get_source", tag = "sources",
    params(("source_id" = String, Path)),
    responses((status = 200, body = SourceItem), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(source): Path<String>,
) -> Result<Json<SourceItem>, Error> {
    Ok(Json(api.app.sources.find(&caller.owner, &SourceId(source)).await?.into()))
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SourceRowsQuery {
    /// The index of the first row: the `next` of the page before.
    from: Option<u64>,
    /// Maximum number: 100 by default, at most 1,000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A page of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceRows {
    rows: Vec<SourceRowItem>,
    /// Where the next page starts; null at the end.
    next: Option<u64>,
}

/// An input row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceRowItem {
    /// Its index, from 0.
    index: u64,
    /// Its line in the file, from 1.
    line: u64,
    /// Its cells by header.
    #[schema(value_type = Object)]
    cells: Map<String, Value>,
    /// Why it cannot be used.
    problem: Option<String>,
}

/// Input rows of a table.
#[utoipa::path(get, path = "/sources/{source_id}/rows",
    operation_id = "list_source_rows", tag = "sources",
    params(("source_id" = String, Path), SourceRowsQuery),
    responses((status = 200, body = SourceRows), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn rows(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(source): Path<String>,
    Params(query): Params<SourceRowsQuery>,
) -> Result<Json<SourceRows>, Error> {
    let (from, limit) = (page::from("from", query.from)?, page::limit(query.limit)?);
    let found = api.app.sources.list_rows(&caller.owner, &SourceId(source), from, limit).await?;
    let (source, rows) = found;
    let headers: Vec<_> = source.columns.into_iter().map(|column| column.name).collect();
    let last = rows.last().map(|row| row.index + 1);
    let rows = rows.into_iter().map(|row| SourceRowItem {
        index: row.index,
        line: row.line,
        cells: given(&headers, &row.cells),
        problem: row.problem,
    });
    let next = last.filter(|next| *next < source.rows);
    Ok(Json(SourceRows { rows: rows.collect(), next }))
}

/// Deletes a table with its jobs and all their results.
#[utoipa::path(delete, path = "/sources/{source_id}",
    operation_id = "delete_source", tag = "sources",
    params(("source_id" = String, Path)),
    responses((status = 200, body = Message), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(source): Path<String>,
) -> Result<Json<Message>, Error> {
    api.app.sources.delete(&caller.owner, &SourceId(source)).await?;
    Ok(Json(Message { message: "Source deleted" }))
}

/// Starts another job over an existing table.
#[utoipa::path(post, path = "/sources/{source_id}/enrich",
    operation_id = "enrich_source", tag = "sources", request_body = Start,
    params(("source_id" = String, Path)),
    responses((status = 200, body = Started), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem), (status = 502, body = Problem)))]
pub(super) async fn enrich(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(source): Path<String>,
    Body(start): Body<Start>,
) -> Result<Json<Started>, Error> {
    let request = start.request()?;
    let app = Arc::clone(&api.app);
    let work =
        async move { app.jobs.enrich_again(&caller.owner, &SourceId(source), request).await };
    let job =
        tokio::spawn(work.in_current_span()).await.map_err(|error| Error::internal(&error))??;
    Ok(Json(Started::new(job.id.0, job.rows)))
}
