//! The report of a job over all its rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::Path;
use crate::app::jobs::{ColumnCounts, JobId, JobReport, SiteCells};

/// The report of a job over all its rows. Rows that share a result each count its cells.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobSummary {
    status: &'static str,
    total_rows: u64,
    /// Rows by stage; stages without rows are omitted.
    rows_by_stage: BTreeMap<&'static str, u64>,
    /// Requested cells: the columns of all rows.
    cells: u64,
    cells_found: u64,
    cost_usd: f64,
    /// Null if nothing was found.
    cost_per_found_cell_usd: Option<f64>,
    /// In the requested order.
    columns: Vec<ColumnSummary>,
    /// Found cells by confidence: those from 0 to 0.1, from 0.1 to 0.2 and so on; 1 is in the last.
    confidence: [u64; 10],
    /// Sites of the pages that prove found cells, most frequent first: the first 20.
    sites: Vec<SiteSummary>,
    /// Total number of sites.
    sites_in_all: u64,
}

/// The cells of a column by outcome.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ColumnSummary {
    name: String,
    found: u64,
    absent: u64,
    blocked: u64,
    conflict: u64,
    error: u64,
    /// Not finished, or not requested in this row.
    waiting: u64,
    /// Found cells by confidence, as for the whole job.
    confidence: [u64; 10],
}

/// Found cells that are proven by a site.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SiteSummary {
    /// The host without `www.`; empty for pages of a folder. Null if there is no page: the cell was set by a
    /// person, or imported from the old service.
    site: Option<String>,
    cells: u64,
}

/// The report of a job so far: coverage, confidence, sources and cost. Counted over all rows on request,
/// which takes a while for millions of cells.
#[utoipa::path(get, path = "/jobs/{job_id}/report",
    operation_id = "get_job_report", tag = "jobs", params(("job_id" = String, Path)),
    responses((status = 200, body = JobSummary), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
) -> Result<Json<JobSummary>, Error> {
    Ok(Json(summary(api.app.jobs.report(&caller.owner, &JobId(job)).await?)))
}

fn summary(report: JobReport) -> JobSummary {
    let rows = report.state.progress.rows;
    let stages = report.state.by_stage().iter().map(|(stage, rows)| (stage.as_str(), *rows));
    let rows_by_stage = stages.collect();
    let counted: BTreeMap<usize, ColumnCounts> = report.counted.columns.into_iter().collect();
    let columns = report.columns.into_iter().enumerate();
    let columns: Vec<ColumnSummary> = columns
        .map(|(place, name)| column(name, &counted.get(&place).copied().unwrap_or_default(), rows))
        .collect();
    let mut confidence = [0; 10];
    for column in &columns {
        for (sum, cells) in confidence.iter_mut().zip(column.confidence) {
            *sum += cells;
        }
    }
    let cells_found: u64 = columns.iter().map(|column| column.found).sum();
    JobSummary {
        status: report.state.status.as_str(),
        total_rows: rows,
        rows_by_stage,
        cells: rows * columns.len() as u64,
        cells_found,
        cost_usd: report.cost_usd,
        cost_per_found_cell_usd: (cells_found > 0).then(|| report.cost_usd / cells_found as f64),
        columns,
        confidence,
        sites: report.counted.sites.into_iter().map(site).collect(),
        sites_in_all: report.counted.sites_in_all,
    }
}

fn column(name: String, counts: &ColumnCounts, rows: u64) -> ColumnSummary {
    let ColumnCounts { found: confidence, absent, blocked, conflict, error } = *counts;
    let found = confidence.iter().sum();
    // Rows may have finished since they were counted.
    let waiting = rows.saturating_sub(found + absent + blocked + conflict + error);
    ColumnSummary { name, found, absent, blocked, conflict, error, waiting, confidence }
}

fn site(SiteCells { site, cells }: SiteCells) -> SiteSummary {
    SiteSummary { site, cells }
}
