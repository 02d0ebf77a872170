//! Rows of a job for display and export.

use std::collections::BTreeMap;

use ampledata_core::row::{AttemptSummary, Cell};
use ampledata_table as table;
use serde::Deserialize;

use super::faults::{json, signed, unjson};
use super::statement::{Arg, args};
use super::{Error, JobId, ResultRow, Sqlite, text_enums};
use crate::GridRow;
use crate::decode::Columns as _;

/// Returns all rows of a page as one JSON text: the driver passes each result row between threads, which
/// costs more than reading it. Stored JSON is embedded unchanged; see [`Written`].
macro_rules! rows_where {
    ($which:literal) => {
        concat!(
            "SELECT (SELECT json_array_length(plan, '$.columns') FROM jobs WHERE key = ?1) AS columns,
                 '[' || coalesce(group_concat(line, ','), '') || ']' AS page
             FROM (SELECT '[' || job_rows.row_index || ',' || job_rows.leader || ','
                     || job_rows.shares || ',' || source_rows.line || ',' || source_rows.cells || ','
                     || json_quote(led.stage) || ',' || json_quote(led.error) || ','
                     || coalesce(led.attempts, 'null') || ',['
                     || coalesce((SELECT group_concat('[' || place || ',' || cell || ','
                             || (locked OR corrected) || ']', ',')
                         FROM cells WHERE cells.job_key = ?1 AND cells.row_index = led.row_index), '')
                     || ']]' AS line
                 FROM job_rows JOIN jobs ON jobs.key = job_rows.job_key
                 JOIN source_rows ON source_rows.source_key = jobs.source_key
                     AND source_rows.row_index = job_rows.row_index
                 JOIN job_rows AS led
                     ON led.job_key = job_rows.job_key AND led.row_index = job_rows.leader
                 WHERE job_rows.job_key = ?1 AND ",
            $which,
            ")"
        )
    };
}

pub(super) const PAGE: &str =
    rows_where!("job_rows.row_index >= ?2 ORDER BY job_rows.row_index LIMIT ?3");
pub(super) const CHOSEN: &str =
    rows_where!("job_rows.row_index IN (SELECT value FROM json_each(?2))");

/// A row in the JSON that the statements return.
#[derive(Deserialize)]
struct Written {
    index: u64,
    leader: u64,
    shares: u64,
    line: u64,
    source: Vec<table::Cell>,
    stage: String,
    error: Option<String>,
    attempts: Option<Vec<AttemptSummary>>,
    /// By column index; 1 if the cell is never overwritten.
    cells: Vec<(usize, Cell, u8)>,
}

pub(super) async fn page(
    db: &Sqlite,
    job: &JobId,
    from: u64,
    limit: u32,
) -> Result<Vec<ResultRow>, Error> {
    let key = db.job_key(job).await?;
    let rows = from_on(db, key, signed("row", from)?, limit).await?;
    Ok(rows.into_iter().map(|row| row.row).collect())
}

/// Rows from this index on.
pub(super) async fn from_on(
    db: &Sqlite,
    key: i64,
    from: i64,
    limit: u32,
) -> Result<Vec<GridRow>, Error> {
    read(db, key, PAGE, args![key, from, limit]).await
}

/// These rows, by index.
pub(super) async fn chosen(
    db: &Sqlite,
    key: i64,
    indices: &[u64],
) -> Result<BTreeMap<u64, GridRow>, Error> {
    let rows = read(db, key, CHOSEN, args![key, json("rows", indices)?]).await?;
    Ok(rows.into_iter().map(|row| (row.row.index, row)).collect())
}

async fn read(
    db: &Sqlite,
    key: i64,
    sql: &'static str,
    args: Vec<Arg>,
) -> Result<Vec<GridRow>, Error> {
    let missing = || Error::NotFound { what: "job", id: key.to_string() };
    let row = db.row(sql, args).await?.ok_or_else(missing)?;
    let row = db.read(&row);
    let columns: Option<usize> = row.small_if_any("columns")?;
    let columns = columns.ok_or_else(missing)?;
    let lines: Vec<Written> = unjson("rows of a job", row.str("page")?)?;
    let rows = lines.into_iter().map(|line| grid_row(line, columns));
    let mut rows: Vec<GridRow> = rows.collect::<Result<_, _>>()?;
    rows.sort_by_key(|row| row.row.index);
    Ok(rows)
}

fn grid_row(line: Written, columns: usize) -> Result<GridRow, Error> {
    let mut cells = vec![None; columns];
    let mut kept = Vec::new();
    for (place, cell, is_kept) in line.cells {
        let slot = cells.get_mut(place).ok_or_else(|| Error::Unreadable {
            what: "cell",
            reason: format!("the plan has no column {place}"),
        })?;
        *slot = Some(cell);
        if is_kept == 1 {
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
