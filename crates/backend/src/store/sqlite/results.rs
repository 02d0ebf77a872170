//! Rows of a job as they are shown and written out.

use std::collections::BTreeMap;

use ampledata_core::row::{Cell, Plan};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::faults::{signed, unjson, unsigned};
use super::{Error, JobId, ResultRow, Sqlite, names};

pub(super) async fn page(
    db: &Sqlite,
    job: &JobId,
    from: u64,
    limit: u32,
) -> Result<Vec<ResultRow>, Error> {
    let key = db.job_key(job).await?;
    let rows = sqlx::query(
        "SELECT job_rows.row_index, job_rows.leader, source_rows.line, source_rows.cells,
             led.stage, led.error, led.attempts
         FROM job_rows JOIN jobs ON jobs.key = job_rows.job_key
         JOIN source_rows
             ON source_rows.source_key = jobs.source_key AND source_rows.row_index = job_rows.row_index
         JOIN job_rows AS led ON led.job_key = job_rows.job_key AND led.row_index = job_rows.leader
         WHERE job_rows.job_key = ? AND job_rows.row_index >= ?
         ORDER BY job_rows.row_index LIMIT ?",
    )
    .bind(key)
    .bind(signed("row", from)?)
    .bind(limit)
    .fetch_all(&db.readers)
    .await
    .map_err(|error| db.faults.sql(error))?;
    let mut results: Vec<ResultRow> =
        rows.iter().map(|row| result_of(db, row)).collect::<Result<_, _>>()?;
    add_cells(db, key, &mut results).await?;
    Ok(results)
}

fn result_of(db: &Sqlite, row: &SqliteRow) -> Result<ResultRow, Error> {
    let failed = |error| db.faults.sql(error);
    let attempts: Option<&str> = row.try_get("attempts").map_err(failed)?;
    Ok(ResultRow {
        index: unsigned("index of a row", row.try_get("row_index").map_err(failed)?)?,
        leader: unsigned("index of a row", row.try_get("leader").map_err(failed)?)?,
        line: unsigned("line of a row", row.try_get("line").map_err(failed)?)?,
        source: unjson("cells of a row", row.try_get("cells").map_err(failed)?)?,
        stage: names::stage(row.try_get("stage").map_err(failed)?)?,
        error: row.try_get("error").map_err(failed)?,
        attempts: attempts.map_or(Ok(Vec::new()), |text| unjson("attempts", text))?,
        cells: Vec::new(),
    })
}

async fn add_cells(db: &Sqlite, key: i64, results: &mut [ResultRow]) -> Result<(), Error> {
    let failed = |error| db.faults.sql(error);
    let (Some(first), Some(last)) = (results.first(), results.last()) else { return Ok(()) };
    let plan: String = sqlx::query_scalar("SELECT plan FROM jobs WHERE key = ?")
        .bind(key)
        .fetch_one(&db.readers)
        .await
        .map_err(failed)?;
    let columns = unjson::<Plan>("plan", &plan)?.columns.len();
    let rows = sqlx::query(
        "SELECT row_index, place, cell FROM cells WHERE job_key = ?1 AND row_index IN
             (SELECT leader FROM job_rows WHERE job_key = ?1 AND row_index BETWEEN ?2 AND ?3)",
    )
    .bind(key)
    .bind(signed("row", first.index)?)
    .bind(signed("row", last.index)?)
    .fetch_all(&db.readers)
    .await
    .map_err(failed)?;
    let mut cells: BTreeMap<u64, Vec<Option<Cell>>> = BTreeMap::new();
    for row in &rows {
        let index = unsigned("index of a row", row.try_get("row_index").map_err(failed)?)?;
        let place: u32 = row.try_get("place").map_err(failed)?;
        let of_row = cells.entry(index).or_insert_with(|| vec![None; columns]);
        let slot = of_row.get_mut(place as usize).ok_or_else(|| Error::Unreadable {
            what: "cell",
            reason: format!("the plan has no column {place}"),
        })?;
        *slot = Some(unjson("cell", row.try_get("cell").map_err(failed)?)?);
    }
    for result in results {
        result.cells = cells.get(&result.leader).cloned().unwrap_or_else(|| vec![None; columns]);
    }
    Ok(())
}
