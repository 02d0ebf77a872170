//! One job: shown in full, paused, resumed, retried.

use std::collections::BTreeMap;
use std::sync::Arc;

use ampledata_core::model::{JobModels, ModelRole};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::budget::Budget;
use super::columns::{ColumnSpec, shown};
use super::error::{Error, Problem};
use super::events::event_id;
use super::extract::{Body, OptionalBody, Path, Whole};
use super::jobs::Message;
use crate::app::enrich::ModelChange;
use crate::app::jobs::{JobId, RetryRows, RetrySelection};

/// One job.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobDetail {
    job_id: String,
    source_id: String,
    status: &'static str,
    /// The reason for its status, if there is one.
    reason: Option<String>,
    total_rows: u64,
    /// Rows by stage; stages without rows are omitted.
    rows_by_stage: BTreeMap<&'static str, u64>,
    /// Number of cells with a value.
    cells_found: u64,
    created_at: String,
    started_at: Option<String>,
    finished_at: Option<String>,
    /// The columns that name the entity; empty before it is started.
    key_columns: Vec<String>,
    /// The columns that distinguish namesakes.
    context_columns: Vec<String>,
    entity_type: Option<String>,
    /// The requested columns.
    #[schema(value_type = Vec<ColumnSpec>)]
    columns: Value,
    /// The query patterns of each row; `%entity` is replaced by its key.
    query_patterns: Vec<String>,
    /// The models that it uses; null before it is started, and for jobs created before models were stored
    /// with them.
    models: Option<JobModelsItem>,
    /// Confidence below which a cell is weak.
    confidence_threshold: Option<f64>,
    row_limit: Option<u64>,
    /// Spending and limits.
    budget: Budget,
    /// The id of the last event: `GET /jobs/{job_id}/events?after=` with it returns only later events.
    last_event: String,
}

/// The models that a job uses: `builtin`, or `PROVIDER:NAME`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobModelsItem {
    /// Writes the query patterns.
    patterns: String,
    /// Decides which pages to read.
    decisions: String,
    /// Extracts values.
    values: String,
}

impl From<&JobModels> for JobModelsItem {
    fn from(models: &JobModels) -> Self {
        Self {
            patterns: models.patterns.to_string(),
            decisions: models.decisions.to_string(),
            values: models.values.to_string(),
        }
    }
}

/// One job in full.
#[utoipa::path(get, path = "/jobs/{job_id}",
    operation_id = "get_job", tag = "jobs", params(("job_id" = String, Path)),
    responses((status = 200, body = JobDetail), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job_id): Path<String>,
) -> Result<Json<JobDetail>, Error> {
    let detail = api.app.jobs.describe(&caller.owner, &JobId(job_id.clone())).await?;
    let budget = api.app.jobs.spending(&caller.owner, &JobId(job_id.clone())).await?.into();
    let state = &detail.state;
    let stages = state.by_stage().iter().map(|(stage, rows)| (stage.as_str(), *rows));
    let job = detail.job.as_ref();
    let names = |places: &[usize]| -> Vec<String> {
        let columns = places.iter().filter_map(|at| detail.headers.get(*at));
        columns.cloned().collect()
    };
    let columns = job.map(|job| shown(&job.plan.columns)).transpose()?;
    Ok(Json(JobDetail {
        job_id,
        source_id: detail.source.0.clone(),
        status: state.status.as_str(),
        reason: state.reason.clone(),
        total_rows: state.progress.rows,
        rows_by_stage: stages.collect(),
        cells_found: state.progress.cells_found,
        created_at: detail.created_at.to_string(),
        started_at: state.started_at.map(|at| at.to_string()),
        finished_at: job.and_then(|job| job.finished_at).map(|at| at.to_string()),
        key_columns: job.map(|job| names(&job.key)).unwrap_or_default(),
        context_columns: job.map(|job| names(&job.context)).unwrap_or_default(),
        entity_type: job.and_then(|job| job.plan.entity_type.clone()),
        columns: columns.unwrap_or_else(|| Value::Array(Vec::new())),
        query_patterns: job.map(|job| job.plan.patterns.clone()).unwrap_or_default(),
        models: job.and_then(|job| job.models.as_deref()).map(JobModelsItem::from),
        confidence_threshold: job.map(|job| job.plan.limits.threshold),
        row_limit: job.and_then(|job| job.row_limit),
        budget,
        last_event: event_id(detail.last_change),
    }))
}

/// Pauses a running job: steps in flight are finished and saved.
#[utoipa::path(post, path = "/jobs/{job_id}/pause", operation_id = "pause_job", tag = "jobs",
    params(("job_id" = String, Path)),
    responses((status = 200, body = Message), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn pause(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
) -> Result<Json<Message>, Error> {
    api.app.jobs.pause(&caller.owner, &JobId(job)).await?;
    Ok(Json(Message { message: "Job paused" }))
}

/// Other models for a resumed job, each as `PROVIDER:NAME` or `builtin`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResumeRequest {
    /// Replaces those of the job's models that are no longer available.
    #[serde(default)]
    model: Option<String>,
    /// Writes the query patterns.
    #[serde(default)]
    patterns: Option<String>,
    /// Decides which pages to read.
    #[serde(default)]
    decisions: Option<String>,
    /// Extracts values.
    #[serde(default)]
    values: Option<String>,
}

impl ResumeRequest {
    fn changes(self) -> Result<Vec<ModelChange>, Error> {
        let given = [
            (None, self.model),
            (Some(ModelRole::Patterns), self.patterns),
            (Some(ModelRole::Decisions), self.decisions),
            (Some(ModelRole::Values), self.values),
        ];
        let change = |(role, model): (Option<ModelRole>, Option<String>)| {
            let named = role.map_or("model", ModelRole::name);
            let model = model?.parse().map_err(|error| Error::body(format!("{named}: {error}")));
            Some(model.map(|model| ModelChange { role, model }))
        };
        given.into_iter().filter_map(change).collect()
    }
}

/// Resumes a paused job, with other models if the body names some.
#[utoipa::path(post, path = "/jobs/{job_id}/resume", operation_id = "resume_job", tag = "jobs",
    params(("job_id" = String, Path)), request_body = Option<ResumeRequest>,
    responses((status = 200, body = Message), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 502, body = Problem)))]
pub(super) async fn resume(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
    OptionalBody(request): OptionalBody<ResumeRequest>,
) -> Result<Json<Message>, Error> {
    api.app.jobs.resume(&caller.owner, &JobId(job), &request.changes()?).await?;
    Ok(Json(Message { message: "Job resumed" }))
}

/// What to retry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RetryRequest {
    /// `failed` rows, rows with `weak` or missing cells, or rows with these indices.
    rows: RowsAgain,
    /// Only these columns.
    #[serde(default)]
    columns: Option<Vec<String>>,
}

/// Which rows to retry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum RowsAgain {
    /// By their result.
    Kind(KindAgain),
    /// By index.
    #[schema(value_type = Vec<u64>)]
    Chosen(Vec<Whole>),
}

/// Which rows, by their result.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum KindAgain {
    /// Rows that failed.
    Failed,
    /// Rows with a cell that is weak or has no value; only such cells are retried.
    Weak,
}

/// The rows that are retried.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Retried {
    job_id: String,
    /// Number of rows that are retried; rows that share a result count once.
    rows: u64,
}

/// Retries rows or cells of a finished or paused job. A cell is only ever replaced by a better one.
#[utoipa::path(post, path = "/jobs/{job_id}/retry",
    operation_id = "retry_job", tag = "jobs", request_body = RetryRequest,
    params(("job_id" = String, Path)),
    responses((status = 200, body = Retried), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn retry(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job_id): Path<String>,
    Body(request): Body<RetryRequest>,
) -> Result<Json<Retried>, Error> {
    let rows = match request.rows {
        RowsAgain::Kind(KindAgain::Failed) => RetryRows::Failed,
        RowsAgain::Kind(KindAgain::Weak) => RetryRows::Weak,
        RowsAgain::Chosen(rows) => {
            RetryRows::Chosen(rows.into_iter().map(|Whole(row)| row).collect())
        }
    };
    let selection = RetrySelection { rows, columns: request.columns };
    let rows = api.app.jobs.retry(&caller.owner, &JobId(job_id.clone()), &selection).await?;
    Ok(Json(Retried { job_id, rows }))
}
