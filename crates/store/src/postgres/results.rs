//! Rows of a job for display and export.

use std::collections::BTreeMap;

use ampledata_core::row::{Cell, Plan};
use sqlx::postgres::PgRow;

use super::faults::{json, signed, unjson};
use super::statement::args;
use super::{Error, JobId, Postgres, ResultRow};
use crate::GridRow;
use crate::decode::Columns as _;

macro_rules! rows_where {
    ($which:literal) => {
        concat!(
            "SELECT job_rows.row_index, job_rows.leader, job_rows.shares, source_rows.line,
                 source_rows.cells, led.stage, led.error, led.attempts
             FROM job_rows JOIN jobs ON jobs.key = job_rows.job_key
             JOIN source_rows ON source_rows.source_key = jobs.source_key
                 AND source_rows.row_index = job_rows.row_index
             JOIN job_rows AS led
                 ON led.job_key = job_rows.job_key AND led.row_index = job_rows.leader
             WHERE job_rows.job_key = $1 AND ",
            $which
        )
    };
}

pub(super) const PAGE: &str =
    rows_where!("job_rows.row_index >= $2 ORDER BY job_rows.row_index LIMIT $3");
pub(super) const CHOSEN: &str = rows_where!(
    "job_rows.row_index IN (SELECT value::bigint FROM json_array_elements_text($2::json)) ORDER BY job_rows.row_index"
);

pub(super) async fn page(
    db: &Postgres,
    job: &JobId,
    from: u64,
    limit: u32,
) -> Result<Vec<ResultRow>, Error> {
    let key = db.job_key(job).await?;
    let rows = db.rows(PAGE, args![key, signed("row", from)?, limit]).await?;
    let rows = with_cells(db, key, &rows).await?;
    Ok(rows.into_iter().map(|row| row.row).collect())
}

/// These rows, by index.
pub(super) async fn chosen(
    db: &Postgres,
    key: i64,
    indices: &[u64],
) -> Result<BTreeMap<u64, GridRow>, Error> {
    let rows = db.rows(CHOSEN, args![key, json("rows", indices)?]).await?;
    let rows = with_cells(db, key, &rows).await?;
    Ok(rows.into_iter().map(|row| (row.row.index, row)).collect())
}

fn row_of(db: &Postgres, row: &PgRow) -> Result<GridRow, Error> {
    let read = db.read(row);
    Ok(GridRow {
        row: ResultRow {
            index: read.count("row_index")?,
            leader: read.count("leader")?,
            line: read.count("line")?,
            source: read.json("cells")?,
            stage: read.stage("stage")?,
            error: read.text_if_any("error")?,
            attempts: read.json_if_any("attempts")?.unwrap_or_default(),
            cells: Vec::new(),
        },
        shares: read.count("shares")?,
        kept: Vec::new(),
    })
}

/// The parts of a result: its cells by column, and those that are never overwritten.
#[derive(Clone)]
struct Found {
    cells: Vec<Option<Cell>>,
    kept: Vec<usize>,
}

async fn with_cells(db: &Postgres, key: i64, rows: &[PgRow]) -> Result<Vec<GridRow>, Error> {
    let mut rows: Vec<GridRow> =
        rows.iter().map(|row| row_of(db, row)).collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Ok(rows);
    }
    let plan = db.row("SELECT plan FROM jobs WHERE key = $1", args![key]).await?;
    let plan = plan.ok_or_else(|| Error::NotFound { what: "job", id: key.to_string() })?;
    let columns = db.read(&plan).json::<Plan>("plan")?.columns.len();
    let empty = Found { cells: vec![None; columns], kept: Vec::new() };
    let leaders: Vec<u64> = rows.iter().map(|row| row.row.leader).collect();
    let cells = db
        .rows(
            "SELECT row_index, place, cell, locked OR corrected AS kept FROM cells
             WHERE job_key = $1 AND row_index IN (SELECT value::bigint FROM json_array_elements_text($2::json))
             ORDER BY row_index, place",
            args![key, json("rows", &leaders)?],
        )
        .await?;
    let mut found: BTreeMap<u64, Found> = BTreeMap::new();
    for cell in &cells {
        let read = db.read(cell);
        let place: usize = read.small("place")?;
        let of_row = found.entry(read.count("row_index")?).or_insert_with(|| empty.clone());
        let slot = of_row.cells.get_mut(place).ok_or_else(|| Error::Unreadable {
            what: "cell",
            reason: format!("the plan has no column {place}"),
        })?;
        *slot = Some(unjson("cell", read.str("cell")?)?);
        if read.yes("kept")? {
            of_row.kept.push(place);
        }
    }
    for row in &mut rows {
        let of_row = found.get(&row.row.leader).unwrap_or(&empty).clone();
        row.row.cells = of_row.cells;
        row.kept = of_row.kept;
    }
    Ok(rows)
}
