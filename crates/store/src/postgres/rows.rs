//! Rows of a job while they are processed.

use ampledata_core::row::{CellOutcome, RowResult, Stage};

use super::faults::{json, signed};
use super::tables::Table;
use super::writer::Rows;
use super::{Entry, Error, JobId, NewRow, OpenRow, Postgres, RowId, text_enums};
use crate::decode::{self, Columns as _};
use crate::report::site_of;

pub(super) async fn append(db: &Postgres, job: &JobId, rows: Vec<NewRow>) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let mut write = Rows::default();
    for row in rows {
        let index = signed("row", row.index)?;
        let stage = if row.problem.is_some() { Stage::Failed } else { Stage::Pending };
        let stage = text_enums::stage_name(stage);
        write.add(Table::JobRows, json("row", &(key, index, row.identity, stage, row.problem))?);
    }
    db.writer.write(write).await
}

pub(super) async fn open(
    db: &Postgres,
    job: &JobId,
    from: u64,
    limit: u32,
) -> Result<Vec<OpenRow>, Error> {
    let failed = |error| db.faults.sql(error);
    let key = db.job_key(job).await?;
    let rows = sqlx::query(
        "SELECT job_rows.row_index, job_rows.stage, job_rows.places, source_rows.cells
         FROM job_rows JOIN jobs ON jobs.key = job_rows.job_key
         JOIN source_rows
             ON source_rows.source_key = jobs.source_key AND source_rows.row_index = job_rows.row_index
         WHERE job_rows.job_key = $1 AND job_rows.row_index >= $2 AND job_rows.leader = job_rows.row_index
             AND job_rows.stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')
         ORDER BY job_rows.row_index LIMIT $3",
    )
    .bind(key)
    .bind(signed("row", from)?)
    .bind(i64::from(limit))
    .fetch_all(&db.pool)
    .await
    .map_err(failed)?;
    let open = rows.iter().map(|row| decode::open_row(&db.read(row)));
    let mut open: Vec<OpenRow> = open.collect::<Result<_, _>>()?;
    add_journals(db, key, &mut open).await?;
    Ok(open)
}

async fn add_journals(db: &Postgres, key: i64, open: &mut [OpenRow]) -> Result<(), Error> {
    let failed = |error| db.faults.sql(error);
    let (Some(first), Some(last)) = (open.first(), open.last()) else { return Ok(()) };
    let entries = sqlx::query(
        "SELECT row_index, turn, step, step_mark, outcome FROM journal
         WHERE job_key = $1 AND row_index BETWEEN $2 AND $3 ORDER BY row_index, turn, step",
    )
    .bind(key)
    .bind(signed("row", first.index)?)
    .bind(signed("row", last.index)?)
    .fetch_all(&db.pool)
    .await
    .map_err(failed)?;
    for entry in &entries {
        let read = db.read(entry);
        let index = read.count("row_index")?;
        if let Ok(at) = open.binary_search_by_key(&index, |row| row.index) {
            open[at].journal.push(decode::entry(&read)?);
        }
    }
    Ok(())
}

pub(super) async fn journal(
    db: &Postgres,
    row: &RowId,
    entry: &Entry,
    stage: Option<Stage>,
) -> Result<(), Error> {
    let key = db.job_key(&row.job).await?;
    let index = signed("row", row.index)?;
    let outcome = json("outcome", &entry.outcome)?;
    let mut write = Rows::default();
    let line = (key, index, entry.turn, entry.step, &entry.step_mark, outcome);
    write.add(Table::Journal, json("journal", &line)?);
    if let Some(stage) = stage {
        write.changes(key);
        write.add(Table::Stages, json("stage", &(key, index, text_enums::stage_name(stage)))?);
    }
    db.writer.write(write).await
}

pub(super) async fn cut_journal(db: &Postgres, row: &RowId, from_turn: u32) -> Result<(), Error> {
    let key = db.job_key(&row.job).await?;
    let index = signed("row", row.index)?;
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "DELETE FROM journal WHERE job_key = $1 AND row_index = $2 AND turn >= $3",
                )
                .bind(key)
                .bind(index)
                .bind(i64::from(from_turn))
                .execute(connection)
                .await
                .map_err(|error| faults.sql(error))?;
                Ok(true)
            })
        })
        .await?;
    Ok(())
}

pub(super) async fn finish(db: &Postgres, row: &RowId, result: &RowResult) -> Result<(), Error> {
    let key = db.job_key(&row.job).await?;
    let index = signed("row", row.index)?;
    let threshold = db.threshold(key).await?;
    let mut write = Rows::default();
    let mut found: u32 = 0;
    for (place, cell) in result.cells.iter().enumerate() {
        let Some(cell) = cell else { continue };
        found += u32::from(cell.outcome == CellOutcome::Found);
        let text = json("cell", cell)?;
        let site = site_of(cell);
        let line = (key, index, place, cell.outcome, cell.confidence, text, threshold, site);
        write.add(Table::Cells, json("cell", &line)?);
    }
    let attempts = json("attempts", &result.attempts)?;
    let stage = text_enums::stage_name(result.stage);
    let line = (key, index, stage, found, &result.error, attempts);
    write.changes(key);
    write.add(Table::Finished, json("result", &line)?);
    write.add(Table::JournalDropped, json("row", &(key, index))?);
    db.writer.write(write).await
}
