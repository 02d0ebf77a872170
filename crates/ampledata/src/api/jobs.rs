//! Jobs: listed, followed, read and cancelled, in the format of the old service.

use std::collections::BTreeMap;
use std::sync::Arc;

use ampledata_core::row::StopReason;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Params, Path};
use super::{Api, page};
use crate::app::Slice;
use crate::app::imported::is_imported;
use crate::app::jobs::{Job, JobId, ListedJob, ResultRow};
use crate::app::sources::SourceId;
use crate::app::value_json::value_json;

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct JobsQuery {
    /// How many of the newest are skipped.
    offset: Option<u64>,
    /// Maximum number: 100 by default, at most 1,000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Only jobs after this one in the list: unlike `offset` it stays right while jobs are created.
    after: Option<String>,
    /// Only jobs over this table.
    source_id: Option<String>,
}

/// Jobs, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Jobs {
    jobs: Vec<JobItem>,
    /// The total number of items.
    total_count: u64,
}

/// A job in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobItem {
    job_id: String,
    /// `PENDING`, `RUNNING`, `PAUSED`, `CANCELLED`, `COMPLETED` or `FAILED`.
    status: &'static str,
    /// Number of rows; 0 until it is started.
    total_rows: u64,
    /// The name of its file.
    file_path: String,
    source_id: String,
    created_at: String,
    /// When it first ran.
    started_at: Option<String>,
}

impl From<ListedJob> for JobItem {
    fn from(job: ListedJob) -> Self {
        Self {
            job_id: job.id.0,
            status: job.status.as_str(),
            total_rows: job.rows,
            file_path: job.source_name,
            source_id: job.source.0,
            created_at: job.created_at.to_string(),
            started_at: job.started_at.map(|at| at.to_string()),
        }
    }
}

/// The caller's jobs, newest first.
#[utoipa::path(get, path = "/jobs", operation_id = "list_jobs", tag = "jobs", params(JobsQuery),
    responses((status = 200, body = Jobs), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Params(query): Params<JobsQuery>,
) -> Result<Json<Jobs>, Error> {
    let slice = Slice {
        after: query.after,
        offset: page::from("offset", query.offset)?,
        limit: page::limit(query.limit)?,
    };
    let source = query.source_id.map(SourceId);
    let listed = api.app.jobs.list(&caller.owner, source.as_ref(), &slice).await?;
    let jobs = listed.items.into_iter().map(JobItem::from).collect();
    Ok(Json(Jobs { jobs, total_count: listed.total }))
}

/// The progress of a job.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobProgress {
    job_id: String,
    total_rows: u64,
    /// Rows by stage; stages without rows are omitted.
    rows_by_stage: BTreeMap<&'static str, u64>,
    started_at: Option<String>,
    status: &'static str,
}

/// The progress of a job. Cheap for any number of rows.
#[utoipa::path(get, path = "/jobs/{job_id}/progress", operation_id = "get_progress", tag = "jobs",
    params(("job_id" = String, Path)),
    responses((status = 200, body = JobProgress), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn progress(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job_id): Path<String>,
) -> Result<Json<JobProgress>, Error> {
    let standing = api.app.jobs.state(&caller.owner, &JobId(job_id.clone())).await?;
    let stages = standing.by_stage().iter().map(|(stage, rows)| (stage.as_str(), *rows));
    Ok(Json(JobProgress {
        job_id,
        total_rows: standing.progress.rows,
        rows_by_stage: stages.collect(),
        started_at: standing.started_at.map(|at| at.to_string()),
        status: standing.status.as_str(),
    }))
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ResultsQuery {
    /// How many completed rows are skipped.
    start: Option<u64>,
    /// Maximum number: 100 by default, at most 1,000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A completed row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowResult {
    /// The key; several columns are joined by `||`.
    key: String,
    /// The found values, by column.
    #[schema(value_type = Object)]
    extracted_data: Map<String, Value>,
    /// By column.
    confidence: BTreeMap<String, Confidence>,
    /// The pages that prove the values.
    sources: Vec<String>,
    /// The attempts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extraction_history: Vec<Attempt>,
    /// Why the row failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The confidence of a value.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Confidence {
    /// Probability that it is right, 0 to 1; 0 if there is no value.
    score: f64,
    /// Why this value was chosen, or why there is none.
    reason: String,
}

/// One attempt, in the terms of the old service where it had them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Attempt {
    /// From 1.
    #[serde(rename = "attempt_number")]
    number: usize,
    queries: Vec<String>,
    /// What the queries that were answered showed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    query_yields: Vec<QueryYield>,
    /// Pages that were read.
    sources: Vec<String>,
    /// Pages that could not be read, each with its code.
    failed: Vec<FailedPage>,
    /// Columns still missing afterwards.
    missing_columns: Vec<String>,
    /// Columns still weak afterwards.
    low_confidence_columns: Vec<String>,
    /// Why no further attempt followed, if columns were missing or weak: `attempts_used_up`, `nothing_found`,
    /// `nothing_changed`, `no_new_query` or `steps_used_up`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'static str>,
}

/// What a query showed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QueryYield {
    /// The query as it was sent.
    query: String,
    /// Number of pages that it showed.
    results: u16,
    /// Number of those that no earlier query of the row had shown.
    new: u16,
}

/// A page that could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FailedPage {
    url: String,
    code: String,
}

/// Completed rows in order.
#[utoipa::path(get, path = "/jobs/{job_id}/results", operation_id = "get_results", tag = "jobs",
    params(("job_id" = String, Path), ResultsQuery),
    responses((status = 200, body = Vec<RowResult>), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn results(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
    Params(query): Params<ResultsQuery>,
) -> Result<Json<Vec<RowResult>>, Error> {
    let (start, limit) = (page::from("start", query.start)?, page::limit(query.limit)?);
    let found = api.app.jobs.results(&caller.owner, &JobId(job), start, limit).await?;
    let rows = found.map(|(job, rows)| rows.iter().map(|row| row_result(&job, row)).collect());
    Ok(Json(rows.unwrap_or_default()))
}

/// The key of a row in the old service's notation.
pub(super) fn key(job: &Job, row: &ResultRow) -> String {
    let parts: Vec<_> =
        job.key.iter().filter_map(|at| row.source.get(*at)).map(|cell| cell.text()).collect();
    parts.join("||")
}

fn row_result(job: &Job, row: &ResultRow) -> RowResult {
    let mut result = RowResult {
        key: key(job, row),
        extracted_data: Map::new(),
        confidence: BTreeMap::new(),
        sources: Vec::new(),
        extraction_history: attempts(job, &row.attempts),
        error: row.error.clone(),
    };
    for (column, cell) in job.plan.columns.iter().zip(&row.cells) {
        let Some(cell) = cell else { continue };
        if let Some(value) = &cell.value {
            result.extracted_data.insert(column.name.clone(), value_json(value));
        }
        let confidence = Confidence { score: cell.confidence, reason: cell.reason.clone() };
        result.confidence.insert(column.name.clone(), confidence);
        if let Some(evidence) = &cell.evidence
            && !result.sources.contains(&evidence.url)
        {
            result.sources.push(evidence.url.clone());
        }
    }
    if is_imported(job) && result.sources.is_empty() {
        // The old service did not record which page proves which value.
        result.sources = row.attempts.last().map_or_else(Vec::new, |last| last.pages.clone());
    }
    result
}

/// The attempts, with columns by name.
pub(super) fn attempts(
    job: &Job,
    attempts: &[ampledata_core::row::AttemptSummary],
) -> Vec<Attempt> {
    let names = |places: &[usize]| -> Vec<String> {
        let columns = places.iter().filter_map(|at| job.plan.columns.get(*at));
        columns.map(|column| column.name.clone()).collect()
    };
    let page = |(url, code): &(String, String)| FailedPage { url: url.clone(), code: code.clone() };
    let found = |one: &ampledata_core::row::QueryYield| QueryYield {
        query: one.query.clone(),
        results: one.results,
        new: one.new,
    };
    let attempts = attempts.iter().enumerate().map(|(index, attempt)| Attempt {
        number: index + 1,
        queries: attempt.queries.clone(),
        query_yields: attempt.yields.iter().map(found).collect(),
        sources: attempt.pages.clone(),
        failed: attempt.failed.iter().map(page).collect(),
        missing_columns: names(&attempt.missing),
        low_confidence_columns: names(&attempt.weak),
        stopped: attempt.stopped.map(StopReason::as_str),
    });
    attempts.collect()
}

/// A confirmation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Message {
    /// For people.
    pub(super) message: &'static str,
}

/// Cancels a job that is not finished, with its unfinished rows.
#[utoipa::path(post, path = "/jobs/{job_id}/cancel", operation_id = "cancel_job", tag = "jobs",
    params(("job_id" = String, Path)),
    responses((status = 200, body = Message), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn cancel(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
) -> Result<Json<Message>, Error> {
    api.app.jobs.cancel(&caller.owner, &JobId(job)).await?;
    Ok(Json(Message { message: "Job cancelled" }))
}
