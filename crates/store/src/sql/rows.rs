//! Rows of a job while they are processed.

use ampledata_core::row::{Cell, CellOutcome, RowResult, Stage};
use async_trait::async_trait;

use super::batch::{Batch, NewCell, Table};
use super::statement::args;
use super::{Dialect, SqlStore};
use crate::decode::{self, Columns as _};
use crate::encoding::{json, signed};
use crate::report::site_of;
use crate::{CellStatus, Entry, Error, JobId, NewRow, OpenRow, ResultRow, RowId, Rows};

const OPEN: &str = "SELECT job_rows.row_index, job_rows.stage,
        job_rows.{sqlite:only}{postgres:places} AS places, source_rows.cells
    FROM job_rows JOIN jobs ON jobs.key = job_rows.job_key
    JOIN source_rows
        ON source_rows.source_key = jobs.source_key AND source_rows.row_index = job_rows.row_index
    WHERE job_rows.job_key = $1 AND job_rows.row_index >= $2 AND job_rows.leader = job_rows.row_index
        AND job_rows.stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')
    ORDER BY job_rows.row_index LIMIT $3";

#[async_trait]
impl<D: Dialect> Rows for SqlStore<D> {
    async fn append_job_rows(&self, job: &JobId, rows: Vec<NewRow>) -> Result<(), Error> {
        let key = self.job_key(job).await?;
        let mut batch = Batch::default();
        for row in rows {
            let index = signed("row", row.index)?;
            let stage = if row.problem.is_some() { Stage::Failed } else { Stage::Pending };
            let line = (key, index, row.identity, stage.as_str(), row.problem);
            batch.add(Table::JobRows, json("row", &line)?);
        }
        self.writer.write(batch).await
    }

    async fn open_rows(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<OpenRow>, Error> {
        let key = self.job_key(job).await?;
        let rows = self.rows(OPEN, args![key, signed("row", from)?, limit]).await?;
        let mut open: Vec<OpenRow> = rows.iter().map(decode::open_row).collect::<Result<_, _>>()?;
        self.add_journals(key, &mut open).await?;
        Ok(open)
    }

    async fn journal(&self, row: &RowId, entry: Entry, stage: Option<Stage>) -> Result<(), Error> {
        let key = self.job_key(&row.job).await?;
        let index = signed("row", row.index)?;
        let outcome = json("outcome", &entry.outcome)?;
        let mut batch = Batch::default();
        let line = (key, index, entry.turn, entry.step, &entry.step_mark, outcome);
        batch.add(Table::Journal, json("journal", &line)?);
        if let Some(stage) = stage {
            batch.jobs.insert(key);
            batch.add(Table::Stages, json("stage", &(key, index, stage.as_str()))?);
        }
        self.writer.write(batch).await
    }

    async fn cut_journal(&self, row: &RowId, from_turn: u32) -> Result<(), Error> {
        let key = self.job_key(&row.job).await?;
        let sql = "DELETE FROM journal WHERE job_key = $1 AND row_index = $2 AND turn >= $3";
        self.execute(sql, args![key, signed("row", row.index)?, from_turn]).await?;
        Ok(())
    }

    async fn finish_row(&self, row: &RowId, result: &RowResult) -> Result<(), Error> {
        let key = self.job_key(&row.job).await?;
        let index = signed("row", row.index)?;
        let threshold = self.plan_facts(key).await?.threshold;
        let mut batch = Batch::default();
        let mut found: u32 = 0;
        for (place, cell) in result.cells.iter().enumerate() {
            let Some(cell) = cell else { continue };
            found += u32::from(cell.outcome == CellOutcome::Found);
            let place = signed("column", place as u64)?;
            batch.cells.push(new_cell((key, index, place), cell, threshold)?);
        }
        let attempts = json("attempts", &result.attempts)?;
        let line = (key, index, result.stage.as_str(), found, &result.error, attempts);
        batch.jobs.insert(key);
        batch.add(Table::Finished, json("result", &line)?);
        batch.add(Table::JournalDropped, json("row", &(key, index))?);
        self.writer.write(batch).await
    }

    async fn results(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<ResultRow>, Error> {
        let key = self.job_key(job).await?;
        let rows = self.results_from(key, signed("row", from)?, limit).await?;
        Ok(rows.into_iter().map(|row| row.row).collect())
    }
}

fn new_cell(key: (i64, i64, i64), cell: &Cell, threshold: f64) -> Result<NewCell, Error> {
    let (job_key, row_index, place) = key;
    let status = CellStatus::classify(cell, threshold).map_or("sure", CellStatus::name);
    let (outcome, text) = (cell.outcome.as_str(), json("cell", cell)?);
    let site = site_of(cell);
    let line = (job_key, row_index, place, outcome, cell.confidence, text, status, site);
    Ok(NewCell { key, rank: cell.rank(), json: json("cell", &line)? })
}

impl<D: Dialect> SqlStore<D> {
    async fn add_journals(&self, key: i64, open: &mut [OpenRow]) -> Result<(), Error> {
        let (Some(first), Some(last)) = (open.first(), open.last()) else { return Ok(()) };
        let sql = "SELECT row_index, turn, step, step_mark, outcome FROM journal
             WHERE job_key = $1 AND row_index BETWEEN $2 AND $3 ORDER BY row_index, turn, step";
        let range = args![key, signed("row", first.index)?, signed("row", last.index)?];
        for entry in &self.rows(sql, range).await? {
            let index = entry.count("row_index")?;
            if let Ok(at) = open.binary_search_by_key(&index, |row| row.index) {
                open[at].journal.push(decode::entry(entry)?);
            }
        }
        Ok(())
    }
}
