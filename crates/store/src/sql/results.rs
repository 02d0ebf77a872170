//! Rows of a job for display and export.

use std::collections::BTreeMap;

use ampledata_core::row::{AttemptSummary, Cell};
use ampledata_table as table;
use serde::Deserialize;

use super::statement::{Arg, args};
use super::{Dialect, SqlStore};
use crate::decode::Columns as _;
use crate::encoding::{json, unjson};
use crate::{Error, GridRow, ResultRow, text_enums};

/// Returns all rows of a page as one JSON text: a driver that passes each result row between threads costs more
/// than reading it. The rows are chosen before anything is joined to them: without statistics, PostgreSQL would
/// otherwise build the text of every row of the job. Stored JSON is embedded unchanged; see [`JsonRow`].
macro_rules! rows_where {
    ($chosen:literal) => {
        concat!(
            "SELECT '[' || coalesce(string_agg(line, ','), '') || ']' AS page
             FROM (SELECT '[' || job_rows.row_index || ',' || job_rows.leader || ','
                     || job_rows.shares || ',' || source_rows.line || ',' || source_rows.cells || ','
                     || {sqlite:json_quote(led.stage)}{postgres:to_json(led.stage)} || ','
                     || coalesce({sqlite:json_quote(led.error)}{postgres:to_json(led.error)::text}, 'null')
                     || ',' || coalesce(led.attempts, 'null') || ',['
                     || coalesce((SELECT string_agg('[' || place || ',' || cell || ','
                             || CASE WHEN locked OR corrected THEN 'true' ELSE 'false' END || ']', ',')
                         FROM cells WHERE cells.job_key = $1 AND cells.row_index = led.row_index), '')
                     || ']]' AS line
                 FROM (SELECT * FROM job_rows WHERE job_key = $1 AND ",
            $chosen,
            ") AS job_rows
                 JOIN jobs ON jobs.key = job_rows.job_key
                 JOIN source_rows ON source_rows.source_key = jobs.source_key
                     AND source_rows.row_index = job_rows.row_index
                 JOIN job_rows AS led
                     ON led.job_key = job_rows.job_key AND led.row_index = job_rows.leader) AS lines"
        )
    };
}

pub(super) const PAGE: &str = rows_where!("row_index >= $2 ORDER BY row_index LIMIT $3");
pub(super) const CHOSEN: &str = rows_where!("row_index IN {integers $2}");

/// A row in the JSON that the statements return.
#[derive(Deserialize)]
struct JsonRow {
    index: u64,
    leader: u64,
    shares: u64,
    line: u64,
    source: Vec<table::Cell>,
    stage: String,
    error: Option<String>,
    attempts: Option<Vec<AttemptSummary>>,
    /// By column index, and whether the cell is never overwritten.
    cells: Vec<(usize, Cell, bool)>,
}

impl<D: Dialect> SqlStore<D> {
    /// Rows from this index on.
    pub(super) async fn results_from(
        &self,
        key: i64,
        from: i64,
        limit: u32,
    ) -> Result<Vec<GridRow>, Error> {
        self.read_results(key, PAGE, args![key, from, limit]).await
    }

    /// These rows, by index.
    pub(super) async fn results_at(
        &self,
        key: i64,
        indices: &[u64],
    ) -> Result<BTreeMap<u64, GridRow>, Error> {
        let rows = self.read_results(key, CHOSEN, args![key, json("rows", indices)?]).await?;
        Ok(rows.into_iter().map(|row| (row.row.index, row)).collect())
    }

    async fn read_results(
        &self,
        key: i64,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Vec<GridRow>, Error> {
        let columns = self.plan_facts(key).await?.columns;
        let Some(row) = self.row(sql, args).await? else { return Ok(Vec::new()) };
        let lines: Vec<JsonRow> = unjson("rows of a job", row.str("page")?)?;
        let rows = lines.into_iter().map(|line| grid_row(line, columns));
        let mut rows: Vec<GridRow> = rows.collect::<Result<_, _>>()?;
        rows.sort_by_key(|row| row.row.index);
        Ok(rows)
    }
}

fn grid_row(line: JsonRow, columns: usize) -> Result<GridRow, Error> {
    let mut cells = vec![None; columns];
    let mut kept = Vec::new();
    for (place, cell, is_kept) in line.cells {
        let slot = cells.get_mut(place).ok_or_else(|| Error::Unreadable {
            what: "cell",
            reason: format!("the plan has no column {place}"),
        })?;
        *slot = Some(cell);
        if is_kept {
            kept.push(place);
        }
    }
    kept.sort_unstable();
    Ok(GridRow {
        row: ResultRow {
            index: line.index,
            leader: line.leader,
            line: line.line,
            source: line.source,
            stage: text_enums::parse_stage(&line.stage)?,
            error: line.error,
            attempts: line.attempts.unwrap_or_default(),
            cells,
        },
        shares: line.shares,
        kept,
    })
}
