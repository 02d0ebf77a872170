//! What a job would cost, what it may, and what it has.

use std::sync::Arc;

use ampledata_store::{Caps, JobId, SourceId, Spending};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Body, Path};
use super::start::Start;
use crate::app::estimate::Estimate;
use crate::app::jobs::usd;

/// What a job would need.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Estimated {
    /// Rows.
    rows: u64,
    /// Rows that need work of their own; duplicates are done once.
    own_rows: u64,
    /// Cells asked for by those rows.
    cells: u64,
    /// Queries.
    searches: u64,
    /// Pages read.
    pages: u64,
    /// Calls of models.
    model_calls: u64,
    /// Tokens into models.
    tokens_in: u64,
    /// Tokens out of models.
    tokens_out: u64,
    /// What it is likely to cost.
    cost_usd: f64,
    /// What it costs when every row needs every attempt.
    cost_at_most_usd: f64,
    /// How long it is likely to take.
    seconds: f64,
    /// Rows of earlier jobs that this is from; 0: from the settings alone.
    from_rows: u64,
    /// Who charges nobody knows what: it is not in the cost.
    unknown_prices: Vec<String>,
    /// Whose known price has run out: it is in the cost as it was, and may be another one now.
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

/// What a job has cost and may cost.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the unit is part of the name that clients see")]
pub(super) struct Budget {
    /// What its calls have cost.
    spent_usd: f64,
    /// What calls under way may cost.
    reserved_usd: f64,
    /// What calls may have cost that a crash cut off; it counts as spent.
    lost_usd: f64,
    /// What the job may cost; no bound where there is none.
    max_cost_usd: Option<f64>,
    /// What each row may cost; no bound where there is none.
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

/// Bounds on what a job may cost; none where nothing is given.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct Bounds {
    /// On the job as a whole, in US dollars.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    max_cost_usd: Option<f64>,
    /// On each row, in US dollars.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    max_row_cost_usd: Option<f64>,
}

impl Bounds {
    fn caps(&self) -> Result<Caps, Error> {
        caps(self.max_cost_usd, self.max_row_cost_usd)
    }
}

/// Bounds in billionths of a US dollar.
pub(super) fn caps(job: Option<f64>, row: Option<f64>) -> Result<Caps, Error> {
    let nano = |name: &str, usd: Option<f64>| match usd {
        None => Ok(None),
        Some(usd) if (0.0..=1_000_000.0).contains(&usd) => Ok(Some(whole(usd * 1e9))),
        Some(_) => Err(Error::body(format!("{name}: from 0 to 1000000 US dollars"))),
    };
    Ok(Caps { job: nano("max_cost_usd", job)?, row: nano("max_row_cost_usd", row)? })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within bounds")]
fn whole(nano: f64) -> u64 {
    nano.round() as u64
}

/// What a job that was started would cost from its beginning.
#[utoipa::path(get, path = "/jobs/{job_id}/estimate", operation_id = "estimate_job", tag = "jobs",
    params(("job_id" = String, Path)),
    responses((status = 200, body = Estimated), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn estimate(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
) -> Result<Json<Estimated>, Error> {
    Ok(Json(api.desk.estimate(&caller.owner, &JobId(job)).await?.into()))
}

/// What a job whose file is there would cost if it were started with this request.
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
    let (desk, id, request) = (Arc::clone(&api.desk), JobId(job), start.request()?);
    // The first estimate reads the table in, which goes on where the client does not wait for it.
    let work = async move { desk.estimate_start(&caller.owner, &id, request).await };
    let estimate =
        tokio::spawn(work.in_current_span()).await.map_err(|error| Error::internal(&error))??;
    Ok(Json(estimate.into()))
}

/// What another job over this table would cost if it were started with this request.
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
    Ok(Json(api.desk.estimate_source(&caller.owner, &source, request).await?.into()))
}

/// Bounds what a job may cost from now on. One that paused for its budget goes on when it is resumed.
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
    Ok(Json(api.desk.set_budget(&caller.owner, &JobId(job), caps).await?.into()))
}
