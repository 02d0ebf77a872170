//! Calls and their cost, by job and by month.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Params, Path};
use crate::app::jobs::JobId;
use crate::app::pricing::usd;

/// Totals of calls.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageReport {
    /// Total cost in US dollars.
    cost_usd: f64,
    calls: Vec<UsageItem>,
}

/// Calls of one kind to one provider.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageItem {
    /// The month in UTC, such as `2026-03`; only in reports by month.
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<String>,
    /// `search`, `crawl`, `patterns`, `decide` or `extract`.
    kind: &'static str,
    provider: String,
    model: Option<String>,
    /// Calls made.
    calls: u64,
    /// Calls avoided, because the answer was stored.
    cached: u64,
    /// Input units: tokens for models.
    units_in: u64,
    /// Output units: tokens for models.
    units_out: u64,
    cost_usd: f64,
}

/// The calls of a job.
#[utoipa::path(get, path = "/jobs/{job_id}/usage",
    operation_id = "get_job_usage", tag = "jobs", params(("job_id" = String, Path)),
    responses((status = 200, body = UsageReport), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn of_job(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
) -> Result<Json<UsageReport>, Error> {
    let usage = api.app.jobs.usage(&caller.owner, &JobId(job)).await?;
    let cost_usd = usd(usage.iter().map(|usage| usage.cost_nano_usd).sum());
    let calls = usage.into_iter().map(|usage| UsageItem {
        month: None,
        kind: usage.kind.name(),
        provider: usage.provider,
        model: usage.model,
        calls: usage.calls,
        cached: usage.cached,
        units_in: usage.units_in,
        units_out: usage.units_out,
        cost_usd: usd(usage.cost_nano_usd),
    });
    Ok(Json(UsageReport { cost_usd, calls: calls.collect() }))
}

/// The start of the report.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UsageQuery {
    /// The first month, such as `2026-03`.
    from: Option<String>,
}

/// The caller's calls by month, newest first; deleted jobs are included.
#[utoipa::path(get, path = "/usage",
    operation_id = "get_usage", tag = "account", params(UsageQuery),
    responses((status = 200, body = UsageReport), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
pub(super) async fn by_month(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Params(query): Params<UsageQuery>,
) -> Result<Json<UsageReport>, Error> {
    if query.from.as_deref().is_some_and(|month| !is_month(month)) {
        return Err(Error::parameter("from: expected a month such as 2026-03"));
    }
    let usage = api.app.accounts.usage_by_month(&caller.owner, query.from.as_deref()).await?;
    let cost_usd = usd(usage.iter().map(|usage| usage.cost_nano_usd).sum());
    let calls = usage.into_iter().map(|usage| UsageItem {
        month: Some(usage.month),
        kind: usage.kind.name(),
        provider: usage.provider,
        model: usage.model,
        calls: usage.calls,
        cached: usage.cached,
        units_in: usage.units_in,
        units_out: usage.units_out,
        cost_usd: usd(usage.cost_nano_usd),
    });
    Ok(Json(UsageReport { cost_usd, calls: calls.collect() }))
}

fn is_month(text: &str) -> bool {
    let parts = text.split_once('-');
    let digits =
        |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    parts.is_some_and(|(year, month)| digits(year, 4) && digits(month, 2))
}
