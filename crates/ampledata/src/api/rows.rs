//! The rows of a job for a grid: filtered, sorted, page by page.

use ampledata_core::row::Stage;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Params, Path};
use super::{Api, jobs, page};
use crate::app::jobs::{CellStatus, GridRow, Job, JobId, RowCursor, ViewRequest};
use crate::app::value_json::value_json;

/// Which rows, in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RowsQuery {
    /// Only rows in this stage, such as `FAILED`.
    stage: Option<String>,
    /// The column that `standing` or `sort` is about.
    column: Option<String>,
    /// Only rows whose cell of `column` has this standing: `weak`, `absent`, `blocked`, `conflict` or
    /// `error`; several are separated by commas.
    standing: Option<String>,
    /// `index`, or `confidence` or `-confidence` (highest first) of `column`.
    sort: Option<String>,
    /// Where the page starts: the `next_cursor` of the page before.
    cursor: Option<String>,
    /// Maximum number: 100 by default, at most 1,000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Whether each row includes its input.
    given: Option<bool>,
}

/// A page of rows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Rows {
    rows: Vec<RowItem>,
    /// Where the next page starts; null at the end.
    next_cursor: Option<String>,
}

/// A row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowItem {
    /// Its index, from 0.
    index: u64,
    /// Its line in the file, from 1.
    line: u64,
    /// The row whose result it shares; itself if it has its own.
    result_of: u64,
    /// How many rows have this result.
    shares: u64,
    key: String,
    stage: &'static str,
    /// Why it failed.
    error: Option<String>,
    /// Its cells by column; none for columns that were not requested.
    #[schema(value_type = Object)]
    cells: BTreeMap<String, CellItem>,
    /// The input, by header; only if `given` was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    given: Option<Map<String, Value>>,
}

/// A cell in brief.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CellItem {
    /// `found`, `absent`, `blocked`, `conflict` or `error`.
    outcome: &'static str,
    /// Text, number, boolean, ISO 8601 date or list.
    value: Option<Value>,
    /// Probability that the value is right, 0 to 1.
    confidence: f64,
    reason: String,
    /// The reason as a stable code; null in cells of older versions.
    reason_code: Option<String>,
    /// The page that proves it.
    url: Option<String>,
    /// The quote that proves it.
    quote: Option<String>,
    /// Whether it is never overwritten.
    kept: bool,
}

/// Rows of a job. Rows whose position in the requested order does not change are neither skipped nor
/// repeated, whatever changes between two pages.
#[utoipa::path(get, path = "/jobs/{job_id}/rows", operation_id = "list_rows", tag = "rows",
    params(("job_id" = String, Path), RowsQuery),
    responses((status = 200, body = Rows), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
    Params(query): Params<RowsQuery>,
) -> Result<Json<Rows>, Error> {
    let limit = page::limit(query.limit)?;
    let after = query.cursor.as_deref().map(cursor).transpose()?;
    let wanted = query.given.unwrap_or(false);
    let view = view(query)?;
    let (job, page) =
        api.app.jobs.list_rows(&caller.owner, &JobId(job), &view, after, limit).await?;
    let headers =
        if wanted { api.app.jobs.headers(&caller.owner, &job).await? } else { Vec::new() };
    let rows = page.rows.iter().map(|row| {
        let given = wanted.then(|| given(&headers, &row.row.source));
        RowItem { given, ..item(&job, row) }
    });
    let rows = rows.collect();
    Ok(Json(Rows { rows, next_cursor: page.next.map(cursor_text) }))
}

fn view(query: RowsQuery) -> Result<ViewRequest, Error> {
    let need = |column: Option<String>| column.ok_or_else(|| Error::parameter("column: required"));
    match (query.stage, query.standing, query.sort.as_deref()) {
        (None, None, None | Some("index")) => Ok(ViewRequest::All),
        (Some(stage), None, None | Some("index")) => {
            let found = Stage::ALL.into_iter().find(|known| known.as_str() == stage);
            let found = found.ok_or_else(|| Error::parameter("stage: unknown stage"))?;
            Ok(ViewRequest::Stage(found))
        }
        (None, Some(standing), None | Some("index")) => {
            let standing = standing.split(',').map(standing_of).collect::<Result<_, _>>()?;
            Ok(ViewRequest::Cells { column: need(query.column)?, standing })
        }
        (None, None, Some(sort @ ("confidence" | "-confidence"))) => {
            let descending = sort.starts_with('-');
            Ok(ViewRequest::ByConfidence { column: need(query.column)?, descending })
        }
        (None, None, Some(_)) => {
            Err(Error::parameter("sort: `index`, `confidence` or `-confidence`"))
        }
        _ => Err(Error::parameter("use only one of stage, standing and sort")),
    }
}

fn standing_of(name: &str) -> Result<CellStatus, Error> {
    match name.trim() {
        "weak" => Ok(CellStatus::Weak),
        "absent" => Ok(CellStatus::Absent),
        "blocked" => Ok(CellStatus::Blocked),
        "conflict" => Ok(CellStatus::Conflict),
        "error" => Ok(CellStatus::Error),
        _ => Err(Error::parameter("standing: weak, absent, blocked, conflict or error")),
    }
}

fn cursor_text(cursor: RowCursor) -> String {
    format!("{}-{:x}", cursor.index, cursor.confidence.to_bits())
}

fn cursor(text: &str) -> Result<RowCursor, Error> {
    let read = || {
        let (index, bits) = text.split_once('-')?;
        let confidence = f64::from_bits(u64::from_str_radix(bits, 16).ok()?);
        let index = index.parse().ok().filter(|index: &u64| i64::try_from(*index).is_ok())?;
        confidence.is_finite().then_some(RowCursor { index, confidence })
    };
    read().ok_or_else(|| Error::parameter("cursor: use the `next_cursor` of the page before"))
}

fn item(job: &Job, row: &GridRow) -> RowItem {
    let columns = job.plan.columns.iter().zip(&row.row.cells).enumerate();
    let cells = columns.filter_map(|(place, (column, cell))| {
        let cell = cell.as_ref()?;
        let evidence = cell.evidence.as_ref();
        let item = CellItem {
            outcome: cell.outcome.as_str(),
            value: cell.value.as_ref().map(value_json),
            confidence: cell.confidence,
            reason: cell.reason.clone(),
            reason_code: cell.reason_code.as_ref().map(ToString::to_string),
            url: evidence.map(|evidence| evidence.url.clone()),
            quote: evidence.map(|evidence| evidence.quote.clone()),
            kept: row.kept.contains(&place),
        };
        Some((column.name.clone(), item))
    });
    RowItem {
        index: row.row.index,
        line: row.row.line,
        result_of: row.row.leader,
        shares: row.shares,
        key: jobs::key(job, &row.row),
        stage: row.row.stage.as_str(),
        error: row.row.error.clone(),
        cells: cells.collect(),
        given: None,
    }
}

/// The input of a row.
pub(super) fn given(headers: &[String], cells: &[ampledata_table::Cell]) -> Map<String, Value> {
    use ampledata_table::Cell;
    let value = |cell: &Cell| match cell {
        Cell::Empty => Value::Null,
        Cell::Boolean(yes) => (*yes).into(),
        cell => cell.text().into_owned().into(),
    };
    headers.iter().cloned().zip(cells.iter().map(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        for (index, confidence) in [(0, 0.0), (7, 0.1 + 0.2), (1 << 40, 1.0)] {
            let written = RowCursor { index, confidence };
            assert_eq!(cursor(&cursor_text(written)).unwrap(), written);
        }
        for wrong in
            ["", "7", "a-0", "7-xyz", "-1-0", "7-7ff8000000000000", "18446744073709551615-0"]
        {
            assert!(cursor(wrong).is_err(), "{wrong}");
        }
    }
}
