//! Estimates, cost limits and spending of jobs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::cost_limits::parse_caps;
use super::error::{Error, Problem};
use super::extract::{Body, Path};
use super::start::Start;
use crate::app::jobs::{Caps, JobId, Spending};
use crate::app::pricing::{Estimate, usd};
use crate::app::sources::SourceId;

/// The estimate of a job.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Estimated {
    /// Number of rows.
    rows: u64,
    /// Rows to process; duplicates are processed once.
    own_rows: u64,
    /// Cells requested for those rows.
    cells: u64,
    /// Number of search queries.
    searches: u64,
    /// Number of pages read.
    pages: u64,
    /// Number of model calls.
    model_calls: u64,
    /// Input tokens of model calls.
    tokens_in: u64,
    /// Output tokens of model calls.
    tokens_out: u64,
    /// Expected cost.
    cost_usd: f64,
    /// Cost if every row needs every attempt.
    cost_at_most_usd: f64,
    /// Expected duration.
    seconds: f64,
    /// Rows of earlier jobs that the estimate is based on; 0: settings only.
    from_rows: u64,
    /// Services whose price is unknown; they are not in the cost.
    unknown_prices: Vec<String>,
    /// Services whose known price has expired; the cost uses that price, which may have changed.
    expired_prices: Vec<String>,
}

impl From<Estimate> for Estimated {
    fn from(estimate: Estimate) -> Self {
        Self {
            rows: estimate.rows,
            own_rows: estimate.own_rows,
            cells: estimate.cells,
            searches: estimate.searches,
            pages: estimate.pages,
            model_calls: estimate.model_calls,
            tokens_in: estimate.tokens_in,
            tokens_out: estimate.tokens_out,
            cost_usd: estimate.cost_usd,
            cost_at_most_usd: estimate.cost_at_most_usd,
            seconds: estimate.seconds,
            from_rows: estimate.from_rows,
            unknown_prices: estimate.unknown_prices,
            expired_prices: estimate.expired_prices,
        }
    }
}

/// Spending and limits of a job.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the unit is part of the name that clients see")]
pub(super) struct Budget {
    /// Cost of its calls so far.
    spent_usd: f64,
    /// The most that calls in progress may cost.
    reserved_usd: f64,
    /// The most that calls interrupted by a crash may have cost; it counts as spent.
    lost_usd: f64,
    /// Limit of the job; unlimited if absent.
    max_cost_usd: Option<f64>,
    /// Limit of each row; unlimited if absent.
    max_row_cost_usd: Option<f64>,
}

impl From<Spending> for Budget {
    fn from(spending: Spending) -> Self {
        Self {
            spent_usd: usd(spending.spent),
            reserved_usd: usd(spending.reserved),
            lost_usd: usd(spending.lost),
            max_cost_usd: spending.caps.job.map(usd),
            max_row_cost_usd: spending.caps.row.map(usd),
        }
    }
}

/// Cost limits of a job; unlimited where none is given.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct Bounds {
    /// Limit of the whole job, in US dollars.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    max_cost_usd: Option<f64>,
    /// Limit of each row, in US dollars.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    max_row_cost_usd: Option<f64>,
}

impl Bounds {
    fn caps(&self) -> Result<Caps, Error> {
        parse_caps(self.max_cost_usd, self.max_row_cost_usd)
    }
}

/// Estimates a started job as if it ran from the beginning.
#[utoipa::path(get, path = "/jobs/{job_id}/estimate", operation_id = "estimate_job", tag = "jobs",
    params(("job_id" = String, Path)),
    responses((status = 200, body = Estimated), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn estimate(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
) -> Result<Json<Estimated>, Error> {
    Ok(Json(api.app.jobs.estimate(&caller.owner, &JobId(job)).await?.into()))
}

/// Estimates a job whose file has arrived, for this request.
#[utoipa::path(post, path = "/jobs/{job_id}/estimate",
    operation_id = "estimate_start", tag = "jobs", request_body = Start,
    operation_id = "estimate_start", params(("job_id" = String, Path)),
    responses((status = 200, body = Estimated), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn estimate_start(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
    Body(start): Body<Start>,
) -> Result<Json<Estimated>, Error> {
    let (app, id, request) = (Arc::clone(&api.app), JobId(job), start.request()?);
    // The first estimate loads the table, which continues if the client disconnects.
    let work = async move { app.jobs.estimate_start(&caller.owner, &id, request).await };
    let estimate =
        tokio::spawn(work.in_current_span()).await.map_err(|error| Error::internal(&error))??;
    Ok(Json(estimate.into()))
}

/// Estimates another job over this table, for this request.
#[utoipa::path(post, path = "/sources/{source_id}/estimate",
    operation_id = "estimate_source", tag = "sources", request_body = Start,
    operation_id = "estimate_source", params(("source_id" = String, Path)),
    responses((status = 200, body = Estimated), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn estimate_source(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(source): Path<String>,
    Body(start): Body<Start>,
) -> Result<Json<Estimated>, Error> {
    let (source, request) = (SourceId(source), start.request()?);
    Ok(Json(api.app.jobs.estimate_source(&caller.owner, &source, request).await?.into()))
}

/// Sets the cost limits of a job. A job that is paused for its budget continues when it is resumed.
#[utoipa::path(put, path = "/jobs/{job_id}/budget",
    operation_id = "set_budget", tag = "jobs", request_body = Bounds,
    params(("job_id" = String, Path)),
    responses((status = 200, body = Budget), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn set_budget(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
    Body(bounds): Body<Bounds>,
) -> Result<Json<Budget>, Error> {
    let caps = bounds.caps()?;
    Ok(Json(api.app.jobs.set_budget(&caller.owner, &JobId(job), caps).await?.into()))
}
